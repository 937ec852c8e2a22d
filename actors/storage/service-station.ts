import { type ActorRef, type Behavior, defineActor, type Message } from '../../engine/kernel/actor.ts';
import { isFreed } from '../../engine/kernel/freed.ts';
import { phases } from '../../engine/kernel/phase.ts';
import type { Duration } from '../../engine/kernel/time.ts';
import type { TaskRef } from '../../engine/kernel/trace.ts';
import { checkCount } from './errors.ts';

/** The end of a service, as its customer hears it. */
export interface Served extends Message {
  readonly type: 'served';
  readonly tag: number;
  /** The service in the trace. */
  readonly task?: TaskRef;
}

export type StationMessage =
  | {
      readonly type: 'serve';
      readonly tag: number;
      readonly replyTo: ActorRef<Served>;
      /** What it is part of in the trace. */
      readonly parent?: TaskRef;
    }
  /** Internal: a service ends. */
  | { readonly type: 'finish'; readonly tag: number; readonly replyTo: ActorRef<Served>; readonly task: TaskRef };

export interface StationSpec {
  /** Requests served at once. */
  readonly servers: number;
  /** Time of one service. */
  readonly service: Duration;
}

export interface StationState {
  readonly spec: StationSpec;
  readonly waiting: Array<Extract<StationMessage, { type: 'serve' }> & { readonly task: TaskRef }>;
  busy: number;
  served: number;
  longestQueue: number;
}

/** A station with several servers and one queue, first come first served: metadata server, request threads of an object server. Throws STORAGE_SPEC. */
export const serviceStation: Behavior<StationSpec, StationState, StationMessage> = defineActor<
  StationSpec,
  StationState,
  StationMessage
>({
  kind: 'service-station',
  init(given, ctx) {
    checkCount('servers', given.servers);
    const spec = isFreed(ctx.path) ? { ...given, servers: Number.POSITIVE_INFINITY } : given;
    return { spec, waiting: [], busy: 0, served: 0, longestQueue: 0 };
  },
  on: {
    serve(state, message, ctx) {
      const { tag, replyTo, parent } = message;
      const task = ctx.trace.begin('service', '', parent);
      if (state.busy === state.spec.servers) {
        if (ctx.trace.isRecording) ctx.trace.wait(task, 'queue', ctx.path);
        state.waiting.push({ ...message, task });
        state.longestQueue = Math.max(state.longestQueue, state.waiting.length);
        return;
      }
      state.busy++;
      ctx.trace.counter('busy', state.busy, 'servers');
      ctx.schedule(state.spec.service, ctx.self, { type: 'finish', tag, replyTo, task }, phases.release);
    },
    finish(state, { tag, replyTo, task }, ctx) {
      state.served++;
      ctx.trace.end(task);
      ctx.send(replyTo, { type: 'served', tag, task });
      const next = state.waiting.shift();
      if (next === undefined) {
        state.busy--;
        ctx.trace.counter('busy', state.busy, 'servers');
        return;
      }
      ctx.trace.work(next.task, task);
      const after = { type: 'finish', tag: next.tag, replyTo: next.replyTo, task: next.task } as const;
      ctx.schedule(state.spec.service, ctx.self, after, phases.release);
    },
  },
});
