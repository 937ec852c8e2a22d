import { layerTable } from '../../actors/cnn/index.ts';
import { type Fp32GpuSpec, loadFp32Gpu } from '../../actors/presets/index.ts';
import { codecSpeed } from './codec-speed.ts';
import { type ComputeTimes, computeTimes, plainSeconds } from './compute-time.ts';
import { largestBatch, peakActivations, stateBytes, type TensorBytes, tensorBytes } from './memory.ts';
import type { Measured } from './metrics.ts';
import type { CometParams } from './params.ts';
import type { ProgramInput, StoreTimes } from './program.ts';
import { firstRefused, type Outcome, simulateIteration } from './simulate.ts';
import { type StoredTensor, storedTensors } from './stored-sizes.ts';
import { parameterCount, type TensorShape, tensorsOf } from './tensors.ts';

/** A resolved iteration: everything a simulation of it needs. */
export interface Iteration {
  readonly params: CometParams;
  readonly gpu: Fp32GpuSpec;
  readonly shapes: readonly TensorShape[];
  readonly stored: readonly StoredTensor[];
  readonly tensors: readonly TensorBytes[];
  readonly times: ComputeTimes;
  readonly stores: readonly StoreTimes[];
  readonly state: number;
}

/** Resolves the parameters of an iteration; samples of activations are drawn from `seed`. */
export function resolveIteration(params: CometParams, seed: number): Iteration {
  const gpu = loadFp32Gpu(params.gpu);
  const shapes = tensorsOf(params.network);
  return atBatch({ params, gpu, shapes, stored: storedTensors(params, shapes, seed) }, params.batch);
}

function atBatch(
  { params, gpu, shapes, stored }: Pick<Iteration, 'params' | 'gpu' | 'shapes' | 'stored'>,
  batch: number,
): Iteration {
  const given = { ...params, batch };
  const tensors = tensorBytes(shapes, params.codec, batch, (l, count) => (stored[l] as StoredTensor).bytes(count));
  return {
    params: given,
    gpu,
    shapes,
    stored,
    tensors,
    times: computeTimes(given, gpu, shapes),
    stores: tensors.map((tensor) => storeTimes(given, gpu, tensor)),
    state: stateBytes(parameterCount(layerTable(params.network)), params.workspaceBytes),
  };
}

/** Seconds to keep and to bring back one tensor. */
function storeTimes(params: CometParams, gpu: Fp32GpuSpec, { raw, stored }: TensorBytes): StoreTimes {
  switch (params.codec) {
    case 'none':
    case 'recompute':
      return { store: 0, restore: 0 };
    case 'migrate':
      return both(raw / params.linkBytesPerSecond);
    case 'jpeg-act':
      return both(stored / params.linkBytesPerSecond);
    case 'lossless':
      return both((2 * raw) / (params.memoryEfficiency * gpu.memory));
    case 'comet':
    case 'cusz-fixed': {
      const { compressPerByte, decompressPerByte = 0, perTensor } = codecSpeed(params);
      return { store: raw * compressPerByte + perTensor, restore: raw * decompressPerByte };
    }
  }
}

const both = (seconds: number): StoreTimes => ({ store: seconds, restore: seconds });

/** What the simulation of an iteration is given. */
export function programInput({ params, tensors, times, stores }: Iteration): ProgramInput {
  return { codec: params.codec, overlap: params.overlap, tensors, times, stores };
}

/** The peak of an iteration in closed form: permanent state and the largest stage. */
export function peakOf({ params, tensors, state }: Iteration): number {
  return state + peakActivations(tensors, params.codec);
}

/** A finished iteration, for reports and plots that need more than metrics. */
export interface IterationRun {
  readonly iteration: Iteration;
  readonly outcome: Outcome;
  readonly metrics: Measured;
  readonly warnings: readonly string[];
}

