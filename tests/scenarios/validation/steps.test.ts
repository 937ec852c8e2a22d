import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nodeCollective } from '../../../actors/network/collective-cost.ts';
import { loadGpu, loadNodeCollectives } from '../../../actors/presets/index.ts';
import { toSeconds } from '../../../engine/index.ts';
import { dgxA100, fsdpStep, type MegatronStep, megatronStep } from '../../../scenarios/validation/index.ts';

const test = suite('step closed forms');
const machine = dgxA100();
const step = fc.record({
  layers: fc.constantFrom(8, 16, 24),
  hidden: fc.constantFrom(1024, 4096, 8192),
  heads: fc.constantFrom(16, 32),
  vocabulary: fc.constant(51200),
  sequence: fc.constantFrom(512, 1024, 2048),
  globalBatch: fc.constantFrom(32, 64),
  microBatch: fc.constantFrom(1, 2, 4),
  tensorParallel: fc.constantFrom(1, 2, 4, 8),
  pipelineParallel: fc.constantFrom(1, 2, 4, 8),
  dataParallel: fc.constantFrom(1, 2, 4),
  recompute: fc.constantFrom<MegatronStep['recompute']>('none', 'selective', 'full'),
});
const runs = { seed: 20261123, numRuns: 150 };

test('an iteration never beats its arithmetic at peak', () => {
  fc.assert(
    fc.property(step, (s) => {
      const tokens = s.globalBatch * s.sequence;
      const flop = 72 * tokens * s.layers * s.hidden ** 2;
      const gpus = s.tensorParallel * s.pipelineParallel * s.dataParallel;
      assert.ok(megatronStep(machine, s).total >= flop / (gpus * machine.gpu.tensorPeak));
    }),
    runs,
  );
});

test('recomputation never saves time, interleaving never lengthens the bubble, parts add up', () => {
  fc.assert(
    fc.property(step, (s) => {
      const { total, ...parts } = megatronStep(machine, s);
      assert.ok(Math.abs(Object.values(parts).reduce((a, b) => a + b, 0) / total - 1) < 1e-12);
      assert.ok(
        megatronStep(machine, { ...s, recompute: 'full' }).total >=
          megatronStep(machine, { ...s, recompute: 'none' }).total,
      );
      assert.ok(megatronStep(machine, { ...s, interleave: 2 }).bubble <= parts.bubble);
    }),
    runs,
  );
});

test('a sharded step exposes communication only when it is slow', () => {
  const shape = {
    layers: 24,
    hidden: 2048,
    heads: 16,
    vocabulary: 50368,
    sequence: 2048,
    gpus: 64,
    microSteps: 1,
    recompute: false,
    regather: true,
    gradientBytes: 4,
    layerInputs: 'bf16',
    prefetch: 'before',
  } as const;
  const exposed = (microBatch: number) =>
    fsdpStep(machine, { ...shape, microBatch }).exposed / fsdpStep(machine, { ...shape, microBatch }).total;
  assert.ok(exposed(1) > exposed(16));
  assert.ok(exposed(16) < 0.1);
});

test('a gather behind its own reduce-scatter hides nothing of either, and none of it matters without a second gather', () => {
  const shape = {
    layers: 24,
    hidden: 2048,
    heads: 16,
    vocabulary: 50368,
    sequence: 2048,
    gpus: 8,
    microBatch: 8,
    microSteps: 1,
    recompute: false,
    gradientBytes: 4,
    layerInputs: 'bf16',
  } as const;
  const time = (prefetch: 'before' | 'after', regather: boolean) => fsdpStep(machine, { ...shape, prefetch, regather });
  const bytes = 24 * 2048 ** 2;
  const collective = (op: 'all-gather' | 'reduce-scatter', size: number) =>
    toSeconds(nodeCollective(machine.node, { op, ranks: 8, bytes: size }));
  const serial = 24 * (collective('all-gather', bytes) + collective('reduce-scatter', 2 * bytes));
  assert.ok(time('after', true).exposed > serial);
  assert.ok(time('after', true).exposed < 1.2 * serial);
  assert.ok(time('before', true).exposed < 0.3 * serial);
  assert.is(time('after', false).total, time('before', false).total);
});

test('fp8 layers save time where products are large and change nothing on a part without fp8', () => {
  const shape = {
    layers: 24,
    hidden: 4096,
    heads: 32,
    vocabulary: 50368,
    sequence: 2048,
    gpus: 8,
    microBatch: 8,
    microSteps: 1,
    recompute: false,
    regather: true,
    gradientBytes: 4,
    prefetch: 'after',
  } as const;
  const h100 = { ...machine, gpu: loadGpu('h100-80gb'), node: loadNodeCollectives('h100-80gb') };
  const time = (on: typeof machine, layerInputs: 'bf16' | 'fp8') => fsdpStep(on, { ...shape, layerInputs }).total;
  assert.ok(time(h100, 'fp8') < 0.9 * time(h100, 'bf16'));
  assert.is(time(machine, 'fp8'), time(machine, 'bf16'));
});

test.run();
