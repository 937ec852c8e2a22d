import { defineErrors, type ErrorRoom, SimError } from '../../engine/index.ts';

/** Every error of a study that is the fault of an input or of its surroundings, never of the program. */
export const sweepErrors: ErrorRoom<
  'SWEEP_AXIS' | 'SWEEP_WHERE' | 'SWEEP_STUDY' | 'SWEEP_JOURNAL' | 'SWEEP_REDIS' | 'SWEEP_JOB'
> = defineErrors({
  SWEEP_AXIS: { fatal: false, text: '--vary %axis: %problem', hint: '%hint' },
  SWEEP_WHERE: { fatal: false, text: "%option '%text': %problem", hint: '%hint' },
  SWEEP_STUDY: { fatal: false, text: 'study: %problem', hint: '%hint' },
  SWEEP_JOURNAL: { fatal: false, text: '%file: %problem', hint: '%hint' },
  SWEEP_REDIS: { fatal: false, text: 'Redis: %problem', hint: '%hint' },
  SWEEP_JOB: { fatal: false, text: 'job %id refused: %problem', hint: '%hint' },
});

/** Whether `error` is one of a study's input errors; they are shown as one line without a stack. */
export function isSweepError(error: unknown): error is SimError {
  return error instanceof SimError && Object.hasOwn(sweepErrors.catalogue, error.code);
}
