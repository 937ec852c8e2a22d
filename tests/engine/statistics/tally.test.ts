import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SimError, type Time } from '../../../engine/index.ts';
import { Histogram, QuantileSketch, Tally, TimeWeighted } from '../../../engine/statistics/index.ts';

const test = suite('tallies, levels, histograms');
const settings = { seed: 20261123, numRuns: 200 };
const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 50 });
const close = (a: number, b: number, scale = 1) => Math.abs(a - b) <= 1e-9 * Math.max(scale, Math.abs(a), Math.abs(b));
const throwsCode = (code: string) => (error: Error) => error instanceof SimError && error.code === code;

test('1 a tally has the mean, variance and extremes of its observations', () => {
  const tally = Tally.of([2, 4, 4, 4, 5, 5, 7, 9]);
  assert.equal([tally.count, tally.mean, tally.min, tally.max, tally.sum], [8, 5, 2, 9, 40]);
  assert.ok(close(tally.variance, 32 / 7));
  const shifted = Tally.of([1e15 + 1, 1e15 + 2, 1e15 + 3]);
  assert.is(shifted.variance, 1);
  const empty = new Tally();
  assert.equal([empty.mean, empty.variance, empty.min, empty.max], [Number.NaN, Number.NaN, Infinity, -Infinity]);
});

test('2 merged tallies equal the tally of all observations', () => {
  fc.assert(
    fc.property(values, values, (a, b) => {
      const merged = Tally.of(a);
      merged.merge(Tally.of(b));
      const whole = Tally.of([...a, ...b]);
      assert.equal([merged.count, merged.min, merged.max], [whole.count, whole.min, whole.max]);
      if (whole.count > 0) assert.ok(close(merged.mean, whole.mean, 1e6));
      if (whole.count > 1) assert.ok(close(merged.variance, whole.variance, 1e12));
    }),
    settings,
  );
});

test('3 a level has the average, area and extremes of a brute-force sum over ticks', () => {
  const change = fc.record({ wait: fc.nat({ max: 20 }), value: fc.integer({ min: -5, max: 50 }) });
  fc.assert(
    fc.property(fc.array(change), fc.nat({ max: 20 }), fc.nat({ max: 40 }), (changes, tail, resetAt) => {
      const level = new TimeWeighted(3);
      const ticks: number[] = [];
      let now = 0;
      let value = 3;
      let start = 0;
      let seen = [3];
      const advance = (wait: number) => {
        for (let i = 0; i < wait; i++) ticks.push(value);
        now += wait;
      };
      for (const [i, next] of changes.entries()) {
        advance(next.wait);
        if (i === resetAt) {
          level.reset(now as Time);
          start = now;
          seen = [value];
        }
        value = next.value;
        level.set(value, now as Time);
        seen.push(value);
      }
      advance(tail);
      const area = ticks.slice(start).reduce((a, b) => a + b, 0);
      assert.is(level.area(now as Time), area);
      assert.is(level.average(now as Time), now === start ? value : area / (now - start));
      assert.equal([level.min, level.max], [Math.min(...seen), Math.max(...seen)]);
    }),
    settings,
  );
});

test('4 tallies and levels continue from their state', () => {
  fc.assert(
    fc.property(values, values, (a, b) => {
      const straight = Tally.of(a);
      const restored = Tally.from(structuredClone(straight.state()));
      for (const value of b) {
        straight.add(value);
        restored.add(value);
      }
      assert.equal(restored.state(), straight.state());
    }),
    settings,
  );
  const level = new TimeWeighted(1, 5 as Time);
  level.add(2, 7 as Time);
  const restored = TimeWeighted.from(structuredClone(level.state()));
  assert.equal([restored.area(9 as Time), restored.max, restored.value], [8, 3, 3]);
});

test('5 a reset begins anew', () => {
  const tally = Tally.of([1, 2]);
  tally.reset();
  assert.equal(tally.state(), new Tally().state());
  const histogram = new Histogram({ low: 0, high: 1, bins: 2 });
  histogram.add(0.1);
  histogram.reset();
  const sketch = new QuantileSketch();
  sketch.add(5);
  sketch.reset();
  assert.equal([sketch.count, sketch.quantile(0.5), sketch.max], [0, Number.NaN, -Infinity]);
  assert.is(histogram.total, 0);
});

test('6 a histogram counts every observation in one place, and merges exactly', () => {
  fc.assert(
    fc.property(values, values, (a, b) => {
      const shape = { low: -3e5, high: 5e5, bins: 7 };
      const merged = new Histogram(shape);
      const other = new Histogram(shape);
      const whole = new Histogram(shape);
      for (const value of a) merged.add(value);
      for (const value of b) other.add(value);
      for (const value of [...a, ...b]) whole.add(value);
      merged.merge(other);
      assert.equal([merged.counts, merged.below, merged.above], [whole.counts, whole.below, whole.above]);
      assert.is(whole.total, a.length + b.length);
    }),
    settings,
  );
  const histogram = new Histogram({ low: 0, high: 3, bins: 3 });
  for (const value of [-1, 0, 0.5, 1, 2.999, 3, 4]) histogram.add(value);
  assert.equal([histogram.below, histogram.counts, histogram.above], [1, [2, 1, 1], 2]);
  assert.equal(
    [0, 1, 2, 3].map((i) => histogram.edge(i)),
    [0, 1, 2, 3],
  );
});

test('STATISTICS_BAD_VALUE: NaN and the infinities are no observations', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => new Tally().add(value), throwsCode('STATISTICS_BAD_VALUE'));
    assert.throws(() => new TimeWeighted().set(value, 0 as Time), throwsCode('STATISTICS_BAD_VALUE'));
    assert.throws(() => new Histogram({ low: 0, high: 1, bins: 1 }).add(value), throwsCode('STATISTICS_BAD_VALUE'));
  }
});

test('STATISTICS_PAST: a level does not go back', () => {
  const level = new TimeWeighted(0, 5 as Time);
  assert.throws(() => level.set(1, 4 as Time), throwsCode('STATISTICS_PAST'));
  assert.throws(() => level.average(4 as Time), throwsCode('STATISTICS_PAST'));
});

test('STATISTICS_MERGE: histograms of other bins', () => {
  const histogram = new Histogram({ low: 0, high: 1, bins: 2 });
  assert.throws(() => histogram.merge(new Histogram({ low: 0, high: 1, bins: 3 })), throwsCode('STATISTICS_MERGE'));
});

test('STATISTICS_BAD_PARAMETER: bins must make sense', () => {
  for (const shape of [
    { low: 0, high: 0, bins: 1 },
    { low: 0, high: 1, bins: 0.5 },
    { low: Number.NaN, high: 1, bins: 2 },
  ])
    assert.throws(() => new Histogram(shape), throwsCode('STATISTICS_BAD_PARAMETER'));
});

test.run();
