import { defineErrors } from '../../engine/kernel/errors.ts';

/** Every error of the graphs room. */
export const graphErrors = defineErrors({
  GRAPH_LINE: {
    fatal: false,
    text: '%file, line %line: %problem: %content',
    hint: '%hint',
  },
  GRAPH_FORMAT: {
    fatal: false,
    text: '%file: %problem',
    hint: '%hint',
  },
  GRAPH_EDGES: {
    fatal: false,
    text: '%edges edges do not fit between %nodes nodes',
    hint: 'At most %max edges join them without loops and duplicates.',
  },
  GRAPH_DEGREES: {
    fatal: false,
    text: 'degrees up to %largest on %nodes nodes cannot sum to %sum',
    hint: 'The largest possible sum is %max.',
  },
});
