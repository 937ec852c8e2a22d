import { defineErrors, type ErrorRoom } from '../kernel/index.ts';

/** Every error of checkpoints. */
export const snapshotCatalogue = {
  SNAPSHOT_FOREIGN: {
    fatal: false,
    text: 'this is no checkpoint: it does not begin as one',
    hint: 'Give a file that `escapement run --checkpoint-every` or `checkpoint.bytes()` made.',
  },
  SNAPSHOT_NEWER: {
    fatal: false,
    text: 'the checkpoint has format %found, this program reads %known',
    hint: 'Read it with the version that made it.',
  },
  SNAPSHOT_CUT: {
    fatal: false,
    text: 'the checkpoint is cut off: %found bytes of %wanted',
    hint: 'Take the one before; it was probably written when the disk was full.',
  },
  SNAPSHOT_ALTERED: {
    fatal: false,
    text: 'the checkpoint has been altered: its checksum is %found, not %wanted',
    hint: 'Take an untouched copy; edit branches with fork, not the file.',
  },
  SNAPSHOT_CHANGED: {
    fatal: false,
    text: 'the simulation is not the one of the checkpoint: %what is %now, was %was',
    hint: 'Restore with the same program and parameters, or fork with an edit.',
  },
  SNAPSHOT_DIVERGED: {
    fatal: false,
    text: 'the replay to event %event has fingerprint %now, the checkpoint %was',
    hint: 'Something outside drove the run, or it is not deterministic: compare with diffRuns.',
  },
  SNAPSHOT_NOT_PLAIN: {
    fatal: false,
    text: '%path is %what, no plain data',
    hint: 'Keep plain data in states, declare the class with saveClass or constantClass, or give the Behavior `save` and `load`; a replay takes its place.',
  },
  SNAPSHOT_UNKNOWN_CLASS: {
    fatal: false,
    text: "the checkpoint holds an instance of class '%name', of which nothing is known here",
    hint: 'Import the module that declares it with saveClass before restoring.',
  },
  SNAPSHOT_NO_BUILD: {
    fatal: false,
    text: 'a copy of this simulation needs its set-up (%reason), but nothing says how to build it',
    hint: 'Pass `build`: a function that sets up the same simulation anew.',
  },
  SNAPSHOT_NO_ACTOR: {
    fatal: false,
    text: "there is no actor '%path' to edit",
    hint: 'Living actors are: %known.',
  },
} as const;

export type SnapshotErrorCode = keyof typeof snapshotCatalogue;

export const snapshotErrors: ErrorRoom<SnapshotErrorCode> = defineErrors(snapshotCatalogue);
