import type { SchedulerAction, SchedulerLike, Subscription } from 'rxjs';
import type { EventHandle } from '../kernel/event-queue.ts';
import { type Duration, picosecondsPerTick, type Resolution, type Time } from '../kernel/time.ts';
import { streamsErrors } from './errors.ts';
import { TimerAction } from './timer-action.ts';
import { guarded } from './unhandled.ts';

const PICOSECONDS_PER_MS = 1e9;
const NEVER_DUE = -1;

/** Where pending work waits: the queue of the simulation, or that of its observers. @internal */
export interface Timers {
  readonly time: Time;
  readonly resolution: Resolution;
  /** Calls back with `index` in `ticks`; undefined when that is past the end of time. */
  arm(ticks: number, index: number): EventHandle | undefined;
  disarm(handle: EventHandle): void;
}

/**
 * An RxJS scheduler in virtual time. Its numbers are milliseconds of virtual time, fractions included, each delay rounded to a
 * tick: exact to the tick during the first 2^49 ticks, to four ticks at the end of time. Negative delays count as none, as in
 * RxJS; work an infinite delay ahead never runs.
 */
export class VirtualScheduler implements SchedulerLike {
  readonly #timers: Timers;
  readonly #ticksPerMs: number;
  readonly #picosecondsPerTick: number;
  readonly #actions: Array<TimerAction<unknown> | undefined> = [];
  readonly #free: number[] = [];
  // The event of each row; a number in a field of its own object would be one more object per piece of work.
  #handles = new Float64Array(64);
  #shownTick = 0;
  #shown = 0;

  /** @internal */
  constructor(timers: Timers) {
    this.#timers = timers;
    this.#picosecondsPerTick = picosecondsPerTick[timers.resolution];
    this.#ticksPerMs = PICOSECONDS_PER_MS / this.#picosecondsPerTick;
  }

  /** Virtual time, in ticks. */
  get time(): Time {
    return this.#timers.time;
  }

  get resolution(): Resolution {
    return this.#timers.resolution;
  }

  /** Pending pieces of work. */
  get pending(): number {
    return this.#actions.length - this.#free.length;
  }

  /** Rows of the table of work: the largest number of pending pieces so far. @internal */
  get rows(): number {
    return this.#actions.length;
  }

  /** `span` in whole ticks of the simulation. */
  ticks(span: Duration): number {
    return Math.round(span / this.#picosecondsPerTick);
  }

  /** `ticks` as a span. */
  span(ticks: number): Duration {
    return (ticks * this.#picosecondsPerTick) as Duration;
  }

  /** Virtual time in milliseconds. Never goes back. */
  now(): number {
    const { time } = this.#timers;
    if (time !== this.#shownTick) {
      this.#shownTick = time;
      this.#shown = time / this.#ticksPerMs;
    }
    return this.#shown;
  }

  /** Runs `work` after `delay` milliseconds of virtual time, in scheduling order among equal times. Throws STREAMS_BAD_DELAY for NaN, SIM_RANGE. */
  schedule<State>(
    work: (this: SchedulerAction<State>, state: State) => void,
    delay?: number,
    state?: State,
  ): Subscription {
    const action = new TimerAction<State>(this, work as (this: SchedulerAction<State>, state?: State) => void);
    return action.schedule(state, delay);
  }

  /** @internal */
  arm(action: TimerAction<unknown>, delay: number): void {
    if (Number.isNaN(delay)) throw streamsErrors.create('STREAMS_BAD_DELAY', { value: delay });
    const wanted = delay > 0 ? delay * this.#ticksPerMs : 0;
    let ticks = Math.round(wanted);
    action.due = 0;
    // Operators that compare now() with a deadline ask again for what rounding left over: less than a tick. They run at once and
    // see now() advanced by it, or one tick later once half a tick has gathered; else they would ask for ever.
    if (ticks === 0 && wanted > 0) {
      action.due = this.now() + delay;
      if (action.due * this.#ticksPerMs - this.#timers.time > 0.5) ticks = 1;
    }
    const index = this.#free.pop() ?? this.#actions.length;
    this.#actions[index] = action;
    action.index = index;
    try {
      const handle = ticks === Number.POSITIVE_INFINITY ? undefined : this.#timers.arm(ticks, index);
      if (index >= this.#handles.length) this.#grow();
      this.#handles[index] = handle ?? NEVER_DUE;
    } catch (error) {
      this.#release(action);
      throw error;
    }
  }

  /** @internal */
  disarm(action: TimerAction<unknown>): void {
    if (action.index < 0) return;
    const handle = this.#handles[action.index]!;
    if (handle !== NEVER_DUE) this.#timers.disarm(handle as EventHandle);
    this.#release(action);
  }

  /** Runs the work whose time has come. Throws what it threw, or what RxJS found unhandled. @internal */
  fire(index: number): void {
    const action = this.#actions[index] as TimerAction<unknown>;
    this.#release(action);
    const now = this.now();
    if (action.due > now) this.#shown = action.due;
    guarded(execute, action, undefined);
  }

  #release(action: TimerAction<unknown>): void {
    this.#actions[action.index] = undefined;
    this.#free.push(action.index);
    action.index = -1;
  }

  #grow(): void {
    const grown = new Float64Array(2 * this.#handles.length);
    grown.set(this.#handles);
    this.#handles = grown;
  }
}

function execute(action: TimerAction<unknown>): void {
  action.execute();
}
