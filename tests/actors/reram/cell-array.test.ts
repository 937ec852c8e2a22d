import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  age,
  CellArray,
  drawDeadColumns,
  drawFaults,
  drawKey,
  drawWear,
  PulseWriter,
  stuck,
  type WriteLaw,
  wornShare,
  writeStatistics,
} from '../../../actors/reram/index.ts';
import { createRandomSource } from '../../../engine/index.ts';

const test = suite('cell arrays');
const options = { seed: 20261123, numRuns: 100 };
const stream = (seed: number) => createRandomSource({ seed }).stream('array', 'write');
const exact: WriteLaw = { variance: 0, model: 'constant', tolerance: 0, maxPulses: 10 };

test('settled states add up to all cells, and stuck cells read their end', () => {
  const law = fc.record({
    variance: fc.double({ min: 0, max: 0.2, noNaN: true }),
    model: fc.constantFrom('constant', 'proportional'),
    tolerance: fc.constantFrom(0, 0.01, 0.05),
    maxPulses: fc.integer({ min: 1, max: 5 }),
  });
  const rate = fc.double({ min: 0, max: 0.5, noNaN: true });
  fc.assert(
    fc.property(law, rate, fc.integer({ min: 1, max: 3000 }), fc.integer(), (write, p, size, seed) => {
      const array = new CellArray(size);
      const fates = new Uint8Array(size);
      drawFaults(fates, { rate: p, onShare: 0.6 }, drawKey('cells', seed, 0, 0));
      array.form(fates);
      const targets = Float32Array.from({ length: size }, (_, i) => (i % 16) / 15);
      const writer = new PulseWriter(write, stream(1));
      array.write(targets, writer, 15, targets);
      const { pristine, hrs, lrs, intermediate, stuckOff, stuckOn } = array.census();
      assert.is(pristine, 0);
      assert.is(hrs + lrs + intermediate + stuckOff + stuckOn, size);
      assert.is(stuckOn, fates.filter((fate) => fate === stuck.on).length);
      assert.is(stuckOff, fates.filter((fate) => fate === stuck.off).length);
      assert.is(writer.cells, size - stuckOn - stuckOff);
      for (const [i, fate] of fates.entries()) if (fate !== stuck.no) assert.is(targets[i], fate === stuck.on ? 1 : 0);
    }),
    options,
  );
});

test('cells are formed once, and written after that', () => {
  const array = new CellArray(10);
  const writer = new PulseWriter(exact, stream(1));
  const targets = new Float32Array(10);
  assert.throws(() => array.write(targets, writer, 15, targets), /PULSE reached 10 of 10 cells/);
  array.form(new Uint8Array(10));
  assert.throws(() => array.form(new Uint8Array(10)), /FORM_PULSE reached 10 of 10 cells/);
  array.cells.send('PULSE', { from: 0, to: 3 });
  assert.throws(() => array.census(), /3 of 10 cells/);
});

test('write-verify comes to its closed form', () => {
  const law: WriteLaw = { variance: 0.05, model: 'constant', tolerance: 0.02, maxPulses: 10 };
  const writer = new PulseWriter(law, stream(5));
  for (let i = 0; i < 200_000; i++) writer.write(0.5);
  const { pulsesPerCell, failShare, residual } = writeStatistics(law);
  assert.ok(Math.abs(pulsesPerCell - 3.139) < 0.001);
  assert.ok(Math.abs(failShare - 0.02416) < 0.00001);
  assert.ok(Math.abs(residual - 0.01461) < 0.00001);
  assert.ok(Math.abs(writer.totalPulses / writer.cells / pulsesPerCell - 1) < 0.01);
  assert.ok(Math.abs(writer.failed / writer.cells / failShare - 1) < 0.05);
  assert.ok(Math.abs(Math.sqrt(writer.squares / writer.cells) / residual - 1) < 0.01);
});

test('wear follows the lognormal life, drawn for each cell or in intervals', () => {
  const endurance = { medianCycles: 1e6, sigma: 0.5, onShare: 0.8 };
  assert.ok(Math.abs(wornShare(endurance, 5e5) - 0.0828) < 0.0001);
  const fates = new Uint8Array(300_000);
  drawWear(fates, endurance, 5e5, drawKey('life', 1, 0, 0), drawKey('end', 1, 0, 0));
  const worn = fates.filter((fate) => fate !== stuck.no).length;
  assert.ok(Math.abs(worn / fates.length / 0.0828 - 1) < 0.02);
  const array = new CellArray(300_000);
  array.form(new Uint8Array(300_000));
  const random = stream(9);
  let aged = 0;
  for (let step = 0; step < 10; step++) aged += age(array.cells, endurance, step * 5e4, (step + 1) * 5e4, random);
  assert.ok(Math.abs(aged / 300_000 / 0.0828 - 1) < 0.02);
  const { stuckOn, stuckOff } = array.census();
  assert.is(stuckOn + stuckOff, aged);
  assert.ok(Math.abs(stuckOn / aged - 0.8) < 0.02);
  assert.throws(() => age(array.cells, endurance, 2, 1, random), /ageing interval/);
});

test('faults in whole columns leave each cell the same chance', () => {
  const [columns, rows] = [4000, 50];
  const fates = new Uint8Array(columns * rows);
  const layout = { columns, columnOf: (cell: number) => cell % columns };
  const law = { rate: 0.1, onShare: 0.7, columnShare: 0.5 };
  drawFaults(fates, law, drawKey('cells', 3, 0, 0));
  drawDeadColumns(fates, law, drawKey('columns', 3, 0, 0), layout);
  const share = fates.filter((fate) => fate !== stuck.no).length / fates.length;
  assert.ok(Math.abs(share - 0.1) < 0.012, `${share}`);
  let dead = 0;
  for (let c = 0; c < columns; c++) {
    let whole = true;
    for (let r = 0; r < rows; r++) if (fates[r * columns + c] === stuck.no) whole = false;
    if (whole) dead++;
  }
  assert.ok(Math.abs(dead / columns - 0.05) < 0.011, `${dead}`);
});

test('laws that are none are refused', () => {
  assert.throws(() => new PulseWriter({ ...exact, maxPulses: 0 }, stream(1)), /number of pulses/);
  assert.throws(() => drawFaults(new Uint8Array(1), { rate: 2, onShare: 0 }, drawKey('x', 0, 0, 0)), /fault rate/);
});

test.run();
