import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { exp, expm1, log, log1p, logGamma, power } from '../../../engine/kernel/elementary.ts';
import { createRandomSource } from '../../../engine/random/index.ts';

const test = suite('elementary functions');
const float = new Float64Array(2);
const bits = new BigInt64Array(float.buffer);

/** Representable numbers between two doubles of the same sign. */
function ulps(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0;
  float[0] = a;
  float[1] = b;
  const distance = bits[0]! - bits[1]!;
  return Number(distance < 0n ? -distance : distance);
}

function worst(ours: (x: number) => number, theirs: (x: number) => number, argument: (u: number) => number): number {
  const stream = createRandomSource({ seed: 1 }).stream('elementary', 'arguments');
  let most = 0;
  for (let i = 0; i < 100_000; i++) {
    const x = argument(stream.uniform());
    most = Math.max(most, ulps(ours(x), theirs(x)));
  }
  return most;
}

test('log is within 1 ulp of Math.log over the whole range and near 1', () => {
  assert.ok(worst(log, Math.log, (u) => 1 - u) <= 1);
  assert.ok(worst(log, Math.log, (u) => 2 ** (u * 2097 - 1074)) <= 1);
  assert.ok(worst(log, Math.log, (u) => 1 + (u - 0.5) * 1e-3) <= 1);
});

test('exp is within 1 ulp of Math.exp over the whole range and near 0', () => {
  assert.ok(worst(exp, Math.exp, (u) => u * 1455 - 745.1) <= 1);
  assert.ok(worst(exp, Math.exp, (u) => (u - 0.5) * 1e-3) <= 1);
});

test('log1p and expm1 are within 4 ulp near 0', () => {
  assert.ok(worst(log1p, Math.log1p, (u) => (u - 0.5) * 10 ** (-20 * u)) <= 4);
  assert.ok(worst(expm1, Math.expm1, (u) => (u - 0.5) * 10 ** (-20 * u)) <= 4);
});

test('power and logGamma agree with known values', () => {
  assert.is(power(7, 1), 7);
  assert.is(power(0, 2), 0);
  assert.is(power(0, 0), 1);
  assert.ok(Math.abs(power(2, 0.5) / Math.SQRT2 - 1) < 1e-15);
  assert.ok(Math.abs(power(10, -200) / 1e-200 - 1) < 1e-13);
  assert.ok(Math.abs(logGamma(0.5) - Math.log(Math.PI) / 2) < 1e-14);
  let factorial = 0;
  for (let n = 1; n <= 170; n++) {
    assert.ok(Math.abs(logGamma(n) - factorial) < 1e-14 * Math.max(1, factorial), `logGamma(${n})`);
    factorial += Math.log(n);
  }
});

test('the ends of the range', () => {
  assert.equal([log(0), log(-1), log(Number.POSITIVE_INFINITY), log(1)], [-Infinity, Number.NaN, Infinity, 0]);
  assert.equal([exp(710), exp(-746), exp(Number.NEGATIVE_INFINITY), exp(0)], [Infinity, 0, 0, 1]);
  assert.equal([exp(Number.NaN), log(Number.NaN)], [Number.NaN, Number.NaN]);
  assert.is(log(Number.MAX_VALUE), Math.log(Number.MAX_VALUE));
  assert.is(log(Number.MIN_VALUE), Math.log(Number.MIN_VALUE));
});

test.run();
