import { createRandomSource } from '../../engine/index.ts';
import type { ParamValue } from '../kit/field.ts';
import { type Axis, valueAt } from './axis.ts';

/** How the points of a study are chosen. */
export type Sampling = { readonly kind: 'grid' } | { readonly kind: 'random' | 'lhs'; readonly count: number };

/**
 * Draws `count` points, one list of values an axis. `random` draws each value for itself; `lhs` (Latin hypercube) takes exactly one from
 * each of `count` equally likely strata of every axis. An axis draws from a stream of its own name: adding one changes no other.
 */
export function samplePoints(
  axes: readonly Axis[],
  sampling: { readonly kind: 'random' | 'lhs'; readonly count: number },
  seed: number,
): ReadonlyArray<readonly ParamValue[]> {
  const { kind, count } = sampling;
  const source = createRandomSource({ seed });
  return axes.map((axis) => {
    const stream = source.stream(`sweep/${axis.field.name}`, kind);
    const shares = Array.from({ length: count }, (_, i) =>
      kind === 'random' ? stream.uniform() : (i + stream.uniform()) / count,
    );
    if (kind === 'lhs')
      for (let i = count - 1; i > 0; i--) {
        const j = Math.floor(stream.uniform() * (i + 1));
        [shares[i], shares[j]] = [shares[j] as number, shares[i] as number];
      }
    return shares.map((share) => valueAt(axis, Math.min(share, 1 - 2 ** -53)));
  });
}
