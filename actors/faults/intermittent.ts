import { type ActorRef, type Behavior, type Context, defineActor, type Message } from '../../engine/kernel/actor.ts';
import { type Duration, NO_TIME, type Time } from '../../engine/kernel/time.ts';
import { noTask, type TaskRef } from '../../engine/kernel/trace.ts';
import type { Distribution } from '../../engine/random/distribution.ts';

/** A disturbance that comes and goes: what it tells its target, and by which laws. */
export interface IntermittentSpec<M extends Message = never> {
  readonly target: ActorRef<M>;
  /** Sent when the disturbance begins, e.g. `setSpeed` of a GPU or `setCapacity` of a network. */
  readonly begins: M;
  /** Sent when it ends. */
  readonly ends: M;
  /** Time without disturbance before each one. */
  readonly between: Distribution<Duration>;
  /** Length of each one. */
  readonly lasts: Distribution<Duration>;
  /** No disturbance begins later than this, counted from the start of the actor; what has begun still ends. Default: for ever, and the run needs an end of its own. */
  readonly until?: Duration;
  /** What it is called in the trace. Default 'fault'. */
  readonly name?: string;
}

export interface IntermittentState {
  readonly spec: IntermittentSpec;
  readonly begun: Time;
  /** Disturbances so far, and the time they have lasted, the one in progress not counted. */
  count: number;
  lasted: Duration;
  since: Time;
  task: TaskRef;
}

export type IntermittentMessage = { readonly type: 'begin' } | { readonly type: 'end' };

/**
 * Disturbs another actor from outside: the target knows nothing of it. Draws come from the actor's own streams, so that a disturbance
 * added or taken away changes no other draw.
 */
const intermittent: Behavior<IntermittentSpec, IntermittentState, IntermittentMessage> = defineActor<
  IntermittentSpec,
  IntermittentState,
  IntermittentMessage
>({
  kind: 'intermittent',
  init(spec, ctx) {
    const state = { spec, begun: ctx.now, count: 0, lasted: NO_TIME, since: ctx.now, task: noTask };
    plan(state, ctx);
    return state;
  },
  on: {
    begin(state, _message, ctx) {
      const { target, begins, lasts, name = 'fault' } = state.spec;
      state.count++;
      state.since = ctx.now;
      state.task = ctx.trace.begin('fault', name);
      ctx.send(target, begins);
      ctx.schedule(lasts.sample(ctx.random('lasts')), ctx.self, { type: 'end' });
    },
    end(state, _message, ctx) {
      state.lasted = (state.lasted + ctx.since(state.since)) as Duration;
      ctx.trace.end(state.task);
      ctx.send(state.spec.target, state.spec.ends);
      plan(state, ctx);
    },
  },
});

/** Anything that spawns: a simulation, or the context of an actor. */
export interface Spawner {
  spawn<Spec, State, M extends Message>(name: string, behavior: Behavior<Spec, State, M>, spec: Spec): ActorRef<M>;
}

/** Spawns a disturbance of `spec.target`; what it sends must be messages of the target. */
export function disturb<M extends Message>(
  spawner: Spawner,
  name: string,
  spec: IntermittentSpec<M>,
): ActorRef<IntermittentMessage> {
  return spawner.spawn(name, intermittent, spec as unknown as IntermittentSpec);
}

/** Plans the next disturbance, unless it would begin too late. */
function plan({ spec, begun }: IntermittentState, ctx: Context<IntermittentMessage>): void {
  const after = spec.between.sample(ctx.random('between'));
  if (spec.until !== undefined && ctx.since(begun) + after > spec.until) return;
  ctx.schedule(after, ctx.self, { type: 'begin' });
}
