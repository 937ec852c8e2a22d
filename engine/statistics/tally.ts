import { saveClass } from '../kernel/saved-class.ts';
import { checkValue } from './errors.ts';

/** A tally as plain data, for checkpoints and workers. */
export interface TallyState {
  readonly count: number;
  readonly mean: number;
  /** Sum of the squared distances from the mean. */
  readonly squares: number;
  readonly min: number;
  readonly max: number;
}

/** Count, mean, variance and extremes of observations in constant memory, without cancellation (Welford 1962). */
export class Tally {
  #count = 0;
  #mean = 0;
  #squares = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  /** A tally of `values`, or one put back from `state()`. */
  static of(values: Iterable<number>): Tally {
    const tally = new Tally();
    for (const value of values) tally.add(value);
    return tally;
  }

  static from(state: TallyState): Tally {
    const tally = new Tally();
    tally.restore(state);
    return tally;
  }

  get count(): number {
    return this.#count;
  }

  /** NaN without observations. */
  get mean(): number {
    return this.#count === 0 ? Number.NaN : this.#mean;
  }

  /** Unbiased (n - 1); NaN below two observations. */
  get variance(): number {
    return this.#count < 2 ? Number.NaN : this.#squares / (this.#count - 1);
  }

  get deviation(): number {
    return Math.sqrt(this.variance);
  }

  get sum(): number {
    return this.#mean * this.#count;
  }

  /** Infinity without observations. */
  get min(): number {
    return this.#min;
  }

  /** -Infinity without observations. */
  get max(): number {
    return this.#max;
  }

  /** Takes one observation; throws STATISTICS_BAD_VALUE when it is not finite. */
  add(value: number): void {
    checkValue('a tally', value);
    const distance = value - this.#mean;
    this.#count++;
    this.#mean += distance / this.#count;
    this.#squares += distance * (value - this.#mean);
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  /** Takes all observations of `other` (Chan, Golub and LeVeque 1983). Last bits depend on the order of merging: use a canonical one. */
  merge(other: Tally): void {
    if (other.#count === 0) return;
    const count = this.#count + other.#count;
    const distance = other.#mean - this.#mean;
    this.#squares += other.#squares + (distance * distance * this.#count * other.#count) / count;
    this.#mean += (distance * other.#count) / count;
    this.#count = count;
    if (other.#min < this.#min) this.#min = other.#min;
    if (other.#max > this.#max) this.#max = other.#max;
  }

  /** Forgets all observations: the end of a warm-up. */
  reset(): void {
    this.#count = 0;
    this.#mean = 0;
    this.#squares = 0;
    this.#min = Number.POSITIVE_INFINITY;
    this.#max = Number.NEGATIVE_INFINITY;
  }

  /** Goes on from what `state` gave. */
  restore(state: TallyState): void {
    this.#count = state.count;
    this.#mean = state.mean;
    this.#squares = state.squares;
    this.#min = state.min;
    this.#max = state.max;
  }

  state(): TallyState {
    return { count: this.#count, mean: this.#mean, squares: this.#squares, min: this.#min, max: this.#max };
  }
}

saveClass(
  Tally,
  'statistics.Tally',
  (tally) => tally.state(),
  (state) => Tally.from(state),
  (tally, state) => tally.restore(state),
);
