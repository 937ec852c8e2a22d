import { type ActorRef, type Behavior, defineActor } from '../../engine/kernel/actor.ts';
import type { Duration } from '../../engine/kernel/time.ts';

/** One more operation, in program order, may start. */
export interface Issued {
  readonly type: 'issued';
}

export interface PacerSpec {
  readonly scheduler: ActorRef<Issued>;
  /** Operations to issue. */
  readonly operations: number;
  /** Time between two of them. */
  readonly interval: Duration;
}

export interface PacerState {
  readonly spec: PacerSpec;
  issued: number;
}

/** A clock: lets the first operation start at once and the others one interval apart, whatever has become of those before. */
export const issuePacer: Behavior<PacerSpec, PacerState, { readonly type: 'issueNext' }> = defineActor<
  PacerSpec,
  PacerState,
  { readonly type: 'issueNext' }
>({
  kind: 'issue-pacer',
  init(spec, ctx) {
    if (spec.operations > 0) ctx.send(ctx.self, { type: 'issueNext' });
    return { spec, issued: 0 };
  },
  on: {
    issueNext(state, _message, ctx) {
      const { scheduler, operations, interval } = state.spec;
      state.issued += 1;
      ctx.send(scheduler, { type: 'issued' });
      if (state.issued < operations) ctx.schedule(interval, ctx.self, { type: 'issueNext' });
    },
  },
});
