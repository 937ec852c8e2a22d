import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  compress,
  containerBytes,
  decompress,
  type FieldShape,
  filterZeros,
  huffmanCode,
  inspectContainer,
  largestError,
  type PredictorDims,
} from '../../../actors/index.ts';
import { fields, floats, options } from './arbitraries.ts';
import { referenceDecode } from './reference-decoder.ts';

const test = suite('codecs');
const runs = { seed: 20261123, numRuns: 200 };
const line = (length: number): FieldShape => ({ planes: 1, height: 1, width: length });
const bitsOf = (values: Float32Array): Uint32Array => new Uint32Array(values.buffer, values.byteOffset, values.length);

test('worked example: 29 payload bits, 126 bytes', () => {
  const values = Float32Array.of(0, 0, 0.52, 0.31, 0, -0.27, Number.NaN, 1e-42, 100, -0, 0.05, 0.15);
  const container = compress(values, { planes: 1, height: 3, width: 4 }, { errorBound: 0.05 });
  const { usedSymbols, escapes, payloadBits } = inspectContainer(container);
  assert.equal([usedSymbols, escapes, payloadBits, container.length], [6, 4, 29, 126]);
  const expected = Float32Array.of(0, 0, 0.5, 0.3, 0, -0.3, Number.NaN, 0, 100, 0, 0.05, 0.2);
  assert.equal(bitsOf(decompress(container).values), bitsOf(expected));
});

test('sizes in closed form: zeros, ramp, alternating', () => {
  for (const dims of [0, 1, 2, 3] as const)
    for (const [length, bytes] of [
      [1000, 196],
      [4096, 583],
    ] as const)
      assert.is(compress(new Float32Array(length), line(length), { errorBound: 0.1, dims }).length, bytes);
  const ramp = Float32Array.from({ length: 4096 }, (_, i) => i * 3 * 0.2);
  const climbed = compress(ramp, line(4096), { errorBound: 0.1, dims: 1 });
  const { payloadBits, escapes } = inspectContainer(climbed);
  assert.equal([payloadBits, escapes, climbed.length], [4240, 122, 1720]);
  const alternating = Float32Array.from({ length: 3200 }, (_, i) => (i % 2) * 0.2 * 7);
  const bits = ([0, 1] as const).map(
    (dims) => inspectContainer(compress(alternating, line(3200), { errorBound: 0.1, dims })).payloadBits,
  );
  assert.equal(bits, [3200, 4800]);
});

test('no finite value moves by more than the bound, 100000 random cases', () => {
  let state = 20261123;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 0;
  };
  const unit = (): number => next() / 2 ** 32;
  const buffer = new Float32Array(24);
  const words = bitsOf(buffer);
  for (let run = 0; run < 100_000; run++) {
    const width = 1 + (next() % 6);
    const height = 1 + (next() % 2);
    const planes = 1 + (next() % 2);
    const values = buffer.subarray(0, planes * height * width);
    const errorBound = 10 ** (unit() * 7 - 6);
    for (let i = 0; i < values.length; i++) {
      const kind = next() % 4;
      // Any bit pattern; a tie of the grid and its neighbours; a small value; a repeat.
      if (kind === 0) words[i] = next();
      else if (kind === 1) values[i] = errorBound * ((next() % 64) - 32) * (1 + ((next() % 3) - 1) * 2 ** -23);
      else if (kind === 2) values[i] = (unit() - 0.5) * 8;
      else values[i] = i > 0 ? (values[i - 1] as number) : 0;
    }
    const dims = (run % 4) as PredictorDims;
    const variant = dims === 1 && run % 8 === 1 ? 'classic-sz' : 'dual-quant';
    const shape = { planes, height, width };
    const restored = decompress(compress(values, shape, { errorBound, dims, bins: 128, variant })).values;
    if (largestError(values, restored) > errorBound)
      assert.unreachable(`case ${run}: ${values} became ${restored}, bound ${errorBound}`);
    for (let i = 0; i < values.length; i++)
      if (!Number.isFinite(values[i]) && bitsOf(restored)[i] !== words[i])
        assert.unreachable(`case ${run}, value ${i}`);
  }
});

