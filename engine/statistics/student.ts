import { exp, log, log1p, logGamma } from '../kernel/elementary.ts';
import { normalProbability, normalQuantileAt } from '../kernel/normal-law.ts';
import { check } from './errors.ts';

/**
 * Student's t quantile: the value that a t variable of `degrees` > 0 (Infinity: normal) stays below with probability `p`, 0 < p < 1, within 1e-11
 * relatively. Newton's method on the distribution function, from portable functions: the same bits on every engine. Throws STATISTICS_BAD_PARAMETER.
 */
export function studentQuantile(p: number, degrees: number): number {
  check(p > 0 && p < 1, 'Student quantile', 'p', p, 'between 0 and 1');
  check(degrees > 0, 'Student quantile', 'degrees', degrees, 'greater than 0');
  if (p === 0.5) return 0;
  const tail = p < 0.5 ? p : 1 - p;
  if (degrees > NEARLY_NORMAL) return nearlyNormal(normalQuantileAt(p), degrees);
  const logPeak = -logBeta(degrees / 2, 0.5) - 0.5 * log(degrees);
  // The tail is convex for t > 0: Newton's method rises from 0 to the root without passing it, until rounding ends the rise.
  let size = 0;
  for (let i = 0; i < 1000; i++) {
    const density = exp(logPeak - 0.5 * (degrees + 1) * log1p((size * size) / degrees));
    const step = (upperTail(size, degrees) - tail) / density;
    size += step;
    if (!(step > 1e-15 * size)) break;
  }
  return p < 0.5 ? -size : size;
}

/** Probability that a t variable of `degrees` > 0 is at most `t`. */
export function studentProbability(t: number, degrees: number): number {
  const tail = upperTail(Math.abs(t), degrees);
  return t < 0 ? tail : 1 - tail;
}

/** Degrees above which the incomplete beta function loses more digits than expansions about the normal law. */
const NEARLY_NORMAL = 1e5;

/** Abramowitz and Stegun 26.7.5; the first term left out is of order degrees^-3. */
function nearlyNormal(z: number, degrees: number): number {
  const square = z * z;
  return z + (z * (square + 1)) / 4 / degrees + (z * ((5 * square + 16) * square + 3)) / 96 / degrees / degrees;
}

/** P(T > t) for t >= 0: half the incomplete beta function I_x(v/2, 1/2) at x = v / (v + t^2) (Abramowitz and Stegun 26.7.1). */
function upperTail(t: number, degrees: number): number {
  const square = t * t;
  // Abramowitz and Stegun 26.7.8; the error is of order degrees^-2.
  if (degrees > NEARLY_NORMAL)
    return normalProbability((-t * (1 - 1 / (4 * degrees))) / Math.sqrt(1 + square / (2 * degrees)));
  return 0.5 * incompleteBeta(degrees / 2, 0.5, degrees / (degrees + square), square / (degrees + square));
}

/** Regularised incomplete beta function I_x(a, b), with y = 1 - x given apart so that it keeps its digits. */
function incompleteBeta(a: number, b: number, x: number, y: number): number {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  const logX = x < 0.5 ? log(x) : log1p(-y);
  const logY = y < 0.5 ? log(y) : log1p(-x);
  const front = exp(a * logX + b * logY - logBeta(a, b));
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(a, b, x)) / a : 1 - (front * betaFraction(b, a, y)) / b;
}

/** log B(a, b); for b = 1/2 and large a by the asymptotic series of log Gamma(a + 1/2) - log Gamma(a), whose terms do not cancel. */
function logBeta(a: number, b: number): number {
  if (b !== 0.5 || a < 20) return logGamma(a) + logGamma(b) - logGamma(a + b);
  const w = 1 / (a * a);
  return HALF_LOG_PI - 0.5 * log(a) + (1 / 8 - w * (1 / 192 - w * (1 / 640 - w * (17 / 14336)))) / a;
}

const HALF_LOG_PI = 0.5723649429247001;

/** The continued fraction of Abramowitz and Stegun 26.5.8 by Lentz's method; converges fast for x < (a + 1) / (a + b + 2). */
function betaFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return value;
}

function awayFromZero(x: number): number {
  return Math.abs(x) < 1e-300 ? 1e-300 : x;
}
