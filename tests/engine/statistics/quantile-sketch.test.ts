import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SimError } from '../../../engine/index.ts';
import { createRandomSource, lognormal } from '../../../engine/random/index.ts';
import { QuantileSketch } from '../../../engine/statistics/index.ts';

const test = suite('quantile sketch');
const settings = { seed: 20261123, numRuns: 200 };
const anything = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 60 });
const probability = fc.double({ min: 0, max: 1, noNaN: true });
const sketchOf = (values: readonly number[], relativeError = 0.01) => {
  const sketch = new QuantileSketch({ relativeError });
  for (const value of values) sketch.add(value);
  return sketch;
};

test('1 a quantile is within the relative error of the observation of its rank', () => {
  fc.assert(
    fc.property(anything, probability, fc.constantFrom(0.2, 0.01, 0.001), (values, p, error) => {
      const sketch = sketchOf(values, error);
      assert.ok(sketch.relativeError <= error);
      if (values.length === 0) return assert.ok(Number.isNaN(sketch.quantile(p)));
      const exact = [...values].sort((a, b) => a - b)[Math.floor(p * (values.length - 1))]!;
      // Subnormal numbers have fewer bits than a bucket.
      const slack = Math.max(sketch.relativeError * Math.abs(exact), 2 ** -1022);
      assert.ok(Math.abs(sketch.quantile(p) - exact) <= slack, `${sketch.quantile(p)} for ${exact}`);
    }),
    settings,
  );
});

test('2 merged sketches equal the sketch of all observations, in any order', () => {
  fc.assert(
    fc.property(anything, anything, fc.array(probability), (a, b, ps) => {
      const ab = sketchOf(a);
      ab.merge(sketchOf(b));
      const ba = sketchOf([...b].reverse());
      ba.merge(sketchOf(a));
      const whole = sketchOf([...a, ...b]);
      assert.is(ab.count, whole.count);
      for (const p of [0, ...ps, 1]) {
        assert.equal(ab.quantile(p), whole.quantile(p));
        assert.equal(ba.quantile(p), whole.quantile(p));
      }
    }),
    settings,
  );
});

test('quantiles of a known law', () => {
  const sketch = new QuantileSketch();
  const stream = createRandomSource({ seed: 3 }).stream('sketch', 'values');
  const law = lognormal({ median: 1e6, sigma: 1 });
  for (let i = 0; i < 100_000; i++) sketch.add(law.sample(stream));
  for (const [p, z] of [
    [0.5, 0],
    [0.9, 1.2815515655],
    [0.99, 2.326347874],
  ] as const)
    assert.ok(Math.abs(sketch.quantile(p) / (1e6 * Math.exp(z)) - 1) < 0.03, `p = ${p}: ${sketch.quantile(p)}`);
});

test('refusals', () => {
  const code = (expected: string) => (error: Error) => error instanceof SimError && error.code === expected;
  assert.throws(() => new QuantileSketch({ relativeError: 0 }), code('STATISTICS_BAD_PARAMETER'));
  assert.throws(() => new QuantileSketch().quantile(1.1), code('STATISTICS_BAD_PARAMETER'));
  assert.throws(() => new QuantileSketch().add(Number.NaN), code('STATISTICS_BAD_VALUE'));
  assert.throws(() => sketchOf([1], 0.01).merge(sketchOf([1], 0.1)), code('STATISTICS_MERGE'));
});

test.run();