test('no finite value moves by more than the bound', () => {
  fc.assert(
    fc.property(fields, options, ({ values, shape }, given) => {
      const { values: restored } = decompress(compress(values, shape, given));
      assert.ok(largestError(values, restored) <= given.errorBound);
    }),
    runs,
  );
});

test('extreme bounds hold as well', () => {
  const bounds = [5e-324, 1e-45, 1e-38, 3e38, 1e308, Number.MAX_VALUE];
  fc.assert(
    fc.property(fc.array(floats, { minLength: 1, maxLength: 50 }), fc.constantFrom(...bounds), (list, errorBound) => {
      const values = Float32Array.from(list);
      for (const dims of [1, 2] as const) {
        const container = compress(values, line(values.length), { errorBound, dims });
        const { values: restored } = decompress(container);
        assert.ok(largestError(values, restored) <= errorBound);
        assert.equal(compress(restored, line(values.length), { errorBound, dims }), container);
      }
    }),
    runs,
  );
});

test('NaN and infinities keep their bits, zeros stay zeros', () => {
  fc.assert(
    fc.property(fields, options, ({ values, shape }, given) => {
      const { values: restored } = decompress(compress(values, shape, given));
      values.forEach((x, i) => {
        if (!Number.isFinite(x)) assert.is(bitsOf(restored)[i], bitsOf(values)[i]);
        else if (x === 0) assert.is(bitsOf(restored)[i], 0);
      });
    }),
    runs,
  );
  const payloads = Float32Array.of(0, 0, 0);
  bitsOf(payloads).set([0x7fc12345, 0xff800001, 0x7f800000]);
  const { values } = decompress(compress(payloads, line(3), { errorBound: 1 }));
  assert.equal(bitsOf(values), bitsOf(payloads));
});

test('compressing restored values again gives the same codes', () => {
  fc.assert(
    fc.property(fields, options, ({ values, shape }, given) => {
      const once = compress(values, shape, given);
      const again = compress(decompress(once).values, shape, given);
      assert.equal(again, once);
    }),
    runs,
  );
});

test('equal inputs give equal bytes, and the input is not touched', () => {
  fc.assert(
    fc.property(fields, options, ({ values, shape }, given) => {
      const copy = values.slice();
      assert.equal(compress(values, shape, given), compress(copy, shape, given));
      assert.equal(bitsOf(values), bitsOf(copy));
      const shifted = new Float32Array(values.length + 3).subarray(3);
      shifted.set(values);
      assert.equal(compress(shifted, shape, given), compress(values, shape, given));
    }),
    { ...runs, numRuns: 100 },
  );
});

test('the container has the documented format and size', () => {
  fc.assert(
    fc.property(fields, options, ({ values, shape }, given) => {
      const container = compress(values, shape, given);
      const header = inspectContainer(container);
      assert.is(container.length, containerBytes(header));
      const slow = referenceDecode(container);
      assert.equal(bitsOf(decompress(container).values), bitsOf(slow.values));
      const bits = header.payloadBits;
      const counts = new Map<number, number>();
      for (const symbol of slow.symbols) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
      assert.is(counts.size, header.usedSymbols);
      const count = values.length;
      const entropy = [...counts.values()].reduce((sum, n) => sum + n * Math.log2(count / n), 0);
      assert.ok(bits >= Math.max(count, entropy * (1 - 1e-12)));
      assert.ok(bits <= count * Math.max(1, Math.ceil(Math.log2(counts.size))));
      if (header.escapes === 0) assert.ok((4 * count) / container.length < 32);
    }),
    { ...runs, numRuns: 100 },
  );
});

