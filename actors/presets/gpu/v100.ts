import { assumed, carriedOver, measured, spec } from '../parameter.ts';
import { a100x80 } from './a100.ts';
import { decodeFrom, launch, saturation } from './common.ts';
import type { GpuPreset } from './preset.ts';

const SHEET = 'NVIDIA V100 datasheet, as recalled';
const GUESS = 'five-constant form of the A100 fit, adapted to Volta; no rows exist';
const CARRIED = 'carried over from A100-SXM4-80GB to V100, not validated';

const chip = { processors: assumed(80, '1', SHEET), clock: assumed(1530, 'MHz', SHEET) } as const;

/** V100 SXM2, 32 GB: datasheet numbers as recalled, kernel constants without support from measurements. */
export const v100: GpuPreset = {
  id: 'v100-32gb',
  name: 'NVIDIA V100 SXM2 32GB',
  ...chip,
  tensorPeak: assumed(125, 'TFLOP/s', `${SHEET}; fp16, the part has no bf16`),
  vectorPeak: assumed(15.7, 'TFLOP/s', SHEET),
  capacity: assumed(34.1, 'GB', 'total capacity as the driver reports it, as recalled'),
  hbm: assumed(900, 'GB/s', SHEET),
  l2: spec(6, 'MiB', 'te42kyfo/gpu-benches device table (NVIDIA V100 datasheet)'),
  nvlink: assumed(150, 'GB/s', SHEET),
  nvlinks: assumed(6, '1', SHEET),
  pcie: assumed(16, 'GB/s', SHEET),
  nic: assumed(12.5, 'GB/s', 'one 100 Gb/s port for each GPU'),
  power: assumed(300, 'W', SHEET),
  portableShare: assumed(1, '1', 'A100 value; the part has older instructions'),
  gemm: {
    steadyShare: assumed(1.36, '1', `${GUESS}; chosen so that a 256x128 tile reaches 0.8 of peak`),
    intensityHalf: assumed(60, '1', GUESS),
    fillK: assumed(0, '1', GUESS),
    hbmShare: assumed(0.719, '1', GUESS),
    launch: assumed(3.72, 'us', GUESS),
    reduce: assumed(1.03, 'us', GUESS),
    clockLoss: assumed(0, '1', GUESS),
    clockLossHalf: assumed(1, 'TFLOP', GUESS),
    sustained: assumed(0.93, '1', 'A100 value'),
  },
  prefill: carriedOver(a100x80.prefill, CARRIED),
  decode: decodeFrom(a100x80, chip, CARRIED),
  elementwise: {
    hbmShare: measured(0.89, '1', 'te42kyfo/gpu-benches, scale: 802 of 900 GB/s'),
    saturation,
    launch: launch.kernelPeriod,
  },
  launch,
};

/** V100 SXM2, 16 GB: the same part with half the memory. */
export const v100x16: GpuPreset = {
  ...v100,
  id: 'v100-16gb',
  name: 'NVIDIA V100 SXM2 16GB',
  capacity: assumed(16.9, 'GB', 'total capacity as the driver reports it, as recalled'),
};
