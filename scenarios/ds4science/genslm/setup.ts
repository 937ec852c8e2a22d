import type { GpuSpec } from '../../../actors/presets/gpu/load.ts';
import { loadGpu } from '../../../actors/presets/index.ts';
import { type PortRates, portRates } from '../../../actors/training/index.ts';
import { constants } from '../constants.ts';
import type { Ds4Params } from '../params.ts';
import { defaultVocab, modelShapes } from './models.ts';

/** The five mechanisms by which the systems differ. */
export interface Mechanisms {
  readonly mask: 'device' | 'none';
  readonly positions: 'replicated' | 'split';
  readonly checkpoints: 'replicated' | 'split';
  readonly attention: 'scores' | 'flash';
  readonly sequenceParallel: boolean;
}

/** A run with every choice made. */
export interface Setup extends Mechanisms {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly vocab: number;
  readonly gpus: number;
  readonly tp: number;
  readonly seq: number;
  readonly microBatch: number;
  readonly offload: boolean;
  /** Attention that is not fused keeps its scores. */
  readonly keepsScores: boolean;
  readonly nodeSize: number;
}

/** The machine a run takes place on, in SI units. */
export interface Platform extends PortRates {
  readonly gpu: GpuSpec;
  /** Copies between host and one GPU, each direction. */
  readonly hostCopy: number;
}

/** What each system has. */
const mechanismsOf: Readonly<Record<Ds4Params['system'], Mechanisms>> = {
  'old-megatron-deepspeed': {
    mask: 'device',
    positions: 'replicated',
    checkpoints: 'replicated',
    attention: 'scores',
    sequenceParallel: false,
  },
  'megatron-lm': {
    mask: 'device',
    positions: 'replicated',
    checkpoints: 'split',
    attention: 'flash',
    sequenceParallel: true,
  },
  'new-megatron-deepspeed': {
    mask: 'none',
    positions: 'split',
    checkpoints: 'split',
    attention: 'flash',
    sequenceParallel: true,
  },
};

/** Layers, width, heads and vocabulary: the model's, overridden by explicit values; 0 where a custom model leaves them open. */
export function shapeOf(params: Ds4Params): Pick<Setup, 'layers' | 'hidden' | 'heads' | 'vocab'> {
  const known = params.model === 'custom' ? undefined : modelShapes[params.model];
  return {
    layers: params.layers || (known?.layers ?? 0),
    hidden: params.hidden || (known?.hidden ?? 0),
    heads: params.heads || (known?.heads ?? 0),
    vocab: params.vocab || defaultVocab,
  };
}

/** Every choice but the automatic micro-batch, which is 1. */
export function setupOf(params: Ds4Params): Setup {
  const own = mechanismsOf[params.system];
  const given = <Value extends string>(value: Value | 'auto', otherwise: Value): Value =>
    value === 'auto' ? otherwise : (value as Value);
  return {
    ...shapeOf(params),
    mask: given(params.mask, own.mask),
    positions: given(params.positions, own.positions),
    checkpoints: given(params.checkpoints, own.checkpoints),
    attention: given(params.attention, own.attention),
    sequenceParallel: params.sequenceParallel === 'auto' ? own.sequenceParallel : params.sequenceParallel === 'on',
    gpus: params.gpus,
    tp: params.tp || params.gpus,
    seq: params.seq,
    microBatch: params.microBatch || 1,
    offload: params.offloadOptimizer === 'auto' ? params.system !== 'megatron-lm' : params.offloadOptimizer === 'on',
    keepsScores: params.oldScores,
    nodeSize: params.nodeSize,
  };
}

/** Looks the GPU up and turns the network parameters into rates. Throws PRESET_UNKNOWN. */
export function platformOf(params: Ds4Params): Platform {
  const gpu = loadGpu(params.gpu);
  return { gpu, ...portRates(params, gpu.nvlink), hostCopy: gpu.pcie * constants.hostCopyShare };
}

/** Ranks placed on one node: all its GPUs, or as many whole groups as fit when a group is smaller than a node. */
export function ranksPerNode({ nodeSize, tp }: Pick<Setup, 'nodeSize' | 'tp'>): number {
  return tp <= nodeSize ? Math.floor(nodeSize / tp) * tp : nodeSize;
}
