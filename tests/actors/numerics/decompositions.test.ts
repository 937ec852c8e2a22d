import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  energy,
  fullTucker,
  kernelOf,
  type Matrix,
  matrix,
  reconstructed,
  svd,
  symmetricEigen,
  truncated,
  truncationTable,
  tucker2,
} from '../../../actors/numerics/index.ts';
import type { SimError } from '../../../engine/index.ts';
import { createRandomSource } from '../../../engine/random/index.ts';

const test = suite('numerics/decompositions');
const property = { seed: 20261123, numRuns: 100 };
const side = fc.integer({ min: 1, max: 12 });

function random(length: number, seed: number, decay = 1): Float64Array {
  const stream = createRandomSource({ seed }).stream('test', 'matrix');
  return Float64Array.from({ length }, (_, i) => (stream.uniform() * 2 - 1) * decay ** i);
}

/** Largest difference between a^T a and the identity. */
function offIdentity({ rows, columns, data }: Matrix): number {
  let worst = 0;
  for (let i = 0; i < columns; i++)
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let r = 0; r < rows; r++) sum += data[r * columns + i]! * data[r * columns + j]!;
      worst = Math.max(worst, Math.abs(sum - (i === j ? 1 : 0)));
    }
  return worst;
}

function squaredDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
}

function product(a: Matrix, b: Matrix): Float64Array {
  const out = new Float64Array(a.rows * b.columns);
  for (let i = 0; i < a.rows; i++)
    for (let k = 0; k < a.columns; k++)
      for (let j = 0; j < b.columns; j++)
        out[i * b.columns + j]! += a.data[i * a.columns + k]! * b.data[k * b.columns + j]!;
  return out;
}

test('singular vectors are orthonormal and the truncation error is the energy of the values left out', () => {
  fc.assert(
    fc.property(side, side, fc.integer({ min: 1, max: 1e6 }), fc.boolean(), (rows, columns, seed, deficient) => {
      const data = random(rows * columns, seed);
      if (deficient && rows > 1) data.copyWithin(columns, 0, columns);
      const a = matrix(rows, columns, data);
      const found = svd(a);
      const size = Math.min(rows, columns);
      assert.ok(offIdentity(found.u) < 1e-12 && offIdentity(found.v) < 1e-12);
      for (let k = 1; k < size; k++) assert.ok(found.values[k]! <= found.values[k - 1]!);
      for (const rank of [1, Math.ceil(size / 2), size]) {
        const { left, right } = truncated(found, rank);
        const error = squaredDifference(product(left, right), a.data);
        const rest = found.values.subarray(rank).reduce((sum, value) => sum + value * value, 0);
        assert.ok(Math.abs(error - rest) < 1e-12 * (1 + energy(a)), `${error} ${rest}`);
      }
    }),
    property,
  );
});

test('no other matrix of the rank comes nearer (Eckart and Young)', () => {
  fc.assert(
    fc.property(side, side, fc.integer({ min: 1, max: 1e6 }), (rows, columns, seed) => {
      const a = matrix(rows, columns, random(rows * columns, seed));
      const rank = Math.ceil(Math.min(rows, columns) / 2);
      const { left, right } = truncated(svd(a), rank);
      const best = squaredDifference(product(left, right), a.data);
      const moved = { ...left, data: left.data.map((value, i) => value + 0.01 * random(1, seed + i)[0]!) };
      assert.ok(squaredDifference(product(moved, right), a.data) >= best - 1e-12);
    }),
    property,
  );
});

test('eigenvectors of a symmetric matrix are orthonormal and give it back', () => {
  fc.assert(
    fc.property(side, fc.integer({ min: 1, max: 1e6 }), (n, seed) => {
      const b = matrix(n, n, random(n * n, seed));
      const flipped = matrix(
        n,
        n,
        Float64Array.from({ length: n * n }, (_, i) => b.data[(i % n) * n + Math.floor(i / n)]!),
      );
      const a = matrix(n, n, product(b, flipped));
      const { values, vectors } = symmetricEigen(a);
      assert.ok(offIdentity(vectors) < 1e-12);
      const image = product(a, vectors);
      for (let k = 0; k < n; k++)
        for (let r = 0; r < n; r++)
          assert.ok(Math.abs(image[r * n + k]! - values[k]! * vectors.data[r * n + k]!) < 1e-11 * (1 + values[0]!));
    }),
    property,
  );
});

