import {
  assumed,
  type InSI,
  measured,
  type Parameter,
  type RateUnit,
  type SizeUnit,
  spec,
  treeInSI,
} from './parameter.ts';

/** What training in single precision needs to know of a GPU. */
export interface Fp32GpuPreset {
  readonly name: string;
  readonly capacity: Parameter<SizeUnit>;
  readonly peak: Parameter<'TFLOP/s'>;
  readonly memory: Parameter<RateUnit>;
  /** Copies inside the device, where somebody measured them. */
  readonly copy?: Parameter<RateUnit>;
}

const VENDOR = 'vendor data sheet, as recalled';
const BENCHMARK = 'cuSZ repository, benchmark page';

/** GPUs by the names that papers on training memory use. */
export const fp32GpuPresets = {
  v100: {
    name: 'NVIDIA V100 16GB',
    capacity: spec(16_160, 'MiB', 'jinsian/COMET, VLDB22 appendix'),
    peak: assumed(15.7, 'TFLOP/s', VENDOR),
    memory: assumed(900, 'GB/s', VENDOR),
    copy: measured(713.1, 'GB/s', BENCHMARK),
  },
  rtx5000: {
    name: 'NVIDIA Quadro RTX 5000',
    capacity: spec(16, 'GiB', 'jinsian/COMET, VLDB22 appendix'),
    peak: assumed(11.2, 'TFLOP/s', VENDOR),
    memory: assumed(448, 'GB/s', VENDOR),
    copy: measured(364.5, 'GB/s', BENCHMARK),
  },
  a100: {
    name: 'NVIDIA A100 40GB',
    capacity: assumed(40, 'GiB', VENDOR),
    peak: assumed(19.5, 'TFLOP/s', VENDOR),
    memory: assumed(1555, 'GB/s', VENDOR),
  },
  titanx: {
    name: 'NVIDIA Titan X (Maxwell)',
    capacity: spec(12, 'GiB', 'vDNN (MICRO 2016), abstract'),
    peak: assumed(6.7, 'TFLOP/s', VENDOR),
    memory: assumed(336, 'GB/s', VENDOR),
  },
} as const satisfies Readonly<Record<string, Fp32GpuPreset>>;

/** The id of such a GPU. */
export type Fp32GpuId = keyof typeof fp32GpuPresets;

/** The same in SI units. */
export type Fp32GpuSpec = InSI<Fp32GpuPreset>;

/** The GPU `id` in SI units. */
export function loadFp32Gpu(id: Fp32GpuId): Fp32GpuSpec {
  return treeInSI<Fp32GpuPreset>(fp32GpuPresets[id]);
}
