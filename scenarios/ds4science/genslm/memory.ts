import { type Permanent, parameterCount } from '../../../actors/training/index.ts';
import { constants } from '../constants.ts';
import type { Setup } from './setup.ts';

/** Names under which one GPU's memory is allocated. */
export type MemoryTag =
  | 'runtime'
  | 'states'
  | 'positions'
  | 'mask'
  | 'checkpoints'
  | 'loss'
  | 'layer'
  | 'scores'
  | 'gatherBuffers';

/** Bytes that one GPU needs under each tag; `maskScratch` is freed once the mask is made, `checkpoint` is one layer's. */
export interface MemoryPlan {
  readonly runtime: number;
  readonly states: number;
  readonly positions: number;
  readonly mask: number;
  readonly maskScratch: number;
  readonly checkpoint: number;
  readonly loss: number;
  readonly layer: number;
  readonly scores: number;
  readonly gatherBuffers: number;
}

/** Bytes per parameter: fp16 weights and gradients, and with the optimiser on the device fp32 weights and two moments. */
function stateBytes(offload: boolean): number {
  return offload ? 4 : 16;
}

/** fp16 logits 2, fp32 copy 4, exponentials 4, fp32 gradient 4, fp16 gradient 2. */
const lossBytes = 16;
/** Two fp32 matrices and a boolean one while the mask is made; the boolean one stays. */
const maskBytes = { scratch: 8, kept: 1 } as const;
/** Bytes per token and hidden element that one layer keeps for its backward pass (Korthikanti et al., arXiv 2205.05198). */
const layerBytes = { all: 34, replicated: 10, shared: 24 } as const;

/** Bytes under each tag for one GPU, rounded up to whole bytes. */
export function memoryPlan(setup: Setup): MemoryPlan {
  const { hidden: h, seq: s, tp: t, microBatch: b, heads: a, vocab: V } = setup;
  const perParameter = stateBytes(setup.offload);
  const tokens = s * b * h;
  const masked = setup.mask === 'device';
  const keeps = setup.keepsScores && setup.attention === 'scores';
  return {
    runtime: constants.runtime,
    states: Math.ceil((perParameter * parameterCount(setup, V)) / t),
    positions: setup.positions === 'split' ? Math.ceil((stateBytes(false) * s * h) / t) : perParameter * s * h,
    mask: masked ? maskBytes.kept * s * s : 0,
    maskScratch: masked ? maskBytes.scratch * s * s : 0,
    checkpoint: Math.ceil((2 * tokens) / (setup.checkpoints === 'split' ? t : 1)),
    loss: Math.ceil((lossBytes * s * b * V) / t),
    layer: setup.sequenceParallel
      ? Math.ceil((layerBytes.all * tokens) / t)
      : Math.ceil((layerBytes.replicated + layerBytes.shared / t) * tokens),
    scores: keeps ? Math.ceil((2 * 2 * a * s * s * b) / t) : 0,
    gatherBuffers: setup.sequenceParallel ? Math.ceil(constants.gatherBuffers * 2 * tokens) : 0,
  };
}

/** Held from the first to the last instant of a step. */
export function permanentOf(plan: MemoryPlan): readonly Permanent[] {
  return (['runtime', 'states', 'positions'] as const).map((tag) => ({ tag, bytes: plan[tag] }));
}
