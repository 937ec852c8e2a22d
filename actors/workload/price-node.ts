import { type Duration, seconds } from '../../engine/kernel/time.ts';
import type { WorkNode, WorkShape } from '../../engine/trace/import/index.ts';
import { elementwise, gemm, roofline } from '../compute/index.ts';
import { type GpuSpec, loadGpu } from '../presets/gpu/load.ts';
import { gpuIdOf } from '../presets/gpu/names.ts';
import type { SystemSpec } from '../presets/systems.ts';

/** How the time of a node came about. `ratio`: the traced time times model of the target over model of the source; `kept`: as traced. */
export type PriceSource = 'ratio' | 'model' | 'bandwidth' | 'kept';

/** The time of a node on the target. */
export interface NodePrice {
  readonly duration: Duration;
  readonly source: PriceSource;
}

/** Where a workload runs, and where it was recorded if that is known. */
export interface PricingContext {
  readonly target: GpuSpec;
  readonly system: SystemSpec;
  readonly source: GpuSpec | undefined;
  /** Takes all traced durations as they are. */
  readonly keepDurations: boolean;
}

/**
 * The time of work on the host or the device. With a shape: the model of the target, corrected by how the traced time compares with the
 * model of the source where both are known. Without: the traced time, by the ratio of memory bandwidths where the source is known.
 */
export function priceNode(node: WorkNode, context: PricingContext): NodePrice {
  const { target, source, keepDurations } = context;
  const traced = node.duration;
  if (node.kind === 'host' || node.kind === 'call' || (keepDurations && traced > 0))
    return { duration: traced, source: 'kept' };
  if (node.kind === 'copy') {
    const { bytes } = node.shape ?? {};
    if (bytes === undefined) return { duration: traced, source: 'kept' };
    return { duration: copyTime(node.name, bytes, context), source: 'model' };
  }
  if (node.shape !== undefined) {
    const model = modelTime(target, node.shape);
    if (source === undefined || traced === 0) return { duration: model, source: 'model' };
    return { duration: Math.round((traced * model) / modelTime(source, node.shape)) as Duration, source: 'ratio' };
  }
  if (source === undefined || source.id === target.id) return { duration: traced, source: 'kept' };
  return { duration: Math.round((traced * source.hbm) / target.hbm) as Duration, source: 'bandwidth' };
}

function modelTime(gpu: GpuSpec, shape: WorkShape): Duration {
  if (shape.gemm !== undefined) return gemm(gpu, { ...shape.gemm, sustained: gpu.gemm.sustained });
  if (shape.flop !== undefined) return roofline(gpu, shape as { flop: number; bytes?: number });
  return elementwise(gpu, { bytes: shape.bytes ?? 0 });
}

function copyTime(name: string, bytes: number, { target, system }: PricingContext): Duration {
  if (/HtoD|DtoH|Host/i.test(name)) return seconds(bytes / system.hostCopy);
  if (/PtoP|Peer/i.test(name)) return seconds(bytes / system.peerCopy);
  return elementwise(target, { bytes: /DtoD/i.test(name) ? 2 * bytes : bytes });
}

/** The GPU preset of a device name such as `NVIDIA A100-SXM4-80GB`, or undefined. */
export function gpuOfDevice(device: string | undefined): GpuSpec | undefined {
  const id = device === undefined ? undefined : gpuIdOf(device);
  return id === undefined ? undefined : loadGpu(id);
}
