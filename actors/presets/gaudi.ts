import { assumed, fitted, type InSI, spec, treeInSI } from './parameter.ts';

const PAPER = 'arXiv 2309.16976, value as recalled';
const DRIVER = 'Linux habanalabs driver';
const HOT_CHIPS = 'Intel, Hot Chips 2024 slides';
const GUIDE = 'Habana TPC programming guide';
const KERNELS = 'Habana_Custom_Kernel sources';
const GUESS = 'chosen: no instruction count of the kernel is public';

const clk = (value: number, source = GUESS) => assumed(value, 'clk', source);

/** The first-generation Habana Gaudi: a matrix engine and eight vector cores (TPC) on one HBM. */
export const gaudiPreset = {
  name: 'Habana Gaudi HL-205',
  mme: {
    /** Sustained rate of matrix products. */
    fp32: fitted(14.65, 'TFLOP/s', `${PAPER}: Table 2, n = 1024, less the setup`),
    bf16: assumed(58.6, 'TFLOP/s', 'the share of peak of fp32, 97.7 %, of 60 TFLOP/s'),
    peakBf16: spec(60, 'TFLOP/s', `${HOT_CHIPS}, product table`),
    setup: assumed(30e-6, 's', 'chosen: time of one matrix node before its first product'),
  },
  tpc: {
    cores: spec(8, '1', `${GUIDE}; ${DRIVER}`),
    clock: assumed(2100, 'MHz', `below the 2.2 GHz of the ${DRIVER}; the running clock is unknown`),
    vector: spec(256, 'B', `${GUIDE}: 2048-bit vectors`),
    /** Longest row of a softmax that stays in the vector memory of 80 KB. */
    row: assumed(19200, 'B', `${KERNELS}: rows stay in 80 KB of vector memory; 4800 fp32 elements derived`),
    /** Rows and columns that the matrix product kernel keeps in registers. */
    blockRows: spec(6, '1', `${KERNELS}, matrix_mul_fwd_f32`),
    blockColumns: spec(64, '1', `${KERNELS}, matrix_mul_fwd_f32`),
    matmulEfficiency: fitted(0.99, '1', `${PAPER}: Table 2, n = 256 on the TPCs`),
    setup: assumed(10e-6, 's', 'chosen: time of one vector node before its first element'),
    /** Clock cycles of one vector of each kind of operation; what an exponential costs comes on top where there is one. */
    cycles: {
      exponential: fitted(43, 'clk', `${PAPER}: total of softmax attention`),
      copy: clk(2),
      relu: clk(2),
      leakyRelu: clk(3),
      elu: clk(5),
      gelu: clk(5),
      glu: clk(6),
      scale: clk(2),
      rowSum: clk(2),
      rowMax: clk(2),
      dot: clk(3),
      softmax: clk(7, `${GUESS}; maximum 2, subtraction 1, sum 2, scaling 2`),
      features: clk(7),
      loss: clk(7),
      norm: clk(12),
      embedding: clk(4),
      optimizer: clk(10),
    },
  },
  hbm: {
    bandwidth: spec(900, 'GB/s', HOT_CHIPS),
    capacity: spec(32, 'GB', `${HOT_CHIPS}; four devices, ${DRIVER}`),
  },
  sram: spec(20, 'MiB', `${DRIVER}, 0x1400000 bytes; marketing says 24 MB`),
  dma: {
    channels: spec(8, '1', `${DRIVER}: two for the host, six for HBM and SRAM`),
    hostLink: spec(32, 'GB/s', `${HOT_CHIPS}: PCIe gen4 x16, 64 GB/s in both directions`),
  },
  compiler: {
    sliceSetup: assumed(2e-6, 's', 'chosen: time between two slices of a node'),
    hostIssue: fitted(114e-6, 's', `${PAPER}: Table 2, n = 128 on the MME`),
    compileGap: fitted(2.5e-3, 's', `${PAPER}: total of linear attention with GLU`),
    /** Output size from which a node is cut into slices. */
    sliceThreshold: assumed(
      4,
      'GiB',
      'chosen so that scores are sliced and random features are not; the compiler is closed',
    ),
    slices: assumed(8, '1', 'chosen; the compiler is closed'),
  },
} as const satisfies object;

/** The device in SI units. */
export type GaudiSpec = InSI<typeof gaudiPreset>;

/** Names of the kinds of vector operations with a cycle count. */
export type GaudiCycles = keyof typeof gaudiPreset.tpc.cycles;

const loaded: GaudiSpec = treeInSI(gaudiPreset);

/** The Gaudi preset in SI units: seconds, bytes, hertz; cycles stay cycles. */
export function loadGaudi(): GaudiSpec {
  return loaded;
}
