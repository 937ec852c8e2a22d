import { exp, log, logGamma } from '../kernel/elementary.ts';
import { check, type Distribution, makeDistribution } from './distribution.ts';

/**
 * Poisson of the given `mean`, 0 to 1e9 (beyond, the normal law is as good). Below 10 by inversion, searching up from 0: one uniform a draw;
 * from 10 by Hörmann's transformed rejection PTRS (1993): two uniforms a trial, at most 1.4 trials on average.
 */
export function poisson(mean: number): Distribution {
  check(mean >= 0 && mean <= 1e9, 'poisson', 'mean', mean, 'from 0 to 1e9');
  const moments = { mean, variance: mean, low: 0 };
  return mean < 10 ? byInversion(mean, moments) : byRejection(mean, moments);
}

type Moments = { readonly mean: number; readonly variance: number; readonly low: number };

function byInversion(mean: number, moments: Moments): Distribution {
  const atZero = exp(-mean);
  return makeDistribution('poisson', { mean }, moments, (stream) => {
    let u = stream.uniform();
    let probability = atZero;
    let k = 0;
    while (u >= probability && probability > 0) {
      u -= probability;
      probability *= mean / ++k;
    }
    return k;
  });
}

function byRejection(mean: number, moments: Moments): Distribution {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const logInverseAlpha = log(1.1239 + 1.1328 / (b - 3.4));
  const squeeze = 0.9277 - 3.6224 / (b - 2);
  const logMean = log(mean);
  return makeDistribution('poisson', { mean }, moments, (stream) => {
    for (;;) {
      const u = stream.uniform() - 0.5;
      const v = 1 - stream.uniform();
      const edge = 0.5 - Math.abs(u);
      if (edge <= 0) continue;
      const k = Math.floor(((2 * a) / edge + b) * u + mean + 0.43);
      if (edge >= 0.07 && v <= squeeze) return k;
      if (k < 0 || (edge < 0.013 && v > edge)) continue;
      if (log(v) + logInverseAlpha - log(a / (edge * edge) + b) <= k * logMean - mean - logGamma(k + 1)) return k;
    }
  });
}
