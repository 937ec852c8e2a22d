import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  cellsPerWeight,
  conductance,
  drawFaults,
  drawKey,
  drawUniform,
  effectiveWeights,
  expectedGain,
  expectedSquareError,
  levelsOf,
  type MappingName,
  type MappingSpec,
  stuck,
} from '../../../actors/reram/index.ts';

const test = suite('mappings');
const options = { seed: 20261123, numRuns: 200 };

const pairs = ['two-column', 'differential', 'symmetric', 'rest'] as const;
const fraction = fc.double({ min: 0, max: 1, noNaN: true });
const rate = fc.double({ min: 0, max: 0.5, noNaN: true });
const seed = fc.integer({ min: 0, max: 1e9 });

const spec = (mapping: MappingName, bits = 8, cellBits = bits, restLevel = 1): MappingSpec => ({
  mapping,
  restLevel,
  bits,
  cellBits,
});

const precision = fc
  .integer({ min: 2, max: 10 })
  .chain((bits) =>
    fc
      .constantFrom(...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].filter((cellBits) => bits % cellBits === 0))
      .map((cellBits) => ({ bits, cellBits })),
  );

/** Weights of a random law: zeros among uniform levels. */
function weightsOf(count: number, bits: number, by: number): Int32Array {
  const key = drawKey('weights', by, 0, 0);
  const L = levelsOf(bits);
  return Int32Array.from({ length: count }, (_, i) => {
    const u = drawUniform(key, i);
    return u < 0.4 ? 0 : Math.round(((u - 0.7) / 0.3) * L);
  });
}

function faultsOf(cells: number, p: number, s: number, by: number): Uint8Array {
  const fates = new Uint8Array(cells);
  drawFaults(fates, { rate: p, onShare: s }, drawKey('cells', by, 0, 0));
  return fates;
}

function effective(of: MappingSpec, weights: Int32Array, fates: Uint8Array, compensate = false): Float32Array {
  const into = new Float32Array(weights.length);
  effectiveWeights(of, weights, fates, into, compensate);
  return into;
}

test('without faults every mapping and slicing gives the quantised weight', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...pairs, 'offset' as const),
      precision,
      fraction,
      seed,
      (mapping, { bits, cellBits }, r, by) => {
        const of = spec(mapping, bits, cellBits, r);
        const weights = weightsOf(40, bits, by);
        const found = effective(of, weights, new Uint8Array(40 * cellsPerWeight(of)));
        for (const [i, k] of weights.entries())
          assert.ok(Math.abs((found[i] ?? Number.NaN) - k) <= (mapping === 'offset' ? 1 : 0));
      },
    ),
    options,
  );
});

test('conductances lie within the range and differ by the weight', () => {
  fc.assert(
    fc.property(fc.constantFrom(...pairs), fraction, fc.integer({ min: -255, max: 255 }), (mapping, r, k) => {
      const of = spec(mapping, 8, 8, r);
      const [plus, minus] = [conductance(of, k, 0), conductance(of, k, 1)];
      assert.ok(plus >= 0 && plus <= 255 && minus >= 0 && minus <= 255);
      assert.ok(Math.abs(plus - minus - k) < 1e-9);
    }),
    options,
  );
});

test('differential is two-column in a mirror: ends and cells of a pair exchanged', () => {
  fc.assert(
    fc.property(rate, fraction, seed, (p, s, by) => {
      const weights = weightsOf(200, 8, by);
      const fates = faultsOf(400, p, s, by);
      const mirrored = fates.map((_, i) => {
        const fate = fates[i ^ 1] ?? 0;
        return fate === stuck.on ? stuck.off : fate === stuck.off ? stuck.on : stuck.no;
      });
      assert.equal(effective(spec('differential'), weights, fates), effective(spec('two-column'), weights, mirrored));
    }),
    options,
  );
});

test('rest at 0, 1/2 and 1 is two-column, symmetric and differential', () => {
  fc.assert(
    fc.property(rate, fraction, seed, (p, s, by) => {
      const weights = weightsOf(100, 8, by);
      const fates = faultsOf(200, p, s, by);
      for (const [r, mapping] of [
        [0, 'two-column'],
        [0.5, 'symmetric'],
        [1, 'differential'],
      ] as const)
        assert.equal(effective(spec('rest', 8, 8, r), weights, fates), effective(spec(mapping), weights, fates));
    }),
    options,
  );
});

test('a higher rate keeps every stuck cell as it was', () => {
  fc.assert(
    fc.property(rate, rate, fraction, seed, (one, other, s, by) => {
      const few = faultsOf(500, Math.min(one, other), s, by);
      const many = faultsOf(500, Math.max(one, other), s, by);
      for (const [i, fate] of few.entries()) if (fate !== stuck.no) assert.is(many[i], fate);
    }),
    options,
  );
});

