import { log } from '../kernel/elementary.ts';
import type { Duration } from '../kernel/time.ts';
import { check, checkPositive, type Distribution, makeDistribution } from './distribution.ts';
import { empirical } from './empirical.ts';
import { pareto, weibull } from './exponential.ts';
import { erlang, gamma } from './gamma.ts';
import { lognormal, truncatedNormal } from './normal.ts';
import { hyperexponential } from './phase-type.ts';
import { constant, triangular, uniform } from './uniform.ts';

/** A distribution of durations: whole picoseconds, never negative. */
export type TimeDistribution = Distribution<Duration>;

/**
 * `distribution` counted in `unit`, as in `timedBy(zipf(...), us(1))`: each draw times the unit, rounded to a whole picosecond. Mean and variance,
 * in picoseconds, are those before rounding. Throws RANDOM_BAD_PARAMETER when the distribution can be negative.
 */
export function timedBy(distribution: Distribution, unit: Duration): TimeDistribution {
  const { kind, parameters, mean, variance, low } = distribution;
  check(low >= 0, kind, 'low', low, 'at least 0 for a time; a normal law is cut at 0 by truncatedNormal');
  checkPositive(kind, 'unit', unit);
  const moments = { mean: mean * unit, variance: variance * unit * unit, low: Math.round(low * unit) };
  return makeDistribution(`${kind} time`, { ...parameters, unit }, moments, (stream) => {
    return Math.floor(distribution.sample(stream) * unit + 0.5) as Duration;
  });
}

/** Distributions of durations: the constructors of the same names with times in place of numbers. Draws are rounded to whole picoseconds. */
export const timed = {
  constant(value: Duration): TimeDistribution {
    return whole(constant(value));
  },
  uniform(low: Duration, high: Duration): TimeDistribution {
    return whole(uniform(low, high));
  },
  triangular(low: Duration, mode: Duration, high: Duration): TimeDistribution {
    return whole(triangular(low, mode, high));
  },
  /** Written out rather than through `timedBy`: the most frequent draw of a simulation. */
  exponential(mean: Duration): TimeDistribution {
    checkPositive('exponential time', 'mean', mean);
    const moments = { mean, variance: mean * mean, low: 0 };
    return makeDistribution('exponential time', { mean, unit: 1 }, moments, (stream) => {
      return Math.floor(0.5 - mean * log(1 - stream.uniform())) as Duration;
    });
  },
  /** The normal law on condition that it is not negative; its mean is above `mean` where 0 is within a few deviations. */
  normal(mean: Duration, deviation: Duration): TimeDistribution {
    return whole(deviation === 0 ? constant(mean) : truncatedNormal(mean, deviation, 0));
  },
  lognormal(
    options:
      | { readonly mean: Duration; readonly deviation: Duration }
      | { readonly median: Duration; readonly sigma: number },
  ): TimeDistribution {
    return whole(lognormal(options));
  },
  gamma(options: { readonly shape: number; readonly scale: Duration }): TimeDistribution {
    return whole(gamma(options));
  },
  erlang(phases: number, mean: Duration): TimeDistribution {
    return whole(erlang(phases, mean));
  },
  weibull(options: { readonly shape: number; readonly scale: Duration }): TimeDistribution {
    return whole(weibull(options));
  },
  pareto(options: { readonly shape: number; readonly low: Duration }): TimeDistribution {
    return whole(pareto(options));
  },
  hyperexponential(
    branches: ReadonlyArray<{ readonly probability: number; readonly mean: Duration }>,
  ): TimeDistribution {
    return whole(hyperexponential(branches));
  },
  empirical(values: readonly Duration[], weights?: readonly number[]): TimeDistribution {
    return whole(empirical(values, weights));
  },
} as const;

function whole(distribution: Distribution): TimeDistribution {
  return timedBy(distribution, 1 as Duration);
}
