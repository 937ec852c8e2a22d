import { exp, log, logGamma, power } from '../kernel/elementary.ts';
import { checkPositive, type Distribution, makeDistribution } from './distribution.ts';

/** Exponential of the given `mean`, -mean log(1 - u): from 0 to 36.7 means. One uniform a draw. */
export function exponential(mean: number): Distribution {
  checkPositive('exponential', 'mean', mean);
  return makeDistribution('exponential', { mean }, { mean, variance: mean * mean, low: 0 }, (stream) => {
    return -mean * log(1 - stream.uniform());
  });
}

/** Weibull, scale (-log(1 - u))^(1 / shape). One uniform a draw. */
export function weibull(options: { readonly shape: number; readonly scale: number }): Distribution {
  const { shape, scale } = options;
  checkPositive('weibull', 'shape', shape);
  checkPositive('weibull', 'scale', scale);
  const inverse = 1 / shape;
  const first = exp(logGamma(1 + inverse));
  const second = exp(logGamma(1 + 2 * inverse));
  return makeDistribution(
    'weibull',
    { shape, scale },
    { mean: scale * first, variance: scale * scale * (second - first * first), low: 0 },
    (stream) => scale * power(-log(1 - stream.uniform()), inverse),
  );
}

/** Pareto (type I) above `low`, low (1 - u)^(-1 / shape). The mean is Infinity for shape <= 1, the variance for shape <= 2. One uniform a draw. */
export function pareto(options: { readonly shape: number; readonly low: number }): Distribution {
  const { shape, low } = options;
  checkPositive('pareto', 'shape', shape);
  checkPositive('pareto', 'low', low);
  const mean = shape > 1 ? (shape * low) / (shape - 1) : Number.POSITIVE_INFINITY;
  const variance =
    shape > 2 ? (low * low * shape) / ((shape - 1) * (shape - 1) * (shape - 2)) : Number.POSITIVE_INFINITY;
  return makeDistribution('pareto', { shape, low }, { mean, variance, low }, (stream) => {
    return low * power(1 - stream.uniform(), -1 / shape);
  });
}
