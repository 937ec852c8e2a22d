import { attentionKernel, attentionPairs, elementwise, gemm } from '../../../actors/compute/index.ts';
import { attentionKernels, inSI, megatronHostFloor, trafficPresets } from '../../../actors/presets/index.ts';
import { parameterCount, trainingSoftware } from '../../../actors/training/index.ts';
import { type Duration, seconds } from '../../../engine/kernel/time.ts';
import { constants } from '../constants.ts';
import type { Platform, Setup } from './setup.ts';

/** Time of every kernel of one rank, each for one layer unless said otherwise. */
export interface Prices {
  readonly qkv: Duration;
  readonly projection: Duration;
  readonly fc1: Duration;
  readonly fc2: Duration;
  readonly attend: Duration;
  readonly attendBackward: Duration;
  /** Unfused operators in one pass; a backward pass has twice as much. */
  readonly elementwise: Duration;
  /** Making the mask, once per step. */
  readonly mask: Duration;
  /** Logits and their gradients, once per step. */
  readonly loss: Duration;
  /** Update of the states on this rank, once per step; with offload the host's work hides behind the copies. */
  readonly optimizer: Duration;
  /** Gradients to the host and parameters back, once per step; 0 without offload. */
  readonly offload: Duration;
  /** Least time the host needs to issue one pass. */
  readonly hostForward: Duration;
  readonly hostBackward: Duration;
}

/** Prices every kernel of `setup` on the compute laws of the device library. */
export function pricesOf(setup: Setup, { gpu, hostCopy }: Platform): Prices {
  const { hidden: h, seq: s, tp: t, microBatch: b, vocab: V } = setup;
  const { sustained } = gpu.gemm;
  const product = (n: number, k: number): Duration =>
    gemm(gpu, { m: s * b, n: Math.ceil(n), k: Math.ceil(k), sustained });
  const stream = (bytes: number): Duration => elementwise(gpu, { bytes, launch: false });
  const owned = parameterCount(setup, V) / t;
  const r = constants.replicatedElementwise;
  const share = setup.sequenceParallel ? 1 / t : r + (1 - r) / t;
  const tensorParallel = t > 1 ? inSI(megatronHostFloor.tensorParallelPass) : 0;
  return {
    qkv: product((3 * h) / t, h),
    projection: product(h, h / t),
    fc1: product((4 * h) / t, h),
    fc2: product(h, (4 * h) / t),
    ...attentionPrices(setup, gpu),
    elementwise: stream((trainingSoftware.elementwiseTraffic / 4) * h * s * b * share),
    mask: setup.mask === 'device' ? stream(2 * 9 * s * s) : (0 as Duration),
    loss: (3 * product(V / t, h)) as Duration,
    optimizer: setup.offload ? (0 as Duration) : stream(inSI(trafficPresets.adam) * owned),
    offload: setup.offload ? seconds((4 * owned) / hostCopy) : (0 as Duration),
    hostForward: seconds(inSI(megatronHostFloor.forwardLayer) + tensorParallel),
    hostBackward: seconds(inSI(megatronHostFloor.backwardLayer) + tensorParallel),
  };
}

/**
 * FlashAttention visits the causal half. Otherwise scores pass through memory in the full square, `scorePasses` times in each pass, and
 * the backward pass has twice the products of a forward one.
 */
function attentionPrices(setup: Setup, gpu: Platform['gpu']): Pick<Prices, 'attend' | 'attendBackward'> {
  const { hidden, heads, seq, tp, microBatch: samples } = setup;
  const headSize = hidden / heads;
  const shape = { heads: heads / tp, sequence: seq, samples };
  if (setup.attention === 'flash') {
    const pairs = attentionPairs('flash1-triton', shape);
    const price = (pass: 'forward' | 'backward'): Duration =>
      attentionKernel(gpu, 'flash1-triton', { pairs, headSize, pass });
    return { attend: price('forward'), attendBackward: price('backward') };
  }
  const pairs = attentionPairs('materialised', shape);
  const price = (scorePasses: number): number =>
    attentionKernel(gpu, { ...attentionKernels.materialised, scorePasses }, { pairs, headSize, pass: 'forward' });
  return {
    attend: price(constants.scorePasses) as Duration,
    attendBackward: (2 * price(constants.scorePasses / 2)) as Duration,
  };
}
