import { assumed, carriedOver, fitted, measured, spec } from '../parameter.ts';
import { a100x80 } from './a100.ts';
import { decodeFrom, fedByPeak, launch, saturation } from './common.ts';
import type { GpuPreset } from './preset.ts';

const SYSTEMS = 'ai-dynamo/aiconfigurator system files (NVIDIA H100 datasheet)';
const GEMM_ROWS = 'fit to ai-dynamo/aiconfigurator, H100-SXM-80GB, 1194 of 1515 bf16 GEMM rows';
const PREFILL_ROWS = 'fit to ai-dynamo/aiconfigurator, H100-SXM-80GB, 506 of 612 causal prefill rows';

const chip = {
  processors: spec(132, '1', SYSTEMS),
  clock: assumed(1980, 'MHz', 'NVIDIA H100 boost clock, as recalled; 1830 under load'),
} as const;

/** H100 SXM5, 80 GB. */
export const h100: GpuPreset = {
  id: 'h100-80gb',
  name: 'NVIDIA H100 SXM5 80GB',
  ...chip,
  tensorPeak: spec(989, 'TFLOP/s', SYSTEMS),
  fp8Peak: spec(1978, 'TFLOP/s', SYSTEMS),
  vectorPeak: assumed(67, 'TFLOP/s', 'NVIDIA H100 datasheet, as recalled'),
  capacity: spec(80, 'GiB', SYSTEMS),
  hbm: spec(3350, 'GB/s', SYSTEMS),
  l2: spec(50, 'MiB', SYSTEMS),
  nvlink: spec(450, 'GB/s', SYSTEMS),
  nvlinks: spec(18, '1', SYSTEMS),
  pcie: spec(64, 'GB/s', SYSTEMS),
  nic: spec(50, 'GB/s', `${SYSTEMS}: 400 Gb/s for each GPU`),
  power: spec(700, 'W', SYSTEMS),
  portableShare: assumed(
    0.47,
    '1',
    'FlashAttention-2 (arXiv 2307.08691), as recalled: 335 of 989 TFLOP/s on H100 against 225 of 312 on A100',
  ),
  gemm: {
    steadyShare: fitted(0.9533, '1', GEMM_ROWS),
    intensityHalf: fitted(0, '1', GEMM_ROWS),
    fillK: fitted(251.2, '1', GEMM_ROWS),
    l2Rate: fitted(18.53, 'TB/s', GEMM_ROWS),
    hbmShare: fitted(0.8711, '1', GEMM_ROWS),
    launch: fitted(3.216, 'us', GEMM_ROWS),
    reduce: fitted(1.3, 'us', GEMM_ROWS),
    clockLoss: fitted(0.132, '1', GEMM_ROWS),
    clockLossHalf: fitted(0.2683, 'TFLOP', GEMM_ROWS),
    sustained: assumed(0.93, '1', 'A100 value; stas00/ml-engineering has 795 TFLOP/s sustained on H100'),
  },
  prefill: {
    launch: fitted(10.24, 'us', PREFILL_ROWS),
    framework: fitted(6.183, '1', PREFILL_ROWS),
    steadyShare: fitted(0.5961, '1', PREFILL_ROWS),
    fillColumns: fitted(309, '1', PREFILL_ROWS),
    hbmShare: fitted(0.6284, '1', PREFILL_ROWS),
  },
  decode: decodeFrom(a100x80, chip, 'carried over from A100-SXM4-80GB, own bandwidth'),
  elementwise: {
    hbmShare: assumed(0.84, '1', 'te42kyfo/gpu-benches, scale on the PCIe card: 1704 of 2039 GB/s'),
    saturation,
    launch: launch.kernelPeriod,
  },
  launch,
};

const H200_SYSTEMS = 'ai-dynamo/aiconfigurator system files (NVIDIA H200 datasheet)';
const TO_H200 = 'carried over from H100-SXM-80GB to H200, not validated';

