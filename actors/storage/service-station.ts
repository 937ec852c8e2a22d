import { type ActorRef, type Behavior, defineActor, type Message } from '../../engine/kernel/actor.ts';
import { phases } from '../../engine/kernel/phase.ts';
import type { Duration } from '../../engine/kernel/time.ts';
import { checkCount } from './errors.ts';

/** The end of a service, as its customer hears it. */
export interface Served extends Message {
  readonly type: 'served';
  readonly tag: number;
}

export type StationMessage =
  | { readonly type: 'serve'; readonly tag: number; readonly replyTo: ActorRef<Served> }
  /** Internal: a service ends. */
  | { readonly type: 'finish'; readonly tag: number; readonly replyTo: ActorRef<Served> };

export interface StationSpec {
  /** Requests served at once. */
  readonly servers: number;
  /** Time of one service. */
  readonly service: Duration;
}

export interface StationState {
  readonly spec: StationSpec;
  readonly waiting: Array<Extract<StationMessage, { type: 'serve' }>>;
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
  init(spec) {
    checkCount('servers', spec.servers);
    return { spec, waiting: [], busy: 0, served: 0, longestQueue: 0 };
  },
  on: {
    serve(state, message, ctx) {
      if (state.busy === state.spec.servers) {
        state.waiting.push(message);
        state.longestQueue = Math.max(state.longestQueue, state.waiting.length);
        return;
      }
      state.busy++;
      const { tag, replyTo } = message;
      ctx.schedule(state.spec.service, ctx.self, { type: 'finish', tag, replyTo }, phases.release);
    },
    finish(state, { tag, replyTo }, ctx) {
      state.served++;
      ctx.send(replyTo, { type: 'served', tag });
      const next = state.waiting.shift();
      if (next === undefined) {
        state.busy--;
        return;
      }
      const after = { type: 'finish', tag: next.tag, replyTo: next.replyTo } as const;
      ctx.schedule(state.spec.service, ctx.self, after, phases.release);
    },
  },
});
