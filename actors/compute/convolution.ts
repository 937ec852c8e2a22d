import {
  type ConvolutionDevice,
  type ConvolutionGpu,
  implicitGemmPreset,
  type SpatialArray,
  treeInSI,
} from '../presets/index.ts';
import { computeErrors } from './errors.ts';

/** A convolution on square images, as a kernel sees it. */
export interface ConvolutionWork {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly inSize: number;
  readonly outSize: number;
  readonly groups: number;
  readonly batch: number;
}

/** The part of an image and of the channels that one block of a core kernel takes. */
export interface CoreTile {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

const library = treeInSI(implicitGemmPreset);
const tiles = Object.values(library.tiles);
const BYTES = 4;
const WARP = 32;

/** Multiplications of a convolution, all images of the batch. */
export function convolutionMacs(work: ConvolutionWork): number {
  return (
    ((work.kernel * work.kernel * work.inputs * work.outputs) / work.groups) * work.outSize * work.outSize * work.batch
  );
}

/**
 * Seconds of a single-precision convolution by a library kernel, launch included: the best of three tiles in waves over the processors, never
 * faster than its bytes at four fifths of the memory bandwidth. Depthwise kernels (a channel a group) reach a tenth of peak. Derived here.
 */
export function libraryConvolution(gpu: ConvolutionGpu, work: ConvolutionWork): number {
  return (
    gpu.launch +
    Math.max(arithmeticSeconds(gpu, work), convolutionBytes(work) / (library.bandwidthShare * gpu.bandwidth))
  );
}

function arithmeticSeconds(gpu: ConvolutionGpu, work: ConvolutionWork): number {
  const { inputs, outputs, kernel, outSize, groups, batch } = work;
  if (groups > 1 && groups === inputs)
    return convolutionMacs(work) / (library.depthwiseShare * gpu.processors * gpu.lanes * gpu.clock);
  const rows = batch * outSize * outSize;
  const depth = library.depthStep * Math.ceil((kernel * kernel * inputs) / groups / library.depthStep);
  let best = Number.POSITIVE_INFINITY;
  for (const tile of tiles) {
    const blocks = Math.ceil(rows / tile.rows) * Math.ceil(outputs / groups / tile.columns) * groups;
    const waves = Math.ceil(blocks / gpu.processors);
    best = Math.min(best, (waves * depth * tile.rows * tile.columns) / (gpu.lanes * gpu.clock * tile.share));
  }
  return gpu.libraryFactor * best;
}

/** Bytes a convolution reads and writes at least, single precision. */
export function convolutionBytes({ inputs, outputs, kernel, inSize, outSize, groups, batch }: ConvolutionWork): number {
  const weights = (kernel * kernel * inputs * outputs) / groups;
  return BYTES * (batch * inputs * inSize * inSize + batch * outputs * outSize * outSize + weights);
}

/** Seconds of a fully connected layer of `parameters` weights: a launch and one pass over the weights. */
export function libraryLinear(gpu: ConvolutionGpu, parameters: number): number {
  return gpu.launch + (BYTES * parameters) / (library.bandwidthShare * gpu.bandwidth);
}

/**
 * Seconds of a core convolution by a kernel written for it, launch included (after TDC, Wang et al., PPoPP 2023): one thread an output
 * channel, a block an image tile and some input channels, partial sums added in memory. Throws COMPUTE_DEVICE on a GPU without measurements.
 */
export function coreConvolution(gpu: ConvolutionGpu, work: ConvolutionWork, tile: CoreTile): number {
  const { inputs, outputs, outSize, batch } = work;
  const { core } = gpu;
  if (core === undefined) throw computeErrors.create('COMPUTE_DEVICE', { device: gpu.name });
  const { height, width, channels } = tile;
  const area = height * width;
  const registers = Math.min(255, 40 + 2.5 * area);
  const threads = WARP * Math.ceil(outputs / WARP);
  const fitting = Math.min(
    gpu.maxBlocks,
    Math.floor(gpu.maxThreads / threads),
    Math.floor(65536 / (registers * threads)),
  );
  const resident = Math.max(1, fitting);
  const parts = Math.ceil(inputs / channels);
  const blocks = Math.ceil(outSize / height) * Math.ceil(outSize / width) * parts * batch;
  const waves = Math.ceil(blocks / (resident * gpu.processors));
  const threadsEach = Math.ceil(blocks / gpu.processors) * threads;
  return (
    core.start +
    core.threadStep * waves * 9 * area * channels +
    core.sharedWord * threadsEach * channels * ((height + 2) * (width + 2) + 9) +
    core.outputPart * outSize * outSize * outputs * parts * batch +
    core.channelTile * parts
  );
}

/** The tiles that are tried for a shape, in a fixed order. */
export function coreTiles({ inputs, outSize }: Pick<ConvolutionWork, 'inputs' | 'outSize'>): readonly CoreTile[] {
  const found: CoreTile[] = [];
  const side = Math.min(12, outSize);
  for (let height = 1; height <= side; height++)
    for (let width = 1; width <= side; width++) {
      const area = height * width;
      if (area > 48 || (area < 2 && outSize > 1)) continue;
      for (const channels of [4, 8, 16, 32])
        if (channels <= Math.max(4, inputs)) found.push({ height, width, channels });
    }
  return found;
}

/** The fastest tile of a shape with its time; the first of equals. */
export function bestCoreTile(
  gpu: ConvolutionGpu,
  work: ConvolutionWork,
): { readonly tile: CoreTile; readonly seconds: number } {
  let best: { tile: CoreTile; seconds: number } | undefined;
  for (const tile of coreTiles(work)) {
    const seconds = coreConvolution(gpu, work, tile);
    if (best === undefined || seconds < best.seconds) best = { tile, seconds };
  }
  return best as { tile: CoreTile; seconds: number };
}

/** Seconds of a convolution on an array that lays filter rows out in space: arithmetic over the elements in use, nothing else. */
export function arrayConvolution(array: SpatialArray, work: ConvolutionWork): number {
  const use = Math.min(array.mostUse, Math.max(array.leastUse, array.rows / work.outSize));
  const share = work.kernel > 1 ? use : array.pointwise * use;
  return convolutionMacs(work) / (array.elements * array.clock * share);
}

/** Whether a device is a GPU. */
export function isConvolutionGpu(device: ConvolutionDevice): device is ConvolutionGpu {
  return device.kind === 'gpu';
}
