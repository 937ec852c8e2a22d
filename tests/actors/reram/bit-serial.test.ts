import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { adcStep, type CrossbarSpec, quantise, readMatrix, tile } from '../../../actors/reram/index.ts';

const test = suite('bit-serial reads');

const crossbar: CrossbarSpec = {
  rows: 16,
  columns: 16,
  inputBits: 4,
  dacBits: 2,
  adcBits: 3,
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

test('a converter rounds to steps of full scale, and never to less than a level', () => {
  assert.is(adcStep(16, 2, 4, 3), (16 * 3 * 15) / 7);
  assert.is(adcStep(16, 1, 1, 8), 1);
  assert.is(quantise(149, 100), 100);
  assert.is(quantise(150, 100), 200);
});

test('each slice of each column is rounded, then placed', () => {
  const mapping = { mapping: 'two-column', restLevel: 1, bits: 4, cellBits: 4 } as const;
  const tiling = tile({ inputs: 2, outputs: 1, windows: 1 }, 2, 16, 16);
  const levels = Float32Array.of(10, 0, 0, 7);
  // Inputs 6 and 3 are the digits (2, 1) and (3, 0): plus column 20 and 10, minus column 21 and 0.
  const inputs = Int32Array.of(6, 3);
  assert.is(readMatrix({ tiling, mapping, crossbar }, levels, inputs, 0)[0], 60 - 21);
  assert.is(readMatrix({ tiling, mapping, crossbar }, levels, inputs, 8)[0], 24 + 4 * 8 - 24);
});

test.run();
