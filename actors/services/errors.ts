import { defineErrors, type ErrorRoom } from '../../engine/kernel/errors.ts';

/** Every error of services. */
export const serviceErrors: ErrorRoom<'SERVICE_SPEC'> = defineErrors({
  SERVICE_SPEC: { fatal: false, text: '%what of %name is %value', hint: 'It must be %expected.' },
});

/** Throws SERVICE_SPEC unless `value` is a whole number of at least 1. @internal */
export function checkCount(name: string, what: string, value: number): void {
  if (!(Number.isSafeInteger(value) && value >= 1))
    throw serviceErrors.create('SERVICE_SPEC', { name, what, value, expected: 'a whole number of at least 1' });
}
