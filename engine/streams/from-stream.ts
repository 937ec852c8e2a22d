import type { Observable, Subscription } from 'rxjs';
import { type ActorRef, type AnyRef, type Behavior, type Context, defineActor, type Message } from '../kernel/actor.ts';
import { streamsErrors } from './errors.ts';
import { feed, reasonOf, sourceFailure } from './feed.ts';
import { roomOfContext, type StreamRoom } from './scheduler.ts';
import type { VirtualScheduler } from './virtual-scheduler.ts';

/** Where an actor made by `fromStream` sends. */
export interface StreamTarget<M extends Message> {
  readonly to: ActorRef<M>;
  /** Sent when the stream completes. Default: nothing. */
  readonly completed?: M;
}

/** What an actor made by `fromStream` understands: `stop` unsubscribes and ends it at once; the others it sends to itself. */
export type StreamSignal =
  | { readonly type: 'stop' }
  | { readonly type: 'ended' }
  | { readonly type: 'failed'; readonly reason: string };

export interface StreamState<M extends Message> {
  readonly target: StreamTarget<M>;
  /** Messages sent since the subscription. */
  emitted: number;
}

/** A stream, or how to make one on the scheduler of the simulation for one actor. */
export type Workload<M extends Message> =
  | Observable<M>
  | ((scheduler: VirtualScheduler, ctx: Context<StreamSignal>) => Observable<M>);

/**
 * An actor that is a stream: subscribed in `init`, each emission sent to `spec.to` at its instant; stopped when the stream
 * completes. An error of the stream is a failure of this actor (STREAMS_SOURCE_FAILED): its policy decides, and `restart`
 * subscribes anew. When the actor is stopped from outside, the stream is unsubscribed at its next emission, which is not sent;
 * the message `stop` does so at once. Throws STREAMS_NO_SCHEDULER when spawned before `schedulerOf(sim)` was called.
 */
export function fromStream<M extends Message>(
  workload: Workload<M>,
): Behavior<StreamTarget<M>, StreamState<M>, StreamSignal> {
  return defineActor<StreamTarget<M>, StreamState<M>, StreamSignal>({
    kind: 'stream',
    init(target, ctx) {
      const room = roomOfContext(ctx);
      if (room === undefined) throw streamsErrors.create('STREAMS_NO_SCHEDULER');
      const state: StreamState<M> = { target, emitted: 0 };
      subscribe(room, typeof workload === 'function' ? workload(room.scheduler, ctx) : workload, state, ctx);
      return state;
    },
    on: {
      stop(_, __, ctx) {
        forget(roomOfContext(ctx) as StreamRoom, ctx.self);
        ctx.stop();
      },
      ended({ target }, _, ctx) {
        if (target.completed !== undefined) ctx.send(target.to, target.completed);
        ctx.stop();
      },
      failed({ target }, _, ctx) {
        const room = roomOfContext(ctx) as StreamRoom;
        const cause = room.failureCauses.get(ctx.self);
        room.failureCauses.delete(ctx.self);
        throw sourceFailure(room, ctx.path, room.sim.pathOf(target.to) ?? target.to, cause, ctx.self);
      },
    },
  });
}

function subscribe<M extends Message>(
  room: StreamRoom,
  workload: Observable<M>,
  state: StreamState<M>,
  ctx: Context<StreamSignal>,
): void {
  const { self, path } = ctx;
  const { to } = state.target;
  forget(room, self);
  // Sent in the actor's own name: dropped like its timers when it stops or starts over.
  const signal = (message: StreamSignal) => {
    room.subscriptions.delete(self);
    if (room.sim.pathOf(self) !== undefined) room.send(self, message, self);
  };
  const subscription = feed(room, path, workload, {
    send(message) {
      if (room.sim.pathOf(self) === undefined) forget(room, self);
      else {
        room.send(to, message);
        state.emitted++;
      }
    },
    fail(error) {
      room.failureCauses.set(self, error);
      signal({ type: 'failed', reason: reasonOf(error) });
    },
    end: () => signal({ type: 'ended' }),
  });
  if (!subscription.closed) room.subscriptions.set(self, subscription);
}

function forget(room: StreamRoom, actor: AnyRef): void {
  const subscription: Subscription | undefined = room.subscriptions.get(actor);
  room.subscriptions.delete(actor);
  subscription?.unsubscribe();
}
