import { assumed, carriedOver, measured, spec } from '../parameter.ts';
import { a100x80 } from './a100.ts';
import { decodeFrom, fedByPeak, launch, saturation } from './common.ts';
import type { GpuPreset } from './preset.ts';

const CARRIED = 'carried over from A100-SXM4-80GB, whose tensor instructions the part shares, not validated';

/** What both parts of the Ada generation share: kernel constants of A100, no links, their feed from L2 in proportion to their peak. */
function ada(
  own: Pick<GpuPreset, 'id' | 'name' | 'processors' | 'clock'> & Omit<Partial<GpuPreset>, 'gemm'>,
  l2Rate: number,
): Omit<GpuPreset, 'tensorPeak' | 'vectorPeak' | 'capacity' | 'hbm' | 'l2' | 'power'> & typeof own {
  return {
    nvlink: spec(0, 'GB/s', 'NVIDIA datasheet: the card has no NVLink'),
    nvlinks: spec(0, '1', 'NVIDIA datasheet: the card has no NVLink'),
    pcie: spec(32, 'GB/s', 'NVIDIA datasheet: PCIe 4.0 x16, 64 GB/s both ways'),
    nic: assumed(25, 'GB/s', 'one 200 Gb/s port for each GPU'),
    portableShare: assumed(1, '1', 'A100 value; the part has the same tensor instructions'),
    gemm: { ...carriedOver(a100x80.gemm, CARRIED), l2Rate: fedByPeak(l2Rate, 'A100-SXM4-80GB') },
    prefill: carriedOver(a100x80.prefill, CARRIED),
    decode: decodeFrom(a100x80, own, CARRIED),
    elementwise: {
      hbmShare: assumed(0.8, '1', 'ai-dynamo/aiconfigurator: one default for every GPU'),
      saturation,
      launch: launch.kernelPeriod,
    },
    launch,
    ...own,
  };
}

const L40S = 'NVIDIA L40S datasheet';

/** L40S, 48 GB, a PCIe card. */
export const l40s: GpuPreset = {
  ...ada(
    {
      id: 'l40s-48gb',
      name: 'NVIDIA L40S 48GB',
      processors: spec(142, '1', `${L40S}: 18,176 cores, 128 a processor`),
      clock: assumed(2520, 'MHz', 'NVIDIA L40S boost clock, as resellers list it'),
    },
    3.941,
  ),
  tensorPeak: spec(362.05, 'TFLOP/s', `${L40S}, without sparsity`),
  fp8Peak: spec(733, 'TFLOP/s', `${L40S}, without sparsity`),
  vectorPeak: spec(91.6, 'TFLOP/s', L40S),
  capacity: measured(46068, 'MiB', 'ai-dynamo/aiconfigurator system file, as the driver reports it'),
  hbm: spec(864, 'GB/s', L40S),
  l2: assumed(96, 'MiB', 'NVIDIA Ada architecture paper: 98,304 KB on the full die'),
  power: spec(350, 'W', L40S),
};

const L4 = 'NVIDIA L4 datasheet';

/** L4, 24 GB, a PCIe card of 72 W: long products run well below its peak, which no constant here knows. */
export const l4: GpuPreset = {
  ...ada(
    {
      id: 'l4-24gb',
      name: 'NVIDIA L4 24GB',
      processors: spec(58, '1', `${L4}: 7,424 cores, 128 a processor`),
      clock: assumed(2040, 'MHz', 'NVIDIA L4 boost clock, as resellers list it; 72 W hold far less'),
    },
    1.317,
  ),
  tensorPeak: spec(121, 'TFLOP/s', `${L4}: 242 with sparsity`),
  fp8Peak: spec(242.5, 'TFLOP/s', `${L4}: 485 with sparsity`),
  vectorPeak: spec(30.3, 'TFLOP/s', L4),
  capacity: assumed(24, 'GB', `${L4}; what the driver reports is less`),
  hbm: spec(300, 'GB/s', L4),
  l2: assumed(48, 'MiB', 'AD104, as resellers list it'),
  power: spec(72, 'W', L4),
};
