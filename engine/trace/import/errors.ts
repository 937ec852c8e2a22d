import { defineErrors, type ErrorRoom } from '../../kernel/index.ts';

/** What can be wrong with a trace that is read as a workload; those marked as notes below are warnings and the reading goes on. */
export const importErrors: ErrorRoom<
  | 'TRACE_TRUNCATED'
  | 'TRACE_NOT_THIS_FORMAT'
  | 'TRACE_MALFORMED'
  | 'TRACE_RANK_TWICE'
  | 'CHAKRA_VERSION'
  | 'CHAKRA_CYCLE'
  | 'CHAKRA_DUPLICATE_ID'
  | 'CHAKRA_MISSING_DEP'
  | 'CHAKRA_RANK_MISSING'
  | 'GROUP_SEQUENCE_MISMATCH'
  | 'GROUP_UNKNOWN_RANKS'
  | 'KINETO_NO_GPU_EVENTS'
  | 'KINETO_CORRELATION_MISSING'
  | 'KINETO_TIME_RANGE'
  | 'WORKLOAD_SCALE'
> = defineErrors({
  TRACE_TRUNCATED: {
    fatal: false,
    text: '%file is cut off at byte %byte, %where',
    hint: 'Copy it again, or read what is there with --partial.',
  },
  TRACE_NOT_THIS_FORMAT: {
    fatal: false,
    text: '%file is no execution trace: it looks like %looks',
    hint: '%remedy',
  },
  TRACE_MALFORMED: {
    fatal: false,
    text: '%file, %where: %problem',
    hint: 'The file is damaged; write it again with the tool it came from.',
  },
  TRACE_RANK_TWICE: {
    fatal: false,
    text: 'rank %rank is in two files, %first and %second',
    hint: 'Give one file for each rank; ranks come from names such as trace.0.et.',
  },
  CHAKRA_VERSION: {
    fatal: false,
    text: '%file has schema version %version, of which nothing is known',
    hint: 'It is read as version 0.0.4; check the counts below.',
  },
  CHAKRA_CYCLE: {
    fatal: false,
    text: '%file, rank %rank: nodes wait for each other in a circle: %cycle',
    hint: 'Remove one of these dependencies; some converters write them when control and data dependencies disagree.',
  },
  CHAKRA_DUPLICATE_ID: {
    fatal: false,
    text: "%file, rank %rank: id %id is node %first '%firstName' and node %second '%secondName'",
    hint: 'Ids must be unique within a rank; convert the trace again.',
  },
  CHAKRA_MISSING_DEP: {
    fatal: false,
    text: '%file, rank %rank: %count dependencies name nodes that are not there, first %first',
    hint: 'They are taken as satisfied.',
  },
  CHAKRA_RANK_MISSING: {
    fatal: false,
    text: 'there is no trace of rank %rank, and %needs',
    hint: 'Add the file <name>.%rank.et, or take missing ranks to behave like those that are there with --partial.',
  },
  GROUP_SEQUENCE_MISMATCH: {
    fatal: false,
    text: "group '%group': operation %position is %first on rank %firstRank and %second on rank %secondRank",
    hint: 'All members of a group must issue the same collectives in the same order; a run would hang there.',
  },
  GROUP_UNKNOWN_RANKS: {
    fatal: false,
    text: "%file, rank %rank: the ranks of group '%group' are unknown (%known)",
    hint: 'Say them with --group %group=0..7.',
  },
  KINETO_NO_GPU_EVENTS: {
    fatal: false,
    text: '%file has %events events and none from a GPU',
    hint: 'Profile with ProfilerActivity.CUDA.',
  },
  KINETO_CORRELATION_MISSING: {
    fatal: false,
    text: '%file, rank %rank: %count of %total GPU operations have no call that launched them, first %first',
    hint: 'They are ordered by their streams alone.',
  },
  KINETO_TIME_RANGE: {
    fatal: false,
    text: "%file, event %event '%name': %problem",
    hint: 'Times are microseconds and may span at most 2.5 hours; cut the trace to the steps of interest.',
  },
  WORKLOAD_SCALE: {
    fatal: false,
    text: 'a trace of %traced ranks cannot be scaled to %ranks',
    hint: 'Ask for a multiple of %traced.',
  },
});
