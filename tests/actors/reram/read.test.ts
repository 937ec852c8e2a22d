import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type ChipState,
  type CrossbarSpec,
  cellLevels,
  cellsPerWeight,
  chip,
  drawFaults,
  drawKey,
  drawUniform,
  effectiveWeights,
  layerSeconds,
  levelsOf,
  type MappingName,
  stuckLevel,
  tile,
} from '../../../actors/reram/index.ts';
import { Simulation, toSeconds } from '../../../engine/index.ts';

const test = suite('reading crossbars');
const options = { seed: 20261123, numRuns: 150 };

const device: CrossbarSpec = {
  rows: 16,
  columns: 16,
  inputBits: 4,
  dacBits: 1,
  adcBits: 8,
  adcsPerArray: 1,
  pipelined: true,
  readPulseSeconds: 100e-9,
  adcRate: 1.28e9,
  adcWatts: 2e-3,
  dacWatts: 3.9e-6,
  readVolts: 0.2,
  onOhms: 1e5,
  offOhms: 1e6,
  inputActivity: 0.5,
  wireOhms: 2.82,
};

interface Case {
  readonly mapping: MappingName;
  readonly bits: number;
  readonly cellBits: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly windows: number;
  readonly dacBits: number;
  readonly rate: number;
  readonly seed: number;
}

const cases: fc.Arbitrary<Case> = fc.record({
  mapping: fc.constantFrom('two-column', 'differential', 'symmetric', 'offset', 'rest'),
  bits: fc.constant(4),
  cellBits: fc.constantFrom(1, 2, 4),
  inputs: fc.integer({ min: 1, max: 64 }),
  outputs: fc.integer({ min: 1, max: 20 }),
  windows: fc.integer({ min: 1, max: 3 }),
  dacBits: fc.constantFrom(1, 2, 4),
  rate: fc.double({ min: 0, max: 0.5, noNaN: true }),
  seed: fc.integer({ min: 0, max: 1e6 }),
});

/** Reads a faulty layer by events and by a matrix product. */
function both(given: Case): { readonly events: Float64Array; readonly product: Float64Array } {
  const { inputs, outputs, windows, seed } = given;
  const mapping = { mapping: given.mapping, restLevel: 1, bits: given.bits, cellBits: given.cellBits };
  const m = cellsPerWeight(mapping);
  const crossbar = { ...device, columns: 16 * m, dacBits: given.dacBits };
  const tiling = tile({ inputs, outputs, windows }, m, crossbar.rows, crossbar.columns);
  const key = drawKey('weights', seed, 0, 0);
  const L = levelsOf(given.bits);
  const weights = Int32Array.from({ length: inputs * outputs }, (_, i) =>
    Math.round((2 * drawUniform(key, i) - 1) * L),
  );
  const fates = new Uint8Array(weights.length * m);
  drawFaults(fates, { rate: given.rate, onShare: 0.7 }, drawKey('cells', seed, 0, 0));
  const real = new Float32Array(weights.length);
  effectiveWeights(mapping, weights, fates, real);
  const each = new Float64Array(m);
  const all = new Float32Array(fates.length);
  for (const [i, k] of weights.entries()) {
    cellLevels(mapping, k, each);
    for (let c = 0; c < m; c++) all[i * m + c] = stuckLevel(mapping, fates[i * m + c] ?? 0, each[c] ?? 0);
  }
  const levels = tiling.tiles.map(({ firstRow, rows, firstColumn, columns }) =>
    Float32Array.from({ length: rows * columns }, (_, i) => {
      const at = (firstRow + Math.floor(i / columns)) * outputs * m + firstColumn + (i % columns);
      return all[at] ?? Number.NaN;
    }),
  );
  const x = Int32Array.from({ length: windows * inputs }, (_, i) =>
    Math.floor(16 * drawUniform(drawKey('inputs', seed, 0, 0), i)),
  );
  const sim = new Simulation({ seed });
  const ref = sim.spawn('chip', chip, {
    layers: [{ tiling, levels, writeRow: () => 1 }],
    mapping,
    crossbar,
    isIdealAdc: true,
    writePulseSeconds: 50e-9,
    isVerified: false,
  });
  sim.send(ref, { type: 'infer', inputs: x });
  sim.run();
  const product = new Float64Array(windows * outputs);
  for (let w = 0; w < windows; w++)
    for (let i = 0; i < inputs; i++)
      for (let o = 0; o < outputs; o++)
        product[w * outputs + o] =
          (product[w * outputs + o] ?? 0) + (x[w * inputs + i] ?? 0) * (real[i * outputs + o] ?? 0);
  return { events: (sim.stateOf(ref) as ChipState).outputs ?? new Float64Array(0), product };
}

test('an ideal read by events, bit-serial, sliced and in row blocks, is the integer matrix product', () => {
  fc.assert(
    fc.property(cases, (given) => {
      const { events, product } = both(given);
      assert.equal(events, product);
    }),
    options,
  );
});

function readTime(crossbar: CrossbarSpec, shape: { inputs: number; outputs: number; windows: number }): number {
  const tiling = tile(shape, 2, crossbar.rows, crossbar.columns);
  const sim = new Simulation({ seed: 1 });
  const ref = sim.spawn('chip', chip, {
    layers: [{ tiling, levels: undefined, writeRow: () => 1 }],
    mapping: { mapping: 'two-column', restLevel: 1, bits: 8, cellBits: 8 },
    crossbar,
    isIdealAdc: true,
    writePulseSeconds: 50e-9,
    isVerified: false,
  });
  sim.send(ref, { type: 'infer', inputs: undefined });
  sim.run();
  return toSeconds((sim.stateOf(ref) as ChipState).readTime);
}

const timing = fc.record({
  inputs: fc.integer({ min: 1, max: 64 }),
  outputs: fc.integer({ min: 1, max: 40 }),
  windows: fc.integer({ min: 1, max: 6 }),
  adcRate: fc.constantFrom(1e7, 1e8, 1.28e9),
  adcs: fc.constantFrom(1, 2, 4),
});

test('the time of a read by events is that of a two-stage pipeline', () => {
  fc.assert(
    fc.property(timing, fc.boolean(), ({ inputs, outputs, windows, adcRate, adcs }, pipelined) => {
      const crossbar = { ...device, adcRate, adcsPerArray: adcs, pipelined };
      const shape = { inputs, outputs, windows };
      const found = readTime(crossbar, shape);
      const slices = windows * 4;
      assert.ok(Math.abs(found - layerSeconds(crossbar, tile(shape, 2, 16, 16))) <= slices * 1e-12);
      assert.ok(
        readTime({ ...crossbar, pipelined: true }, shape) <= readTime({ ...crossbar, pipelined: false }, shape),
      );
      assert.ok(readTime({ ...crossbar, adcsPerArray: 2 * adcs }, shape) <= found);
      const twice = readTime(crossbar, { ...shape, windows: 2 * windows });
      const fill = pipelined ? Math.min(1e-7, Math.ceil(Math.min(2 * outputs, 16) / adcs) / adcRate) : 0;
      assert.ok(Math.abs(twice - (2 * found - fill)) <= 2 * slices * 1e-12);
    }),
    options,
  );
});

test('an array that cannot hold a weight whole is refused', () => {
  assert.throws(() => tile({ inputs: 1, outputs: 1, windows: 1 }, 3, 16, 16), /multiple of the 3 cells/);
});

test.run();
