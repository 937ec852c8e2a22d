import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  activationField,
  blockDctBytes,
  type CodecOptions,
  compress,
  crc32,
  decodeBlockDct,
  decompress,
  encodeBlockDct,
  inspectContainer,
  largestError,
  packZeros,
  unpackZeros,
  zeroBitmapBytes,
} from '../../../actors/index.ts';
import { createRandomSource } from '../../../engine/random/index.ts';
import { fields } from './arbitraries.ts';

const test = suite('codec baselines');
const runs = { seed: 20261123, numRuns: 100 };

test('the zero bitmap gives every bit back', () => {
  fc.assert(
    fc.property(fields, ({ values }) => {
      const packed = packZeros(values);
      const bits = new Uint32Array(values.buffer);
      assert.is(packed.length, zeroBitmapBytes(values.length, bits.filter((word) => word !== 0).length));
      assert.equal(new Uint32Array(unpackZeros(packed, values.length).buffer), bits);
    }),
    runs,
  );
});

test('the block transform restores what its quantiser keeps', () => {
  const shape = { planes: 3, height: 13, width: 10 };
  const stream = createRandomSource({ seed: 5 }).stream('test', 'field');
  const values = activationField(shape, { smoothPasses: 3, density: 0.4 }, stream);
  const largest = values.reduce((a, b) => Math.max(a, b));
  const errors = [3, 4, 5, 7].map((shift) => {
    const field = encodeBlockDct(values, shape, shift);
    assert.is(field.coefficients.length, 3 * 16 * 16);
    assert.is(blockDctBytes(field), 96 + field.nonZero);
    const restored = decodeBlockDct(field);
    return (
      Math.sqrt(values.reduce((sum, x, i) => sum + (x - (restored[i] as number)) ** 2, 0) / values.length) / largest
    );
  });
  assert.ok((errors[0] as number) < 0.02, `${errors}`);
  errors.forEach((error, i) => {
    if (i > 0) assert.ok(error > (errors[i - 1] as number));
  });
  const flat = encodeBlockDct(new Float32Array(64).fill(2), { planes: 1, height: 8, width: 8 }, 3);
  assert.is(flat.nonZero, 1);
  assert.is(flat.coefficients[0], 127);
  const none = encodeBlockDct(new Float32Array(64), { planes: 1, height: 8, width: 8 }, 3);
  assert.equal(decodeBlockDct(none), new Float32Array(64));
  assert.throws(() => encodeBlockDct(Float32Array.of(Number.NaN), { planes: 1, height: 1, width: 1 }, 3), /finite/);
  assert.throws(() => encodeBlockDct(values, shape, 8), /shift is 8/);
});

test('generated activations have the density and the scale asked for', () => {
  const shape = { planes: 20, height: 28, width: 28 };
  for (const density of [0.2, 0.35, 1]) {
    const stream = createRandomSource({ seed: 1 }).stream('test', 'field');
    const values = activationField(shape, { smoothPasses: 3, density }, stream);
    const kept = values.filter((x) => x !== 0);
    assert.ok(Math.abs(kept.length / values.length - density) < 1e-3);
    assert.ok(Math.abs(Math.sqrt(kept.reduce((sum, x) => sum + x * x, 0) / kept.length) - 1) < 1e-6);
    if (density < 1) assert.ok(values.every((x) => x >= 0));
    else assert.ok(Math.abs(values.reduce((sum, x) => sum + x, 0) / values.length) < 1e-6);
  }
});

test('a better ratio than zlib level 1 on activations', () => {
  const shape = { planes: 40, height: 28, width: 28 };
  for (const density of [0.25, 1]) {
    const stream = createRandomSource({ seed: 1 }).stream('test', 'field');
    const values = activationField(shape, { smoothPasses: 3, density }, stream);
    const container = compress(values, shape, { errorBound: 1e-3 });
    const deflated = deflateSync(new Uint8Array(values.buffer), { level: 1 });
    assert.ok(container.length < 0.8 * deflated.length, `${container.length} against ${deflated.length}`);
    assert.is(decompress(container).values.length, values.length);
  }
});

test('a field that a small alphabet does not fit gets a large one, unless one was asked for', () => {
  const shape = { planes: 16, height: 28, width: 28 };
  const stream = createRandomSource({ seed: 1 }).stream('test', 'field');
  const values = activationField(shape, { smoothPasses: 3, density: 0.35 }, stream);
  const binsOf = (options: CodecOptions, field = values, of = shape): number =>
    inspectContainer(compress(field, of, options)).options.bins;
  assert.is(binsOf({ errorBound: 0.036 }), 1024);
  assert.is(binsOf({ errorBound: 1e-4 }), 65536);
  assert.is(binsOf({ errorBound: 1e-4, bins: 2048 }), 2048);
  assert.is(binsOf({ errorBound: 1e-4, dims: 1, variant: 'classic-sz' }), 1024);
  const few = { planes: 1, height: 63, width: 65 };
  assert.is(binsOf({ errorBound: 1e-4 }, values.subarray(0, 4095), few), 1024);
  for (const dims of [0, 1, 2, 3] as const) {
    const container = compress(values, shape, { errorBound: 1e-4, dims });
    assert.ok(container.length < 0.8 * compress(values, shape, { errorBound: 1e-4, dims, bins: 1024 }).length);
    assert.ok(largestError(values, decompress(container).values) <= 1e-4);
  }
  // Values that no alphabet holds are no reason.
  const wild = values.map((x, i) => (i % 8 === 0 ? Number.NaN : x));
  assert.is(binsOf({ errorBound: 0.036 }, wild), 1024);
});

test('the checksum is the CRC-32 of gzip', () => {
  const check = new TextEncoder().encode('123456789');
  assert.is(crc32(check), 0xcbf43926);
  assert.is(crc32(check, 4, 9, crc32(check, 0, 4)), 0xcbf43926);
  assert.is(crc32(new Uint8Array(0)), 0);
});

test.run();
