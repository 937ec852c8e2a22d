import { megatronFlops } from '../../../actors/training/index.ts';
import type { Setup } from './setup.ts';

type Work = Pick<Setup, 'layers' | 'hidden' | 'vocab' | 'seq' | 'microBatch' | 'gpus' | 'tp' | 'attention'>;

/** Samples of one step over all groups. */
function samplesOf({ microBatch, gpus, tp }: Pick<Setup, 'microBatch' | 'gpus' | 'tp'>): number {
  return (microBatch * gpus) / tp;
}

/** FLOP of one step as the paper counts them: 96 B s l h^2 (1 + s/(6h) + V/(16 l h)). */
export function paperFlops(work: Work): number {
  return megatronFlops(work, { vocab: work.vocab, tokens: work.seq, samples: samplesOf(work), passes: 4 });
}

/** FLOP of one step that kernels execute: B (l (96 s h^2 + c s^2 h) + 6 s h V), c = 9 for FlashAttention (causal), 16 for full scores. */
export function executedFlops(work: Work): number {
  const { layers: l, hidden: h, vocab: V, seq: s } = work;
  const scores = work.attention === 'flash' ? 9 : 16;
  return samplesOf(work) * (l * (96 * s * h * h + scores * s * s * h) + 6 * s * h * V);
}
