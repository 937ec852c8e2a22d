import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { partsOf, runsOf } from '../../../actors/codecs/field-parts.ts';
import { compress, decompress, type FieldShape, type PredictorDims } from '../../../actors/index.ts';
import { referenceDecode } from './reference-decoder.ts';
import { referenceEncode } from './reference-encoder.ts';

const test = suite('codec parts');
const dims = fc.constantFrom<PredictorDims>(0, 1, 2, 3);

/** Fields larger than a part, in every direction. */
const large: fc.Arbitrary<FieldShape> = fc.oneof(
  fc.record({ planes: fc.constant(1), height: fc.constant(1), width: fc.integer({ min: 1, max: 60_000 }) }),
  fc.record({
    planes: fc.integer({ min: 1, max: 4 }),
    height: fc.integer({ min: 1, max: 20 }),
    width: fc.integer({ min: 1000, max: 1100 }),
  }),
  fc.record({
    planes: fc.integer({ min: 1, max: 20 }),
    height: fc.integer({ min: 1, max: 20 }),
    width: fc.integer({ min: 200, max: 300 }),
  }),
  fc.record({
    planes: fc.integer({ min: 1, max: 40 }),
    height: fc.integer({ min: 1, max: 70 }),
    width: fc.integer({ min: 1, max: 30 }),
  }),
);

test('parts hold every value once and whole chunks only', () => {
  fc.assert(
    fc.property(large, dims, (shape, d) => {
      const seen = new Uint8Array(shape.planes * shape.height * shape.width);
      for (const part of partsOf(shape, d)) {
        assert.ok(part.planes * part.rows * part.columns <= 16384);
        const column = d < 2 ? part.at : part.at % shape.width;
        assert.is(column % part.side, 0);
        for (const { from, length } of runsOf(part)) for (let i = from; i < from + length; i++) seen[i]!++;
      }
      assert.ok(seen.every((times) => times === 1));
    }),
    { seed: 20261123, numRuns: 200 },
  );
});

test('fields of many parts have the symbols and escapes of the definition, and come back', () => {
  let state = 7;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  fc.assert(
    fc.property(large, dims, fc.constantFrom(128, 1024, 65536), (shape, d, bins) => {
      const values = Float32Array.from({ length: shape.planes * shape.height * shape.width }, (_, i) => {
        const rare = next();
        if (rare < 0.003) return rare < 0.001 ? Number.NaN : rare < 0.002 ? 1e20 : -60;
        return Math.max(0, Math.sin(i / 17) + Math.cos(i / (3 * shape.width)) + next() / 4);
      });
      const options = { errorBound: 1e-3, dims: d, bins };
      const container = compress(values, shape, options);
      const { symbols, values: slow } = referenceDecode(container);
      const { symbols: expected, escapes } = referenceEncode(values, shape, options);
      assert.ok(symbols.every((symbol, i) => symbol === expected[i]));
      const view = new DataView(container.buffer);
      const from = container.length - 9 * escapes.length;
      assert.is(view.getUint32(36, true), escapes.length);
      for (const [i, [index, kind, value]] of escapes.entries()) {
        const at = from + 9 * i;
        const found = [view.getUint32(at, true), view.getUint8(at + 4), view.getInt32(at + 5, true)];
        assert.ok(found[0] === index && found[1] === kind && found[2] === value, `escape ${i}: ${found}`);
      }
      const fast = decompress(container).values;
      assert.ok(slow.every((value, i) => Object.is(value, fast[i])));
    }),
    { seed: 20261123, numRuns: 40 },
  );
});

test.run();
