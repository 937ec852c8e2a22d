import { defineErrors } from '../../engine/kernel/errors.ts';

/** Every error of the compute room. */
export const computeErrors = defineErrors({
  COMPUTE_COUNT: {
    fatal: false,
    text: '%kernel: %name must be a whole number of at least 1, got %value',
    hint: 'Round sizes before pricing a kernel.',
  },
  COMPUTE_SHARE: {
    fatal: false,
    text: '%kernel: %name must be above 0 and at most 1, got %value',
    hint: 'Give a share, not a percentage.',
  },
  COMPUTE_AMOUNT: {
    fatal: false,
    text: '%kernel: %name must be finite and not negative, got %value',
    hint: 'Check the shape that produced it.',
  },
  COMPUTE_TAKEN: {
    fatal: false,
    text: 'gemm: %taken of %processors processors are taken',
    hint: 'Leave at least one and give no negative number.',
  },
  COMPUTE_HEADS: {
    fatal: false,
    text: '%kernel: %kvHeads key heads do not divide %heads query heads',
    hint: 'Use a divisor of the number of query heads.',
  },
  COMPUTE_DEVICE: {
    fatal: false,
    text: 'no calibrated kernel constants for device %device',
    hint: 'Core kernels were measured on rtx2080ti and a100; use the library kernels elsewhere.',
  },
});

/** Throws COMPUTE_COUNT unless `value` is a whole number of at least 1. @internal */
export function requireCount(kernel: string, name: string, value: number): void {
  if (!(Number.isSafeInteger(value) && value >= 1))
    throw computeErrors.create('COMPUTE_COUNT', { kernel, name, value });
}

/** Throws COMPUTE_AMOUNT unless `value` is finite and not negative. @internal */
export function requireAmount(kernel: string, name: string, value: number): void {
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY))
    throw computeErrors.create('COMPUTE_AMOUNT', { kernel, name, value });
}

/** Throws COMPUTE_SHARE unless `value` lies in (0, 1]. @internal */
export function requireShare(kernel: string, name: string, value: number): void {
  if (!(value > 0 && value <= 1)) throw computeErrors.create('COMPUTE_SHARE', { kernel, name, value });
}