const kernels = fc.record({
  taps: fc.constantFrom(1, 4, 9),
  inputs: fc.integer({ min: 1, max: 8 }),
  outputs: fc.integer({ min: 1, max: 8 }),
  seed: fc.integer({ min: 1, max: 1e6 }),
});

test('tucker-2: orthonormal bases, squared error = |W|^2 - |G|^2, full rank gives W back', () => {
  fc.assert(
    fc.property(kernels, fc.double({ min: 0, max: 1, noNaN: true }), ({ taps, inputs, outputs, seed }, share) => {
      const w = kernelOf(random(taps * inputs * outputs, seed), taps, inputs, outputs);
      const [r1, r2] = [Math.max(1, Math.round(share * inputs)), Math.max(1, Math.round(share * outputs))];
      const cut = tucker2(w, r1, r2);
      assert.ok(offIdentity(cut.u1) < 1e-10 && offIdentity(cut.u2) < 1e-10);
      const error = squaredDifference(reconstructed(cut).data, w.data);
      assert.ok(Math.abs(error - (energy(w) - energy(cut.core))) < 1e-10 * energy(w));
      const whole = squaredDifference(reconstructed(tucker2(w, inputs, outputs)).data, w.data);
      assert.ok(Math.sqrt(whole) < 1e-10 * Math.sqrt(energy(w)));
    }),
    property,
  );
});

test('HOSVD errors fall with both ranks, HOOI is never worse than its start and falls up to 1e-3', () => {
  fc.assert(
    fc.property(kernels, ({ taps, inputs, outputs, seed }) => {
      const w = kernelOf(random(taps * inputs * outputs, seed), taps, inputs, outputs);
      const full = fullTucker(w);
      const table = truncationTable(full);
      const refined = new Float64Array(table.length);
      for (let r1 = 1; r1 <= inputs; r1++)
        for (let r2 = 1; r2 <= outputs; r2++) {
          const at = (r1 - 1) * outputs + r2 - 1;
          const start = tucker2(w, r1, r2, 0, full);
          assert.ok(Math.abs(table[at]! - (1 - energy(start.core) / energy(w))) < 1e-10);
          refined[at] = 1 - energy(tucker2(w, r1, r2, 5, full).core) / energy(w);
          assert.ok(refined[at]! <= table[at]! + 1e-12);
          for (const before of [r1 > 1 ? at - outputs : -1, r2 > 1 ? at - 1 : -1]) {
            if (before < 0) continue;
            assert.ok(table[at]! <= table[before]! + 1e-12);
            assert.ok(refined[at]! <= refined[before]! + 1e-3);
          }
        }
    }),
    { seed: 20261123, numRuns: 100, endOnFailure: true },
  );
});

test('scaling all weights and permuting input channels change no relative error', () => {
  fc.assert(
    fc.property(kernels, fc.constantFrom(1e-3, 0.5, 7, 1e4), ({ taps, inputs, outputs, seed }, scale) => {
      const data = random(taps * inputs * outputs, seed);
      const table = truncationTable(fullTucker(kernelOf(data, taps, inputs, outputs)));
      const scaled = truncationTable(
        fullTucker(
          kernelOf(
            data.map((value) => value * scale),
            taps,
            inputs,
            outputs,
          ),
        ),
      );
      const mirrored = new Float64Array(data.length);
      for (let t = 0; t < taps; t++)
        for (let c = 0; c < inputs; c++)
          for (let o = 0; o < outputs; o++)
            mirrored[(t * inputs + inputs - 1 - c) * outputs + o] = data[(t * inputs + c) * outputs + o]!;
      const permuted = truncationTable(fullTucker(kernelOf(mirrored, taps, inputs, outputs)));
      for (let i = 0; i < table.length; i++)
        assert.ok(Math.abs(table[i]! - scaled[i]!) < 1e-9 && Math.abs(table[i]! - permuted[i]!) < 1e-9);
    }),
    property,
  );
});

test('ranks that do not exist are refused', () => {
  const w = kernelOf(new Float64Array(12).fill(1), 1, 3, 4);
  for (const [r1, r2] of [
    [0, 1],
    [4, 1],
    [1, 5],
    [1.5, 1],
  ] as const)
    assert.throws(
      () => tucker2(w, r1, r2),
      (error: SimError) => error.code === 'NUMERICS_SHAPE',
    );
  assert.throws(
    () => kernelOf(new Float64Array(11), 1, 3, 4),
    (error: SimError) => error.code === 'NUMERICS_SHAPE',
  );
});

test.run();
