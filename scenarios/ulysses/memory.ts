import { parameterCount } from '../../actors/training/index.ts';
import { a2aDegree, type Setup, tokensPerGpu } from './setup.ts';

/** Names under which one GPU's memory is allocated. */
export type MemoryTag =
  | 'runtime'
  | 'states'
  | 'positions'
  | 'zeroBuffers'
  | 'checkpoints'
  | 'activations'
  | 'loss'
  | 'layer'
  | 'scores';

/** Bytes that one GPU needs under each tag. All but `loss` on one side and `layer` with `scores` on the other are alive together. */
export type MemoryPlan = Readonly<Record<MemoryTag, number>>;

type Shape = Pick<
  Setup,
  | 'scope'
  | 'system'
  | 'layers'
  | 'hidden'
  | 'heads'
  | 'vocab'
  | 'gpus'
  | 'sp'
  | 'ringDegree'
  | 'seq'
  | 'microBatch'
  | 'zeroStage'
  | 'attnKernel'
  | 'activationCheckpointing'
>;

/** Context, workspaces and communication buffers of the framework, bytes (the safe default of ai-dynamo/aiconfigurator). */
const runtimeBytes = 3.5e9;

/** Largest number of gathered parameters that ZeRO-3 keeps alive, and the bytes of its buckets (DeepSpeed's defaults). */
const liveParameters = 1e9;
const bucketBytes = 2e9;

/** Bytes of fp16 parameters and gradients and of fp32 master weights and Adam moments; the baseline keeps gradients in fp32. */
const stateBytes = 16;
const baselineStateBytes = 18;

/** Bytes per token and hidden element that one layer keeps for its backward pass with a fused attention kernel (Korthikanti et al.). */
const layerActivationBytes = 34;

/** fp16 logits 2, fp32 copy 4, exponentials 4, fp32 gradient 4, fp16 gradient 2. */
const lossBytes = 16;

/** Bytes under each tag for one GPU; every formula stands in the README with its origin. */
export function memoryPlan(shape: Shape): MemoryPlan {
  return shape.scope === 'attention'
    ? attentionPlan(shape)
    : shape.system === 'megatron-sp'
      ? baselinePlan(shape)
      : shardedPlan(shape);
}

/** Largest sum of tags alive together. */
export function peakMemory(plan: MemoryPlan): number {
  return permanentMemory(plan) + plan.checkpoints + plan.activations + Math.max(plan.loss, plan.layer + plan.scores);
}

/** Bytes held from the first to the last instant of an iteration. */
export function permanentMemory(plan: MemoryPlan): number {
  return plan.runtime + plan.states + plan.positions + plan.zeroBuffers;
}

function shardedPlan(shape: Shape): MemoryPlan {
  const { layers: l, hidden: h, seq: N, gpus: G, vocab: V } = shape;
  const T = tokensPerGpu(shape);
  const parameters = parameterCount(shape, V) + N * h;
  return {
    runtime: runtimeBytes,
    states: Math.ceil(parameters * stateBytesPerParameter(shape.zeroStage, G)),
    positions: shape.zeroStage === 3 ? 2 * N * h : 0,
    zeroBuffers: zeroBufferBytes(shape.zeroStage, parameterCount(shape, V)),
    checkpoints: l * Math.ceil(2 * T * h),
    activations: shape.activationCheckpointing ? 0 : l * Math.ceil(layerActivationBytes * T * h),
    loss: Math.ceil(lossBytes * T * V),
    layer: Math.ceil((layerActivationBytes + 8 * 2) * T * h),
    scores: scoreBytes(shape, shape.activationCheckpointing ? 4 : 2 + 2 * l),
  };
}

function baselinePlan(shape: Shape): MemoryPlan {
  const { layers: l, hidden: h, seq: N, sp: P, vocab: V, microBatch: m } = shape;
  const share = (N * m * h) / P;
  return {
    runtime: runtimeBytes,
    states: Math.ceil((baselineStateBytes * parameterCount(shape, V)) / P),
    positions: baselineStateBytes * N * h,
    zeroBuffers: 0,
    checkpoints: l * Math.ceil(2 * share),
    activations: shape.activationCheckpointing ? 0 : l * Math.ceil(layerActivationBytes * share),
    loss: Math.ceil((lossBytes * N * m * V) / P),
    layer: Math.ceil(layerActivationBytes * share) + 6 * 2 * N * m * h,
    scores: scoreBytes(shape, shape.activationCheckpointing ? 4 : 2 + 2 * l),
  };
}

function attentionPlan(shape: Shape): MemoryPlan {
  const tensors = 4 + (a2aDegree(shape) > 1 ? 4 : 0) + (shape.ringDegree > 1 ? 2 : 0);
  return {
    runtime: runtimeBytes,
    states: 0,
    positions: 0,
    zeroBuffers: 0,
    checkpoints: 0,
    activations: 0,
    loss: 0,
    layer: Math.ceil(tensors * 2 * tokensPerGpu(shape) * shape.hidden),
    scores: scoreBytes(shape, 2),
  };
}

function stateBytesPerParameter(stage: number, G: number): number {
  if (stage === 0) return stateBytes;
  if (stage === 1) return 4 + 12 / G;
  if (stage === 2) return 2 + 14 / G;
  return stateBytes / G;
}

function zeroBufferBytes(stage: number, parameters: number): number {
  if (stage === 3) return 2 * Math.min(parameters, liveParameters) + bucketBytes;
  return stage === 0 ? 0 : bucketBytes;
}

/** Score arrays of a kernel that writes them out: `arrays` of 2 a N^2 / P bytes per sample. */
function scoreBytes(shape: Shape, arrays: number): number {
  if (shape.attnKernel !== 'materialised') return 0;
  return Math.ceil((arrays * 2 * shape.heads * shape.seq * shape.seq * shape.microBatch) / shape.sp);
}
