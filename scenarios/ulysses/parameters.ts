import type { ModelName } from './models.ts';

/** What is simulated: one optimiser step, one attention forward, or the arithmetic itself. */
export type Scope = 'iteration' | 'attention' | 'numerics';

/** How a sequence is shared among GPUs. */
export type System = 'ulysses' | 'megatron-sp' | 'ring' | 'hybrid';

/** Which tokens a rank of a ring holds: one run of tokens, or one run from each half mirrored. */
export type RingLayout = 'contiguous' | 'zigzag';

/** The fused kernel of the paper, its successor, or scores written out to memory. */
export type AttentionKernel = 'flash1-triton' | 'flash2' | 'materialised';

/** Devices with a preset. */
export type GpuName = 'a100-40gb' | 'a100-80gb' | 'v100-32gb' | 'h100-80gb' | 'h200-141gb';

/** Parameters of a run as the user gives them; 0 (zeroStage: -1) means "choose by rule". */
export interface UlyssesParams {
  readonly scope: Scope;
  readonly model: ModelName | 'custom';
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly vocab: number;
  readonly system: System;
  readonly gpus: number;
  readonly sp: number;
  readonly ringDegree: number;
  readonly ringLayout: RingLayout;
  readonly seq: number;
  readonly batch: number;
  readonly microBatch: number;
  readonly gpu: GpuName;
  readonly nodeSize: number;
  readonly nicBandwidth: number;
  readonly nicEfficiency: number;
  readonly nvlinkBandwidth: number;
  readonly zeroStage: number;
  readonly attnKernel: AttentionKernel;
  readonly attnDensity: number;
  readonly activationCheckpointing: boolean;
  readonly a2aFused: boolean;
  readonly overlapComm: boolean;
  readonly memoryFraction: number;
  readonly search: 'none' | 'maxSeq';
  readonly seqCap: number;
  readonly numericsTrials: number;
}

/** Value of every parameter that is not set. */
export const defaultParams: UlyssesParams = {
  scope: 'iteration',
  model: '7b',
  layers: 0,
  hidden: 0,
  heads: 0,
  kvHeads: 0,
  vocab: 51200,
  system: 'ulysses',
  gpus: 32,
  sp: 0,
  ringDegree: 1,
  ringLayout: 'zigzag',
  seq: 32768,
  batch: 0,
  microBatch: 0,
  gpu: 'a100-40gb',
  nodeSize: 8,
  nicBandwidth: 25e9,
  nicEfficiency: 0.85,
  nvlinkBandwidth: 0,
  zeroStage: -1,
  attnKernel: 'flash1-triton',
  attnDensity: 1,
  activationCheckpointing: true,
  a2aFused: false,
  overlapComm: false,
  memoryFraction: 0.85,
  search: 'none',
  seqCap: 16777216,
  numericsTrials: 20,
};