/** Simulates one iteration and measures it. */
export function runIteration(params: CometParams, seed: number, record = false): IterationRun {
  const iteration = resolveIteration(params, seed);
  const { gpu, state } = iteration;
  const outcome = simulateIteration(programInput(iteration), { seed, state, record });
  const usable = gpu.capacity - params.reserveBytes;
  const maxBatch = largestBatch((batch) => peakOf(atBatch(iteration, batch)) <= usable);
  const largest = maxBatch > 0 ? atBatch(iteration, maxBatch) : undefined;
  const atLargest = largest && simulateIteration(programInput(largest), { seed, state }).seconds;
  const refused = firstRefused(outcome.changes, usable);
  const baseline = plainSeconds(iteration.times);
  const warnings: string[] = [];
  if (refused !== undefined)
    warnings.push(
      `batch ${params.batch} does not fit ${gpu.name} (${maxBatch} does): times are those of a larger memory`,
    );
  return {
    iteration,
    outcome,
    warnings,
    metrics: {
      ...sizes(iteration),
      peakMemoryBytes: outcome.peak,
      maxBatch,
      outOfMemory: refused !== undefined,
      ...(refused === undefined ? {} : { oomSeconds: refused.at / 1e12, oomTag: refused.tag }),
      iterationSeconds: outcome.seconds,
      baselineSeconds: baseline,
      overheadFraction: outcome.seconds / baseline - 1,
      ...codecMetrics(iteration, outcome),
      imagesPerSecond: params.batch / outcome.seconds,
      imagesPerSecondAtMaxBatch: atLargest === undefined ? 0 : maxBatch / atLargest,
    },
  };
}

function sizes({ params, shapes, stored, tensors }: Iteration): Measured {
  const sum = (of: (tensor: TensorBytes, l: number) => number): number =>
    tensors.reduce((total, tensor, l) => total + of(tensor, l), 0);
  const raw = sum((tensor) => tensor.raw);
  const kept = sum((tensor) => tensor.stored);
  const jpeg = sum((_, l) => (stored[l] as StoredTensor).jpegBytes(params.batch));
  const bounded = stored.filter(({ bound }) => bound !== undefined);
  const relative = bounded.reduce((total, { bound = 0, rms }) => total + bound / rms, 0) / bounded.length;
  return {
    convInputBytes: shapes.reduce((total, shape) => total + shape.raw * params.batch, 0),
    activationBytes: kept,
    activationRatio: raw / kept,
    gpuActivationBytes: sum((tensor) => tensor.held),
    jpegActRatio: raw / jpeg,
    ratioOverJpegAct: jpeg / kept,
    errorBoundHeld: stored.every(({ boundHeld }) => boundHeld),
    ...(bounded.length === 0 ? {} : { meanErrorBoundOverRms: relative }),
  };
}

/** Time on the codec and the link, and the speed of the stages. */
function codecMetrics({ params }: Iteration, { streams }: Outcome): Measured {
  const [compute, copy] = streams;
  const busy = (stream: typeof compute, labels: readonly string[]): number =>
    labels.reduce((total, label) => total + (stream?.busy[label] ?? 0), 0) / 1e12;
  const rates: Measured = {};
  if (params.codec === 'comet' || params.codec === 'cusz-fixed') Object.assign(rates, codecRates(params));
  return {
    codecSeconds: busy(compute, ['compress', 'decompress']),
    linkSeconds: busy(copy, ['offload', 'prefetch']),
    ...rates,
  };
}

/** Raw bytes a second through all stages; a direction that takes no time is left out. */
export function codecRates(params: CometParams): Measured {
  const { compressPerByte, decompressPerByte } = codecSpeed(params);
  return {
    ...(compressPerByte > 0 ? { compressBytesPerSecond: 1 / compressPerByte } : {}),
    ...(decompressPerByte !== undefined && decompressPerByte > 0
      ? { decompressBytesPerSecond: 1 / decompressPerByte }
      : {}),
  };
}
