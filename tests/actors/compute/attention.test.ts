import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  attentionDecode,
  attentionKernel,
  attentionPairs,
  attentionPrefill,
  explainAttentionKernel,
  explainDecode,
  explainPrefill,
} from '../../../actors/compute/index.ts';
import { gpuIds, loadGpu } from '../../../actors/presets/index.ts';
import { toSeconds } from '../../../engine/index.ts';

const test = suite('attention');
const runs = { seed: 20261123, numRuns: 300 };
const device = fc.constantFrom(...gpuIds).map((id) => loadGpu(id));
const prompt = fc.record({
  heads: fc.integer({ min: 1, max: 96 }),
  batch: fc.integer({ min: 1, max: 32 }),
  sequence: fc.integer({ min: 1, max: 20_000 }),
  headSize: fc.constantFrom(16, 32, 64, 96, 128, 256),
  framework: fc.boolean(),
  causal: fc.boolean(),
});
const hasCode = (code: string) => (error: Error) => 'code' in error && error.code === code;

test('prefill time never decreases in heads, batch or sequence', () => {
  fc.assert(
    fc.property(
      device,
      prompt,
      fc.constantFrom('heads', 'batch', 'sequence'),
      fc.integer({ min: 1, max: 99 }),
      (gpu, s, side, more) => {
        assert.ok(attentionPrefill(gpu, { ...s, [side]: s[side as 'heads'] + more }) >= attentionPrefill(gpu, s));
      },
    ),
    runs,
  );
});

test('prefill is never faster than peak arithmetic or memory', () => {
  fc.assert(
    fc.property(device, prompt, (gpu, s) => {
      const t = toSeconds(attentionPrefill(gpu, s));
      const pairs = s.causal ? (s.sequence * (s.sequence + 1)) / 2 : s.sequence ** 2;
      assert.ok(t >= (4 * s.headSize * pairs * s.heads * s.batch) / gpu.tensorPeak);
      assert.ok(t >= (8 * s.heads * s.batch * s.sequence * s.headSize) / gpu.hbm);
    }),
    runs,
  );
});

test('few heads wait for the longest block: halving heads does not halve the time', () => {
  const gpu = loadGpu('a100-80gb');
  const time = (heads: number) => attentionPrefill(gpu, { heads, sequence: 8192, headSize: 128 });
  assert.ok(time(1) > 0.5 * time(2) * 1.2);
  assert.ok(Math.abs(time(64) / time(32) / 2 - 1) < 0.03);
  assert.is(explainPrefill(gpu, { heads: 32, sequence: 8192, headSize: 128 }).bound, 'tensor');
});

test('grouped key heads save memory traffic of a decode step', () => {
  const gpu = loadGpu('a100-80gb');
  const shape = { heads: 64, batch: 16, cached: 8192, headSize: 128 };
  const grouped = attentionDecode(gpu, { ...shape, kvHeads: 8 });
  const full = attentionDecode(gpu, shape);
  assert.ok(full / grouped > 5 && full / grouped < 8.5, `${full / grouped}`);
  assert.is(explainDecode(gpu, shape).bound, 'hbm');
  assert.is(explainDecode(gpu, { heads: 4, cached: 16, headSize: 128 }).bound, 'launch');
});

test('a long decode never beats memory', () => {
  fc.assert(
    fc.property(
      device,
      fc.integer({ min: 1, max: 64 }),
      fc.integer({ min: 8192, max: 131072 }),
      (gpu, heads, cached) => {
        const shape = { heads, batch: 8, cached, headSize: 128 };
        assert.ok(toSeconds(attentionDecode(gpu, shape)) >= (4 * heads * 8 * cached * 128) / gpu.hbm);
      },
    ),
    runs,
  );
});

test('decode time depends on the product of heads and batch alone', () => {
  const gpu = loadGpu('a100-80gb');
  const time = (heads: number, batch: number) => attentionDecode(gpu, { heads, batch, cached: 777, headSize: 128 });
  assert.is(time(32, 4), time(4, 32));
});

test('a kernel costs pairs times arithmetic and scores', () => {
  const gpu = loadGpu('a100-40gb');
  const pairs = attentionPairs('flash1-triton', { heads: 4, sequence: 32768 });
  assert.is(pairs, (4 * 32768 * 32769) / 2);
  const time = toSeconds(attentionKernel(gpu, 'flash1-triton', { pairs, headSize: 128, pass: 'forward' }));
  assert.ok(Math.abs(time / (pairs * ((4 * 128) / (312e12 * 0.455) + 1.7e-12)) - 1) < 1e-9);
  const back = toSeconds(attentionKernel(gpu, 'flash1-triton', { pairs, headSize: 128, pass: 'backward' }));
  assert.ok(Math.abs(back / (pairs * ((10 * 128) / (312e12 * 0.455) + 3.4e-12)) - 1) < 1e-9);
});

test('kernels written for A100 use less of the H100', () => {
  const rate = (id: 'a100-80gb' | 'h100-80gb') =>
    1 / attentionKernel(loadGpu(id), 'flash2', { pairs: 1e11, headSize: 128, pass: 'forward' });
  const gain = rate('h100-80gb') / rate('a100-80gb');
  assert.ok(gain > 1.3 && gain < 1.8, `${gain}`);
});

test('head sizes 96 and 128 cost the same, 64 less', () => {
  const gpu = loadGpu('a100-40gb');
  const time = (headSize: number) => attentionKernel(gpu, 'flash2', { pairs: 1e10, headSize, pass: 'forward' });
  assert.is(time(96), time(128));
  assert.ok(time(64) < time(96));
});

test('a materialised kernel visits the whole square and binds on memory', () => {
  assert.is(attentionPairs('materialised', { heads: 2, sequence: 100, samples: 3, density: 0.5 }), 30_000);
  const price = explainAttentionKernel(loadGpu('a100-40gb'), 'materialised', {
    pairs: 1e9,
    headSize: 64,
    pass: 'forward',
  });
  assert.is(price.bound, 'hbm');
  assert.is(attentionKernel(loadGpu('a100-40gb'), 'flash2', { pairs: 0, headSize: 64, pass: 'forward' }), 0);
});

test('COMPUTE_HEADS, COMPUTE_COUNT, COMPUTE_AMOUNT: bad shapes are refused', () => {
  const gpu = loadGpu('a100-40gb');
  assert.throws(
    () => attentionPrefill(gpu, { heads: 6, kvHeads: 4, sequence: 8, headSize: 64 }),
    hasCode('COMPUTE_HEADS'),
  );
  assert.throws(() => attentionDecode(gpu, { heads: 6, cached: 0, headSize: 64 }), hasCode('COMPUTE_COUNT'));
  assert.throws(
    () => attentionKernel(gpu, 'flash2', { pairs: -1, headSize: 64, pass: 'forward' }),
    hasCode('COMPUTE_AMOUNT'),
  );
});

test.run();
