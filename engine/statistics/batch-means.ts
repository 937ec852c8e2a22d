import { saveClass } from '../kernel/saved-class.ts';
import { check, checkValue } from './errors.ts';
import { type Estimate, estimateMean } from './estimate.ts';

/** Batch means as plain data, for checkpoints. */
export interface BatchMeansState {
  readonly batches: number;
  readonly means: readonly number[];
  readonly size: number;
  readonly filled: number;
  readonly sum: number;
}

/**
 * Interval for the mean of correlated observations of one long run, of a length not known before: their means over batches of equal size.
 * Holds `batches` to 2 `batches` - 1 of them; when full, neighbours are joined and the batch size doubles.
 */
export class BatchMeans {
  readonly #batches: number;
  #means: number[] = [];
  #size = 1;
  #filled = 0;
  #sum = 0;

  /** `batches` is even and at least 4, default 20: 10 to 30 are enough (Schmeiser 1982). Throws STATISTICS_BAD_PARAMETER. */
  constructor(options: { readonly batches?: number } = {}) {
    const { batches = 20 } = options;
    check(
      Number.isInteger(batches) && batches >= 4 && batches % 2 === 0,
      'batch means',
      'batches',
      batches,
      'an even whole number of at least 4',
    );
    this.#batches = batches;
  }

  /** Observations in each complete batch. */
  get size(): number {
    return this.#size;
  }

  /** Means of the complete batches, in the order of time. */
  get means(): readonly number[] {
    return this.#means.slice();
  }

  /** Takes one observation, in the order of time. Throws STATISTICS_BAD_VALUE. */
  add(value: number): void {
    checkValue('batch means', value);
    this.#sum += value;
    if (++this.#filled < this.#size) return;
    this.#means.push(this.#sum / this.#size);
    this.#sum = 0;
    this.#filled = 0;
    if (this.#means.length < 2 * this.#batches) return;
    this.#means = Array.from({ length: this.#batches }, (_, i) => (this.#means[2 * i]! + this.#means[2 * i + 1]!) / 2);
    this.#size *= 2;
  }

  /** Student interval over the complete batches; the observations of the last, incomplete one are left out. */
  estimate(confidence = 0.95): Estimate {
    return estimateMean(this.#means, confidence);
  }

  /** Correlation of neighbouring batch means, near 0 when batches are long enough for the interval to hold; NaN when all are equal. */
  correlation(): number {
    return lagOneCorrelation(this.#means);
  }

  state(): BatchMeansState {
    return {
      batches: this.#batches,
      means: this.#means.slice(),
      size: this.#size,
      filled: this.#filled,
      sum: this.#sum,
    };
  }

  /** One put back from `state()`. */
  static from(state: BatchMeansState): BatchMeans {
    const means = new BatchMeans(state);
    means.restore(state);
    return means;
  }

  /** Goes on from what `state` gave of one with as many batches. */
  restore(state: BatchMeansState): void {
    this.#means = state.means.slice();
    this.#size = state.size;
    this.#filled = state.filled;
    this.#sum = state.sum;
  }

  /** Forgets all observations: the end of a warm-up. */
  reset(): void {
    this.#means = [];
    this.#size = 1;
    this.#filled = 0;
    this.#sum = 0;
  }
}

saveClass(
  BatchMeans,
  'statistics.BatchMeans',
  (means) => means.state(),
  (state) => BatchMeans.from(state),
  (means, state) => means.restore(state),
);

/** Correlation of each value with the one before it; NaN when all are equal or fewer than two. */
export function lagOneCorrelation(values: readonly number[]): number {
  let mean = 0;
  for (const value of values) mean += value / values.length;
  let products = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const distance = values[i]! - mean;
    squares += distance * distance;
    if (i > 0) products += distance * (values[i - 1]! - mean);
  }
  return products / squares;
}
