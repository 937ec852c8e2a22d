import { check, type Distribution, makeDistribution } from './distribution.ts';

/**
 * Draws one of `values`, with equal weights (observed samples) or `weights` >= 0, in any order. By inversion of the cumulative weights
 * through a guide table (Chen and Asau 1974): one uniform a draw, constant time, greater uniforms give greater values.
 */
export function empirical<T extends number>(
  values: readonly T[],
  weights: readonly number[] = values.map(() => 1),
): Distribution<T> {
  const count = values.length;
  check(count > 0 && values.every(Number.isFinite), 'empirical', 'values', values, 'one finite number or more');
  check(
    weights.length === count && weights.every((weight) => weight >= 0 && Number.isFinite(weight)),
    'empirical',
    'weights',
    weights,
    `${count} finite numbers, none negative, one for each value`,
  );
  const order = Array.from(values.keys()).sort((i, j) => values[i]! - values[j]!);
  const sorted = order.map((i) => values[i]!);
  const ordered = order.map((i) => weights[i]!);
  let total = 0;
  for (const weight of ordered) total += weight;
  check(total > 0 && Number.isFinite(total), 'empirical', 'weights', weights, 'of a finite sum greater than 0');

  const cumulative = new Float64Array(count);
  let sum = 0;
  let mean = 0;
  let last = 0;
  for (let i = 0; i < count; i++) {
    sum += ordered[i]!;
    cumulative[i] = sum / total;
    mean += (ordered[i]! / total) * sorted[i]!;
    if (ordered[i]! > 0) last = i;
  }
  // From the last possible value on, whatever the rounding of the sum.
  cumulative.fill(1, last);
  let variance = 0;
  for (let i = 0; i < count; i++) variance += (ordered[i]! / total) * (sorted[i]! - mean) * (sorted[i]! - mean);

  const guide = new Int32Array(count);
  for (let cell = 0, i = 0; cell < count; cell++) {
    while (cumulative[i]! <= cell / count) i++;
    guide[cell] = i;
  }
  const low = sorted[ordered.findIndex((weight) => weight > 0)]!;
  return makeDistribution('empirical', { values: sorted, weights: ordered }, { mean, variance, low }, (stream) => {
    const u = stream.uniform();
    let i = guide[Math.floor(u * count)]!;
    while (cumulative[i]! <= u) i++;
    return sorted[i]!;
  });
}
