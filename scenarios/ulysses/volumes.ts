import { a2aDegree, kvWidth, type Setup, tokensPerGpu } from './setup.ts';

type Shape = Pick<
  Setup,
  | 'system'
  | 'hidden'
  | 'heads'
  | 'kvHeads'
  | 'seq'
  | 'sp'
  | 'ringDegree'
  | 'microBatch'
  | 'nodeSize'
  | 'scope'
  | 'activationCheckpointing'
>;

/** Passes of a layer that send tensors: forward, recomputation, backward; forward alone in scope attention. */
function passes(shape: Shape): { forward: number; backward: number } {
  if (shape.scope === 'attention') return { forward: 1, backward: 0 };
  return { forward: shape.activationCheckpointing ? 2 : 1, backward: 1 };
}

/** The paper's volume per link, layer and sample in a forward pass, equation (5), in bytes: 0 when nothing is shared. */
export function bytesPerLinkPerLayer(shape: Shape): number {
  const { hidden: h, seq: N, sp: P, ringDegree: R } = shape;
  if (P === 1) return 0;
  if (shape.system === 'megatron-sp') return 8 * N * h;
  const a2a = a2aDegree(shape) > 1 ? (8 * N * h) / P : 0;
  return a2a + (4 * N * h * (R - 1)) / P;
}

/** Bytes that one GPU sends in all-to-alls for one layer and sample, equation (3): 24 N h (P-1)/P^2 with recomputation. */
export function a2aBytesPerGpuPerLayer(shape: Shape): number {
  const { hidden: h, seq: N, sp: P } = shape;
  const U = a2aDegree(shape);
  const { forward, backward } = passes(shape);
  const tensors = 2 + 2 * kvWidth(shape);
  return ((forward + backward) * tensors * 2 * N * h * (U - 1)) / (P * U);
}

/** Bytes that one GPU sends around its attention ring for one layer and sample, equation (7): K and V, in backward their gradients as well. */
export function ringBytesPerGpuPerLayer(shape: Shape): number {
  const { hidden: h, seq: N, sp: P, ringDegree: R } = shape;
  if (shape.system === 'megatron-sp') return 0;
  const { forward, backward } = passes(shape);
  return ((forward + 2 * backward) * 4 * N * h * kvWidth(shape) * (R - 1)) / P;
}

/** Bytes that one GPU sends in the baseline's all-gathers and reduce-scatters for one layer and sample, equation (6). */
function tensorBytesPerGpuPerLayer(shape: Shape): number {
  const { hidden: h, seq: N, sp: P } = shape;
  if (shape.system !== 'megatron-sp' || shape.scope === 'attention') return 0;
  const collectives = shape.activationCheckpointing ? 14 : 10;
  return (collectives * 2 * N * h * (P - 1)) / P;
}

/** All sequence- or tensor-parallel bytes that one GPU sends for one layer and sample. */
export function commBytesPerGpuPerLayer(shape: Shape): number {
  return a2aBytesPerGpuPerLayer(shape) + ringBytesPerGpuPerLayer(shape) + tensorBytesPerGpuPerLayer(shape);
}

/** Bytes of one tensor between one pair of ranks in one all-to-all: 2 T h / U; 0 when there is no all-to-all. */
export function bytesPerPeerPerA2a(shape: Shape): number {
  const U = a2aDegree(shape);
  return U > 1 ? (2 * tokensPerGpu(shape) * shape.hidden) / U : 0;
}

/**
 * Bytes that one GPU receives in one iteration for sharded states, equation (8). Stage 3 gathers each layer twice and reduces its
 * gradient once per micro-step; stage 2 reduces per micro-step and gathers once; stages 0 and 1 exchange everything once.
 */
export function zeroBytesPerGpu(
  setup: Pick<Setup, 'system' | 'scope' | 'layers' | 'hidden' | 'gpus' | 'zeroStage' | 'microSteps'>,
): number {
  if (setup.system === 'megatron-sp' || setup.scope === 'attention') return 0;
  const once = (setup.layers * 24 * setup.hidden ** 2 * (setup.gpus - 1)) / setup.gpus;
  if (setup.zeroStage === 3) return 3 * once * setup.microSteps;
  if (setup.zeroStage === 2) return once * (setup.microSteps + 1);
  return 2 * once;
}
