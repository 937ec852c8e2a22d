import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { explainGemm, fp8View, gemm } from '../../../actors/compute/index.ts';
import { gpuIds, loadGpu } from '../../../actors/presets/index.ts';
import { toSeconds } from '../../../engine/index.ts';

const test = suite('gemm');
const runs = { seed: 20261123, numRuns: 300 };
const size = fc.oneof(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 40_000 }));
const shape = fc.record({ m: size, n: size, k: size, batch: fc.integer({ min: 1, max: 8 }) });
const device = fc.constantFrom(...gpuIds).map((id) => loadGpu(id));

test('time never decreases in m, n, k or batch', () => {
  fc.assert(
    fc.property(
      device,
      shape,
      fc.constantFrom('m', 'n', 'k', 'batch'),
      fc.integer({ min: 1, max: 300 }),
      (gpu, s, side, more) => {
        assert.ok(gemm(gpu, { ...s, [side]: s[side as 'm'] + more }) >= gemm(gpu, s));
      },
    ),
    runs,
  );
});

test('never faster than peak arithmetic or memory', () => {
  fc.assert(
    fc.property(device, shape, (gpu, s) => {
      const t = toSeconds(gemm(gpu, s));
      assert.ok(t >= (2 * s.batch * s.m * s.n * s.k) / gpu.tensorPeak);
      assert.ok(t >= (2 * s.batch * (s.m * s.k + s.k * s.n + s.m * s.n)) / gpu.hbm);
    }),
    runs,
  );
});

test('the terms explain the time', () => {
  fc.assert(
    fc.property(device, shape, (gpu, s) => {
      const { duration, terms, bound } = explainGemm(gpu, s);
      const work = Math.max(terms.tensor, terms.l2, terms.hbm);
      assert.ok(Math.abs(duration - work - terms.launch - terms.reduce) <= 4);
      assert.is(bound === 'launch', terms.launch + terms.reduce > work);
      if (bound !== 'launch') assert.ok(terms[bound] >= work - 1);
    }),
    runs,
  );
});

test('a tall product binds on arithmetic, one row on memory, a tiny one on launch', () => {
  const gpu = loadGpu('h100-80gb');
  assert.is(explainGemm(gpu, { m: 8192, n: 8192, k: 8192 }).bound, 'tensor');
  assert.is(explainGemm(gpu, { m: 1, n: 8192, k: 8192 }).bound, 'hbm');
  assert.is(explainGemm(gpu, { m: 16, n: 64, k: 64 }).bound, 'launch');
});

test('equal shapes are priced once for each device', () => {
  const gpu = loadGpu('h100-80gb');
  const price = explainGemm(gpu, { m: 100, n: 200, k: 300 });
  assert.is(explainGemm(gpu, { m: 100, n: 200, k: 300, batch: 1 }), price);
  assert.is.not(explainGemm({ ...gpu }, { m: 100, n: 200, k: 300 }), price);
});

test('sustained work is slower', () => {
  const gpu = loadGpu('a100-80gb');
  const shape = { m: 8192, n: 8192, k: 8192 };
  const ratio = gemm(gpu, shape) / gemm(gpu, { ...shape, sustained: gpu.gemm.sustained });
  assert.ok(Math.abs(ratio - 0.93) < 0.005, `ratio ${ratio}`);
});

test('processors taken by others never make a product faster', () => {
  fc.assert(
    fc.property(device, shape, fc.integer({ min: 1, max: 40 }), (gpu, s, takenProcessors) => {
      assert.ok(gemm(gpu, { ...s, takenProcessors }) >= gemm(gpu, s));
    }),
    runs,
  );
  const gpu = loadGpu('a100-80gb');
  assert.throws(
    () => gemm(gpu, { m: 1, n: 1, k: 1, takenProcessors: 108 }),
    (error: Error) => 'code' in error && error.code === 'COMPUTE_TAKEN',
  );
});

test('scaling every rate by k and every latency by 1/k divides the time by k', () => {
  const gpu = loadGpu('a100-80gb');
  const k = 3;
  const faster = {
    ...gpu,
    tensorPeak: (gpu.tensorPeak * k) as typeof gpu.tensorPeak,
    hbm: (gpu.hbm * k) as typeof gpu.hbm,
    gemm: { ...gpu.gemm, l2Rate: gpu.gemm.l2Rate * k, launch: gpu.gemm.launch / k, reduce: gpu.gemm.reduce / k },
  };
  for (const m of [1, 77, 1024, 9000])
    assert.ok(Math.abs(gemm(gpu, { m, n: 4096, k: 4096 }) / gemm(faster, { m, n: 4096, k: 4096 }) / k - 1) < 1e-6);
});

test('COMPUTE_COUNT and COMPUTE_SHARE: bad sizes are refused with name and value', () => {
  const gpu = loadGpu('a100-80gb');
  for (const m of [0, -1, 1.5, Number.NaN])
    assert.throws(
      () => gemm(gpu, { m, n: 1, k: 1 }),
      (error: Error) => 'code' in error && error.code === 'COMPUTE_COUNT' && error.message.includes(`m must be`),
    );
  for (const sustained of [0, 1.1, Number.NaN])
    assert.throws(
      () => gemm(gpu, { m: 1, n: 1, k: 1, sustained }),
      (error: Error) => 'code' in error && error.code === 'COMPUTE_SHARE',
    );
});

test('products of fp8 take at least half the time of bf16, and parts without fp8 have none', () => {
  assert.is(fp8View(loadGpu('a100-80gb')), undefined);
  const gpu = loadGpu('h100-80gb');
  const view = fp8View(gpu);
  assert.ok(view !== undefined && fp8View(gpu) === view);
  for (const m of [1, 300, 8192]) {
    const shape = { m, n: 8192, k: 8192 };
    const [fast, slow] = [gemm(view, shape), gemm(gpu, shape)];
    assert.ok(fast <= slow && fast >= slow / 2);
  }
});

test.run();
