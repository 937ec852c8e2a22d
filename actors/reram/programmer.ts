import { type ActorRef, type Behavior, defineActor } from '../../engine/kernel/actor.ts';
import { type Duration, NO_TIME } from '../../engine/kernel/time.ts';
import { noTask, type TaskRef } from '../../engine/kernel/trace.ts';

export type ProgrammerMessage =
  | { readonly type: 'program'; readonly parent: TaskRef }
  /** Internal: a row is written. */
  | { readonly type: 'rowDone'; readonly row: number };

/** All rows of an array are written. */
export interface ProgrammedMessage {
  readonly type: 'programmed';
}

export interface ProgrammerSpec {
  readonly rows: number;
  /** Which array of the chip or of a layer this is. */
  readonly tile: number;
  /** Writes one row of an array, all its columns at once, and returns the most pulses that a cell of it took. */
  readonly writeRow: (tile: number, row: number) => number;
  /** Of one pulse, with the read that verifies it where there is one. */
  readonly pulse: Duration;
  /** Before each row, e.g. the reads of a test of its cells. */
  readonly lead: Duration;
  readonly chip: ActorRef<ProgrammedMessage>;
}

export interface ProgrammerState {
  readonly spec: ProgrammerSpec;
  /** Time spent so far. */
  busy: Duration;
  task: TaskRef;
}

/** Writes the rows of one array one after the other; the slowest cell of a row decides how long it takes. */
export const programmer: Behavior<ProgrammerSpec, ProgrammerState, ProgrammerMessage> = defineActor<
  ProgrammerSpec,
  ProgrammerState,
  ProgrammerMessage
>({
  kind: 'programmer',
  init: (spec) => ({ spec, busy: NO_TIME, task: noTask }),
  on: {
    program(state, { parent }, ctx) {
      state.task = ctx.trace.begin('write array', '', parent);
      ctx.schedule(writeRow(state, 0), ctx.self, { type: 'rowDone', row: 0 });
    },
    rowDone(state, { row }, ctx) {
      const next = row + 1;
      if (next === state.spec.rows) {
        ctx.trace.end(state.task);
        ctx.send(state.spec.chip, { type: 'programmed' });
      } else ctx.schedule(writeRow(state, next), ctx.self, { type: 'rowDone', row: next });
    },
  },
});

function writeRow(state: ProgrammerState, row: number): Duration {
  const span = (state.spec.writeRow(state.spec.tile, row) * state.spec.pulse + state.spec.lead) as Duration;
  state.busy = (state.busy + span) as Duration;
  return span;
}
