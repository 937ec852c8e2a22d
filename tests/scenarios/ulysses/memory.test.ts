import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { memoryPlan, peakMemory } from '../../../scenarios/ulysses/memory.ts';
import { defaultParams, type UlyssesParams } from '../../../scenarios/ulysses/parameters.ts';
import { longestSequence, resolve } from '../../../scenarios/ulysses/resolve.ts';
import { cases, runs } from './generators.ts';

const test = suite('memory');
const peak = (params: Partial<UlyssesParams>): number =>
  peakMemory(memoryPlan(resolve({ ...defaultParams, ...params }, 42.5e9)));

test('peak memory never falls with seq, microBatch and vocab', () => {
  fc.assert(
    fc.property(runs(), (params) => {
      const { seq, batch, microBatch, vocab } = params;
      const now = peak(params);
      assert.ok(peak({ ...params, seq: 2 * seq }) >= now);
      assert.ok(peak({ ...params, microBatch: 2 * microBatch, batch: 2 * batch }) >= now);
      assert.ok(peak({ ...params, vocab: 2 * vocab }) >= now);
    }),
    cases,
  );
});

test('peak memory never rises with sp (ulysses) nor, at fixed sp, with gpus', () => {
  fc.assert(
    fc.property(runs(['ulysses', 'ring', 'hybrid']), (params) => {
      const { sp, gpus, heads, batch } = params;
      const now = peak(params);
      assert.ok(peak({ ...params, gpus: 2 * gpus, batch: 2 * batch }) <= now);
      if (params.system === 'ulysses' && heads % (2 * sp) === 0)
        assert.ok(peak({ ...params, sp: 2 * sp, gpus: 2 * gpus }) <= now);
    }),
    cases,
  );
});

test('sharding more never takes more: stages 0 to 3 in order, without their buffers', () => {
  fc.assert(
    fc.property(runs(['ulysses']), (params) => {
      const states = (zeroStage: number) =>
        memoryPlan(resolve({ ...defaultParams, ...params, zeroStage }, 42.5e9)).states;
      for (const stage of [1, 2, 3]) assert.ok(states(stage) <= states(stage - 1));
    }),
    cases,
  );
});

test('the peak is the sum of the table in the README', () => {
  fc.assert(
    fc.property(runs(['ulysses', 'ring', 'megatron-sp']), (params) => {
      const setup = resolve(params, 80e9);
      const { layers: l, hidden: h, vocab: V, seq: N, gpus: G, sp: P, microBatch: m } = setup;
      const M = l * (12 * h * h + 13 * h) + V * h;
      const T = (N * m) / P;
      const sharded =
        (16 * (M + N * h)) / G +
        2 * N * h +
        2 * Math.min(M, 1e9) +
        2e9 +
        2 * l * T * h +
        Math.max(16 * T * V, 50 * T * h);
      const layer = (34 * N * m * h) / P + 12 * N * m * h;
      const baseline = (18 * M) / P + 18 * N * h + 2 * l * T * h + Math.max(16 * T * V, layer);
      const expected = 3.5e9 + (setup.system === 'megatron-sp' ? baseline : sharded);
      assert.ok(Math.abs(peakMemory(memoryPlan(setup)) - expected) <= 1e-9 * expected + 2 * l, `${expected}`);
    }),
    cases,
  );
});

test('the longest sequence grows with gpus and with memory', () => {
  const longest = (gpus: number, capacity: number) =>
    longestSequence({ ...defaultParams, model: '7b', gpus }, capacity);
  for (const gpus of [8, 16, 32]) {
    assert.ok(longest(2 * gpus, 42.5e9) >= longest(gpus, 42.5e9));
    assert.ok(longest(gpus, 85e9) >= longest(gpus, 42.5e9));
  }
  assert.is(longestSequence({ ...defaultParams, model: '66b', gpus: 1 }, 42.5e9), 0);
});

test('a kernel that writes scores out needs four arrays of N^2', () => {
  const plan = (seq: number) =>
    memoryPlan(
      resolve({ ...defaultParams, system: 'ring', attnKernel: 'materialised', sp: 32, batch: 1, seq }, 42.5e9),
    );
  assert.is(plan(65536).scores, (4 * 2 * 32 * 65536 * 65536) / 32);
  assert.is(plan(65536).scores, 4 * plan(32768).scores);
});

test.run();
