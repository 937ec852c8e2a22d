import { attentionKernel, attentionPairs } from '../../actors/compute/attention-kernel.ts';
import { elementwise, elementwiseBytes } from '../../actors/compute/elementwise.ts';
import { fp8View, gemm } from '../../actors/compute/gemm.ts';
import { clusterCollective } from '../../actors/network/collective-cost.ts';
import { overlapTax } from '../../actors/presets/collectives/nccl.ts';
import type { GpuSpec } from '../../actors/presets/gpu/load.ts';
import { inSI } from '../../actors/presets/parameter.ts';
import { toSeconds } from '../../engine/kernel/time.ts';
import type { StepMachine } from './megatron-step.ts';

/** A transformer trained with fully sharded data parallelism. */
export interface FsdpStep {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly vocabulary: number;
  readonly sequence: number;
  readonly gpus: number;
  /** Samples of one GPU in one forward and backward pass. */
  readonly microBatch: number;
  readonly microSteps: number;
  /** Type of the inputs of a layer's products; attention and logits stay bf16, and everything does on a part without fp8. */
  readonly layerInputs: 'bf16' | 'fp8';
  /** Bytes of a gradient on the wire. */
  readonly gradientBytes: 2 | 4;
  /** Whether every layer is recomputed before its backward pass. */
  readonly recompute: boolean;
  /** Whether parameters are gathered again for the backward pass. */
  readonly regather: boolean;
  /**
   * When the next layer's parameters are asked for in the backward pass: `before` this layer's arithmetic, or `after` it, behind its own
   * reduce-scatter on the one stream of the library; then neither hides.
   */
  readonly prefetch: 'before' | 'after';
}

/** Seconds of one iteration and its parts, which add up to `total`. */
export interface FsdpTime {
  readonly total: number;
  /** Layers, the slower of arithmetic and communication in each pass. */
  readonly layers: number;
  readonly logits: number;
  readonly optimiser: number;
  /** What communication adds to `layers`: waiting for it, and sharing processors with it. */
  readonly exposed: number;
}

/**
 * Time of one iteration in closed form: gathers (2-byte parameters) and reduce-scatters of a layer hide behind the
 * arithmetic of its neighbour and slow it down, unless the order of `prefetch` forbids it.
 */
export function fsdpStep(machine: StepMachine, step: FsdpStep): FsdpTime {
  const { gpu } = machine;
  const { hidden: h, heads, vocabulary, sequence, microBatch, gpus } = step;
  const tokens = sequence * microBatch;
  const { sustained } = gpu.gemm;
  const fp8 = step.layerInputs === 'fp8' ? fp8View(gpu) : undefined;
  const productOn = (device: GpuSpec) => (m: number, n: number, k: number) =>
    toSeconds(gemm(device, { m, n, k, sustained }));
  const bothOn = (device: GpuSpec) => (m: number, n: number, k: number) =>
    productOn(device)(m, k, n) + productOn(device)(n, k, m);
  const move = (operation: Parameters<typeof elementwiseBytes>[0], elements: number) =>
    toSeconds(elementwise(gpu, { bytes: elementwiseBytes(operation, elements) }));

  const weights = [
    [tokens, 3 * h, h],
    [tokens, h, h],
    [tokens, 4 * h, h],
    [tokens, h, 4 * h],
  ] as const;
  const pairs = attentionPairs('flash1-triton', { heads, sequence, samples: microBatch });
  const attend = (pass: 'forward' | 'backward') =>
    toSeconds(attentionKernel(gpu, 'flash1-triton', { pairs, headSize: h / heads, pass }));
  const own = tokens * h;
  const elements = 2 * (move('layerNorm', own) + move('add', own)) + move('gelu', 4 * own);
  const elementsBackward =
    2 * (move('layerNormBackward', own) + move('layerNormWeights', own) + move('add', own)) +
    move('geluBackward', 4 * own) +
    move('biasBackward', 9 * own) +
    move('attentionBackward', own);
  const sum = (of: (m: number, n: number, k: number) => number) =>
    weights.reduce((all, [m, n, k]) => all + of(m, n, k), 0);
  const casts = fp8 === undefined ? 0 : move('fp8Cast', 7 * own) + move('fp8Cast', 12 * h * h);
  const castsBackward = fp8 === undefined ? 0 : move('fp8Cast', 9 * own);
  const forward = sum(productOn(fp8 ?? gpu)) + attend('forward') + elements + casts;
  const shards = move('shardedGradient', 12 * h * h);
  const backward =
    sum(bothOn(fp8 ?? gpu)) +
    attend('backward') +
    elementsBackward +
    castsBackward +
    shards +
    (step.recompute ? forward : 0);

  const layerBytes = 2 * 12 * h * h;
  const cluster = {
    node: machine.node,
    fabric: machine.fabric,
    gpusPerNode: Math.min(gpus, machine.gpusPerNode),
    nodes: Math.ceil(gpus / machine.gpusPerNode),
  };
  const gather = toSeconds(clusterCollective(cluster, 'all-gather', layerBytes));
  const scatter = toSeconds(clusterCollective(cluster, 'reduce-scatter', (step.gradientBytes / 2) * layerBytes));
  const tax = inSI(overlapTax);
  const overlapped = (work: number, moving: number) => Math.max(work + tax * Math.min(work, moving), moving);
  const serial = step.regather && step.prefetch === 'after';
  const back = serial ? backward + scatter + gather : overlapped(backward, scatter + (step.regather ? gather : 0));
  const layer = overlapped(forward, gather) + back;
  const logits =
    productOn(gpu)(tokens, vocabulary, h) +
    bothOn(gpu)(tokens, vocabulary, h) +
    move('crossEntropy', tokens * vocabulary);
  const parameters = (step.layers * 12 * h * h + vocabulary * h) / gpus;
  const parts = {
    layers: step.microSteps * step.layers * layer,
    logits: step.microSteps * logits,
    optimiser: toSeconds(elementwise(gpu, { bytes: elementwiseBytes('adamUnfused', parameters) })),
  };
  return {
    ...parts,
    total: parts.layers + parts.logits + parts.optimiser,
    exposed: step.microSteps * step.layers * (layer - forward - backward),
  };
}
