import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandomSource } from '../../../engine/index.ts';
import { expectedDispersion, expectedDistinctPlaces, measureDispersion } from '../../../scenarios/heat/dispersion.ts';
import { NegativeSampler, type SamplerSpec } from '../../../scenarios/heat/negative-sampler.ts';

const test = suite('negative samplers');
const stream = (name: string) => createRandomSource({ seed: 20261123 }).stream('test', name);

/** Counts by item over many samples. */
function countsOf(spec: SamplerSpec, samples: number, name: string): Float64Array {
  const sampler = new NegativeSampler(spec, stream(name), { phase: 'start' });
  const counts = new Float64Array(spec.items);
  for (let i = 0; i < samples; i++) for (const item of sampler.next()) counts[item] = (counts[item] as number) + 1;
  return counts;
}

/** Chi-square statistic of counts whose variance is `dispersion` times that of independent draws, in deviations from its mean. */
function deviations(counts: Float64Array, dispersion: number): number {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const spread = dispersion / (1 - 1 / counts.length);
  const square = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / mean / spread;
  return (square - (counts.length - 1)) / Math.sqrt(2 * (counts.length - 1));
}

test('both samplers pass a chi-square test against uniform items', () => {
  const random: SamplerSpec = { sampler: 'random', items: 500, negatives: 16, tile: 1, refresh: 1 };
  assert.ok(Math.abs(deviations(countsOf(random, 20_000, 'random'), expectedDispersion(random))) < 4);
  for (const [tile, refresh, negatives] of [
    [1, 1, 1],
    [16, 1, 4],
    [64, 32, 16],
    [256, 8, 8],
  ] as const) {
    const spec: SamplerSpec = { sampler: 'tile', items: 500, negatives, tile, refresh };
    const far = deviations(countsOf(spec, refresh * 4000, `tile ${tile}`), expectedDispersion(spec));
    assert.ok(Math.abs(far) < 4, `tile ${tile}/${refresh}: ${far} deviations`);
  }
});

test('a sampler that prefers an item fails the same test', () => {
  const spec: SamplerSpec = { sampler: 'tile', items: 500, negatives: 16, tile: 64, refresh: 32 };
  const counts = countsOf(spec, 32 * 4000, 'biased');
  counts.forEach((count, item) => {
    if (item % 2 === 0) counts[item] = count * 1.1;
  });
  assert.ok(deviations(counts, expectedDispersion(spec)) > 4);
});

test('the dispersion and the distinct places of an interval are those of equations 10 and 11', () => {
  for (const [items, tile, refresh, expected] of [
    [2000, 64, 256, 64.95],
    [600, 32, 8, 4.96],
  ] as const) {
    const spec: SamplerSpec = { sampler: 'tile', items, negatives: 16, tile, refresh };
    assert.ok(Math.abs(expectedDispersion(spec) - expected) < 0.005);
    const { index, distinct } = measureDispersion(spec, stream(`dispersion ${items}`));
    assert.ok(Math.abs(index / expected - 1) < 0.1, `${index}, expected ${expected}`);
    const places = expectedDistinctPlaces(spec);
    // Different places may hold the same item.
    assert.ok(distinct <= places * 1.02 && distinct >= places * (1 - tile / items) * 0.97, `${distinct} of ${places}`);
  }
  const random: SamplerSpec = { sampler: 'random', items: 2000, negatives: 16, tile: 1, refresh: 256 };
  assert.ok(Math.abs(measureDispersion(random, stream('random')).index - 1) < 0.1);
});

test('threads begin at random phases, so that refreshes are spread', () => {
  const spec: SamplerSpec = { sampler: 'tile', items: 100_000, negatives: 4, tile: 4, refresh: 100 };
  const first = Array.from({ length: 200 }, (_, thread) => {
    const sampler = new NegativeSampler(spec, stream(`phase ${thread}`));
    const list = new Set(Array.from(sampler.next()));
    for (let sample = 1; ; sample++) {
      const drawn = Array.from(sampler.next());
      if (drawn.every((item) => !list.has(item))) return sample;
      for (const item of drawn) list.add(item);
    }
  });
  const mean = first.reduce((sum, sample) => sum + sample, 0) / first.length;
  assert.ok(Math.abs(mean - 50) < 10, `${mean}`);
  assert.ok(Math.max(...first) <= 100);
});

test.run();
