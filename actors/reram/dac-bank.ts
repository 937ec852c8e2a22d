import { type ActorRef, type Behavior, defineActor } from '../../engine/kernel/actor.ts';
import type { Duration } from '../../engine/kernel/time.ts';
import type { TaskRef } from '../../engine/kernel/trace.ts';
import type { CrossbarMessage } from './crossbar.ts';

export interface DriveMessage {
  readonly type: 'drive';
  readonly slice: number;
  /** The read it is part of. */
  readonly read: TaskRef;
}

export interface DacBankSpec {
  readonly crossbar: ActorRef<CrossbarMessage>;
  readonly rows: number;
  /** Drive and settle of one slice. */
  readonly pulse: Duration;
}

export interface DacBankState {
  readonly spec: DacBankSpec;
  /** Row drivers fired so far, over all slices. */
  drives: number;
}

/** The row drivers of one array: a slice of the input on all used rows at once, `settled` after a read pulse. */
export const dacBank: Behavior<DacBankSpec, DacBankState, DriveMessage> = defineActor<
  DacBankSpec,
  DacBankState,
  DriveMessage
>({
  kind: 'dac-bank',
  init: (spec) => ({ spec, drives: 0 }),
  on: {
    drive(state, { slice, read }, ctx) {
      state.drives += state.spec.rows;
      const drive = ctx.trace.begin('drive', '', read);
      ctx.schedule(state.spec.pulse, state.spec.crossbar, { type: 'settled', slice, drive });
    },
  },
});
