import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadGpu } from '../../../actors/presets/index.ts';
import { memoryOf as attentionMemory, simulateAttention } from '../../../scenarios/ds4science/evoformer/attention.ts';
import { setupOf as attentionSetup } from '../../../scenarios/ds4science/evoformer/setup.ts';
import { longestSequence, memoryOf, seqStepOf } from '../../../scenarios/ds4science/genslm/resolve.ts';
import { simulateGenslm } from '../../../scenarios/ds4science/genslm/run.ts';
import { platformOf, setupOf } from '../../../scenarios/ds4science/genslm/setup.ts';
import type { Ds4Params } from '../../../scenarios/ds4science/params.ts';
import { attentions, cases, close, defaults, models } from './generators.ts';
import { attentionPeak, peakOf } from './oracle.ts';

const test = suite('ds4science memory');
const capacity = 40536 * 2 ** 20;
const usable = 0.93 * capacity;
const gpu = loadGpu('a100-40gb');

test('the timeline peaks at the closed form, and only states, table, mask and runtime stay', () => {
  fc.assert(
    fc.property(models, (params) => {
      const setup = setupOf(params);
      const walk = memoryOf(setup);
      close(walk.peak, peakOf(setup), 1e-9, 'walk');
      const stays = Object.keys(walk.left).filter((tag) => walk.left[tag] !== 0);
      for (const tag of stays) assert.ok(['states', 'positions', 'mask', 'runtime'].includes(tag), tag);
    }),
    cases,
  );
});

test('the device memory of a run records the peak of the walk', () => {
  fc.assert(
    fc.property(models, (params) => {
      const setup = setupOf(params);
      const { memory } = simulateGenslm(setup, platformOf(params), { usable: Number.MAX_SAFE_INTEGER });
      const walk = memoryOf(setup);
      assert.is(memory.peak, walk.peak);
      assert.equal(memory.atPeak, walk.atPeak);
    }),
    { ...cases, numRuns: 100 },
  );
});

test('attention peaks at its closed form, in the walk and in the run', () => {
  fc.assert(
    fc.property(attentions, (params) => {
      const setup = attentionSetup(params);
      const expected = attentionPeak(setup);
      close(attentionMemory(setup, gpu).peak, expected, 1e-9, 'walk');
      const { memory } = simulateAttention(setup, gpu, { usable: Number.MAX_SAFE_INTEGER });
      close(memory.peak, expected, 1e-9, 'run');
    }),
    cases,
  );
});

test('the longest sequence fits and one step more does not', () => {
  fc.assert(
    fc.property(models, fc.double({ min: 0.1, max: 0.4, noNaN: true }), (params, share) => {
      const limit = share * capacity;
      const given: Ds4Params = { ...params, layers: 64, seqStep: 4096, microBatch: 1 };
      const found = longestSequence(given, limit);
      const peak = (seq: number): number => memoryOf({ ...setupOf(given), seq }).peak;
      assert.ok(found === 0 || peak(found) <= limit);
      assert.ok(peak(found + 4096) > limit);
    }),
    { ...cases, numRuns: 100 },
  );
});

test('the longest sequence grows with memory and GPUs, falls with layers', () => {
  const longest = (set: Partial<Ds4Params>, limit = usable): number =>
    longestSequence({ ...defaults, seqStep: 1024, ...set }, limit);
  for (const system of ['old-megatron-deepspeed', 'megatron-lm', 'new-megatron-deepspeed'] as const)
    for (const gpus of [8, 16, 32]) {
      const now = longest({ system, gpus });
      assert.ok(longest({ system, gpus: 2 * gpus }) >= now, `${system}, ${gpus} GPUs`);
      assert.ok(longest({ system, gpus }, 2 * usable) >= now, `${system}, memory`);
      assert.ok(longest({ system, gpus, layers: 80 }) <= now, `${system}, layers`);
    }
});

test('new reaches at least as far as megatron-lm with equal offload and grid, from eight ranks', () => {
  for (const offloadOptimizer of ['on', 'off'] as const)
    for (const model of ['25b', '30b', '33b'] as const)
      for (const gpus of [8, 16, 32, 64]) {
        const of = (system: Ds4Params['system']): number =>
          longestSequence({ ...defaults, model, gpus, system, offloadOptimizer, seqStep: 2048 }, usable);
        assert.ok(of('new-megatron-deepspeed') >= of('megatron-lm'), `${model}, ${gpus}, ${offloadOptimizer}`);
      }
});

test('the grid of the search is that of the published figure', () => {
  assert.equal(
    (['old-megatron-deepspeed', 'megatron-lm', 'new-megatron-deepspeed'] as const).map((system) =>
      seqStepOf({ system, seqStep: 0 }),
    ),
    [2048, 2048, 65536],
  );
  assert.is(seqStepOf({ system: 'megatron-lm', seqStep: 512 }), 512);
});

test('for short rows the fused kernel can take more than plain attention', () => {
  const peak = (kernel: Ds4Params['kernel']): number =>
    attentionMemory(
      attentionSetup({
        ...defaults,
        study: 'evoformer',
        stack: 'custom',
        nSeq: 64,
        nRes: 20,
        heads: 4,
        headDim: 64,
        kernel,
      }),
      gpu,
    ).peak;
  assert.ok(peak('ds4sci') > peak('eager'));
});

test('plain attention minus its tensors and biases is a multiple of n2^2', () => {
  fc.assert(
    fc.property(attentions, (params) => {
      const setup = attentionSetup({ ...params, kernel: 'eager', backward: true, pairBias: 'false' });
      const { n1, n2, heads, headDim, samples, width } = setup;
      const mask = setup.maskBias ? samples * n1 * n2 * width : 0;
      const rest = attentionMemory(setup, gpu).peak - 8 * samples * n1 * n2 * heads * headDim * width - mask;
      assert.is(rest, 3 * samples * n1 * heads * width * n2 * n2);
    }),
    cases,
  );
});

test.run();
