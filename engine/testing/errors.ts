import { defineErrors, type ErrorRoom } from '../kernel/index.ts';

/** Every error of the property-test kit that is no failed property. */
export const testingErrors: ErrorRoom<'TEST_TOO_MANY_ORDERS'> = defineErrors({
  TEST_TOO_MANY_ORDERS: {
    fatal: false,
    text: 'more than %value orders of simultaneous events',
    hint: 'Make the model smaller, raise maxRuns, or sample orders with explore.',
  },
});
