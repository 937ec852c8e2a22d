import { exp, log, log1p, stirlingTail } from '../kernel/elementary.ts';
import type { RandomStream } from '../kernel/random.ts';
import { checkProbability, checkWhole, type Distribution, makeDistribution } from './distribution.ts';

/**
 * Number of successes in `trials` (0 to 1e9) of the given `probability`. With q the smaller of p and 1 - p: for trials * q < 10 by inversion,
 * searching up from 0, one uniform a draw; else by Hörmann's transformed rejection BTRS (1993), two uniforms a trial, at most 1.5 trials on average.
 */
export function binomial(trials: number, probability: number): Distribution {
  checkWhole('binomial', 'trials', trials, 0, 1e9);
  checkProbability('binomial', 'probability', probability);
  const mirrored = probability > 0.5;
  const p = mirrored ? 1 - probability : probability;
  const draw = trials * p < 10 ? byInversion(trials, p, mirrored) : byRejection(trials, p);
  const mean = trials * probability;
  return makeDistribution(
    'binomial',
    { trials, probability },
    { mean, variance: mean * (1 - probability), low: probability === 1 ? trials : 0 },
    mirrored ? (stream) => trials - draw(stream) : draw,
  );
}

/** `mirrored` draws from 1 - u, so that the number of successes still rises with u when failures are counted. */
function byInversion(n: number, p: number, mirrored: boolean): (stream: RandomStream) => number {
  const atZero = exp(n * log1p(-p));
  const odds = p / (1 - p);
  return (stream) => {
    let u = mirrored ? 1 - stream.uniform() : stream.uniform();
    let probability = atZero;
    let k = 0;
    while (u >= probability && k < n && probability > 0) {
      u -= probability;
      k++;
      probability *= ((n - k + 1) / k) * odds;
    }
    return k;
  };
}

function byRejection(n: number, p: number): (stream: RandomStream) => number {
  const deviation = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const c = n * p + 0.5;
  const squeeze = 0.92 - 4.2 / b;
  const odds = p / (1 - p);
  const alpha = (2.83 + 5.1 / b) * deviation;
  const mode = Math.floor((n + 1) * p);
  const atMode =
    (mode + 0.5) * log((mode + 1) / (odds * (n - mode + 1))) + factorialTail(mode) + factorialTail(n - mode);
  return (stream) => {
    for (;;) {
      const u = stream.uniform() - 0.5;
      const v = 1 - stream.uniform();
      const edge = 0.5 - Math.abs(u);
      if (edge <= 0) continue;
      const k = Math.floor(((2 * a) / edge + b) * u + c);
      if (edge >= 0.07 && v <= squeeze) return k;
      if (k < 0 || k > n) continue;
      const bound =
        atMode +
        (n + 1) * log((n - mode + 1) / (n - k + 1)) +
        (k + 0.5) * log((odds * (n - k + 1)) / (k + 1)) -
        factorialTail(k) -
        factorialTail(n - k);
      if (log((v * alpha) / (a / (edge * edge) + b)) <= bound) return k;
    }
  };
}

const HALF_LOG_TWO_PI = 0.9189385332046728;
/** Logarithms of 0! to 9!. */
const logFactorials = [1, 1, 2, 6, 24, 120, 720, 5040, 40320, 362880].map(log);

/** log k! - ((k + 1/2) log(k + 1) - (k + 1) + log(2 pi) / 2): what remains of log k! beside Stirling's terms at k + 1. */
function factorialTail(k: number): number {
  if (k >= 9) return stirlingTail(k + 1);
  return logFactorials[k]! - ((k + 0.5) * log(k + 1) - (k + 1) + HALF_LOG_TWO_PI);
}
