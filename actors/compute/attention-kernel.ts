import { type Duration, seconds } from '../../engine/kernel/time.ts';
import { type AttentionKernelId, type AttentionKernelSpec, attentionKernels } from '../presets/attention-kernels.ts';
import { type GpuSpec, loadGpu } from '../presets/gpu/load.ts';
import { paddedHead } from './attention-law.ts';
import { requireAmount, requireCount } from './errors.ts';

/** One pass of a training attention kernel over a number of scores. */
export interface AttentionWork {
  /** Scores computed: pairs of query and key, over all heads and samples of this GPU; need not be whole. See `attentionPairs`. */
  readonly pairs: number;
  readonly headSize: number;
  readonly pass: 'forward' | 'backward';
}

/** The time of a training attention kernel and its parts, which are added: sweeps over stored scores are kernels of their own. */
export interface AttentionKernelPrice {
  readonly duration: Duration;
  readonly bound: 'tensor' | 'scores' | 'hbm';
  readonly terms: { readonly tensor: Duration; readonly scores: Duration; readonly hbm: Duration };
}

/** FLOP for each pair and unit of head size, and sweeps over the scores, of each pass. */
const passes = { forward: { flop: 4, sweeps: 1 }, backward: { flop: 10, sweeps: 2 } } as const;

/**
 * Pairs of query and key that `kernel` visits: the causal half for fused kernels, the whole square for a materialised one.
 * `density` is the share of them a block-sparse pattern keeps, 1 by default.
 */
export function attentionPairs(
  kernel: AttentionKernelId | AttentionKernelSpec,
  shape: { readonly heads: number; readonly sequence: number; readonly samples?: number; readonly density?: number },
): number {
  const { heads, sequence, samples = 1, density = 1 } = shape;
  const square = kernelOf(kernel).style === 'fused' ? (sequence * (sequence + 1)) / 2 : sequence * sequence;
  return heads * samples * density * square;
}

/** Time of one pass of a training attention kernel. Zero pairs take no time. Throws COMPUTE_AMOUNT, COMPUTE_COUNT. */
export function attentionKernel(
  gpu: GpuSpec,
  kernel: AttentionKernelId | AttentionKernelSpec,
  work: AttentionWork,
): Duration {
  return explainAttentionKernel(gpu, kernel, work).duration;
}

/** Time of one pass of a training attention kernel with its parts. Throws COMPUTE_AMOUNT, COMPUTE_COUNT. */
export function explainAttentionKernel(
  gpu: GpuSpec,
  kernel: AttentionKernelId | AttentionKernelSpec,
  work: AttentionWork,
): AttentionKernelPrice {
  const { pairs, headSize } = work;
  requireAmount('attentionKernel', 'pairs', pairs);
  requireCount('attentionKernel', 'headSize', headSize);
  const constants = kernelOf(kernel);
  const { flop, sweeps } = passes[work.pass];
  const fused = constants.style === 'fused';
  const head = fused ? paddedHead(headSize) : headSize;
  const tensor = (pairs * flop * head) / (gpu.tensorPeak * constants.peakShare * (fused ? gpu.portableShare : 1));
  const scores = pairs * sweeps * constants.perScore * scoreSlowdown(gpu);
  const hbm = (pairs * sweeps * constants.scorePasses * 2) / (gpu.hbm * gpu.elementwise.hbmShare);
  return {
    duration: seconds(tensor + scores + hbm),
    bound: hbm > tensor && hbm > scores ? 'hbm' : scores > tensor ? 'scores' : 'tensor',
    terms: { tensor: seconds(tensor), scores: seconds(scores), hbm: seconds(hbm) },
  };
}

function kernelOf(kernel: AttentionKernelId | AttentionKernelSpec): AttentionKernelSpec {
  return typeof kernel === 'string' ? attentionKernels[kernel] : kernel;
}

/** Score arithmetic runs on per-processor units: its constants were fitted on A100 and scale with processors times clock. */
function scoreSlowdown(gpu: GpuSpec): number {
  const reference = loadGpu('a100-40gb');
  return (reference.processors * reference.clock) / (gpu.processors * gpu.clock);
}
