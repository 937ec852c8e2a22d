import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SimError } from '../../../engine/index.ts';
import { createRandomSource, exponential, normal } from '../../../engine/random/index.ts';
import {
  BatchMeans,
  estimateDifference,
  estimateMean,
  formatEstimate,
  lagOneCorrelation,
  mser5,
  Replications,
  relativePrecision,
  replicateUntil,
  studentProbability,
  studentQuantile,
  welchPlot,
} from '../../../engine/statistics/index.ts';

const test = suite('confidence intervals');
const code = (expected: string) => (error: Error) => error instanceof SimError && error.code === expected;
const stream = (name: string, replication = 0) =>
  createRandomSource({ seed: 20261123, replication }).stream('statistics', name);

test('1 Student quantiles are those of the tables', () => {
  // Abramowitz and Stegun, table 26.10; NIST/SEMATECH e-Handbook 1.3.6.7.2.
  const table: ReadonlyArray<readonly [number, number, number]> = [
    [0.9, 1, 3.078],
    [0.975, 1, 12.706],
    [0.975, 2, 4.303],
    [0.95, 5, 2.015],
    [0.975, 9, 2.262],
    [0.995, 10, 3.169],
    [0.975, 19, 2.093],
    [0.9995, 30, 3.646],
    [0.975, 60, 2.0],
    [0.975, 120, 1.98],
    [0.975, Number.POSITIVE_INFINITY, 1.96],
  ];
  for (const [p, degrees, value] of table)
    assert.ok(Math.abs(studentQuantile(p, degrees) - value) <= 0.0005, `t(${p}, ${degrees})`);
  for (const p of [0.001, 0.2, 0.6, 0.975, 0.9999]) {
    const cauchy = Math.tan(Math.PI * (p - 0.5));
    const two = (2 * p - 1) / Math.sqrt(2 * p * (1 - p));
    assert.ok(Math.abs(studentQuantile(p, 1) / cauchy - 1) < 1e-11);
    assert.ok(Math.abs(studentQuantile(p, 2) / two - 1) < 1e-11);
  }
});

test('2 Student quantile and probability are inverse, symmetric and continuous at 1e5 degrees', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }),
      fc.double({ min: 0.5, max: 1e6, noNaN: true }),
      (p, degrees) => {
        const t = studentQuantile(p, degrees);
        assert.ok(Math.abs(studentProbability(t, degrees) - p) < 1e-9);
        assert.ok(Math.abs(studentQuantile(1 - p, degrees) + t) <= 1e-9 * Math.max(1, Math.abs(t)));
      },
    ),
    { seed: 20261123, numRuns: 200 },
  );
  assert.ok(Math.abs(studentQuantile(0.975, 1e5) / studentQuantile(0.975, 1e5 + 0.001) - 1) < 1e-11);
});

test('3 a 95 % interval contains the true mean in 93 to 97 % of 1000 replications', () => {
  const law = normal(10, 3);
  let covered = 0;
  for (let replication = 0; replication < 1000; replication++) {
    const draws = stream('coverage', replication);
    const { low, high } = estimateMean(Array.from({ length: 8 }, () => law.sample(draws)));
    if (low <= 10 && 10 <= high) covered++;
  }
  assert.ok(covered >= 930 && covered <= 970, `${covered} of 1000`);
});

test('4 batch means cover where the plain interval of a correlated run does not', () => {
  let plain = 0;
  let batched = 0;
  for (let replication = 0; replication < 300; replication++) {
    const draws = stream('batches', replication);
    const batches = new BatchMeans();
    const values: number[] = [];
    let level = normal(0, 1 / Math.sqrt(1 - 0.81)).sample(draws);
    for (let i = 0; i < 2000; i++) {
      level = 0.9 * level + normal(0, 1).sample(draws);
      values.push(level);
      batches.add(level);
    }
    if (Math.abs(estimateMean(values).mean) <= estimateMean(values).halfWidth) plain++;
    const estimate = batches.estimate();
    if (Math.abs(estimate.mean) <= estimate.halfWidth) batched++;
  }
  assert.ok(plain < 150, `plain: ${plain} of 300`);
  assert.ok(batched > 265, `batched: ${batched} of 300`);
});

test('5 batches keep the order of time and all observations', () => {
  const batches = new BatchMeans({ batches: 4 });
  for (let i = 0; i < 8; i++) batches.add(i);
  assert.equal([batches.size, batches.means], [2, [0.5, 2.5, 4.5, 6.5]]);
  for (let i = 8; i < 15; i++) batches.add(i);
  assert.equal(batches.means, [0.5, 2.5, 4.5, 6.5, 8.5, 10.5, 12.5]);
  assert.is(batches.estimate().n, 7);
  assert.ok(lagOneCorrelation([1, -1, 1, -1, 1, -1]) < -0.8);
  assert.ok(batches.correlation() > 0.5);
});

