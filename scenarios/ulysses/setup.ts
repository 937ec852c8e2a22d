import type { AttentionKernel, RingLayout, Scope, System } from './parameters.ts';

/** A run with every choice made: shapes, degrees of parallelism and batch sizes are concrete. Equation numbers are those of the README. */
export interface Setup {
  readonly scope: Scope;
  readonly system: System;
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly vocab: number;
  readonly gpus: number;
  /** Sequence-parallel degree P; for megatron-sp the tensor-parallel degree. */
  readonly sp: number;
  /** Ranks in one attention ring R: 1 for ulysses, sp for ring. */
  readonly ringDegree: number;
  readonly ringLayout: RingLayout;
  readonly seq: number;
  readonly batch: number;
  readonly microBatch: number;
  readonly microSteps: number;
  /** Groups that work on different samples: gpus / sp. */
  readonly dp: number;
  readonly nodeSize: number;
  readonly zeroStage: number;
  readonly attnKernel: AttentionKernel;
  readonly attnDensity: number;
  readonly activationCheckpointing: boolean;
  readonly a2aFused: boolean;
  readonly overlapComm: boolean;
}

/** Tokens that one GPU holds in one pass: seq * microBatch / sp. */
export function tokensPerGpu(setup: Pick<Setup, 'seq' | 'microBatch' | 'sp'>): number {
  return (setup.seq * setup.microBatch) / setup.sp;
}

/** Size of one all-to-all group inside the sequence-parallel group: sp / ringDegree. */
export function a2aDegree(setup: Pick<Setup, 'system' | 'sp' | 'ringDegree'>): number {
  return setup.system === 'megatron-sp' ? 1 : setup.sp / setup.ringDegree;
}

/** Width of a key or value tensor in the all-to-all relative to hidden: max(kvHeads, U) / heads, at most 1 (heads are replicated up to U). */
export function kvWidth(setup: Pick<Setup, 'heads' | 'kvHeads' | 'system' | 'sp' | 'ringDegree'>): number {
  return Math.max(setup.kvHeads, a2aDegree(setup)) / setup.heads;
}

/** Ranks placed on one node: all its GPUs, or as many whole groups as fit when a group is smaller than a node. */
export function ranksPerNode({ nodeSize, sp }: Pick<Setup, 'nodeSize' | 'sp'>): number {
  return sp <= nodeSize ? Math.floor(nodeSize / sp) * sp : nodeSize;
}
