import { defineErrors, type ErrorRoom } from '../../engine/kernel/errors.ts';

/** Errors of replaying a workload. */
export const workloadErrors: ErrorRoom<'REPLAY_STUCK' | 'REPLAY_EMPTY'> = defineErrors({
  REPLAY_STUCK: {
    fatal: false,
    text: 'the replay stops at %at with work left: %where',
    hint: 'The ranks wait for each other; check that all issue their collectives on the same streams in the same order.',
  },
  REPLAY_EMPTY: {
    fatal: false,
    text: 'no rank of the workload has any work',
    hint: 'Record at least one step.',
  },
});
