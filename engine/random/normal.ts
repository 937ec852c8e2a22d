import { exp, log1p } from '../kernel/elementary.ts';
import { normalDensity, normalProbability, normalQuantile, normalQuantileAt } from '../kernel/normal-law.ts';
import { check, checkFinite, checkPositive, type Distribution, makeDistribution } from './distribution.ts';

/** Normal of the given `mean` and standard `deviation` >= 0, by inversion: within 8.3 deviations, exactly symmetric. One uniform a draw. */
export function normal(mean: number, deviation: number): Distribution {
  checkNormal('normal', mean, deviation);
  return makeDistribution(
    'normal',
    { mean, deviation },
    { mean, variance: deviation * deviation, low: deviation === 0 ? mean : Number.NEGATIVE_INFINITY },
    (stream) => mean + deviation * normalQuantile(stream.uniform() - CENTRE),
  );
}

/** Moves a uniform to the middle of its cell of width 2^-53 and its origin to 1/2, both exactly: symmetric about 0, never +-1/2. */
export const CENTRE = 0.5 - 5.551115123125783e-17;

/**
 * Lognormal by the `mean` and standard `deviation` of the variable itself, or by its `median` and the deviation `sigma` of its logarithm.
 * One uniform a draw.
 */
export function lognormal(
  options: { readonly mean: number; readonly deviation: number } | { readonly median: number; readonly sigma: number },
): Distribution {
  let median: number;
  let sigma: number;
  if ('median' in options) {
    ({ median, sigma } = options);
    checkPositive('lognormal', 'median', median);
    check(sigma >= 0 && sigma <= 40, 'lognormal', 'sigma', sigma, 'from 0 to 40');
  } else {
    const { mean, deviation } = options;
    checkPositive('lognormal', 'mean', mean);
    check(deviation >= 0 && Number.isFinite(deviation), 'lognormal', 'deviation', deviation, 'finite and not negative');
    const ratio = deviation / mean;
    sigma = Math.sqrt(log1p(ratio * ratio));
    median = mean * exp(-0.5 * sigma * sigma);
  }
  const spread = exp(sigma * sigma);
  return makeDistribution(
    'lognormal',
    { median, sigma },
    { mean: median * exp(0.5 * sigma * sigma), variance: median * median * spread * (spread - 1), low: 0 },
    (stream) => median * exp(sigma * normalQuantile(stream.uniform() - CENTRE)),
  );
}

/**
 * Normal of the given `mean` and `deviation` on condition that it is at least `low`, by inversion; `low` at most 5 deviations above `mean`.
 * Its own mean and variance are those of the truncated law (Johnson, Kotz and Balakrishnan 1994, section 13.10.1). One uniform a draw.
 */
export function truncatedNormal(mean: number, deviation: number, low: number): Distribution {
  checkNormal('truncatedNormal', mean, deviation);
  checkPositive('truncatedNormal', 'deviation', deviation);
  const cut = (low - mean) / deviation;
  check(cut <= 5, 'truncatedNormal', 'low', low, `at most mean + 5 deviations = ${mean + 5 * deviation}`);
  // Written for the upper tail, whose probability is exact where the cut is high.
  const above = normalProbability(-cut);
  const hazard = normalDensity(cut) / above;
  return makeDistribution(
    'truncatedNormal',
    { mean, deviation, low },
    { mean: mean + deviation * hazard, variance: deviation * deviation * (1 + hazard * (cut - hazard)), low },
    (stream) => {
      return Math.max(low, mean - deviation * normalQuantileAt(above * (1 - stream.uniform())));
    },
  );
}

function checkNormal(kind: string, mean: number, deviation: number): void {
  checkFinite(kind, 'mean', mean);
  check(deviation >= 0 && Number.isFinite(deviation), kind, 'deviation', deviation, 'finite and not negative');
}
