import type { OperatorFunction } from 'rxjs';
import type { Duration, Time } from '../kernel/time.ts';
import { QuantileSketch } from '../statistics/quantile-sketch.ts';
import { TimeWeighted } from '../statistics/time-weighted.ts';
import { check } from './errors.ts';
import type { VirtualScheduler } from './virtual-scheduler.ts';
import { inWindows, paneCount, type Sample } from './windows.ts';

const PICOSECONDS_PER_SECOND = 1e12;

/** Emissions per second of virtual time, for each consecutive window; 0 for one without any. A last window without length is left out. Throws STREAMS_BAD_PARAMETER for less than a tick. */
export function rate(window: Duration, scheduler: VirtualScheduler): OperatorFunction<unknown, Sample> {
  return perSecond('rate', window, scheduler, () => 1);
}

/** Sum of `amount` of the emissions per second of virtual time, for each consecutive window: bytes per second from messages. */
export function throughput<T>(
  window: Duration,
  scheduler: VirtualScheduler,
  amount: (value: T) => number,
): OperatorFunction<T, Sample> {
  return perSecond('throughput', window, scheduler, amount);
}

function perSecond<T>(
  operator: string,
  window: Duration,
  scheduler: VirtualScheduler,
  amount: (value: T) => number,
): OperatorFunction<T, Sample> {
  return inWindows(operator, window, scheduler, () => {
    let sum = 0;
    return {
      add(value) {
        sum += amount(value);
      },
      close(start, end) {
        if (start === end) return undefined;
        const value = (sum * PICOSECONDS_PER_SECOND) / scheduler.span(end - start);
        sum = 0;
        return { start, end, value };
      },
    };
  });
}

export interface UtilisationOptions {
  /** Level that counts as fully used, > 0. Default 1. */
  readonly capacity?: number;
  /** Level before the first emission. Default 0. */
  readonly initial?: number;
}

/**
 * Share of `capacity` in use, averaged over each consecutive window: the source emits the level in use whenever it changes, and it
 * holds in between (the integral of the level over the window, divided by capacity and length).
 */
export function utilisation(
  window: Duration,
  scheduler: VirtualScheduler,
  options: UtilisationOptions = {},
): OperatorFunction<number, Sample> {
  const { capacity = 1, initial = 0 } = options;
  check(capacity > 0, 'utilisation', 'capacity', capacity, 'greater than 0');
  return inWindows('utilisation', window, scheduler, (begin: Time) => {
    const level = new TimeWeighted(initial, begin);
    return {
      add: (value, time) => level.set(value, time),
      close(start, end) {
        if (start === end) return undefined;
        const value = level.average(end) / capacity;
        level.reset(end);
        return { start, end, value };
      },
    };
  });
}

export interface MovingQuantileOptions {
  /** How often it is told; the window is a whole multiple of it. Default: an eighth of the window. */
  readonly every?: Duration;
  /** Of the value, see QuantileSketch. Default 0.01. */
  readonly relativeError?: number;
}

/**
 * Every `every`, the quantile `q` of the numbers emitted during the last `window`, within the relative error; nothing while there
 * are none. One sketch per `every` is kept and merged, so that old values leave the window exactly.
 */
export function movingQuantile(
  window: Duration,
  q: number,
  scheduler: VirtualScheduler,
  options: MovingQuantileOptions = {},
): OperatorFunction<number, Sample> {
  const { every = Math.round(window / 8) as Duration, relativeError = 0.01 } = options;
  check(q >= 0 && q <= 1, 'movingQuantile', 'q', q, 'from 0 to 1');
  const panes = paneCount('movingQuantile', window, every, scheduler);
  return inWindows('movingQuantile', every, scheduler, () => {
    const closed: Array<{ readonly start: Time; readonly sketch: QuantileSketch }> = [];
    let sketch = new QuantileSketch({ relativeError });
    return {
      add: (value) => sketch.add(value),
      close(start, end) {
        if (start === end && sketch.count === 0) return undefined;
        closed.push({ start, sketch });
        sketch = new QuantileSketch({ relativeError });
        if (closed.length > panes) closed.shift();
        const merged = new QuantileSketch({ relativeError });
        for (const pane of closed) merged.merge(pane.sketch);
        return merged.count === 0 ? undefined : { start: closed[0]!.start, end, value: merged.quantile(q) };
      },
    };
  });
}
