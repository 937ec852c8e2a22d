import { exp, expm1, log, log1p, power } from '../kernel/elementary.ts';
import { check, checkWhole, type Distribution, makeDistribution } from './distribution.ts';

/**
 * Zipf: rank k of 1 to `count` (at most 2^50) with probability proportional to k^-exponent, exponent >= 0. Rejection-inversion of Hörmann and
 * Derflinger (1996), one uniform a trial, at most 1.1 trials on average, whatever the count.
 */
export function zipf(options: { readonly count: number; readonly exponent: number }): Distribution {
  const { count, exponent } = options;
  checkWhole('zipf', 'count', count, 1, 2 ** 50);
  check(exponent >= 0 && exponent <= 1e3, 'zipf', 'exponent', exponent, 'from 0 to 1000');
  const total = powerSum(count, exponent);
  const mean = powerSum(count, exponent - 1) / total;
  const variance = Math.max(0, powerSum(count, exponent - 2) / total - mean * mean);

  const density = (x: number): number => exp(-exponent * log(x));
  const integral = (x: number): number => {
    const logX = log(x);
    return expm1Ratio((1 - exponent) * logX) * logX;
  };
  const inverse = (y: number): number => exp(log1pRatio(Math.max(-1, y * (1 - exponent))) * y);
  const first = integral(1.5) - 1;
  const width = integral(count + 0.5) - first;
  const inside = 2 - inverse(integral(2.5) - density(2));
  return makeDistribution('zipf', { count, exponent }, { mean, variance, low: 1 }, (stream) => {
    for (;;) {
      const y = first + width * (1 - stream.uniform());
      const x = inverse(y);
      const k = Math.min(count, Math.max(1, Math.floor(x + 0.5)));
      if (k - x <= inside || y >= integral(k + 0.5) - density(k)) return k;
    }
  });
}

/** log(1 + x) / x. */
function log1pRatio(x: number): number {
  return Math.abs(x) > 1e-8 ? log1p(x) / x : 1 - x * (0.5 - x / 3);
}

/** (exp(x) - 1) / x. */
function expm1Ratio(x: number): number {
  return Math.abs(x) > 1e-8 ? expm1(x) / x : 1 + 0.5 * x * (1 + x / 3);
}

/** Terms summed one by one; the rest by the Euler-Maclaurin formula, whose first term left out is below 1e-15 of the sum here. */
const DIRECT_TERMS = 4096;

/** Sum of k^-s for k from 1 to n. */
function powerSum(n: number, s: number): number {
  const direct = Math.min(n, DIRECT_TERMS);
  let sum = 0;
  for (let k = direct; k >= 1; k--) sum += power(k, -s);
  if (n === direct) return sum;
  const logRatio = log(n / direct);
  const area = power(direct, 1 - s) * expm1Ratio((1 - s) * logRatio) * logRatio;
  const ends = (power(n, -s) - power(direct, -s)) / 2;
  const slopes = (s * (power(direct, -s - 1) - power(n, -s - 1))) / 12;
  return sum + area + ends + slopes;
}
