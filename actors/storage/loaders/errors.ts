import { defineErrors, type ErrorRoom } from '../../../engine/kernel/errors.ts';

/** Every error of planned loaders. */
export const loaderErrors: ErrorRoom<'LOADER_TRACE' | 'LOADER_RULES'> = defineErrors({
  LOADER_TRACE: { fatal: false, text: '%what of an access trace is %value', hint: 'It must be %expected.' },
  LOADER_RULES: { fatal: false, text: '%what of a loader is %value', hint: 'It must be %expected.' },
});

/** Throws LOADER_RULES unless `value` is a whole number of at least `least`. @internal */
export function checkWhole(what: string, value: number, least: number): void {
  if (!(Number.isSafeInteger(value) && value >= least))
    throw loaderErrors.create('LOADER_RULES', { what, value, expected: `a whole number of at least ${least}` });
}
