import { saveClass } from '../kernel/saved-class.ts';
import { check, checkValue, statisticsErrors } from './errors.ts';

const float = new Float64Array([1]);
const words = new Int32Array(float.buffer);
const HIGH = words[0] === 0 ? 1 : 0;

/** A quantile sketch as plain data, for checkpoints. */
export interface QuantileSketchState {
  readonly relativeError: number;
  readonly positive: BucketsState;
  readonly negative: BucketsState;
  readonly zeros: number;
  readonly min: number;
  readonly max: number;
}

interface BucketsState {
  readonly first: number;
  readonly counts: Float64Array;
}

/**
 * Quantiles of a stream of any length within a relative error of the value, from counts in buckets cut out of the bits of a double:
 * the exponent and the first bits of the mantissa (the log-linear buckets of HdrHistogram, for all finite doubles, negative ones too).
 * Counts are whole numbers: the result does not depend on the order of observations or merges, nor on the engine.
 */
export class QuantileSketch {
  /** Greatest distance of a quantile from an observation of that rank, relative to it. */
  readonly relativeError: number;
  readonly #shift: number;
  readonly #positive: Buckets;
  readonly #negative: Buckets;
  #zeros = 0;
  #count = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  /** `relativeError` from 1e-4 to 0.25, default 0.01; the next power of 2 below it is used. Throws STATISTICS_BAD_PARAMETER. */
  constructor(options: { readonly relativeError?: number } = {}) {
    const { relativeError = 0.01 } = options;
    check(
      relativeError >= 1e-4 && relativeError <= 0.25,
      'quantile sketch',
      'relativeError',
      relativeError,
      'from 1e-4 to 0.25',
    );
    let bits = 1;
    let error = 0.25;
    while (error > relativeError) {
      bits++;
      error /= 2;
    }
    this.relativeError = error;
    this.#shift = 20 - bits;
    this.#positive = new Buckets();
    this.#negative = new Buckets();
  }

  get count(): number {
    return this.#count;
  }

  /** Exact; Infinity without observations. */
  get min(): number {
    return this.#min;
  }

  /** Exact; -Infinity without observations. */
  get max(): number {
    return this.#max;
  }

