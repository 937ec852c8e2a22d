import { assumed, measured, type Parameter, type SizeUnit, spec } from './parameter.ts';

/** One level of a GPU's memory as pointer chasing sees it. */
export interface LatencyLevel {
  /** Latency of a hit in clock cycles. */
  readonly latency: Parameter<'clk'>;
  /** Left out for the memory behind the caches. */
  readonly size?: Parameter<SizeUnit>;
}

/** Cache hierarchy of a GPU. Parts with two L2 partitions have a near and a far plateau. */
export interface GpuCachePreset {
  /** Clock during the measurement. */
  readonly clock: Parameter<'MHz'>;
  readonly l1: LatencyLevel;
  readonly l2Near: LatencyLevel;
  readonly l2Far?: LatencyLevel;
  readonly dram: LatencyLevel;
  readonly line: Parameter<SizeUnit>;
  readonly sector: Parameter<SizeUnit>;
}

const BENCHES = 'te42kyfo/gpu-benches, latency over footprint';
const LINE = { line: assumed(128, 'B', 'NVIDIA, as recalled'), sector: assumed(32, 'B', 'NVIDIA, as recalled') };
const clk = (value: number, note = '') => measured(value, 'clk', `${BENCHES}${note}`);

/** Caches of GPUs, L1 for one processor, L2 for one partition. */
export const gpuCaches = {
  v100: {
    clock: measured(1380, 'MHz', BENCHES),
    l1: { latency: clk(30), size: spec(128, 'KiB', `${BENCHES} (NVIDIA V100 datasheet)`) },
    l2Near: { latency: clk(215), size: spec(6, 'MiB', `${BENCHES} (NVIDIA V100 datasheet)`) },
    dram: { latency: clk(431, ', 425 to 437') },
    ...LINE,
  },
  a100: {
    clock: measured(1410, 'MHz', BENCHES),
    l1: { latency: clk(36), size: spec(192, 'KiB', `${BENCHES} (NVIDIA A100 datasheet)`) },
    l2Near: { latency: clk(211), size: spec(20, 'MiB', `${BENCHES} (NVIDIA A100 datasheet)`) },
    l2Far: {
      latency: clk(424, ', footprint of 20 to 40 MB'),
      size: spec(20, 'MiB', `${BENCHES} (NVIDIA A100 datasheet)`),
    },
    dram: { latency: clk(570) },
    ...LINE,
  },
  h100: {
    clock: measured(1755, 'MHz', `${BENCHES}, PCIe card`),
    l1: { latency: clk(34, ', PCIe card'), size: spec(256, 'KiB', `${BENCHES} (NVIDIA H100 datasheet)`) },
    l2Near: { latency: clk(265, ', PCIe card'), size: spec(25, 'MiB', `${BENCHES} (NVIDIA H100 datasheet)`) },
    l2Far: { latency: clk(475, ', PCIe card'), size: spec(25, 'MiB', `${BENCHES} (NVIDIA H100 datasheet)`) },
    dram: { latency: clk(650, ', PCIe card') },
    ...LINE,
  },
} as const satisfies Readonly<Record<string, GpuCachePreset>>;

/** Rate at which L2 feeds all processors. */
export const l2Rates = {
  a100: measured(5.4, 'TB/s', BENCHES),
  h100: measured(7, 'TB/s', `${BENCHES}, PCIe card`),
  h200: measured(9.8, 'TB/s', BENCHES),
} as const;
