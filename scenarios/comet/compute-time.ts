import { type ConvLayer, convMacs, inputValues, layerTable, outputValues } from '../../actors/cnn/index.ts';
import type { Fp32GpuSpec } from '../../actors/presets/index.ts';
import { seconds } from '../../engine/index.ts';
import type { CometParams } from './params.ts';
import { parameterCount, type TensorShape } from './tensors.ts';

/** Seconds of the parts of an iteration, apart from what is done to stored activations. */
export interface ComputeTimes {
  /** Forward of the convolutions that read tensor l, and of what follows them. */
  readonly forward: readonly number[];
  /** Element-wise backward of their outputs. */
  readonly elementwise: readonly number[];
  /** Data and weight gradients of the convolutions that read tensor l. */
  readonly backward: readonly number[];
  /** Fully connected layers: forward, and both gradients. */
  readonly linearForward: number;
  readonly linearBackward: number;
  readonly update: number;
}

/** Times of one iteration by the flat law (work over an effective peak) or the roofline of each pass (equations 12 and 13 of the README). */
export function computeTimes(params: CometParams, gpu: Fp32GpuSpec, tensors: readonly TensorShape[]): ComputeTimes {
  const { batch, computeModel, memoryEfficiency, launchSeconds } = params;
  const table = layerTable(params.network);
  const effective = (gpu.peak * params.computeEfficiency * batch) / (batch + params.efficiencyHalfBatch);
  const moved = (bytes: number): number => bytes / (memoryEfficiency * gpu.memory);
  const flat = computeModel === 'flat';
  const pass = (macs: number, values: number, share = 1): number => {
    const work = (2 * macs * batch) / (effective * share);
    return flat ? work : Math.max(work, moved(4 * batch * values)) + launchSeconds;
  };
  const convPass = (conv: ConvLayer): number =>
    pass(
      convMacs(conv),
      inputValues(conv) + outputValues(conv),
      !flat && conv.groups === conv.inChannels && conv.groups > 1 ? 0.1 : 1,
    );
  const linearPass = table.linear.reduce(
    (sum, { inFeatures, outFeatures }) => sum + pass(inFeatures * outFeatures, inFeatures + outFeatures),
    0,
  );
  const sweeps = flat ? 0 : table.batchNorm ? 2 : 1;
  const over = (list: readonly ConvLayer[], of: (conv: ConvLayer) => number): number =>
    list.reduce((sum, conv) => sum + of(conv), 0);
  const elementwise = tensors.map(({ out }) => sweeps * moved(2 * batch * out));
  return {
    forward: tensors.map(({ convs }, l) => over(convs, convPass) + (elementwise[l] as number)),
    elementwise: elementwise.map((seconds) => 2 * seconds),
    backward: tensors.map(({ convs, first }) => (first && !flat ? 1 : 2) * over(convs, convPass)),
    linearForward: linearPass,
    linearBackward: 2 * linearPass,
    update: flat ? 0 : moved(20 * parameterCount(table)),
  };
}

/** Sum of all parts, each in whole picoseconds as the device charges it: an iteration that keeps every tensor raw. */
export function plainSeconds(times: ComputeTimes): number {
  const parts = [...times.forward, ...times.elementwise, ...times.backward, times.linearForward, times.linearBackward];
  return [...parts, times.update].reduce((sum, part) => sum + seconds(part), 0) / seconds(1);
}
