import type { Observable, Subscription } from 'rxjs';
import type { ActorRef, Message } from '../kernel/actor.ts';
import type { Simulation } from '../kernel/simulation.ts';
import { feed, sourceFailure } from './feed.ts';
import { roomOf } from './scheduler.ts';

export interface DriveOptions<M extends Message> {
  /** Name of the stream in errors. Default: 'drive'. */
  readonly name?: string;
  /** Sent to the actor when the stream completes. Default: nothing. */
  readonly completed?: M;
}

/**
 * Sends every emission of `workload` to `actor`, at the instant of the emission. A stream of observations may drive, too: that
 * closes a loop, and belongs to the run. An error of the stream ends the run at that instant with STREAMS_SOURCE_FAILED, an
 * emission that is no message with STREAMS_NOT_A_MESSAGE. Unsubscribe to stop.
 */
export function drive<M extends Message>(
  sim: Simulation,
  workload: Observable<M>,
  actor: ActorRef<M>,
  options: DriveOptions<M> = {},
): Subscription {
  const room = roomOf(sim);
  const { name = 'drive', completed } = options;
  return feed(room, name, workload, {
    send: (message) => room.send(actor, message),
    fail: (error) => room.fail(sourceFailure(room, name, sim.pathOf(actor) ?? actor, error)),
    end: () => completed !== undefined && room.send(actor, completed),
  });
}
