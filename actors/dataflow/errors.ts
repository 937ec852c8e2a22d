import { defineErrors } from '../../engine/kernel/errors.ts';

/** Every error of the dataflow room. */
export const dataflowErrors = defineErrors({
  DATAFLOW_ENGINE: {
    fatal: false,
    text: 'operation %op (%name) asks for engine %engine, there are: %known',
    hint: 'Map every operation to an engine kind of the device.',
  },
  DATAFLOW_ORDER: {
    fatal: false,
    text: 'operation %op (%name) depends on operation %after, which does not come before it',
    hint: 'List operations in program order; dependencies point backwards.',
  },
  DATAFLOW_COUNT: {
    fatal: false,
    text: '%what must be a whole number of at least 1, got %value',
    hint: 'Round before building the program.',
  },
  DATAFLOW_AMOUNT: {
    fatal: false,
    text: '%what must be finite and not negative, got %value',
    hint: 'Check the shape that produced it.',
  },
});
