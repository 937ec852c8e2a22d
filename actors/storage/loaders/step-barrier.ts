import { type ActorRef, type Behavior, defineActor, type Message } from '../../../engine/kernel/actor.ts';
import type { Duration, Time } from '../../../engine/kernel/time.ts';
import type { TaskRef } from '../../../engine/kernel/trace.ts';

/** All ranks have finished the step, and their gradients are added up. */
export interface StepOpened extends Message {
  readonly type: 'opened';
}

export type StepBarrierMessage =
  /** A rank has finished its step; `loading` is the time it loaded for it, in ticks. */
  | { readonly type: 'arrive'; readonly loading: number; readonly rank: ActorRef<StepOpened>; readonly step: TaskRef }
  /** Internal: the gradients are added up. */
  | { readonly type: 'added' };

export interface StepBarrierSpec {
  readonly ranks: number;
  readonly steps: number;
  /** Adding up the gradients after the last rank has arrived. */
  readonly allReduce: Duration;
}

export interface StepBarrierState {
  readonly spec: StepBarrierSpec;
  readonly present: ActorRef<StepOpened>[];
  step: number;
  /** Of each step: longest loading time of a rank, and the instant of its end, in ticks. */
  readonly loading: Float64Array;
  readonly ended: Float64Array;
  finishedAt: Time;
}

/** The end of a step: ranks wait for the slowest, then the gradients are added up. */
export const stepBarrier: Behavior<StepBarrierSpec, StepBarrierState, StepBarrierMessage> = defineActor<
  StepBarrierSpec,
  StepBarrierState,
  StepBarrierMessage
>({
  kind: 'step-barrier',
  init(spec) {
    const { steps } = spec;
    const [loading, ended] = [new Float64Array(steps), new Float64Array(steps)];
    return { spec, present: [], step: 0, loading, ended, finishedAt: 0 as Time };
  },
  on: {
    arrive(state, { loading, rank }, ctx) {
      state.present.push(rank);
      const { step, spec } = state;
      state.loading[step] = Math.max(state.loading[step] as number, loading);
      if (state.present.length === spec.ranks) ctx.schedule(spec.allReduce, ctx.self, { type: 'added' });
    },
    added(state, _, ctx) {
      state.ended[state.step] = ctx.now;
      state.step++;
      state.finishedAt = ctx.now;
      const ranks = state.present.splice(0);
      for (const rank of ranks) ctx.send(rank, { type: 'opened' });
    },
  },
});