  /** Takes one observation. Throws STATISTICS_BAD_VALUE when it is not finite. */
  add(value: number): void {
    checkValue('a quantile sketch', value);
    if (value > 0) this.#positive.increment(this.#key(value));
    else if (value < 0) this.#negative.increment(this.#key(-value));
    else this.#zeros++;
    this.#count++;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  /**
   * Value of rank floor(p (n - 1)) among the observations in ascending order, within `relativeError` of it; exact at p = 0 and p = 1,
   * NaN without observations. Throws STATISTICS_BAD_PARAMETER unless 0 <= p <= 1.
   */
  quantile(p: number): number {
    check(p >= 0 && p <= 1, 'quantile', 'p', p, 'from 0 to 1');
    if (this.#count === 0) return Number.NaN;
    const rank = Math.floor(p * (this.#count - 1));
    if (rank === 0) return this.#min;
    if (rank === this.#count - 1) return this.#max;
    const negatives = this.#negative.total;
    let value = 0;
    if (rank < negatives) value = -this.#middle(this.#negative.keyAt(negatives - 1 - rank));
    else if (rank >= negatives + this.#zeros)
      value = this.#middle(this.#positive.keyAt(rank - negatives - this.#zeros));
    return Math.min(this.#max, Math.max(this.#min, value));
  }

  /** Takes all observations of `other`, exactly, in any order. Throws STATISTICS_MERGE when the relative errors differ. */
  merge(other: QuantileSketch): void {
    if (other.relativeError !== this.relativeError)
      throw statisticsErrors.create('STATISTICS_MERGE', {
        reason: `quantile sketches of relative error ${this.relativeError} and ${other.relativeError}`,
        remedy: 'Make both with the same relativeError',
      });
    this.#positive.merge(other.#positive);
    this.#negative.merge(other.#negative);
    this.#zeros += other.#zeros;
    this.#count += other.#count;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  /** Forgets all observations: the end of a warm-up. */
  reset(): void {
    this.#positive.clear();
    this.#negative.clear();
    this.#zeros = 0;
    this.#count = 0;
    this.#min = Number.POSITIVE_INFINITY;
    this.#max = Number.NEGATIVE_INFINITY;
  }

  state(): QuantileSketchState {
    return {
      relativeError: this.relativeError,
      positive: this.#positive.state(),
      negative: this.#negative.state(),
      zeros: this.#zeros,
      min: this.#min,
      max: this.#max,
    };
  }

  /** One put back from `state()`. */
  static from(state: QuantileSketchState): QuantileSketch {
    const sketch = new QuantileSketch(state);
    sketch.restore(state);
    return sketch;
  }

  /** Goes on from what `state` gave of one with the same relative error. */
  restore(state: QuantileSketchState): void {
    this.#positive.restore(state.positive);
    this.#negative.restore(state.negative);
    this.#zeros = state.zeros;
    this.#count = this.#positive.total + this.#negative.total + state.zeros;
    this.#min = state.min;
    this.#max = state.max;
  }

  #key(size: number): number {
    float[0] = size;
    return words[HIGH]! >>> this.#shift;
  }

  #middle(key: number): number {
    return (this.#edge(key) + this.#edge(key + 1)) / 2;
  }

  #edge(key: number): number {
    words[1 - HIGH] = 0;
    words[HIGH] = key << this.#shift;
    // The bucket of the greatest doubles ends at infinity.
    return Math.min(float[0]!, Number.MAX_VALUE);
  }
}

saveClass(
  QuantileSketch,
  'statistics.QuantileSketch',
  (sketch) => sketch.state(),
  (state) => QuantileSketch.from(state),
  (sketch, state) => sketch.restore(state),
);

/** Counts by whole key, in one array from the least key seen to the greatest, grown by doubling. */
class Buckets {
  #counts = new Float64Array(0);
  #first = 0;
  #total = 0;

  get total(): number {
    return this.#total;
  }

  increment(key: number): void {
    let index = key - this.#first;
    if (!(index >= 0 && index < this.#counts.length)) {
      this.#cover(key, key);
      index = key - this.#first;
    }
    this.#counts[index] = this.#counts[index]! + 1;
    this.#total++;
  }

  state(): BucketsState {
    return { first: this.#first, counts: this.#counts.slice() };
  }

  restore({ first, counts }: BucketsState): void {
    this.#counts = counts.slice();
    this.#first = first;
    this.#total = counts.reduce((sum, count) => sum + count, 0);
  }

  clear(): void {
    this.#counts.fill(0);
    this.#total = 0;
  }

  merge(other: Buckets): void {
    if (other.#total === 0) return;
    this.#cover(other.#first, other.#first + other.#counts.length - 1);
    const shift = other.#first - this.#first;
    for (let i = 0; i < other.#counts.length; i++)
      this.#counts[i + shift] = this.#counts[i + shift]! + other.#counts[i]!;
    this.#total += other.#total;
  }

  /** Key of the observation of `rank` in ascending order of keys, 0 <= rank < total. */
  keyAt(rank: number): number {
    let seen = 0;
    let index = 0;
    while (seen + this.#counts[index]! <= rank) seen += this.#counts[index++]!;
    return this.#first + index;
  }

  #cover(low: number, high: number): void {
    const length = this.#counts.length;
    const first = length === 0 ? low : Math.min(low, this.#first);
    const end = length === 0 ? high + 1 : Math.max(high + 1, this.#first + length);
    if (length > 0 && first === this.#first && end === this.#first + length) return;
    const wanted = Math.max(64, end - first, Math.min(2 * length, end - first + 4096));
    // The slack goes to the side that grew.
    const start = length > 0 && first < this.#first ? Math.max(0, end - wanted) : first;
    const counts = new Float64Array(wanted);
    counts.set(this.#counts, length === 0 ? 0 : this.#first - start);
    this.#counts = counts;
    this.#first = start;
  }
}
