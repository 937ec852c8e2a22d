import { saveClass } from '../kernel/saved-class.ts';
import { check, checkValue, statisticsErrors } from './errors.ts';

/** A histogram as plain data, for checkpoints. */
export interface HistogramState {
  readonly low: number;
  readonly high: number;
  readonly bins: number;
  readonly counts: readonly number[];
  readonly below: number;
  readonly above: number;
}

/** Counts in equal bins over [low, high), and beside it; the value `high` itself counts as above. */
export class Histogram {
  readonly low: number;
  readonly high: number;
  readonly bins: number;
  readonly #counts: Float64Array;
  readonly #width: number;
  #below = 0;
  #above = 0;

  /** Throws STATISTICS_BAD_PARAMETER. */
  constructor(options: { readonly low: number; readonly high: number; readonly bins: number }) {
    const { low, high, bins } = options;
    check(Number.isFinite(low), 'histogram', 'low', low, 'finite');
    check(high > low && Number.isFinite(high - low), 'histogram', 'high', high, `finite and greater than low = ${low}`);
    check(
      Number.isInteger(bins) && bins >= 1 && bins <= 1e7,
      'histogram',
      'bins',
      bins,
      'a whole number from 1 to 10 million',
    );
    this.low = low;
    this.high = high;
    this.bins = bins;
    this.#counts = new Float64Array(bins);
    this.#width = (high - low) / bins;
  }

  /** Observations below `low`. */
  get below(): number {
    return this.#below;
  }

  /** Observations of `high` or more. */
  get above(): number {
    return this.#above;
  }

  get total(): number {
    return this.#counts.reduce((sum, count) => sum + count, this.#below + this.#above);
  }

  /** A copy of the counts, lowest bin first. */
  get counts(): number[] {
    return Array.from(this.#counts);
  }

  /** Lower edge of bin `index`; `edge(bins)` is `high`. */
  edge(index: number): number {
    return index === this.bins ? this.high : this.low + index * this.#width;
  }

  /** Counts one observation. Throws STATISTICS_BAD_VALUE. */
  add(value: number): void {
    checkValue('a histogram', value);
    if (value < this.low) this.#below++;
    else if (value >= this.high) this.#above++;
    else {
      const index = Math.min(this.bins - 1, Math.floor((value - this.low) / this.#width));
      this.#counts[index] = this.#counts[index]! + 1;
    }
  }

  /** Adds the counts of `other`, exactly, in any order. Throws STATISTICS_MERGE when the bins differ. */
  merge(other: Histogram): void {
    if (other.low !== this.low || other.high !== this.high || other.bins !== this.bins)
      throw statisticsErrors.create('STATISTICS_MERGE', {
        reason: `histograms of ${this.bins} bins on [${this.low}, ${this.high}) and ${other.bins} on [${other.low}, ${other.high})`,
        remedy: 'Make both with the same bins',
      });
    for (let i = 0; i < this.bins; i++) this.#counts[i] = this.#counts[i]! + other.#counts[i]!;
    this.#below += other.#below;
    this.#above += other.#above;
  }

  state(): HistogramState {
    const { low, high, bins, counts, below, above } = this;
    return { low, high, bins, counts, below, above };
  }

  /** One put back from `state()`. */
  static from(state: HistogramState): Histogram {
    const histogram = new Histogram(state);
    histogram.restore(state);
    return histogram;
  }

  /** Goes on from what `state` gave of one with the same bins. */
  restore(state: HistogramState): void {
    this.#counts.set(state.counts);
    this.#below = state.below;
    this.#above = state.above;
  }

  /** Forgets all observations: the end of a warm-up. */
  reset(): void {
    this.#counts.fill(0);
    this.#below = 0;
    this.#above = 0;
  }
}

saveClass(
  Histogram,
  'statistics.Histogram',
  (histogram) => histogram.state(),
  (state) => Histogram.from(state),
  (histogram, state) => histogram.restore(state),
);
