import type { RandomStream } from '../../engine/index.ts';
import { NegativeSampler, type SamplerSpec } from './negative-sampler.ts';

/** Spread of the negatives of one thread in an interval of `refresh` samples. */
export interface Dispersion {
  /** Variance over mean of the counts by item. */
  readonly index: number;
  readonly distinct: number;
}

/** Draws whole intervals and averages over them. */
export function measureDispersion(spec: SamplerSpec, stream: RandomStream, intervals = 20): Dispersion {
  const sampler = new NegativeSampler(spec, stream, { phase: 'start' });
  const counts = new Int32Array(spec.items);
  const mean = (spec.negatives * spec.refresh) / spec.items;
  let index = 0;
  let distinct = 0;
  for (let interval = 0; interval < intervals; interval++) {
    counts.fill(0);
    for (let sample = 0; sample < spec.refresh; sample++)
      for (const item of sampler.next()) counts[item] = counts[item]! + 1;
    let squares = 0;
    for (const count of counts) {
      squares += (count - mean) ** 2;
      if (count > 0) distinct++;
    }
    index += squares / spec.items / mean;
  }
  return { index: index / intervals, distinct: distinct / intervals };
}

/** Expected index of dispersion: (1 - 1/items) (1 + (n N2 - 1) / N1) for a tile, 1 - 1/items for random draws. */
export function expectedDispersion({ sampler, items, negatives, tile, refresh }: SamplerSpec): number {
  const spread = 1 - 1 / items;
  return sampler === 'tile' ? spread * (1 + (negatives * refresh - 1) / tile) : spread;
}

/** Expected different places of a tile used in an interval: N1 (1 - (1 - 1/N1)^(n N2)). */
export function expectedDistinctPlaces({
  negatives,
  tile,
  refresh,
}: Pick<SamplerSpec, 'negatives' | 'tile' | 'refresh'>): number {
  return tile * (1 - (1 - 1 / tile) ** (negatives * refresh));
}
