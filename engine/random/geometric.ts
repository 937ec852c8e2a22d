import { log, log1p } from '../kernel/elementary.ts';
import { check, type Distribution, makeDistribution } from './distribution.ts';

/** Failures before the first success of the given `probability`, 0 < probability <= 1: floor(log(1 - u) / log(1 - p)). One uniform a draw. */
export function geometric(probability: number): Distribution {
  check(probability > 0 && probability <= 1, 'geometric', 'probability', probability, 'greater than 0 and at most 1');
  const failure = 1 - probability;
  const scale = 1 / log1p(-probability);
  return makeDistribution(
    'geometric',
    { probability },
    { mean: failure / probability, variance: failure / (probability * probability), low: 0 },
    probability === 1 ? () => 0 : (stream) => Math.floor(log(1 - stream.uniform()) * scale),
  );
}
