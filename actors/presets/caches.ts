import { assumed, measured, type Parameter, type SizeUnit, spec } from './parameter.ts';

/** One level of a GPU's memory as pointer chasing sees it. */
export interface LatencyLevel {
  /** Latency of a hit in clock cycles. */
  readonly latency: Parameter<'clk'>;
}

/** One cache level of a GPU. */
export interface GpuCacheLevel extends LatencyLevel {
  readonly size: Parameter<SizeUnit>;
  readonly ways: Parameter<'1'>;
}

/** Cache hierarchy of a GPU. Parts with two L2 partitions have a near and a far plateau. */
export interface GpuCachePreset {
  /** Clock during the measurement. */
  readonly clock: Parameter<'MHz'>;
  readonly l1: GpuCacheLevel;
  readonly l2Near: GpuCacheLevel;
  readonly l2Far?: GpuCacheLevel;
  readonly dram: LatencyLevel;
  readonly line: Parameter<SizeUnit>;
  readonly sector: Parameter<SizeUnit>;
}

const BENCHES = 'te42kyfo/gpu-benches, latency over footprint';
const LINE = { line: assumed(128, 'B', 'NVIDIA, as recalled'), sector: assumed(32, 'B', 'NVIDIA, as recalled') };
const L1_WAYS = { ways: assumed(4, '1', 'NVIDIA publishes none; plateaus do not depend on it') };
const L2_WAYS = { ways: assumed(16, '1', 'NVIDIA publishes none; plateaus do not depend on it') };
const clk = (value: number, note = '') => measured(value, 'clk', `${BENCHES}${note}`);

/** Caches of GPUs, L1 for one processor, L2 for one partition. */
export const gpuCaches = {
  v100: {
    clock: measured(1380, 'MHz', BENCHES),
    l1: { latency: clk(30), size: spec(128, 'KiB', `${BENCHES} (NVIDIA V100 datasheet)`), ...L1_WAYS },
    l2Near: { latency: clk(215), size: spec(6, 'MiB', `${BENCHES} (NVIDIA V100 datasheet)`), ...L2_WAYS },
    dram: { latency: clk(431, ', 425 to 437') },
    ...LINE,
  },
  a100: {
    clock: measured(1410, 'MHz', BENCHES),
    l1: { latency: clk(36), size: spec(192, 'KiB', `${BENCHES} (NVIDIA A100 datasheet)`), ...L1_WAYS },
    l2Near: { latency: clk(211), size: spec(20, 'MiB', `${BENCHES} (NVIDIA A100 datasheet)`), ...L2_WAYS },
    l2Far: {
      latency: clk(424, ', footprint of 20 to 40 MB'),
      size: spec(20, 'MiB', `${BENCHES} (NVIDIA A100 datasheet)`),
      ...L2_WAYS,
    },
    dram: { latency: clk(570) },
    ...LINE,
  },
  h100: {
    clock: measured(1755, 'MHz', `${BENCHES}, PCIe card`),
    l1: { latency: clk(34, ', PCIe card'), size: spec(256, 'KiB', `${BENCHES} (NVIDIA H100 datasheet)`), ...L1_WAYS },
    l2Near: {
      latency: clk(265, ', PCIe card'),
      size: spec(25, 'MiB', `${BENCHES} (NVIDIA H100 datasheet)`),
      ...L2_WAYS,
    },
    l2Far: {
      latency: clk(475, ', PCIe card'),
      size: spec(25, 'MiB', `${BENCHES} (NVIDIA H100 datasheet)`),
      ...L2_WAYS,
    },
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
