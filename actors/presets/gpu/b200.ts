import { assumed, carriedOver, spec } from '../parameter.ts';
import { launch, saturation } from './common.ts';
import { h100 } from './h100.ts';
import type { GpuPreset } from './preset.ts';

const SYSTEMS = 'ai-dynamo/aiconfigurator system files (NVIDIA B200 datasheet)';
const CARRIED = 'carried over from H100-SXM-80GB to B200, not validated';

/** B200 SXM, 180 GB: own datasheet, kernel constants of H100. */
export const b200: GpuPreset = {
  id: 'b200-180gb',
  name: 'NVIDIA B200 SXM 180GB',
  processors: spec(148, '1', SYSTEMS),
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
  clock: assumed(1900, 'MHz', 'NVIDIA B200 boost clock, as recalled'),
  portableShare: assumed(0.21, '1', 'the H100 rate of such kernels over the B200 peak'),
  gemm: carriedOver(h100.gemm, CARRIED),
  prefill: carriedOver(h100.prefill, CARRIED),
  decode: carriedOver(h100.decode, CARRIED),
  elementwise: {
    hbmShare: assumed(0.8, '1', 'ai-dynamo/aiconfigurator: one default for every GPU'),
    saturation,
    launch: launch.kernelPeriod,
  },
  launch,
};
