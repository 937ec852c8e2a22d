import { megatronFlops } from '../../actors/training/index.ts';
import type { Setup } from './setup.ts';

type Work = Pick<
  Setup,
  | 'scope'
  | 'layers'
  | 'hidden'
  | 'heads'
  | 'kvHeads'
  | 'vocab'
  | 'seq'
  | 'batch'
  | 'attnDensity'
  | 'activationCheckpointing'
>;

/**
 * FLOP of one iteration as the paper counts them, equation (1): 24 c B N l h^2 (1 + N/(6h) + V/(16 l h)), c = passes.
 * The recomputation counts as work and attention as if it were not causal. In scope attention: 4 B N^2 h per layer, the forward term.
 */
export function paperFlops(work: Work, passes: number = work.activationCheckpointing ? 4 : 3): number {
  const { layers: l, hidden: h, vocab: V, seq: N, batch: B } = work;
  if (work.scope === 'attention') return 4 * B * N * N * h * l;
  return megatronFlops(work, { vocab: V, tokens: N, samples: B, passes });
}

/** Share of the attention term N/(6h) in equation (1), 0 to 1. */
export function attentionFlopShare(work: Work): number {
  const { layers: l, hidden: h, vocab: V, seq: N } = work;
  if (work.scope === 'attention') return 1;
  return N / (6 * h) / (1 + N / (6 * h) + V / (16 * l * h));
}

/**
 * FLOP of one iteration that the kernels execute, equation (2): causal attention, block-sparse by `attnDensity`, grouped key
 * and value projections. With recomputation B (l (96 N h^2 + 9 N^2 h) + 6 N h V), without B (l (72 N h^2 + 7 N^2 h) + 6 N h V).
 */
export function executedFlops(work: Work): number {
  const { layers: l, hidden: h, vocab: V, seq: N, batch: B, attnDensity: density } = work;
  if (work.scope === 'attention') return 2 * B * N * N * h * l * density;
  const passes = work.activationCheckpointing ? 4 : 3;
  const attention = work.activationCheckpointing ? 9 : 7;
  const gemm = 24 - 4 * (1 - work.kvHeads / work.heads);
  return B * (l * (passes * gemm * N * h * h + attention * N * N * h * density) + 6 * N * h * V);
}
