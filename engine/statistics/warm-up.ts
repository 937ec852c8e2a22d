import { check } from './errors.ts';

/** How many observations at the beginning of a run to leave out. */
export interface WarmUp {
  /** Observations to leave out. */
  readonly observations: number;
  /** Mean of those that stay. */
  readonly mean: number;
  /** False when the best cut is the last one allowed, half of the run: the run is too short to tell. */
  readonly reliable: boolean;
}

/**
 * MSER-5 (White, Cobb and Spratt 2000): over means of five observations, cuts off the d first that minimise the squared standard error of the
 * mean of the rest, (1 / (n - d)^2) sum (y_i - mean)^2, for d up to half of the run. Of equal cuts the shortest. Throws STATISTICS_BAD_PARAMETER
 * below 20 observations.
 */
export function mser5(values: readonly number[]): WarmUp {
  check(values.length >= 20, 'MSER-5', 'number of observations', values.length, 'at least 20');
  const count = Math.floor(values.length / 5);
  let kept = 0;
  let mean = 0;
  let squares = 0;
  let best = { cut: 0, error: Number.POSITIVE_INFINITY, mean: 0 };
  const last = Math.floor(count / 2);
  for (let cut = count - 1; cut >= 0; cut--) {
    let batch = 0;
    for (let i = 0; i < 5; i++) batch += values[cut * 5 + i]! / 5;
    const distance = batch - mean;
    mean += distance / ++kept;
    squares += distance * (batch - mean);
    const error = squares / (kept * kept);
    if (cut <= last && error <= best.error) best = { cut, error, mean };
  }
  return { observations: best.cut * 5, mean: best.mean, reliable: best.cut < last };
}

/** One point of a Welch plot. */
export interface WelchPoint {
  readonly index: number;
  /** Average over the replications. */
  readonly mean: number;
  /** The same smoothed over the window. */
  readonly smoothed: number;
}

/**
 * Data of a Welch plot (Welch 1983), for choosing a warm-up by eye: observation i averaged over replications, then over the `window` observations
 * on each side (near the beginning as many as there are, 2 i + 1 in all). Replications are cut to the shortest; the last `window` points have no
 * smoothed value and are left out. Throws STATISTICS_BAD_PARAMETER.
 */
export function welchPlot(replications: ReadonlyArray<readonly number[]>, window: number): WelchPoint[] {
  check(replications.length > 0, 'Welch plot', 'number of replications', 0, 'at least 1');
  check(Number.isInteger(window) && window >= 0, 'Welch plot', 'window', window, 'a whole number of at least 0');
  const length = replications.reduce((least, run) => Math.min(least, run.length), Number.POSITIVE_INFINITY);
  const means: number[] = [];
  for (let i = 0; i < length; i++) {
    let sum = 0;
    for (const run of replications) sum += run[i]!;
    means.push(sum / replications.length);
  }
  const points: WelchPoint[] = [];
  for (let index = 0; index < length - window; index++) {
    const side = Math.min(window, index);
    let sum = 0;
    for (let i = index - side; i <= index + side; i++) sum += means[i]!;
    points.push({ index, mean: means[index]!, smoothed: sum / (2 * side + 1) });
  }
  return points;
}
