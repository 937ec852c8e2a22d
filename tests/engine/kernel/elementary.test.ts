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

/** ln x in units of 2^-140: by whole numbers, one root after another until the argument is near 1, and then the series of atanh. */
function exactLog(x: number): bigint {
  const places = 140n;
  const one = 1n << places;
  float[0] = x;
  let y = (((bits[0]! & (2n ** 52n - 1n)) | (1n << 52n)) << places) >> 52n;
  const power = (bits[0]! >> 52n) - 1023n;
  const atanh = (s: bigint): bigint => {
    let sum = 0n;
    for (let term = s, k = 1n; term !== 0n && term !== -1n; k += 2n, term = (term * ((s * s) >> places)) >> places)
      sum += term / k;
    return 2n * sum;
  };
  const ln2 = atanh(one / 3n);
  const isUpper = y > (one * 7n) / 5n;
  if (isUpper) y >>= 1n;
  return atanh(((y - one) << places) / (y + one)) + (power + (isUpper ? 1n : 0n)) * ln2;
}

test('log is within 0.8 ulp of the truth, in every step of its table and beside every border of one', () => {
  const stream = createRandomSource({ seed: 2 }).stream('elementary', 'arguments');
  let most = 0;
  const look = (x: number): void => {
    if (x === 1) return;
    const found = log(x);
    float[0] = Math.abs(found);
    const ulp = 2 ** (Number(bits[0]! >> 52n) - 1075);
    // The difference of two values of like size, whole in units of 2^-140.
    float[0] = found;
    const mantissa = ((bits[0]! & (2n ** 52n - 1n)) | (1n << 52n)) * (found < 0 ? -1n : 1n);
    const shift = ((bits[0]! >> 52n) & 2047n) - 1075n + 140n;
    const off = (shift >= 0n ? mantissa << shift : mantissa >> -shift) - exactLog(x);
    most = Math.max(most, Math.abs(Number(off)) / 2 ** 140 / ulp);
  };
  for (let step = 0; step <= 128; step++) {
    const from = step < 80 ? 0.6875 + step / 256 : 1 + (step - 80) / 128;
    for (const x of [from, from * (1 - 2 ** -53), from * (1 + 2 ** -52)]) look(x);
    for (let i = 0; i < 100; i++) look(from + stream.uniform() / (step < 80 ? 256 : 128));
  }
  for (let i = 0; i < 5000; i++) look(1 + (stream.uniform() - 0.5) * 2 ** (-40 * stream.uniform()));
  for (let i = 0; i < 5000; i++) look(2 ** Math.floor(2000 * stream.uniform() - 1000) * (1 + stream.uniform()));
  assert.ok(most > 0.5 && most <= 0.8, `${most}`);
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
