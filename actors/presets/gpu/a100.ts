import { assumed, carriedOver, fitted, measured, spec } from '../parameter.ts';
import { launch, saturation } from './common.ts';
import type { DecodePreset, GemmPreset, GpuPreset, PrefillPreset } from './preset.ts';

const SHEET = 'NVIDIA A100 datasheet';
const SYSTEMS = 'ai-dynamo/aiconfigurator and LLMCompass system files (NVIDIA A100 datasheet)';
const ROWS = 'fit to ai-dynamo/aiconfigurator, A100-SXM4-80GB';

const gemm: GemmPreset = {
  steadyShare: fitted(0.9692, '1', `${ROWS}, 703 of 885 bf16 GEMM rows`),
  intensityHalf: fitted(0, '1', `${ROWS}, 703 of 885 bf16 GEMM rows`),
  fillK: fitted(339.2, '1', `${ROWS}, 703 of 885 bf16 GEMM rows`),
  l2Rate: fitted(3.396, 'TB/s', `${ROWS}, 703 of 885 bf16 GEMM rows`),
  hbmShare: fitted(0.7223, '1', `${ROWS}, 703 of 885 bf16 GEMM rows`),
  launch: fitted(3.921, 'us', `${ROWS}, 703 of 885 bf16 GEMM rows`),
  reduce: fitted(1.857, 'us', `${ROWS}, 703 of 885 bf16 GEMM rows`),
  clockLoss: fitted(0, '1', `${ROWS}, 703 of 885 bf16 GEMM rows`),
  clockLossHalf: fitted(1, 'TFLOP', `${ROWS}, 703 of 885 bf16 GEMM rows; without effect while clockLoss is 0`),
  sustained: measured(0.93, '1', 'stas00/ml-engineering: 271 TFLOP/s sustained against 290 of a single kernel (.934)'),
};

const prefill: PrefillPreset = {
  launch: fitted(10.27, 'us', `${ROWS}, 379 of 464 causal prefill rows`),
  framework: fitted(9.478, '1', `${ROWS}, 379 of 464 causal prefill rows`),
  steadyShare: fitted(0.5053, '1', `${ROWS}, 379 of 464 causal prefill rows`),
  fillColumns: fitted(3.137, '1', `${ROWS}, 379 of 464 causal prefill rows`),
  hbmShare: fitted(0.8277, '1', `${ROWS}, 379 of 464 causal prefill rows`),
};

const decode: DecodePreset = {
  launch: fitted(8.055, 'us', `${ROWS}, 522 of 658 decode rows`),
  floorPerToken: fitted(0.01759, 'us', `${ROWS}, 522 of 658 decode rows`),
  floorLength: fitted(573.5, '1', `${ROWS}, 522 of 658 decode rows`),
  wholeWave: fitted(1.17, '1', `${ROWS}, 522 of 658 decode rows`),
  splitWave: fitted(0.6704, '1', `${ROWS}, 522 of 658 decode rows`),
  halfWave: fitted(0.6998, '1', `${ROWS}, 522 of 658 decode rows`),
  blend: fitted(2.584, '1', `${ROWS}, 522 of 658 decode rows`),
  perHead: fitted(16.14, 'ns', `${ROWS}, 522 of 658 decode rows`),
  perHeadLong: fitted(6.7, 'ns', `${ROWS}, 522 of 658 decode rows`),
  perHeadToken: fitted(0.1541, 'ns', `${ROWS}, 522 of 658 decode rows`),
  nearShare: fitted(0.788, '1', `${ROWS}, 522 of 658 decode rows`),
  hbmShare: fitted(0.8926, '1', `${ROWS}, 522 of 658 decode rows`),
  cachedBytes: fitted(536.6, 'MB', `${ROWS}, 522 of 658 decode rows`),
};

