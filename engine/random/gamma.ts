import { log, power } from '../kernel/elementary.ts';
import { normalQuantile } from '../kernel/normal-law.ts';
import type { RandomStream } from '../kernel/random.ts';
import { checkPositive, checkWhole, type Distribution, makeDistribution } from './distribution.ts';
import { CENTRE } from './normal.ts';

/**
 * Gamma of mean shape * scale by Marsaglia and Tsang (2000): a squeezed rejection from the cube of a normal, two uniforms a trial,
 * at most 1.05 trials on average; below shape 1 by Gamma(shape) = Gamma(shape + 1) U^(1 / shape).
 */
export function gamma(options: { readonly shape: number; readonly scale: number }): Distribution {
  const { shape, scale } = options;
  checkPositive('gamma', 'shape', shape);
  checkPositive('gamma', 'scale', scale);
  const draw = shape < 1 ? boosted(shape) : marsagliaTsang(shape);
  return makeDistribution(
    'gamma',
    { shape, scale },
    { mean: shape * scale, variance: shape * scale * scale, low: 0 },
    (stream) => scale * draw(stream),
  );
}

/** Phases whose uniforms are multiplied before one logarithm: 16 factors of at least 2^-53 cannot underflow. */
const PRODUCT_PHASES = 16;

/** Erlang: the sum of `phases` exponentials, of the given `mean` in all. Up to 16 phases one uniform each, beyond as `gamma`. */
export function erlang(phases: number, mean: number): Distribution {
  checkWhole('erlang', 'phases', phases, 1, 2 ** 31);
  checkPositive('erlang', 'mean', mean);
  const scale = mean / phases;
  const moments = { mean, variance: (mean * mean) / phases, low: 0 };
  if (phases > PRODUCT_PHASES) {
    const draw = marsagliaTsang(phases);
    return makeDistribution('erlang', { phases, mean }, moments, (stream) => scale * draw(stream));
  }
  return makeDistribution('erlang', { phases, mean }, moments, (stream) => {
    let product = 1 - stream.uniform();
    for (let i = 1; i < phases; i++) product *= 1 - stream.uniform();
    return -scale * log(product);
  });
}

function marsagliaTsang(shape: number): (stream: RandomStream) => number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  return (stream) => {
    for (;;) {
      const x = normalQuantile(stream.uniform() - CENTRE);
      const root = 1 + c * x;
      if (root <= 0) continue;
      const v = root * root * root;
      const u = 1 - stream.uniform();
      const square = x * x;
      if (u < 1 - 0.0331 * square * square || log(u) < 0.5 * square + d * (1 - v + log(v))) return d * v;
    }
  };
}

function boosted(shape: number): (stream: RandomStream) => number {
  const above = marsagliaTsang(shape + 1);
  const inverse = 1 / shape;
  return (stream) => above(stream) * power(1 - stream.uniform(), inverse);
}
