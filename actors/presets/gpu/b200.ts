import { assumed, carriedOver, spec } from '../parameter.ts';
import { decodeFrom, fedByPeak, launch, saturation } from './common.ts';
import { h100 } from './h100.ts';
import type { GpuPreset } from './preset.ts';

const SYSTEMS = 'ai-dynamo/aiconfigurator system files (NVIDIA B200 datasheet)';
const CARRIED = 'carried over from H100-SXM-80GB to B200, not validated';

const chip = {
  processors: spec(148, '1', SYSTEMS),
  clock: assumed(1900, 'MHz', 'NVIDIA B200 boost clock, as recalled'),
} as const;

/** B200 SXM, 180 GB: own datasheet, kernel constants of H100. */
export const b200: GpuPreset = {
  id: 'b200-180gb',
  name: 'NVIDIA B200 SXM 180GB',
  ...chip,
  tensorPeak: spec(2250, 'TFLOP/s', SYSTEMS),
  fp8Peak: spec(4500, 'TFLOP/s', SYSTEMS),
  vectorPeak: assumed(80, 'TFLOP/s', 'NVIDIA B200 datasheet, as recalled'),
  capacity: spec(180, 'GiB', SYSTEMS),
  hbm: spec(7700, 'GB/s', `${SYSTEMS}; some boards have 8000`),
  l2: assumed(126, 'MiB', 'NVIDIA B200, as recalled'),
  nvlink: spec(900, 'GB/s', SYSTEMS),
  nvlinks: spec(18, '1', SYSTEMS),
  pcie: spec(128, 'GB/s', SYSTEMS),
  nic: spec(50, 'GB/s', `${SYSTEMS}: 400 Gb/s for each GPU; some systems have 800`),
  power: spec(1000, 'W', SYSTEMS),
  portableShare: assumed(0.21, '1', 'the H100 rate of such kernels over the B200 peak'),
  gemm: { ...carriedOver(h100.gemm, CARRIED), l2Rate: fedByPeak(42.16, 'H100-SXM-80GB') },
  prefill: carriedOver(h100.prefill, CARRIED),
  decode: decodeFrom(h100, chip, CARRIED),
  elementwise: {
    hbmShare: assumed(0.8, '1', 'ai-dynamo/aiconfigurator: one default for every GPU'),
    saturation,
    launch: launch.kernelPeriod,
  },
  launch,
};

const SUPERCHIP = 'NVIDIA GB200 NVL72 datasheet';
const TO_GB200 = 'carried over from B200 to GB200, not validated';

const superchip = {
  processors: assumed(148, '1', 'as B200: the same dies'),
  clock: assumed(2111, 'MHz', 'B200 clock times the ratio of the peaks'),
} as const;

/** One of the two GPUs of a GB200: the B200 at a higher clock and 1200 W. */
export const gb200: GpuPreset = {
  ...b200,
  id: 'gb200-186gb',
  name: 'NVIDIA GB200 (one GPU) 186GB',
  ...superchip,
  tensorPeak: spec(2500, 'TFLOP/s', `${SUPERCHIP}: 360 PFLOP/s with sparsity for 72 GPUs`),
  fp8Peak: spec(5000, 'TFLOP/s', `${SUPERCHIP}: 720 PFLOP/s with sparsity for 72 GPUs`),
  vectorPeak: spec(80, 'TFLOP/s', `${SUPERCHIP}: 5,760 TFLOP/s for 72 GPUs`),
  capacity: spec(186, 'GB', `${SUPERCHIP}: 372 GB for two GPUs`),
  hbm: spec(8000, 'GB/s', `${SUPERCHIP}: 576 TB/s for 72 GPUs`),
  nvlink: spec(900, 'GB/s', `${SUPERCHIP}: 1.8 TB/s both ways`),
  nic: assumed(50, 'GB/s', '400 Gb/s for each GPU; some systems have 200 or 800'),
  power: spec(1200, 'W', 'ai-dynamo/aiconfigurator system files (NVIDIA GB200)'),
  portableShare: assumed(0.19, '1', 'the H100 rate of such kernels over the GB200 peak'),
  gemm: { ...carriedOver(b200.gemm, TO_GB200), l2Rate: fedByPeak(46.84, 'H100-SXM-80GB') },
  prefill: carriedOver(b200.prefill, TO_GB200),
  decode: decodeFrom(b200, superchip, TO_GB200),
};
