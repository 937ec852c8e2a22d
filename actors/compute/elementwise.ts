import { type Bytes, bytes } from '../../engine/kernel/quantities.ts';
import { type Duration, seconds } from '../../engine/kernel/time.ts';
import type { GpuSpec } from '../presets/gpu/load.ts';
import { inSI } from '../presets/parameter.ts';
import { trafficPresets } from '../presets/traffic.ts';
import { requireAmount, requireShare } from './errors.ts';

/** Work bound by memory or by the vector units. */
export interface ElementwiseWork {
  /** Bytes read and written. */
  readonly bytes: number;
  /** FLOP of the vector units; 0 by default. An exponential counts as about 35. */
  readonly flop?: number;
  /** Share of the GPU's resident threads left to this kernel, in (0, 1]; 1 by default. Bandwidth grows with it up to `gpu.elementwise.saturation`. */
  readonly occupancy?: number;
  /** Whether the floor of a small kernel is added; true by default, false for a part of a fused kernel. */
  readonly launch?: boolean;
}

/** The time of an element-wise kernel and the reason for it; launch is added to the larger of the others. */
export interface ElementwisePrice {
  readonly duration: Duration;
  readonly bound: 'hbm' | 'vector' | 'launch';
  readonly terms: { readonly hbm: Duration; readonly vector: Duration; readonly launch: Duration };
}

/** Operations with a known traffic. */
export type ElementwiseOperation = keyof typeof trafficPresets;

/** Bytes moved by an operation over `elements` 2-byte elements (parameters, for `adam`). Throws COMPUTE_AMOUNT. */
export function elementwiseBytes(operation: ElementwiseOperation, elements: number): Bytes {
  requireAmount('elementwiseBytes', 'elements', elements);
  return bytes(inSI(trafficPresets[operation]) * elements);
}

/** Time of an element-wise kernel. Throws COMPUTE_AMOUNT, COMPUTE_SHARE. */
export function elementwise(gpu: GpuSpec, work: ElementwiseWork): Duration {
  return explainElementwise(gpu, work).duration;
}

/** Time of an element-wise kernel with its terms. Throws COMPUTE_AMOUNT, COMPUTE_SHARE. */
export function explainElementwise(gpu: GpuSpec, work: ElementwiseWork): ElementwisePrice {
  const { flop = 0, occupancy = 1 } = work;
  requireAmount('elementwise', 'bytes', work.bytes);
  requireAmount('elementwise', 'flop', flop);
  requireShare('elementwise', 'occupancy', occupancy);
  const c = gpu.elementwise;
  const hbm = work.bytes / (gpu.hbm * c.hbmShare * Math.min(1, occupancy / c.saturation));
  const vector = flop / (gpu.vectorPeak * occupancy);
  const launch = work.launch === false ? 0 : c.launch;
  const largest = Math.max(hbm, vector, launch);
  return {
    duration: seconds(launch + Math.max(hbm, vector)),
    bound: largest === hbm ? 'hbm' : largest === vector ? 'vector' : 'launch',
    terms: { hbm: seconds(hbm), vector: seconds(vector), launch: seconds(launch) },
  };
}
