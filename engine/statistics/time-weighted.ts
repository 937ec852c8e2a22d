import { saveClass } from '../kernel/saved-class.ts';
import type { Time } from '../kernel/time.ts';
import { checkValue, statisticsErrors } from './errors.ts';

/** A level as plain data, for checkpoints. */
export interface TimeWeightedState {
  readonly value: number;
  readonly start: Time;
  readonly last: Time;
  readonly area: number;
  readonly min: number;
  readonly max: number;
}

/** A value that holds between changes, such as a queue length: its average over virtual time, area and extremes, in constant memory. */
export class TimeWeighted {
  #value: number;
  #start: Time;
  #last: Time;
  #area = 0;
  #min: number;
  #max: number;

  /** The level is `value` from `start` on. Throws STATISTICS_BAD_VALUE. */
  constructor(value = 0, start: Time = 0 as Time) {
    checkValue('a level', value);
    this.#value = value;
    this.#start = start;
    this.#last = start;
    this.#min = value;
    this.#max = value;
  }

  static from(state: TimeWeightedState): TimeWeighted {
    const level = new TimeWeighted(state.value, state.start);
    level.restore(state);
    return level;
  }

  get value(): number {
    return this.#value;
  }

  /** Least value since the start or the last `reset`, values held for no time included. */
  get min(): number {
    return this.#min;
  }

  get max(): number {
    return this.#max;
  }

  /** The level is `value` from `now` on. At equal times the last call counts. Throws STATISTICS_PAST, STATISTICS_BAD_VALUE. */
  set(value: number, now: Time): void {
    checkValue('a level', value);
    this.#advance(now);
    this.#value = value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  /** Changes the level by `change` at `now`. */
  add(change: number, now: Time): void {
    this.set(this.#value + change, now);
  }

  /** Integral of the level from the start to `now`, in value times ticks. */
  area(now: Time): number {
    return this.#area + this.#value * this.#since(now);
  }

  /** Average from the start to `now`; the present value while no time has passed. */
  average(now: Time): number {
    const span = now - this.#start;
    return span === 0 ? this.#value : this.area(now) / span;
  }

  /** Begins anew at `now` with the present value: the end of a warm-up. */
  reset(now: Time): void {
    this.#advance(now);
    this.#start = now;
    this.#area = 0;
    this.#min = this.#value;
    this.#max = this.#value;
  }

  /** Goes on from what `state` gave. */
  restore(state: TimeWeightedState): void {
    this.#value = state.value;
    this.#start = state.start;
    this.#last = state.last;
    this.#area = state.area;
    this.#min = state.min;
    this.#max = state.max;
  }

  state(): TimeWeightedState {
    return {
      value: this.#value,
      start: this.#start,
      last: this.#last,
      area: this.#area,
      min: this.#min,
      max: this.#max,
    };
  }

  #advance(now: Time): void {
    this.#area += this.#value * this.#since(now);
    this.#last = now;
  }

  #since(now: Time): number {
    const span = now - this.#last;
    if (!(span >= 0)) throw statisticsErrors.create('STATISTICS_PAST', { last: this.#last, now });
    return span;
  }
}

saveClass(
  TimeWeighted,
  'statistics.TimeWeighted',
  (level) => level.state(),
  (state) => TimeWeighted.from(state),
  (level, state) => level.restore(state),
);
