import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  arrayConvolution,
  bestCoreTile,
  type ConvolutionWork,
  convolutionBytes,
  convolutionMacs,
  coreConvolution,
  coreTiles,
  isConvolutionGpu,
  libraryConvolution,
  libraryLinear,
} from '../../../actors/compute/index.ts';
import {
  type ConvolutionDeviceId,
  type ConvolutionGpu,
  convolutionDevices,
  loadConvolutionDevice,
  type SpatialArray,
} from '../../../actors/presets/index.ts';
import type { SimError } from '../../../engine/index.ts';

const test = suite('convolution');
const property = { seed: 20261123, numRuns: 200 };
const gpuOf = (id: ConvolutionDeviceId): ConvolutionGpu => loadConvolutionDevice(id) as ConvolutionGpu;
const measured = [gpuOf('rtx2080ti'), gpuOf('a100')] as const;
const gpus = [...measured, gpuOf('v100'), gpuOf('jetson-tx2')] as const;
const core = (inputs: number, outputs: number, size: number, batch = 1): ConvolutionWork => ({
  inputs,
  outputs,
  kernel: 3,
  inSize: size,
  outSize: size,
  groups: 1,
  batch,
});
const channels = fc.integer({ min: 1, max: 512 });
const size = fc.integer({ min: 1, max: 224 });
const batch = fc.integer({ min: 1, max: 64 });
const works = fc
  .record({
    inputs: channels,
    outputs: channels,
    kernel: fc.constantFrom(1, 3, 5),
    outSize: size,
    batch,
    stride: fc.constantFrom(1, 2),
  })
  .map(({ stride, ...rest }) => ({ ...rest, inSize: rest.outSize * stride, groups: 1 }));
const aGpu = fc.constantFrom(...gpus);
const measuredGpu = fc.constantFrom(...measured);

test('a library kernel never beats its launch and its bytes at four fifths of the bandwidth', () => {
  fc.assert(
    fc.property(aGpu, works, (gpu, work) => {
      const seconds = libraryConvolution(gpu, work);
      assert.ok(seconds >= gpu.launch + convolutionBytes(work) / (0.8 * gpu.bandwidth));
      assert.ok(seconds >= convolutionMacs(work) / (gpu.processors * gpu.lanes * gpu.clock));
    }),
    property,
  );
});

test('twice the clock and bandwidth and half of every fixed time halve every time exactly', () => {
  fc.assert(
    fc.property(measuredGpu, works, (gpu, work) => {
      const { core: constants } = gpu;
      const fast = {
        ...gpu,
        clock: 2 * gpu.clock,
        bandwidth: 2 * gpu.bandwidth,
        launch: gpu.launch / 2,
        core: Object.fromEntries(Object.entries(constants ?? {}).map(([name, value]) => [name, value / 2])),
      } as unknown as ConvolutionGpu;
      assert.is(libraryConvolution(fast, work), libraryConvolution(gpu, work) / 2);
      assert.is(libraryLinear(fast, work.inputs), libraryLinear(gpu, work.inputs) / 2);
      assert.is(bestCoreTile(fast, work).seconds, bestCoreTile(gpu, work).seconds / 2);
    }),
    property,
  );
});

test('twice the batch costs no less and no more for each image', () => {
  fc.assert(
    fc.property(measuredGpu, works, (gpu, work) => {
      const twice = { ...work, batch: 2 * work.batch };
      for (const price of [
        (w: ConvolutionWork) => libraryConvolution(gpu, w),
        (w: ConvolutionWork) => bestCoreTile(gpu, w).seconds,
      ]) {
        const [one, two] = [price(work), price(twice)];
        assert.ok(two >= one && two <= 2 * one * (1 + 1e-12), `${one} ${two}`);
      }
    }),
    property,
  );
});

test('the automatic tile is never slower than any enumerated tile', () => {
  fc.assert(
    fc.property(measuredGpu, works, (gpu, work) => {
      const { seconds, tile } = bestCoreTile(gpu, work);
      for (const other of coreTiles(work)) assert.ok(seconds <= coreConvolution(gpu, work, other));
      assert.ok(tile.height <= work.outSize && tile.width <= work.outSize && tile.channels <= Math.max(4, work.inputs));
      assert.ok(coreTiles(work).length <= 2000);
    }),
    property,
  );
});

test('core time is flat in the outputs within a warp but for the accumulation, and jumps past it', () => {
  fc.assert(
    fc.property(measuredGpu, fc.integer({ min: 1, max: 8 }), size, channels, (gpu, warps, outSize, inputs) => {
      const tile = { height: 1, width: Math.min(2, outSize), channels: 4 };
      const at = (outputs: number): number => {
        const work = core(inputs, outputs, outSize);
        const parts = Math.ceil(inputs / tile.channels);
        return coreConvolution(gpu, work, tile) - (gpu.core?.outputPart ?? 0) * outSize * outSize * outputs * parts;
      };
      const first = at(32 * warps - 31);
      assert.ok(Math.abs(at(32 * warps) / first - 1) < 1e-9);
      assert.ok(at(32 * warps + 1) > first * (1 + 1e-9));
    }),
    property,
  );
});

test('the library factor makes the mean of 18 published shapes 4 times the core kernel', () => {
  const shapes = [
    [64, 32, 224],
    [64, 32, 112],
    [32, 32, 56],
    [64, 32, 56],
    [64, 64, 56],
    [32, 32, 28],
    [64, 32, 28],
    [96, 64, 28],
    [160, 96, 28],
    [192, 96, 28],
    [32, 32, 14],
    [64, 32, 14],
    [128, 96, 14],
    [192, 96, 14],
    [32, 32, 7],
    [64, 32, 7],
    [96, 64, 7],
    [192, 160, 7],
  ] as const;
  for (const gpu of measured) {
    const ratios = shapes.map(
      ([c, n, h]) => libraryConvolution(gpu, core(c, n, h)) / bestCoreTile(gpu, core(c, n, h)).seconds,
    );
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    assert.ok(Math.abs(mean - 4) < 0.01, `${gpu.name} ${mean}`);
  }
});

test('an array spends at least its arithmetic, and twice as long on 1 x 1 kernels of the same work', () => {
  const array = loadConvolutionDevice('eyeriss') as SpatialArray;
  fc.assert(
    fc.property(works, (work) => {
      const seconds = arrayConvolution(array, work);
      assert.ok(seconds >= convolutionMacs(work) / (array.elements * array.clock));
      const pointwise = arrayConvolution(array, { ...work, kernel: 1 });
      const share = (work.kernel * work.kernel * pointwise) / seconds;
      assert.ok(Math.abs(share / (work.kernel > 1 ? 2 : 1) - 1) < 1e-9);
    }),
    property,
  );
});

test('depthwise kernels reach a tenth of peak', () => {
  const [gpu] = measured;
  const work = { ...core(512, 512, 56, 64), groups: 512 };
  const arithmetic = convolutionMacs(work) / (0.1 * 68 * 64 * 1.545e9);
  assert.ok(libraryConvolution(gpu, work) >= arithmetic);
});

test('a core kernel on a part without measurements is refused', () => {
  assert.throws(
    () => bestCoreTile(gpuOf('v100'), core(32, 32, 56)),
    (error: SimError) => error.code === 'COMPUTE_DEVICE' && error.message.includes('no calibrated kernel constants'),
  );
  assert.equal(
    Object.keys(convolutionDevices).filter((id) => !isConvolutionGpu(loadConvolutionDevice(id as ConvolutionDeviceId))),
    ['eyeriss'],
  );
});

test.run();
