import { attentionKernel, elementwise } from '../../../actors/compute/index.ts';
import type { GpuSpec } from '../../../actors/presets/gpu/load.ts';
import { eagerOperatorOverhead, inSI } from '../../../actors/presets/index.ts';
import { type Duration, seconds, toSeconds } from '../../../engine/kernel/time.ts';
import { constants } from '../constants.ts';
import type { Setup } from './setup.ts';
import { sizesOf } from './sizes.ts';

/** One kernel: its memory traffic and its time. */
export interface KernelPrice {
  readonly bytes: number;
  readonly duration: Duration;
}

/** Queries that a thread block of the fused kernel handles in the forward pass. */
const blockQueries = 64;
/** Narrowest head that the tensor units take. */
const narrowestHead = 16;

/**
 * A kernel of plain attention over `rows` of the n1 rows: passes over the stored scores and over tensors of the size of the queries at
 * memory rate, plus its products (`flopShare` of 4 n1 H n2^2 D); not shorter than the host takes to issue it.
 */
export function eagerKernel(
  setup: Setup,
  gpu: GpuSpec,
  work: { readonly scorePasses: number; readonly tensors: number; readonly products: number },
  rows = setup.n1,
): KernelPrice {
  const { tensor, scores } = sizesOf(setup);
  const share = rows / setup.n1;
  const bytes = (work.scorePasses * scores + work.tensors * tensor) * share;
  const flop = 2 * work.products * setup.samples * rows * setup.heads * setup.n2 ** 2 * setup.headDim;
  const memory = toSeconds(elementwise(gpu, { bytes, launch: false }));
  const { matmul, softmax } = eagerOperatorOverhead;
  const issue = inSI(work.products > 0 ? matmul : softmax);
  const time = memory + flop / (gpu.tensorPeak * constants.evoformer.eagerPeakShare);
  return { bytes, duration: seconds(Math.max(time, issue)) };
}

/**
 * A pass of the fused kernel: every score costs 4 D'/(peak e) + tau forward, 10 D'/(peak e) + 2 tau backward, in waves of thread blocks
 * over the processors, plus one pass over its tensors and the biases. No traffic grows with n2^2 except the pair bias.
 */
export function fusedKernel(setup: Setup, gpu: GpuSpec, pass: 'forward' | 'backward'): KernelPrice {
  const { samples, n1, n2, heads, headDim } = setup;
  const { tensor, maskBias, pairBias } = sizesOf(setup);
  const { fusedPeakShare: peakShare, fusedPerScore: perScore } = constants.evoformer;
  const pairs = samples * n1 * heads * n2 * n2;
  const arithmetic = attentionKernel(
    gpu,
    { style: 'fused', peakShare, perScore, scorePasses: 0 },
    { pairs, headSize: Math.max(narrowestHead, headDim), pass },
  );
  const bytes = (pass === 'forward' ? 4 : 12) * tensor + maskBias + pairBias;
  const memory = elementwise(gpu, { bytes, launch: false });
  return { bytes, duration: seconds(toSeconds(arithmetic) * idleShare(setup, gpu, pass) + toSeconds(memory)) };
}

/** Thread blocks of a pass: one for each row, head and 64 queries forward, one for each row and head backward. */
export function threadBlocks({ samples, n1, n2, heads }: Setup, pass: 'forward' | 'backward'): number {
  return samples * n1 * heads * (pass === 'forward' ? Math.ceil(n2 / blockQueries) : 1);
}

/** Time of whole waves over the processors relative to a perfect spread, at least 1. */
function idleShare(setup: Setup, gpu: GpuSpec, pass: 'forward' | 'backward'): number {
  const blocks = threadBlocks(setup, pass);
  return (Math.ceil(blocks / gpu.processors) * gpu.processors) / blocks;
}
