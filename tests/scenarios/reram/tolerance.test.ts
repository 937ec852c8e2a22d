import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bootstrap, meanOf, rateGrid, toleratedRate } from '../../../scenarios/reram/tolerance.ts';
import { ToleranceCurve } from '../../../scenarios/reram/tolerance-study.ts';

const test = suite('reram tolerance');

/** Accuracy that falls by one point for each step of the grid. */
const falling = (k: number): number => 0.95 - 0.01 * k;

test('a crossing is interpolated in the logarithm of the rate', () => {
  const { rate, isSaturated } = toleratedRate(falling, 0.95 - 0.0725);
  assert.is(isSaturated, false);
  assert.ok(Math.abs(Math.log10(rate) - (-4 + 7.25 / 6)) < 1e-9);
  assert.is(rateGrid.length, 22);
  assert.ok(Math.abs((rateGrid[21] ?? 0) - 10 ** -0.5) < 1e-12);
});

test('outside the grid its end is reported, and said', () => {
  assert.equal(toleratedRate(falling, 0.99), { rate: rateGrid[0], isSaturated: true });
  assert.equal(toleratedRate(falling, 0.1), { rate: rateGrid[21], isSaturated: true });
});

test('a more generous loss tolerates more', () => {
  let last = 0;
  for (let loss = 0.01; loss < 0.2; loss += 0.013) {
    const { rate } = toleratedRate(falling, 0.95 - loss);
    assert.ok(rate > last);
    last = rate;
  }
});

test('a curve asks for each rate once', () => {
  let asked = 0;
  const curve = new ToleranceCurve(0.9, (k) => {
    asked++;
    return Float64Array.of(falling(k), falling(k) + 0.002);
  });
  curve.crossing();
  const first = asked;
  curve.crossing(Int32Array.of(0, 1));
  assert.is(asked, first);
  assert.ok(first <= 7);
});

test('the bootstrap of a mean covers it, and equal seeds give equal intervals', () => {
  const values = Float64Array.from({ length: 50 }, (_, i) => (i % 10) / 10);
  const interval = bootstrap(50, 7, (chips) => meanOf(values, chips));
  assert.equal(
    interval,
    bootstrap(50, 7, (chips) => meanOf(values, chips)),
  );
  const half = (1.96 * Math.sqrt(0.0825)) / Math.sqrt(50);
  assert.ok(interval[0] < 0.45 && interval[1] > 0.45);
  assert.ok(Math.abs((interval[1] - interval[0]) / (2 * half) - 1) < 0.2, `${interval}`);
});

test.run();
