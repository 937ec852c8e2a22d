import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type MatrixVectorRates, matrixEngine, vectorCores, vectorMatmul } from '../../../actors/compute/index.ts';
import { loadGaudi } from '../../../actors/presets/index.ts';

const test = suite('matrix engine and vector cores');
const rates: MatrixVectorRates = { matrix: 10e12, cores: 8, clock: 2e9, lanes: 64, memory: 1e12 };

test('an operation takes the larger of arithmetic and memory', () => {
  const product = matrixEngine(rates, { flop: 1e9, bytes: 1e6 });
  assert.equal([product.duration, product.bound], [100e6, 'arithmetic']);
  const copy = vectorCores(rates, { elements: 64e6, cycles: 2, bytes: 512e6 });
  assert.equal([copy.arithmetic, copy.memory, copy.bound], [125e6, 512e6, 'memory']);
});

test('the last vector counts whole', () => {
  const time = (elements: number) => vectorCores(rates, { elements, cycles: 16, bytes: 0 }).duration;
  assert.equal([time(1), time(64), time(65)], [1000, 1000, 2000]);
});

test('no rate is ever exceeded', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 64 }), (n, batch) => {
      const shape = { batch, n, bytes: 0, blockRows: 6, blockColumns: 64, efficiency: 1 };
      const { duration } = vectorMatmul(rates, shape);
      assert.ok((2 * batch * n ** 3) / (duration / 1e12) <= 2 * 8 * 64 * 2e9);
      const product = matrixEngine(rates, { flop: 2 * batch * n ** 3, bytes: 0 });
      assert.ok((2 * batch * n ** 3) / (product.duration / 1e12) <= 10e12);
    }),
    { seed: 20261123, numRuns: 200 },
  );
});

test('bad amounts are refused', () => {
  assert.throws(() => matrixEngine(rates, { flop: -1, bytes: 0 }));
  assert.throws(() => vectorCores(rates, { elements: 0, cycles: 1, bytes: 0 }));
});

test('the preset has eight cores of 64 single-precision lanes', () => {
  const { tpc, sram } = loadGaudi();
  assert.equal([tpc.cores, tpc.vector / 4, sram], [8, 64, 20 * 2 ** 20]);
});

test.run();
