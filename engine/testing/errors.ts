import { defineErrors, type ErrorRoom } from '../kernel/index.ts';

/** Every error of the property-test kit. */
export const testingErrors: ErrorRoom<
  'TEST_TOO_MANY_ORDERS' | 'TEST_INVARIANT' | 'TEST_FAILED' | 'TEST_CASE_FILE' | 'TEST_REFUSED'
> = defineErrors({
  TEST_TOO_MANY_ORDERS: {
    fatal: false,
    text: 'more than %value orders of simultaneous events',
    hint: 'Make the model smaller, raise maxRuns, or sample orders with explore.',
  },
  TEST_INVARIANT: {
    fatal: false,
    text: '%invariant does not hold: %detail',
    hint: 'Look at the run at that moment.',
  },
  TEST_FAILED: {
    fatal: false,
    text: '%name fails after %runs runs, shrunk %shrinks times to %smallest: %reason. seed %seed, path %path, case %file',
    hint: 'Run the case alone with replayCase, or all of it with the seed and path.',
  },
  TEST_REFUSED: {
    fatal: false,
    text: '%id refuses %count combinations of parameters in a row, the last one: %why',
    hint: 'Vary fewer parameters, give values, or set what they need in base.',
  },
  TEST_CASE_FILE: {
    fatal: false,
    text: 'this is no saved case: %problem',
    hint: 'Give what a failed check printed.',
  },
});