test('differential under stuck-on and two-column under stuck-off only delete weights', () => {
  fc.assert(
    fc.property(rate, seed, (p, by) => {
      const weights = weightsOf(200, 8, by);
      for (const [mapping, s] of [
        ['differential', 1],
        ['two-column', 0],
      ] as const) {
        const found = effective(spec(mapping), weights, faultsOf(400, p, s, by));
        for (const [i, k] of weights.entries()) assert.ok(found[i] === k || found[i] === 0);
      }
    }),
    options,
  );
});

test('no pair leaves its range, and only a stuck cell turns a sign', () => {
  fc.assert(
    fc.property(fc.constantFrom(...pairs), precision, fraction, rate, fraction, seed, (mapping, q, r, p, s, by) => {
      const of = spec(mapping, q.bits, q.cellBits, r);
      const m = cellsPerWeight(of);
      const weights = weightsOf(100, q.bits, by);
      const fates = faultsOf(100 * m, p, s, by);
      const found = effective(of, weights, fates);
      for (const [i, k] of weights.entries()) {
        const value = found[i] ?? Number.NaN;
        assert.ok(Math.abs(value) <= levelsOf(q.bits) + 1e-3);
        if (value * k < 0) assert.ok(fates.subarray(i * m, i * m + m).some((fate) => fate !== stuck.no));
      }
    }),
    options,
  );
});

test('compensated pairs are the same for every mapping and never worse', () => {
  fc.assert(
    fc.property(rate, fraction, fraction, seed, (p, s, r, by) => {
      const weights = weightsOf(200, 8, by);
      const fates = faultsOf(400, p, s, by);
      const first = effective(spec('two-column'), weights, fates, true);
      for (const mapping of pairs) {
        const of = spec(mapping, 8, 8, r);
        assert.equal(effective(of, weights, fates, true), first);
        const plain = effective(of, weights, fates);
        for (const [i, k] of weights.entries())
          assert.ok(Math.abs((first[i] ?? 0) - k) <= Math.abs((plain[i] ?? 0) - k) + 1e-4);
      }
    }),
    options,
  );
});

test('the mean square error over random pairs is the closed form', () => {
  for (const [p, s, ratio] of [
    [0.05, 0.8378, 20],
    [0.1, 0.6, 2],
    [0.2, 0.9, 5],
  ] as const)
    for (const mapping of [...pairs, 'offset', 'compensated'] as const) {
      const of = spec(mapping === 'compensated' ? 'two-column' : mapping, 16, 16, 0.8378);
      const compensate = mapping === 'compensated';
      const L = levelsOf(16);
      const count = 400_000;
      const key = drawKey('weights', 3, 0, 0);
      const weights = Int32Array.from({ length: count }, (_, i) =>
        i % ratio === 0 ? Math.round((2 * drawUniform(key, i) - 1) * L) : 0,
      );
      const found = effective(of, weights, faultsOf(count * cellsPerWeight(of), p, s, 5), compensate);
      const errors = found.map((value, i) => (value - (weights[i] ?? 0)) / L);
      const squares = Array.from(errors, (error) => error * error);
      const mean = squares.reduce((sum, x) => sum + x, 0) / count;
      const spread = Math.sqrt(squares.reduce((sum, x) => sum + (x - mean) ** 2, 0) / count / count);
      const theory = expectedSquareError({
        mapping: of.mapping,
        restLevel: 0.8378,
        compensate,
        density: 1 / ratio,
        on: p * s,
        off: p * (1 - s),
      });
      assert.ok(Math.abs(mean - theory) < 4 * spread, `${mapping} ${p}: ${mean}, not ${theory}`);
    }
});

test('the best rest level is the share of stuck-on faults', () => {
  assert.ok(Math.abs(expectedGain(0.9, 1) - 9) < 1e-9);
  assert.ok(Math.abs(expectedGain(0.9, 0.5) - 3.6) < 1e-9);
  assert.ok(Math.abs(expectedGain(0.9, 0.9) - 10) < 1e-9);
});

test('slices that do not fill a weight, and compensated slices, are refused', () => {
  assert.throws(() => cellsPerWeight(spec('two-column', 8, 3)), /bits of a cell of a resistive memory is 3/);
  assert.throws(
    () => effective(spec('two-column', 8, 4), new Int32Array(1), new Uint8Array(4), true),
    /RERAM_SPEC|unsliced/,
  );
});

test.run();
