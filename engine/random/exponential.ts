import { exp, log, logGamma, power } from '../kernel/elementary.ts';
import { check, checkPositive, type Distribution, makeDistribution } from './distribution.ts';

/** Exponential of the given `mean`, -mean log(1 - u): from 0 to 36.7 means. One uniform a draw. */
export function exponential(mean: number): Distribution {
  checkPositive('exponential', 'mean', mean);
  return makeDistribution('exponential', { mean }, { mean, variance: mean * mean, low: 0 }, (stream) => {
    return -mean * log(1 - stream.uniform());
  });
}

/** Weibull, scale (-log(1 - u))^(1 / shape), shape >= 0.01. Below 0.012 the moments pass the doubles and read Infinity. One uniform a draw. */
export function weibull(options: { readonly shape: number; readonly scale: number }): Distribution {
  const { shape, scale } = options;
  checkShape('weibull', shape, 0.01);
  checkPositive('weibull', 'scale', scale);
  const inverse = 1 / shape;
  const first = exp(logGamma(1 + inverse));
  const second = exp(logGamma(1 + 2 * inverse));
  return makeDistribution(
    'weibull',
    { shape, scale },
    {
      mean: scale * first,
      variance: second < Number.POSITIVE_INFINITY ? scale * scale * (second - first * first) : second,
      low: 0,
    },
    (stream) => scale * power(-log(1 - stream.uniform()), inverse),
  );
}

/** Pareto (type I) above `low`, low (1 - u)^(-1 / shape), shape >= 0.1. The mean is Infinity for shape <= 1, the variance for shape <= 2. One uniform a draw. */
export function pareto(options: { readonly shape: number; readonly low: number }): Distribution {
  const { shape, low } = options;
  checkShape('pareto', shape, 0.1);
  checkPositive('pareto', 'low', low);
  const mean = shape > 1 ? (shape * low) / (shape - 1) : Number.POSITIVE_INFINITY;
  const variance =
    shape > 2 ? (low * low * shape) / ((shape - 1) * (shape - 1) * (shape - 2)) : Number.POSITIVE_INFINITY;
  return makeDistribution('pareto', { shape, low }, { mean, variance, low }, (stream) => {
    return low * power(1 - stream.uniform(), -1 / shape);
  });
}

/** A lower shape would give draws beyond the doubles. */
function checkShape(kind: string, shape: number, least: number): void {
  check(shape >= least && Number.isFinite(shape), kind, 'shape', shape, `finite and at least ${least}`);
}
