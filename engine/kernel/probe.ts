import type { AnyRef, Message } from './actor.ts';
import type { Time } from './time.ts';

/**
 * Looks at a run without being able to change it. Tracing, statistics, divergence search and the viewer are probes.
 * The run loop pays one branch per event when there is none.
 */
export interface Probe {
  /** Before a handler runs. `event` counts from 1; `cause` is the event during which this one was scheduled, 0 for set-up. */
  readonly eventBegins?: (event: number, cause: number, time: Time, actor: AnyRef, message: Message) => void;
  /** After the handler returned. */
  readonly eventEnds?: (event: number, actor: AnyRef) => void;
  readonly actorSpawned?: (actor: AnyRef, path: string, kind: string) => void;
  readonly actorStopped?: (actor: AnyRef) => void;
}
