import { defineErrors, type ErrorRoom } from '../../engine/kernel/errors.ts';

/** Every error of resistive memory. */
export const reramErrors: ErrorRoom<'RERAM_SPEC' | 'RERAM_STATE'> = defineErrors({
  RERAM_SPEC: { fatal: false, text: '%what of a resistive memory is %value', hint: 'It must be %expected.' },
  RERAM_STATE: {
    fatal: true,
    text: '%event reached %count of %cells cells that were not ready for it',
    hint: 'Form cells before they are written, and end one write before the next begins.',
  },
});

/** Throws RERAM_SPEC unless `value` is a whole number from `low` to `high`. @internal */
export function checkWhole(what: string, value: number, low: number, high: number = Number.MAX_SAFE_INTEGER): void {
  if (!(Number.isSafeInteger(value) && value >= low && value <= high))
    throw reramErrors.create('RERAM_SPEC', { what, value, expected: `a whole number from ${low} to ${high}` });
}

/** Throws RERAM_SPEC unless `low` <= `value` <= `high`. @internal */
export function checkReal(what: string, value: number, low: number, high: number): void {
  if (!(value >= low && value <= high))
    throw reramErrors.create('RERAM_SPEC', { what, value, expected: `from ${low} to ${high}` });
}
