import { check, checkConfidence } from './errors.ts';
import { studentQuantile } from './student.ts';
import { Tally } from './tally.ts';

/** A number that comes from random runs, with its confidence interval [low, high] = mean -+ halfWidth. */
export interface Estimate {
  readonly mean: number;
  /** Infinity when `n` < 2: one observation says nothing about its spread. */
  readonly halfWidth: number;
  readonly low: number;
  readonly high: number;
  /** Probability with which such an interval contains the true mean, as 0.95. */
  readonly confidence: number;
  /** Number of independent observations. */
  readonly n: number;
}

/**
 * Student interval for the mean of independent observations: mean -+ t(n - 1) s / sqrt(n). Observations inside one run are seldom independent:
 * use replications or batch means. Throws STATISTICS_BAD_PARAMETER, STATISTICS_BAD_VALUE.
 */
export function estimateMean(observations: Tally | Iterable<number>, confidence = 0.95): Estimate {
  checkConfidence('estimateMean', confidence);
  const tally = observations instanceof Tally ? observations : Tally.of(observations);
  const { count: n, mean, deviation } = tally;
  const halfWidth =
    n < 2 ? Number.POSITIVE_INFINITY : (studentQuantile(0.5 + confidence / 2, n - 1) * deviation) / Math.sqrt(n);
  return { mean, halfWidth, low: mean - halfWidth, high: mean + halfWidth, confidence, n };
}

/** Interval for the mean of a[i] - b[i]: two systems compared under common random numbers, or a pair of antithetic runs. Lengths must agree. */
export function estimateDifference(a: readonly number[], b: readonly number[], confidence = 0.95): Estimate {
  check(
    a.length === b.length,
    'estimateDifference',
    'number of pairs',
    b.length,
    `${a.length}, one for each of the others`,
  );
  return estimateMean(
    a.map((value, i) => value - b[i]!),
    confidence,
  );
}

/** Half width relative to the size of the mean; Infinity at mean 0 unless the interval is a point. */
export function relativePrecision(estimate: Estimate): number {
  return estimate.halfWidth === 0 ? 0 : estimate.halfWidth / Math.abs(estimate.mean);
}

/** `12.3 +- 0.4 (95 %, n = 20)`: the half width with two significant digits, the mean to the same place. */
export function formatEstimate(estimate: Estimate): string {
  const { mean, halfWidth, confidence, n } = estimate;
  const about = `(${Number((confidence * 100).toFixed(6))} %, n = ${n})`;
  if (!(halfWidth > 0 && halfWidth < Number.POSITIVE_INFINITY)) return `${mean} +- ${halfWidth} ${about}`;
  const exponent = Number(halfWidth.toExponential(1).split('e')[1]);
  const digits = Math.min(100, Math.max(0, 1 - exponent));
  return `${mean.toFixed(digits)} +- ${halfWidth.toFixed(digits)} ${about}`;
}
