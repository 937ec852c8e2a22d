import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { correctionSurface, elementwise, elementwiseBytes, explainElementwise } from '../../../actors/compute/index.ts';
import { gpuIds, loadGpu } from '../../../actors/presets/index.ts';
import { toSeconds, us } from '../../../engine/index.ts';

const test = suite('elementwise');
const runs = { seed: 20261123, numRuns: 200 };
const device = fc.constantFrom(...gpuIds).map((id) => loadGpu(id));

test('never faster than memory, never decreasing in bytes, never faster with less occupancy', () => {
  fc.assert(
    fc.property(
      device,
      fc.integer({ min: 0, max: 2 ** 40 }),
      fc.integer({ min: 1, max: 2 ** 30 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (gpu, bytes, more, occupancy) => {
        const time = elementwise(gpu, { bytes, occupancy });
        assert.ok(toSeconds(time) >= bytes / gpu.hbm);
        assert.ok(elementwise(gpu, { bytes: bytes + more, occupancy }) >= time);
        assert.ok(elementwise(gpu, { bytes }) <= time);
      },
    ),
    runs,
  );
});

test('a copy runs at the measured share of bandwidth', () => {
  const gpu = loadGpu('a100-40gb');
  const time = elementwise(gpu, { bytes: 1.555e9, launch: false });
  assert.ok(Math.abs(toSeconds(time) - 1e-3 / 0.89) < 1e-9);
  assert.is(elementwise(gpu, { bytes: 0 }), us(2.5));
});

test('heavy arithmetic binds on the vector units', () => {
  const gpu = loadGpu('a100-80gb');
  assert.is(explainElementwise(gpu, { bytes: 1e9, flop: 1e12 }).bound, 'vector');
  assert.is(explainElementwise(gpu, { bytes: 1e9, flop: 1e9 }).bound, 'hbm');
  assert.is(explainElementwise(gpu, { bytes: 10 }).bound, 'launch');
});

test('operations count their traffic', () => {
  assert.is(elementwiseBytes('softmax', 1000) as number, 4000);
  assert.is(elementwiseBytes('adam', 1000) as number, 24000);
});

test('COMPUTE_AMOUNT and COMPUTE_SHARE: bad work is refused', () => {
  const gpu = loadGpu('a100-80gb');
  assert.throws(
    () => elementwise(gpu, { bytes: Number.NaN }),
    (error: Error) => 'code' in error && error.code === 'COMPUTE_AMOUNT',
  );
  assert.throws(
    () => elementwise(gpu, { bytes: 1, occupancy: 0 }),
    (error: Error) => 'code' in error && error.code === 'COMPUTE_SHARE',
  );
});

test('a surface corrects near its points, leaves far shapes alone and lists them', () => {
  const surface = correctionSurface([
    { at: [1024, 1024], ratio: 1.2 },
    { at: [1024, 1100], ratio: 1.2 },
  ]);
  assert.ok(Math.abs(surface.factor(1024, 1050) - 1.2) < 0.01);
  assert.equal(surface.misses(), []);
  assert.is(surface.factor(8, 8), 1);
  assert.is(surface.factor(8, 8), 1);
  assert.equal(surface.misses(), ['8x8']);
  assert.ok(surface.supports(1024, 1024) && !surface.supports(64, 64));
});

test.run();
