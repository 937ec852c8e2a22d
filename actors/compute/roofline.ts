import { type Duration, seconds } from '../../engine/kernel/time.ts';
import type { GpuSpec } from '../presets/gpu/load.ts';
import { requireAmount } from './errors.ts';

/** Work of which only amounts are known. */
export interface RooflineWork {
  /** FLOP of the tensor units; 0 by default. */
  readonly flop?: number;
  /** Bytes read and written; 0 by default. */
  readonly bytes?: number;
}

/**
 * Time of a kernel whose shape is unknown: the floor of a small kernel, and the larger of its FLOP at the rate a large product sustains and
 * its bytes at the rate an element-wise kernel reaches. Throws COMPUTE_AMOUNT.
 */
export function roofline(gpu: GpuSpec, work: RooflineWork): Duration {
  const { flop = 0, bytes = 0 } = work;
  requireAmount('roofline', 'flop', flop);
  requireAmount('roofline', 'bytes', bytes);
  const tensor = flop / (gpu.tensorPeak * gpu.gemm.steadyShare * gpu.gemm.sustained);
  const memory = bytes / (gpu.hbm * gpu.elementwise.hbmShare);
  return seconds(gpu.elementwise.launch + Math.max(tensor, memory));
}
