import type { Observable, Subscription } from 'rxjs';
import type { AnyRef, Message } from '../kernel/actor.ts';
import { SimError } from '../kernel/errors.ts';
import { streamsErrors } from './errors.ts';
import type { StreamRoom } from './scheduler.ts';

/** Where a stream of messages ends. @internal */
export interface Sink<M extends Message> {
  send(message: M): void;
  fail(error: unknown): void;
  end(): void;
}

/** Subscribes `sink`. What is no message, or cannot be sent, fails the stream, which then is over. @internal */
export function feed<M extends Message>(
  room: StreamRoom,
  stream: string,
  workload: Observable<M>,
  sink: Sink<M>,
): Subscription {
  let failed = false;
  let subscription: Subscription | undefined;
  // Nothing may throw in here: RxJS would report it on a real timer.
  const attempt = (work: () => void) => {
    if (failed) return;
    try {
      work();
    } catch (error) {
      failed = true;
      subscription?.unsubscribe();
      sink.fail(error);
    }
  };
  subscription = workload.subscribe({
    next: (message) =>
      attempt(() => {
        checkMessage(room, stream, message);
        sink.send(message);
      }),
    error: (error) => sink.fail(error),
    complete: () => attempt(() => sink.end()),
  });
  if (failed) subscription.unsubscribe();
  return subscription;
}

function checkMessage(room: StreamRoom, stream: string, value: unknown): void {
  const message = value as Message | null | undefined;
  if (typeof message?.type === 'string') return;
  const shown = typeof value === 'object' ? JSON.stringify(value) : String(value);
  throw streamsErrors.create('STREAMS_NOT_A_MESSAGE', { stream, value: shown }, room.place());
}

/** `error` as the reason why the run ends: itself when it already knows its place. @internal */
export function sourceFailure(
  room: StreamRoom,
  stream: string,
  target: unknown,
  error: unknown,
  actor?: AnyRef,
): SimError {
  if (error instanceof SimError && error.place.actor !== undefined) return error;
  const values = { stream, target, reason: reasonOf(error) };
  return streamsErrors.create('STREAMS_SOURCE_FAILED', values, room.place(actor), error);
}

/** @internal */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