test('6 MSER-5 finds a planted warm-up', () => {
  for (let replication = 0; replication < 20; replication++) {
    const draws = stream('mser', replication);
    const law = normal(5, 1);
    const values = Array.from({ length: 3000 }, (_, i) => law.sample(draws) + (i < 400 ? 4 : 0));
    const { observations, reliable, mean } = mser5(values);
    assert.ok(observations >= 395 && observations <= 500, `cut at ${observations}`);
    assert.ok(reliable && Math.abs(mean - 5) < 0.1);
  }
  const steady = mser5(Array.from({ length: 100 }, () => 7));
  assert.equal(steady, { observations: 0, mean: 7, reliable: true });
  const drifting = mser5(Array.from({ length: 100 }, (_, i) => i));
  assert.not(drifting.reliable);
});

test('7 a Welch plot averages over replications, then over a window that shrinks at the beginning', () => {
  const points = welchPlot(
    [
      [0, 2, 4, 6, 8],
      [2, 4, 6, 8, 10, 99],
    ],
    1,
  );
  assert.equal(points, [
    { index: 0, mean: 1, smoothed: 1 },
    { index: 1, mean: 3, smoothed: 3 },
    { index: 2, mean: 5, smoothed: 5 },
    { index: 3, mean: 7, smoothed: 7 },
  ]);
});

test('8 sequential stopping reaches the relative precision it was asked for', () => {
  let within = 0;
  for (let study = 0; study < 400; study++) {
    const { replications, estimates, reached } = replicateUntil(
      (replication) => ({ wait: normal(14, 4).sample(stream(`study ${study}`, replication)) }),
      { relativePrecision: 0.1 },
    );
    assert.ok(reached && replications.count >= 10);
    assert.ok(relativePrecision(estimates.wait) <= 0.1 / 1.1);
    if (Math.abs(estimates.wait.mean / 14 - 1) <= 0.1) within++;
  }
  // Nominally 380; 4 standard errors less.
  assert.ok(within >= 363, `${within} of 400 within 10 % of the true mean`);
  const given = replicateUntil((i) => ({ x: i % 2 === 0 ? 1 : -1 }), { relativePrecision: 0.1, most: 12 });
  assert.equal([given.reached, given.replications.count], [false, 12]);
});

test('9 replications merged in any order give the same bits', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 30 }),
      fc.array(fc.nat()),
      (values, keys) => {
        const straight = new Replications();
        const parts = [new Replications(), new Replications(), new Replications()];
        for (const [i, x] of values.entries()) {
          straight.add(i, { x, y: -x });
          parts[(keys[i] ?? i) % 3]!.add(i, { y: -x, x });
        }
        const merged = new Replications();
        for (const part of parts.reverse()) merged.merge(part);
        assert.equal(merged.estimates(), straight.estimates());
      },
    ),
    { seed: 20261123, numRuns: 200 },
  );
});

test('10 common random numbers narrow the interval of a difference', () => {
  const a: number[] = [];
  const b: number[] = [];
  const apart: number[] = [];
  for (let replication = 0; replication < 50; replication++) {
    a.push(exponential(10).sample(stream('service', replication)));
    b.push(exponential(9).sample(stream('service', replication)));
    apart.push(exponential(9).sample(stream('other', replication)));
  }
  const common = estimateDifference(a, b);
  assert.ok(common.low > 0 && common.low < 1 && common.high > 1);
  assert.ok(estimateDifference(a, apart).halfWidth > 5 * common.halfWidth);
});

test('estimates of few observations and their text', () => {
  assert.equal(estimateMean([5]), {
    mean: 5,
    halfWidth: Infinity,
    low: -Infinity,
    high: Infinity,
    confidence: 0.95,
    n: 1,
  });
  const estimate = estimateMean([10, 12, 14], 0.9);
  assert.ok(Math.abs(estimate.halfWidth - (2.91998558 * 2) / Math.sqrt(3)) < 1e-6);
  assert.is(formatEstimate(estimate), '12.0 +- 3.4 (90 %, n = 3)');
  assert.is(formatEstimate(estimateMean([3, 3])), '3 +- 0 (95 %, n = 2)');
  assert.is(formatEstimate(estimateMean([1e6, 2e6])), '1500000 +- 6353102 (95 %, n = 2)');
});

test('refusals', () => {
  assert.throws(() => estimateMean([1], 95), code('STATISTICS_BAD_PARAMETER'));
  assert.throws(() => estimateDifference([1], []), code('STATISTICS_BAD_PARAMETER'));
  assert.throws(() => new BatchMeans({ batches: 5 }), code('STATISTICS_BAD_PARAMETER'));
  assert.throws(() => mser5([1, 2, 3]), code('STATISTICS_BAD_PARAMETER'));
  assert.throws(() => welchPlot([], 1), code('STATISTICS_BAD_PARAMETER'));
  assert.throws(() => studentQuantile(1, 3), code('STATISTICS_BAD_PARAMETER'));
  assert.throws(() => replicateUntil(() => ({}), { relativePrecision: 5 }), code('STATISTICS_BAD_PARAMETER'));
  const replications = new Replications();
  replications.add(0, { x: 1 });
  assert.throws(() => replications.add(0, { x: 1 }), code('STATISTICS_MERGE'));
  assert.throws(() => replications.add(1, { y: 1 }), code('STATISTICS_MERGE'));
  assert.throws(() => replications.add(1, { x: Number.NaN }), code('STATISTICS_BAD_VALUE'));
  assert.throws(() => replications.estimate('z'), code('STATISTICS_BAD_PARAMETER'));
});

test.run();
