import { Observable, type OperatorFunction } from 'rxjs';
import type { Duration, Time } from '../kernel/time.ts';
import { check } from './errors.ts';
import { toMilliseconds } from './milliseconds.ts';
import type { VirtualScheduler } from './virtual-scheduler.ts';

/** What was emitted from `start` on and before `end`, in ticks; up to and at `end` in the last window of a stream that completed. */
export interface Window<T> {
  readonly start: Time;
  readonly end: Time;
  readonly values: readonly T[];
}

/** A number that holds for one window of virtual time. */
export interface Sample {
  readonly start: Time;
  readonly end: Time;
  readonly value: number;
}

/** How an operator reads its windows; `close` may return undefined to say nothing. The last window may have no length. @internal */
export interface WindowReader<T, R> {
  add(value: T, time: Time): void;
  close(start: Time, end: Time): R | undefined;
}

/**
 * Consecutive windows of `length` from the subscription on. An emission at the end of a window belongs to the next one, in
 * whatever order the scheduler runs equal times. At completion the window begun is closed as it is, its last instant included. @internal
 */
export function inWindows<T, R>(
  operator: string,
  length: Duration,
  scheduler: VirtualScheduler,
  reader: (start: Time) => WindowReader<T, R>,
): OperatorFunction<T, R> {
  const ticks = scheduler.ticks(length);
  check(ticks >= 1, operator, 'window', `${length} ps`, 'one tick or longer');
  return (source) =>
    new Observable<R>((subscriber) => {
      let start: Time = scheduler.time;
      const windows = reader(start);
      const close = (end: Time) => {
        const result = windows.close(start, end);
        start = end;
        if (result !== undefined) subscriber.next(result);
      };
      const closeUntil = (time: Time) => {
        while (time >= start + ticks && !subscriber.closed) close((start + ticks) as Time);
      };
      const attempt = (work: () => void) => {
        try {
          work();
        } catch (error) {
          subscriber.error(error);
        }
      };
      subscriber.add(
        scheduler.schedule<void>(function () {
          attempt(() => closeUntil(scheduler.time));
          this.schedule(undefined, toMilliseconds(scheduler.span(start + ticks - scheduler.time)));
        }, toMilliseconds(length)),
      );
      subscriber.add(
        source.subscribe({
          next: (value) =>
            attempt(() => {
              closeUntil(scheduler.time);
              windows.add(value, scheduler.time);
            }),
          error: (error) => subscriber.error(error),
          complete: () => {
            attempt(() => {
              closeUntil(scheduler.time);
              close(scheduler.time);
            });
            subscriber.complete();
          },
        }),
      );
    });
}

/** Emissions collected by consecutive windows of virtual time, empty ones included. None is lost. Throws STREAMS_BAD_PARAMETER for less than a tick. */
export function tumbling<T>(window: Duration, scheduler: VirtualScheduler): OperatorFunction<T, Window<T>> {
  return inWindows('tumbling', window, scheduler, () => {
    let values: T[] = [];
    return {
      add: (value) => void values.push(value),
      close(start, end) {
        if (start === end && values.length === 0) return undefined;
        const closed = { start, end, values };
        values = [];
        return closed;
      },
    };
  });
}

/**
 * Every `every`, the emissions of the last `window`, oldest first; at the beginning the windows are shorter. `window` is a whole
 * multiple of `every`, else STREAMS_BAD_PARAMETER.
 */
export function sliding<T>(
  window: Duration,
  every: Duration,
  scheduler: VirtualScheduler,
): OperatorFunction<T, Window<T>> {
  const panes = paneCount('sliding', window, every, scheduler);
  return inWindows('sliding', every, scheduler, () => {
    const closed: Array<{ readonly start: Time; readonly values: T[] }> = [];
    let values: T[] = [];
    return {
      add: (value) => void values.push(value),
      close(start, end) {
        if (start === end && values.length === 0) return undefined;
        closed.push({ start, values });
        values = [];
        if (closed.length > panes) closed.shift();
        return { start: closed[0]!.start, end, values: closed.flatMap((pane) => pane.values) };
      },
    };
  });
}

/** How many times `every` goes into `window`. @internal */
export function paneCount(operator: string, window: Duration, every: Duration, scheduler: VirtualScheduler): number {
  const panes = scheduler.ticks(window) / scheduler.ticks(every);
  check(Number.isInteger(panes), operator, 'window', `${window} ps`, `a whole multiple of every, ${every} ps`);
  return panes;
}
