import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StreamTimes } from '../../../actors/compute/index.ts';
import { loadGpu } from '../../../actors/presets/index.ts';
import { hertz } from '../../../engine/kernel/quantities.ts';
import { toSeconds } from '../../../engine/kernel/time.ts';
import { simulateAttention } from '../../../scenarios/ds4science/evoformer/attention.ts';
import { threadBlocks } from '../../../scenarios/ds4science/evoformer/prices.ts';
import { runEvoformer } from '../../../scenarios/ds4science/evoformer/run.ts';
import { setupOf as attentionSetup } from '../../../scenarios/ds4science/evoformer/setup.ts';
import { figures } from '../../../scenarios/ds4science/figures.ts';
import { runGenslm, simulateGenslm } from '../../../scenarios/ds4science/genslm/run.ts';
import { platformOf, setupOf } from '../../../scenarios/ds4science/genslm/setup.ts';
import type { Ds4Params } from '../../../scenarios/ds4science/params.ts';
import { attentions, cases, close, defaults, models } from './generators.ts';
import { stepSeconds } from './oracle.ts';

const test = suite('ds4science simulation');
const unlimited = { usable: Number.MAX_SAFE_INTEGER } as const;

const known = new Set(
  'mask gemm attention elementwise loss collective gradients offload optimizer host mark partners idle'.split(' '),
);

function tiles(streams: readonly StreamTimes[], seconds: number): void {
  for (const { name, busy, waits } of streams) {
    const total = [...Object.values(busy), ...Object.values(waits)].reduce((sum, span) => sum + toSeconds(span), 0);
    close(total, seconds, 1e-9, name);
  }
}

test('work and waits tile every stream and every wait has a cause', () => {
  fc.assert(
    fc.property(models, (params) => {
      const outcome = simulateGenslm(setupOf(params), platformOf(params), unlimited);
      tiles(outcome.streams, outcome.seconds);
      for (const { busy, waits } of outcome.streams)
        for (const cause of [...Object.keys(busy), ...Object.keys(waits)]) assert.ok(known.has(cause), cause);
    }),
    { ...cases, numRuns: 100 },
  );
  fc.assert(
    fc.property(attentions, (params) => {
      const outcome = simulateAttention(attentionSetup(params), loadGpu('a100-40gb'), unlimited);
      tiles(outcome.streams, outcome.seconds);
    }),
    { ...cases, numRuns: 100 },
  );
});

test('what a rank does not compute is exposed communication', () => {
  fc.assert(
    fc.property(models, (params) => {
      const { metrics, outcome } = runGenslm({ ...params, memoryFraction: 1 });
      fc.pre(metrics.outOfMemory !== true);
      const [compute] = outcome.streams;
      const work = Object.values(compute?.busy ?? {}).reduce((sum, span) => sum + toSeconds(span), 0);
      const exposed = Number(metrics.exposedCommSeconds);
      close(exposed + work, outcome.seconds, 1e-9, 'work and exposed');
      assert.ok(exposed >= Number(metrics.collectiveSeconds) * (1 - 1e-9), 'collectives are serial');
    }),
    { ...cases, numRuns: 100 },
  );
});

test('a step takes the time of its closed form on an idle network', () => {
  const rates = figures.filter(({ metric }) => metric === 'tflopsPerGpu');
  assert.is(rates.length, 9);
  for (const { id, params } of rates) {
    const { setup, outcome } = runGenslm({ ...defaults, ...(params as Partial<Ds4Params>) });
    if (setup.seq >= 8192) close(outcome.seconds, stepSeconds(setup), 1e-3, id);
  }
  const megatron = runGenslm({ ...defaults, system: 'megatron-lm', gpus: 64, seq: 32768 });
  close(megatron.outcome.seconds, stepSeconds(megatron.setup), 1e-3, 'megatron-lm');
  const old = runGenslm({ ...defaults, system: 'old-megatron-deepspeed', gpus: 64, seq: 32768 });
  close(old.outcome.seconds, stepSeconds(old.setup), 1e-3, 'old');
});

test('one rank of each class stands for all', () => {
  fc.assert(
    fc.property(models, (params) => {
      const setup = { ...setupOf(params), layers: 2 };
      const [one, all] = [false, true].map((full) => simulateGenslm(setup, platformOf(params), { ...unlimited, full }));
      close(one?.seconds ?? 0, all?.seconds ?? 1, 1e-9, 'seconds');
      assert.ok((one?.ranks ?? 0) <= (all?.ranks ?? 0));
    }),
    { ...cases, numRuns: 100 },
  );
});

test('equal parameters give equal runs', () => {
  fc.assert(
    fc.property(models, (params) => {
      const [one, two] = [runGenslm(params), runGenslm(params)];
      assert.is(one.outcome.fingerprint, two.outcome.fingerprint);
      assert.equal(one.metrics, two.metrics);
    }),
    { ...cases, numRuns: 100 },
  );
});

test('the tag that ends each system is named', () => {
  const tag = (set: Partial<Ds4Params>): unknown => runGenslm({ ...defaults, search: 'maxSeq', ...set }).metrics.oomTag;
  assert.is(tag({ system: 'old-megatron-deepspeed' }), 'checkpoints');
  assert.is(tag({ system: 'megatron-lm' }), 'mask');
  assert.is(tag({ system: 'megatron-lm', model: '33b', gpus: 16 }), 'states');
  assert.is(tag({ system: 'new-megatron-deepspeed' }), 'gatherBuffers');
  const full = runEvoformer({ ...defaults, study: 'evoformer', kernel: 'eager', dtype: 'fp32' }).metrics;
  assert.equal([full.outOfMemory, full.oomTag, full.forwardSeconds], [true, 'scores', 0]);
});

test('out of memory in a run: rates and times are 0, bytes are told', () => {
  const { metrics } = runGenslm({ ...defaults, system: 'old-megatron-deepspeed', seq: 131072 });
  assert.equal(
    [metrics.outOfMemory, metrics.tflopsPerGpu, metrics.iterationSeconds, metrics.exposedCommSeconds],
    [true, 0, 0, 0],
  );
  assert.ok(Number(metrics.peakMemoryBytes) > Number(metrics.usableMemoryBytes));
  assert.ok(Number(metrics.commBytesPerGpuPerLayer) > 0);
});

test('rates times k: the fused kernel takes 1/k of the time', () => {
  const gpu = loadGpu('a100-40gb');
  fc.assert(
    fc.property(attentions, fc.constantFrom(2, 4, 8), (params, k) => {
      const setup = attentionSetup({ ...params, kernel: 'ds4sci', dtype: 'fp16' });
      const fast = {
        ...gpu,
        tensorPeak: (gpu.tensorPeak * k) as typeof gpu.tensorPeak,
        hbm: (gpu.hbm * k) as typeof gpu.hbm,
        clock: hertz(gpu.clock * k),
      };
      const seconds = (on: typeof gpu): number => simulateAttention(setup, on, unlimited).seconds;
      assert.ok(Math.abs(seconds(fast) * k - seconds(gpu)) <= 4 * k * 1e-12);
    }),
    cases,
  );
});

test('thread blocks: one for each row, head and 64 queries forward, one for each row and head backward', () => {
  const setup = attentionSetup({ ...defaults, study: 'evoformer' });
  assert.is(threadBlocks(setup, 'forward'), 5120 * 8 * 6);
  assert.is(threadBlocks(setup, 'backward'), 5120 * 8);
});

test.run();