/** H200 SXM, 141 GB: H100 constants with its own memory. */
export const h200: GpuPreset = {
  ...h100,
  id: 'h200-141gb',
  name: 'NVIDIA H200 SXM 141GB',
  processors: spec(132, '1', H200_SYSTEMS),
  tensorPeak: spec(989, 'TFLOP/s', H200_SYSTEMS),
  fp8Peak: spec(1978, 'TFLOP/s', H200_SYSTEMS),
  capacity: spec(141, 'GiB', H200_SYSTEMS),
  hbm: spec(4800, 'GB/s', H200_SYSTEMS),
  l2: spec(50, 'MiB', H200_SYSTEMS),
  nvlink: spec(450, 'GB/s', H200_SYSTEMS),
  nvlinks: spec(18, '1', H200_SYSTEMS),
  pcie: spec(64, 'GB/s', H200_SYSTEMS),
  nic: spec(50, 'GB/s', H200_SYSTEMS),
  power: spec(700, 'W', H200_SYSTEMS),
  gemm: carriedOver(h100.gemm, TO_H200),
  prefill: carriedOver(h100.prefill, TO_H200),
  decode: carriedOver(h100.decode, TO_H200),
  elementwise: {
    hbmShare: measured(0.66, '1', 'te42kyfo/gpu-benches, scale: 3165 of 4800 GB/s, latency-limited'),
    saturation,
    launch: launch.kernelPeriod,
  },
};

const PCIE = 'NVIDIA H100 datasheet, PCIe card';
const TO_PCIE = 'carried over from H100-SXM-80GB to its PCIe card, not validated';

const pcieChip = {
  processors: assumed(114, '1', `${PCIE}, as recalled`),
  clock: assumed(1755, 'MHz', 'NVIDIA H100 PCIe boost clock, te42kyfo/gpu-benches'),
} as const;

/** H100 PCIe, 80 GB: fewer processors, older memory, 350 W; links only between pairs. */
export const h100Pcie: GpuPreset = {
  ...h100,
  id: 'h100-80gb-pcie',
  name: 'NVIDIA H100 PCIe 80GB',
  ...pcieChip,
  tensorPeak: assumed(756, 'TFLOP/s', `${PCIE}, as recalled: 1513 with sparsity`),
  fp8Peak: assumed(1513, 'TFLOP/s', `${PCIE}, as recalled: 3026 with sparsity`),
  vectorPeak: assumed(51, 'TFLOP/s', `${PCIE}, as recalled`),
  capacity: spec(80, 'GiB', PCIE),
  hbm: measured(2039, 'GB/s', 'te42kyfo/gpu-benches device table; the product brief says more than 2000'),
  nvlink: assumed(300, 'GB/s', `${PCIE}, as recalled: a bridge between two cards`),
  nvlinks: assumed(12, '1', `${PCIE}, as recalled`),
  power: spec(350, 'W', 'NVIDIA H100 PCIe product brief PB-11133'),
  gemm: { ...carriedOver(h100.gemm, TO_PCIE), l2Rate: fedByPeak(14.16, 'H100-SXM-80GB') },
  prefill: carriedOver(h100.prefill, TO_PCIE),
  decode: decodeFrom(h100, pcieChip, TO_PCIE),
  elementwise: {
    hbmShare: measured(0.84, '1', 'te42kyfo/gpu-benches, scale: 1704 of 2039 GB/s'),
    saturation,
    launch: launch.kernelPeriod,
  },
};

const NVL = 'NVIDIA H100 NVL datasheet, as recalled';
const TO_NVL = 'carried over from H100-SXM-80GB to H100 NVL, not validated';

const nvlChip = { processors: assumed(132, '1', NVL), clock: assumed(1785, 'MHz', NVL) } as const;

/** H100 NVL, 94 GB: a PCIe card of 400 W; links only between pairs. */
export const h100Nvl: GpuPreset = {
  ...h100,
  id: 'h100-94gb-nvl',
  name: 'NVIDIA H100 NVL 94GB',
  ...nvlChip,
  tensorPeak: assumed(835.5, 'TFLOP/s', `${NVL}: 1671 with sparsity`),
  fp8Peak: assumed(1670.5, 'TFLOP/s', `${NVL}: 3341 with sparsity`),
  vectorPeak: assumed(60, 'TFLOP/s', NVL),
  capacity: assumed(94, 'GB', NVL),
  hbm: assumed(3938, 'GB/s', NVL),
  nvlink: assumed(300, 'GB/s', `${NVL}: a bridge between two cards`),
  nvlinks: assumed(12, '1', NVL),
  power: assumed(400, 'W', NVL),
  gemm: { ...carriedOver(h100.gemm, TO_NVL), l2Rate: fedByPeak(15.65, 'H100-SXM-80GB') },
  prefill: carriedOver(h100.prefill, TO_NVL),
  decode: decodeFrom(h100, nvlChip, TO_NVL),
};