const chip = {
  processors: spec(108, '1', SYSTEMS),
  tensorPeak: spec(312, 'TFLOP/s', SYSTEMS),
  vectorPeak: assumed(19.5, 'TFLOP/s', `${SHEET}, as recalled`),
  l2: spec(40, 'MiB', SYSTEMS),
  nvlink: spec(300, 'GB/s', SYSTEMS),
  nvlinks: spec(12, '1', SYSTEMS),
  pcie: spec(32, 'GB/s', SYSTEMS),
  nic: spec(25, 'GB/s', 'ai-dynamo/aiconfigurator system files: 200 Gb/s for each GPU'),
  clock: spec(1410, 'MHz', SYSTEMS),
  portableShare: spec(1, '1', 'by definition: the reference of portable kernels'),
  launch,
} as const;

/** A100 SXM4, 80 GB: the device every A100 constant was fitted on. */
export const a100x80: GpuPreset = {
  id: 'a100-80gb',
  name: 'NVIDIA A100 SXM4 80GB',
  ...chip,
  capacity: spec(80, 'GiB', SYSTEMS),
  hbm: spec(2039, 'GB/s', SYSTEMS),
  power: spec(400, 'W', SYSTEMS),
  gemm,
  prefill,
  decode,
  elementwise: {
    hbmShare: measured(0.85, '1', 'te42kyfo/gpu-benches, scale: 1732 of 2039 GB/s'),
    saturation,
    launch: launch.kernelPeriod,
  },
};

const CARRIED = 'carried over from A100-SXM4-80GB, own bandwidth';

const PCIE = 'NVIDIA A100 datasheet, PCIe card';
const BRIDGED = 'carried over from A100-SXM4-80GB to its PCIe card, not validated';

const card = {
  ...chip,
  nvlink: spec(300, 'GB/s', `${PCIE}: a bridge between two cards`),
  gemm: carriedOver(gemm, BRIDGED),
  prefill: carriedOver(prefill, BRIDGED),
  decode: carriedOver(decode, BRIDGED),
} as const;

/** A100 PCIe, 80 GB: the chip of the SXM part at 300 W; links only between pairs. */
export const a100Pcie80: GpuPreset = {
  ...card,
  id: 'a100-80gb-pcie',
  name: 'NVIDIA A100 PCIe 80GB',
  capacity: spec(80, 'GiB', PCIE),
  hbm: spec(1935, 'GB/s', PCIE),
  power: spec(300, 'W', PCIE),
  elementwise: {
    hbmShare: assumed(0.85, '1', 'A100 SXM, 80 GB'),
    saturation,
    launch: launch.kernelPeriod,
  },
};

/** A100 PCIe, 40 GB: the chip of the SXM part at 250 W; links only between pairs. */
export const a100Pcie40: GpuPreset = {
  ...card,
  id: 'a100-40gb-pcie',
  name: 'NVIDIA A100 PCIe 40GB',
  capacity: assumed(40536, 'MiB', 'as the driver reports it for the SXM part'),
  hbm: spec(1555, 'GB/s', PCIE),
  power: spec(250, 'W', PCIE),
  elementwise: {
    hbmShare: assumed(0.89, '1', 'A100 SXM, 40 GB'),
    saturation,
    launch: launch.kernelPeriod,
  },
};

/** A100 SXM4, 40 GB: fitted constants of the 80 GB part with its own memory. */
export const a100x40: GpuPreset = {
  id: 'a100-40gb',
  name: 'NVIDIA A100 SXM4 40GB',
  ...chip,
  capacity: measured(40536, 'MiB', 'aqlaboratory/openfold issue 103, total capacity as the driver reports it'),
  hbm: assumed(1555, 'GB/s', `${SHEET}, as recalled`),
  power: assumed(400, 'W', `${SHEET}, as recalled`),
  gemm: carriedOver(gemm, CARRIED),
  prefill: carriedOver(prefill, CARRIED),
  decode: carriedOver(decode, CARRIED),
  elementwise: {
    hbmShare: measured(0.89, '1', 'te42kyfo/gpu-benches, scale: 1381 of 1555 GB/s'),
    saturation,
    launch: launch.kernelPeriod,
  },
};