test('mirrored values cost the same, and so does a scale of a power of two', () => {
  fc.assert(
    fc.property(fields, options, fc.integer({ min: -8, max: 8 }), ({ values, shape }, given, power) => {
      const tame = values.map((x) => (Number.isFinite(x) && Math.abs(x) < 1e30 && Math.abs(x) > 1e-30 ? x : 0));
      const plain = inspectContainer(compress(tame, shape, given));
      const mirrored = inspectContainer(
        compress(
          tame.map((x) => -x),
          shape,
          given,
        ),
      );
      assert.is(mirrored.payloadBits, plain.payloadBits);
      const factor = 2 ** power;
      const scaled = compress(
        tame.map((x) => x * factor),
        shape,
        { ...given, errorBound: given.errorBound * factor },
      );
      assert.equal(referenceDecode(scaled).symbols, referenceDecode(compress(tame, shape, given)).symbols);
    }),
    { ...runs, numRuns: 100 },
  );
});

test('codes are optimal, complete and at most 32 bits long', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 40 }), (list) => {
      const counts = Uint32Array.from([1, 1, ...list]);
      const { symbols, lengths } = huffmanCode(counts);
      assert.is(
        lengths.reduce((sum, length) => sum + 2 ** -length, 0),
        1,
      );
      const bits = symbols.reduce((sum, symbol, i) => sum + (counts[symbol] as number) * (lengths[i] as number), 0);
      assert.is(bits, cheapest([...counts].filter((n) => n > 0)));
    }),
    runs,
  );
  const fibonacci = [1, 1];
  while (fibonacci.length < 44) fibonacci.push((fibonacci.at(-1) as number) + (fibonacci.at(-2) as number));
  const { lengths } = huffmanCode(Uint32Array.from(fibonacci));
  assert.ok(Math.max(...lengths) <= 32);
  const bits = lengths.reduce((sum, length, i) => sum + length * (fibonacci[i] as number), 0);
  assert.ok(bits < cheapest(fibonacci.slice()) * (1 + 1e-6));
  assert.is(
    lengths.reduce((sum, length) => sum + 2 ** -length, 0),
    1,
  );
});

/** Total bits of an optimal code: the sum of all weights that merging the two lightest makes. */
function cheapest(weights: number[]): number {
  let bits = 0;
  while (weights.length > 1) {
    weights.sort((a, b) => b - a);
    const merged = (weights.pop() as number) + (weights.pop() as number);
    bits += merged;
    weights.push(merged);
  }
  return bits;
}

test('codes longer than the look-up table are read', () => {
  const values: number[] = [];
  let repeats = 1;
  for (let step = 18; step >= 0; step--) {
    for (let i = 0; i < repeats; i++) values.push(step * 2);
    repeats = Math.ceil(repeats * 1.7);
  }
  const list = Float32Array.from(values);
  const { values: restored } = decompress(compress(list, line(list.length), { errorBound: 1, dims: 0 }));
  assert.equal(restored, list);
});

test('classic prediction drifts on zeros, dual quantisation does not', () => {
  const values = new Float32Array(64);
  values[0] = 0.37;
  const classic = decompress(compress(values, line(64), { errorBound: 0.1, dims: 1, variant: 'classic-sz' })).values;
  assert.is.not(classic[1], 0);
  assert.ok(largestError(values, classic) <= 0.1);
  filterZeros(classic, 0.1);
  assert.equal(classic.subarray(1), values.subarray(1));
  // After a value kept as it is, restored values leave the grid: the filter then takes 0.7 for a zero.
  const steep = Float32Array.of(64.3, 2.3, 0.7);
  const options = { errorBound: 0.5, dims: 1, bins: 128, variant: 'classic-sz' } as const;
  const { values: drifted } = decompress(compress(steep, line(3), options));
  assert.ok(largestError(steep, drifted) <= 0.5);
  filterZeros(drifted, 0.5);
  assert.ok(Math.abs(largestError(steep, drifted) - 0.7) < 1e-6);
  const dual = decompress(compress(values, line(64), { errorBound: 0.1, dims: 1 })).values;
  const before = dual.slice();
  filterZeros(dual, 0.1);
  assert.equal(dual, before);
});

test.run();
