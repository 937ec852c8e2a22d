import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type CellGroup, cells } from '../../../scenarios/ulysses/figures.ts';
import { paperFlops } from '../../../scenarios/ulysses/flops.ts';
import { memoryPlan, peakMemory } from '../../../scenarios/ulysses/memory.ts';
import { defaultParams, type UlyssesParams } from '../../../scenarios/ulysses/parameters.ts';
import { longestSequence, resolve, usableMemory } from '../../../scenarios/ulysses/resolve.ts';
import { type Machine, machines } from './machine.ts';
import { predict, predictAttention } from './oracle.ts';

const test = suite('closed form');

function machineOf(params: UlyssesParams): Machine {
  return machines[params.gpu] as Machine;
}

function withDefaults(params: Partial<UlyssesParams>): UlyssesParams {
  return { ...defaultParams, ...params };
}

function outOfMemory(params: UlyssesParams): boolean {
  const { capacity } = machineOf(params);
  return peakMemory(memoryPlan(resolve(params, capacity))) > usableMemory(params, capacity);
}

function tflops(params: UlyssesParams): number {
  if (outOfMemory(params)) return 0;
  const setup = resolve(params, machineOf(params).capacity);
  return paperFlops(setup) / predict(setup, machineOf(params), params).seconds / setup.gpus / 1e12;
}

function errors(...groups: readonly CellGroup[]): { mean: number; worst: number; count: number } {
  const found = cells
    .filter((cell) => groups.includes(cell.group))
    .map((cell) => {
      const params = withDefaults(cell.params);
      const setup = resolve(params, machineOf(params).capacity);
      const value =
        cell.metric === 'attentionItersPerSecond'
          ? 1 / predictAttention(setup, machineOf(params))
          : cell.metric === 'iterationSeconds'
            ? predict(setup, machineOf(params), params).seconds
            : tflops(params);
      return Math.abs(value / (cell.value as number) - 1);
    });
  return { mean: found.reduce((a, b) => a + b, 0) / found.length, worst: Math.max(...found), count: found.length };
}

function meets(actual: ReturnType<typeof errors>, count: number, mean: number, worst: number): void {
  assert.is(actual.count, count);
  assert.ok(actual.mean <= mean && actual.worst <= worst, `mean ${actual.mean}, worst ${actual.worst}`);
}

test('calibration cells of the figures are met to 4 % in the mean and 10 % at worst', () => {
  meets(errors('ulysses, fitted'), 16, 0.04, 0.1);
});

test('check cells of the figures are predicted to 5 % in the mean and 12 % at worst', () => {
  meets(errors('ulysses, predicted'), 18, 0.05, 0.12);
});

test('the baseline is predicted to 15 % in the mean and 30 % at worst with nothing fitted on it', () => {
  meets(errors('baseline'), 6, 0.15, 0.3);
});

test('attention check cells are predicted to 6 % in the mean and 15 % at worst', () => {
  meets(errors('attention, predicted'), 16, 0.06, 0.15);
  meets(errors('attention, fitted'), 8, 0.06, 0.15);
});

test('rows of Tables 2 and 3 are within 10 %', () => {
  const rows = cells.filter((cell) => cell.id.startsWith('Table') && cell.metric === 'tflopsPerGpu');
  assert.is(rows.length, 4);
  for (const row of rows)
    assert.ok(Math.abs(tflops(withDefaults(row.params)) / (row.value as number) - 1) < 0.1, row.id);
});

test('which bars are out of memory follows from the memory model', () => {
  const bars = cells.filter((cell) => cell.metric === 'outOfMemory');
  assert.is(bars.length, 9);
  for (const bar of bars) assert.is(outOfMemory(withDefaults(bar.params)), bar.value, bar.id);
});

const longest = (params: Partial<UlyssesParams>): number =>
  longestSequence(withDefaults(params), machineOf(withDefaults(params)).capacity);

test('sequences are 4 times longer on 30b and 2 times on 7b than those of the baseline', () => {
  const sweepEnd = 256 * 1024;
  const gain = (model: '7b' | '30b', gpus: number): number =>
    Math.min(longest({ model, gpus }), sweepEnd) / longest({ model, gpus, system: 'megatron-sp' });
  assert.is(gain('30b', 64), 4);
  assert.is(gain('7b', 32), 2);
});

test('a million tokens fit on 64 GPUs with 1.2b, 131072 on 8', () => {
  assert.ok(longest({ model: '1.2b', gpus: 64 }) >= 1048576);
  assert.is(longest({ model: '1.2b', gpus: 8 }), 131072);
});

test('the lead over the baseline grows with the model: 1.1x on 7b, 1.6x on 30b, 2.7x on 66b', () => {
  const best = (params: Partial<UlyssesParams>): number =>
    Math.max(...[8, 16, 32, 64, 128, 256].map((k) => tflops(withDefaults({ ...params, seq: k * 1024 }))));
  const lead = (model: '7b' | '30b' | '66b', gpus: number): number =>
    best({ model, gpus }) / best({ model, gpus, system: 'megatron-sp' });
  const [small, middle, large] = [lead('7b', 32), lead('30b', 64), lead('66b', 72)];
  assert.ok(small >= 1 && small <= 1.25, `7b ${small}`);
  assert.ok(middle >= 1.3 && middle <= 1.9, `30b ${middle}`);
  assert.ok(large >= 1.8 && large <= 3.4, `66b ${large}`);
  assert.ok(best({ model: '7b', gpus: 32 }) >= 165);
});

test('tensor-parallel degrees of the baseline emerge from memory: 8 inside a node on 7b, 32 over four nodes on 30b', () => {
  const degree = (params: Partial<UlyssesParams>): number =>
    resolve(withDefaults({ ...params, system: 'megatron-sp' }), machineOf(defaultParams).capacity).sp;
  assert.is(degree({ model: '7b', gpus: 32, seq: 65536 }), 8);
  assert.is(degree({ model: '7b', gpus: 32, seq: 131072 }), 16);
  assert.is(degree({ model: '30b', gpus: 64, seq: 16384 }), 32);
});

test.run();
