/**
 * The two-sided 95 % quantile of Student's t with `degrees` >= 1 of freedom, to 1e-9.
 * Found by bisection of the distribution function, whose finite series for whole degrees is Abramowitz and Stegun 26.7.3 and 26.7.4.
 */
export function studentQuantile95(degrees: number): number {
  let low = 1.9;
  let high = 12.8;
  while (high - low > 1e-10) {
    const middle = (low + high) / 2;
    if (insideShare(middle, degrees) < 0.95) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(|T| < t). */
function insideShare(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const cos2 = Math.cos(angle) ** 2;
  const odd = degrees % 2 === 1;
  let term = odd ? Math.cos(angle) : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k <= degrees - 2; k += 2) {
    term *= (cos2 * (k - 1)) / k;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}

/** Mean and 95 % confidence interval of independent values; one value has no interval. */
export function meanWithInterval(values: readonly number[]): {
  readonly mean: number;
  readonly interval?: readonly [number, number];
} {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = studentQuantile95(n - 1) * Math.sqrt(variance / n);
  return { mean, interval: [mean - half, mean + half] };
}
