import { defineErrors, type ErrorRoom } from '../kernel/errors.ts';

/** Every error of this room. */
export const randomErrors: ErrorRoom<'RANDOM_BAD_PARAMETER' | 'RANDOM_BAD_SEED' | 'RANDOM_BAD_STATE'> = defineErrors({
  RANDOM_BAD_PARAMETER: {
    fatal: false,
    text: '%distribution: %parameter cannot be %value',
    hint: 'It must be %right.',
  },
  RANDOM_BAD_SEED: {
    fatal: false,
    text: '%parameter cannot be %value',
    hint: 'It must be a whole number from %low to %high.',
  },
  RANDOM_BAD_STATE: {
    fatal: false,
    text: 'not the state of a random stream: [%value]',
    hint: 'Give back what state() returned: four 32-bit integers, not all zero.',
  },
});
