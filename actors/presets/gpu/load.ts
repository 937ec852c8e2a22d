import type { Bytes, BytesPerSecond, FlopPerSecond, Hertz, Watts } from '../../../engine/kernel/quantities.ts';
import { type Duration, seconds } from '../../../engine/kernel/time.ts';
import { presetErrors } from '../errors.ts';
import { asBytes, asFlopRate, asHertz, asRate, asWatts, type InSI, inSI, treeInSI } from '../parameter.ts';
import { a100Pcie40, a100Pcie80, a100x40, a100x80 } from './a100.ts';
import { l4, l40s } from './ada.ts';
import { b200, gb200 } from './b200.ts';
import { h100, h100Nvl, h100Pcie, h200 } from './h100.ts';
import type { DecodePreset, GemmPreset, GpuPreset, PrefillPreset } from './preset.ts';
import { v100, v100x16 } from './v100.ts';

/** Constants of the matrix multiplication law as plain SI numbers (seconds, bytes, FLOP); a missing L2 rate is infinite. */
export type GemmConstants = InSI<Required<GemmPreset>>;
/** Constants of the prefill law as plain SI numbers. */
export type PrefillConstants = InSI<PrefillPreset>;
/** Constants of the decode law as plain SI numbers. */
export type DecodeConstants = InSI<DecodePreset>;

/** One GPU model as the cost laws use it: typed quantities, converted once. Plain data: spread it to change a number. */
export interface GpuSpec {
  readonly id: string;
  readonly name: string;
  /** Streaming multiprocessors. */
  readonly processors: number;
  /** Dense bf16/fp16 peak. */
  readonly tensorPeak: FlopPerSecond;
  /** Dense fp8 peak; left out on parts without it. */
  readonly fp8Peak?: FlopPerSecond;
  /** fp32 peak of the vector units. */
  readonly vectorPeak: FlopPerSecond;
  readonly capacity: Bytes;
  readonly hbm: BytesPerSecond;
  readonly l2: Bytes;
  /** One direction, all links of the GPU together; 0 without links. */
  readonly nvlink: BytesPerSecond;
  readonly nvlinks: number;
  readonly pcie: BytesPerSecond;
  readonly nic: BytesPerSecond;
  readonly power: Watts;
  readonly clock: Hertz;
  /** Tensor rate of kernels written for A100's instructions, relative to the share of peak they reach there. */
  readonly portableShare: number;
  readonly gemm: GemmConstants;
  readonly prefill: PrefillConstants;
  readonly decode: DecodeConstants;
  readonly elementwise: { readonly hbmShare: number; readonly saturation: number; readonly launch: number };
  readonly launch: {
    readonly kernelPeriod: Duration;
    readonly graphPeriod: Duration;
    readonly hostCall: Duration;
    readonly hostOperator: Duration;
    readonly queueDepth: number;
  };
}

/** GPU models by the id that scenarios and tables use. */
export const gpuPresets = {
  'v100-16gb': v100x16,
  'v100-32gb': v100,
  'a100-40gb': a100x40,
  'a100-80gb': a100x80,
  'a100-40gb-pcie': a100Pcie40,
  'a100-80gb-pcie': a100Pcie80,
  'h100-80gb': h100,
  'h100-80gb-pcie': h100Pcie,
  'h100-94gb-nvl': h100Nvl,
  'h200-141gb': h200,
  'b200-180gb': b200,
  'gb200-186gb': gb200,
  'l4-24gb': l4,
  'l40s-48gb': l40s,
} as const satisfies Readonly<Record<string, GpuPreset>>;

/** The id of a known GPU model. */
export type GpuId = keyof typeof gpuPresets;

/** Every known GPU id. */
export const gpuIds = Object.freeze(Object.keys(gpuPresets)) as readonly GpuId[];

const loaded = new Map<string, GpuSpec>();

/** The GPU model `id` in typed numbers; the same frozen object at every call. Throws PRESET_UNKNOWN for an id not in `gpuIds`. */
export function loadGpu(id: GpuId | (string & {})): GpuSpec {
  const known = loaded.get(id);
  if (known !== undefined) return known;
  if (!Object.hasOwn(gpuPresets, id))
    throw presetErrors.create('PRESET_UNKNOWN', { kind: 'GPU', id, known: gpuIds.join(', ') });
  const gpu = toGpuSpec(gpuPresets[id as GpuId]);
  loaded.set(id, gpu);
  return gpu;
}

/** Converts a preset, for instance one of the user's own, into typed plain numbers. */
export function toGpuSpec(preset: GpuPreset): GpuSpec {
  const { launch } = preset;
  return Object.freeze({
    id: preset.id,
    name: preset.name,
    processors: inSI(preset.processors),
    tensorPeak: asFlopRate(preset.tensorPeak),
    ...(preset.fp8Peak === undefined ? {} : { fp8Peak: asFlopRate(preset.fp8Peak) }),
    vectorPeak: asFlopRate(preset.vectorPeak),
    capacity: asBytes(preset.capacity),
    hbm: asRate(preset.hbm),
    l2: asBytes(preset.l2),
    nvlink: asRate(preset.nvlink),
    nvlinks: inSI(preset.nvlinks),
    pcie: asRate(preset.pcie),
    nic: asRate(preset.nic),
    power: asWatts(preset.power),
    clock: asHertz(preset.clock),
    portableShare: inSI(preset.portableShare),
    gemm: Object.freeze({ l2Rate: Number.POSITIVE_INFINITY, ...treeInSI(preset.gemm) }) as GemmConstants,
    prefill: treeInSI(preset.prefill),
    decode: treeInSI(preset.decode),
    elementwise: treeInSI(preset.elementwise),
    launch: Object.freeze({
      kernelPeriod: seconds(inSI(launch.kernelPeriod)),
      graphPeriod: seconds(inSI(launch.graphPeriod)),
      hostCall: seconds(inSI(launch.hostCall)),
      hostOperator: seconds(inSI(launch.hostOperator)),
      queueDepth: inSI(launch.queueDepth),
    }),
  });
}
