import { loadGaudi } from '../../actors/index.ts';
import { param } from '../kit/index.ts';

const gaudi = loadGaudi();
const GiB4 = 4 * 2 ** 30;

/** The parameters of the scenario with units, ranges and meaning. */
export const params = {
  workload: param.choice(['matmul', 'softmax-attention', 'linear-attention', 'performer', 'bert', 'gpt'], {
    default: 'softmax-attention',
    describe: 'operator graph to run',
  }),
  engine: param.choice(['mme', 'tpc', 'both'], {
    default: 'mme',
    describe: 'engine of workload matmul; both: one after the other',
  }),
  n: param.integer({ min: 1, max: 8192, default: 1024, describe: 'edge of the matrices of workload matmul' }),
  batch: param.integer({
    min: 0,
    max: 4096,
    default: 0,
    words: { auto: 0 },
    describe: 'batch size; 0 = 128, for matmul 64, for bert and gpt 8',
  }),
  calls: param.integer({ min: 1, max: 10000, default: 64, describe: 'back-to-back batched products of matmul' }),
  seq: param.tokens({ min: 1, max: 65536, default: 2048, describe: 'sequence length' }),
  heads: param.integer({
    min: 0,
    max: 128,
    default: 0,
    words: { auto: 0 },
    describe: 'attention heads; 0 = 6, for bert and gpt 8',
  }),
  headDim: param.integer({ min: 1, max: 512, default: 64, describe: 'width of a head' }),
  layers: param.integer({ min: 1, max: 96, default: 2, describe: 'layers of bert and gpt' }),
  vocab: param.integer({
    min: 0,
    max: 500000,
    default: 0,
    words: { auto: 0 },
    describe: 'vocabulary; 0 = 30522 for bert, 50257 for gpt',
  }),
  features: param.integer({
    min: 0,
    max: 8192,
    default: 0,
    words: { auto: 0 },
    describe: 'random features of performer; 0 = floor(D ln D)',
  }),
  activation: param.choice(['elu', 'relu', 'leaky-relu', 'gelu', 'glu'], {
    default: 'elu',
    describe: 'feature map of linear-attention',
  }),
  phase: param.choice(['forward', 'training'], { default: 'forward', describe: 'pass of bert and gpt' }),
  dtype: param.choice(['fp32', 'bf16'], { default: 'fp32', describe: 'type of the elements' }),
  scheduler: param.choice(['serial', 'dataflow', 'sliced'], {
    default: 'sliced',
    describe: 'one node at a time; engines side by side; the same with large nodes cut into slices',
  }),
  slices: param.integer({ min: 1, max: 4096, default: gaudi.compiler.slices, describe: 'slices of a sliced node' }),
  sliceThresholdBytes: param.bytes({
    min: 0,
    max: 2 ** 40,
    default: GiB4,
    describe: 'a node is sliced when its output is at least this large',
  }),
  layoutCopies: param.boolean({ default: true, describe: 'copies that split and merge heads, on the TPCs' }),
  residualNorm: param.boolean({ default: true, describe: 'residual and LayerNorm after an attention block' }),
  expCycles: param.number({
    min: 1,
    max: 500,
    default: gaudi.tpc.cycles.exponential,
    describe: 'TPC cycles of one vector exponential',
  }),
  mmePeakFlops: param.quantity({
    unit: 'FLOP/s',
    min: 0,
    default: 0,
    words: { auto: 0 },
    describe: 'sustained rate of the MME; 0 = 14.65e12, with bf16 58.6e12',
  }),
  mmeSetupSeconds: param.quantity({
    unit: 's',
    min: 0,
    max: 1,
    default: gaudi.mme.setup,
    describe: 'before an MME node',
  }),
  tpcSetupSeconds: param.quantity({
    unit: 's',
    min: 0,
    max: 1,
    default: gaudi.tpc.setup,
    describe: 'before a TPC node',
  }),
  sliceSetupSeconds: param.quantity({
    unit: 's',
    min: 0,
    max: 1,
    default: gaudi.compiler.sliceSetup,
    describe: 'before every slice after the first',
  }),
  hostIssueSeconds: param.quantity({
    unit: 's',
    min: 0,
    max: 1,
    default: gaudi.compiler.hostIssue,
    describe: 'host time between two launches',
  }),
  compileGapSeconds: param.quantity({
    unit: 's',
    min: 0,
    max: 60,
    default: gaudi.compiler.compileGap,
    describe: 'wait of the device before a badly supported node (glu)',
  }),
  tpcCores: param.integer({ min: 1, max: 64, default: gaudi.tpc.cores, describe: 'vector cores' }),
  tpcClockHz: param.quantity({ unit: 'Hz', above: 0, default: gaudi.tpc.clock, describe: 'clock of a vector core' }),
  tpcMatmulEfficiency: param.fraction({
    above: 0,
    default: gaudi.tpc.matmulEfficiency,
    describe: 'share of cycles in which the matmul kernel of the TPC issues a multiply-add',
  }),
  hbmBandwidth: param.bandwidth({
    above: 0,
    default: gaudi.hbm.bandwidth,
    describe: 'memory, reads and writes together',
  }),
  hbmBytes: param.bytes({ min: 1, default: gaudi.hbm.capacity, describe: 'memory capacity' }),
  sramBytes: param.bytes({ min: 0, default: gaudi.sram, describe: 'on-chip memory' }),
  hbmContention: param.boolean({ default: true, describe: 'running nodes share the memory bandwidth' }),
  onOom: param.choice(['error', 'report'], {
    default: 'error',
    describe: 'beyond hbmBytes: refuse, or simulate all the same and say so',
  }),
  verify: param.boolean({
    default: false,
    describe: 'also compute small attentions for real and report their errors; the only use of seed',
  }),
} as const;
