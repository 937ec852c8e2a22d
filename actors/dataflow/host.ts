import { type ActorRef, type Behavior, defineActor } from '../../engine/kernel/actor.ts';
import type { Duration } from '../../engine/kernel/time.ts';

/** From the host: one more operation, in program order, may start. */
export interface Issued {
  readonly type: 'issued';
}

export interface HostSpec {
  readonly scheduler: ActorRef<Issued>;
  /** Operations to issue. */
  readonly operations: number;
  /** Time between two of them. */
  readonly interval: Duration;
}

export interface HostState {
  readonly spec: HostSpec;
  issued: number;
}

/** The program's host: issues the first operation at once and the others one interval apart, in program order. */
export const issueHost: Behavior<HostSpec, HostState, { readonly type: 'issueNext' }> = defineActor<
  HostSpec,
  HostState,
  { readonly type: 'issueNext' }
>({
  kind: 'issue-host',
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
