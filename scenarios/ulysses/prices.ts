import { attentionKernel, attentionPairs, elementwise, gemm } from '../../actors/compute/index.ts';
import { inSI, megatronHostFloor, trafficPresets } from '../../actors/presets/index.ts';
import { parameterCount } from '../../actors/training/index.ts';
import { type Duration, NO_TIME, seconds } from '../../engine/kernel/time.ts';
import { constants } from './constants.ts';
import type { Platform } from './platform.ts';
import { a2aDegree, type Setup, tokensPerGpu } from './setup.ts';

/** Time of every kernel of one rank, each for one layer and micro-batch unless said otherwise. */
export interface Prices {
  readonly qkv: Duration;
  readonly projection: Duration;
  readonly mlp: Duration;
  /** Unfused operators and list copies in one pass; a backward pass has twice as much. */
  readonly elementwise: Duration;
  /** Attention by step of the ring, one step without a ring. */
  readonly attend: readonly Duration[];
  readonly attendBackward: readonly Duration[];
  /** Joining one partial output of a ring to the running one. */
  readonly merge: Duration;
  /** Logits and their gradients, per micro-batch. */
  readonly loss: Duration;
  /** Update of the states this rank owns, per iteration. */
  readonly optimizer: Duration;
  /** Least time the host needs to issue one pass. */
  readonly hostForward: Duration;
  readonly hostBackward: Duration;
  /** Time of one call of the attention benchmark before any kernel runs. */
  readonly hostCall: Duration;
}

/** Prices every kernel of `setup` on the compute laws of the device library. */
export function pricesOf(setup: Setup, platform: Platform): Prices {
  const { gpu } = platform;
  const { hidden: h, heads, kvHeads, vocab: V, sp: P, ringDegree: R } = setup;
  const baseline = setup.system === 'megatron-sp';
  const T = tokensPerGpu(setup);
  const m = Math.ceil(baseline ? T * P : T);
  const share = baseline ? P : 1;
  const { sustained } = gpu.gemm;
  const product = (n: number, k: number): number => gemm(gpu, { m, n: Math.ceil(n), k: Math.ceil(k), sustained });
  const stream = (bytes: number): Duration => elementwise(gpu, { bytes, launch: false });
  const kernel = (pairs: number, pass: 'forward' | 'backward'): Duration =>
    attentionKernel(gpu, setup.attnKernel, { pairs, headSize: h / heads, pass });
  const blocks = ringBlocks(setup);
  const tensorParallel = baseline && P > 1 ? inSI(megatronHostFloor.tensorParallelPass) : 0;
  return {
    qkv: product((h + (2 * h * kvHeads) / heads) / share, h) as Duration,
    projection: product(h, h / share) as Duration,
    mlp: (product((4 * h) / share, h) + product(h, (4 * h) / share)) as Duration,
    elementwise: stream((constants.elementwiseTraffic / 4) * h * T),
    attend: blocks.map((pairs) => kernel(pairs, 'forward')),
    attendBackward: blocks.map((pairs) => kernel(pairs, 'backward')),
    merge: R > 1 ? stream(constants.ringMerge * h * T) : NO_TIME,
    loss: (3 * product(V / share, h)) as Duration,
    optimizer: stream(inSI(trafficPresets.adam) * ownedParameters(setup)),
    hostForward: seconds(inSI(megatronHostFloor.forwardLayer) + tensorParallel),
    hostBackward: seconds(inSI(megatronHostFloor.backwardLayer) + tensorParallel),
    hostCall: seconds(constants.attentionCall),
  };
}

/** Parameters whose optimiser states one rank updates. */
export function ownedParameters(setup: Setup): number {
  const all = parameterCount(setup, setup.vocab);
  if (setup.system === 'megatron-sp') return all / setup.sp;
  return setup.zeroStage === 0 ? all : all / setup.gpus;
}

/**
 * Scores that the busiest rank computes in each step of its ring. Contiguous: half of the diagonal block, then whole blocks; zigzag:
 * half a block in every step. A kernel that writes its scores out computes whole blocks. Without a ring: all scores of the rank's heads.
 */
function ringBlocks(setup: Setup): readonly number[] {
  const { seq, microBatch, attnDensity: density, ringDegree: R, attnKernel } = setup;
  const heads = setup.heads / (setup.system === 'megatron-sp' ? setup.sp : a2aDegree(setup));
  const samples = microBatch;
  if (R === 1) return [attentionPairs(attnKernel, { heads, sequence: seq, samples, density })];
  const block = heads * samples * density * (seq / R) ** 2;
  const diagonal = attentionPairs(attnKernel, { heads, sequence: seq / R, samples, density });
  const other = setup.ringLayout === 'contiguous' || attnKernel === 'materialised' ? block : block / 2;
  return Array.from({ length: R }, (_, step) => (step === 0 ? diagonal : other));
}
