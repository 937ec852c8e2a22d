import type { NetworkId } from '../../actors/cnn/index.ts';
import { type CodecStagesId, codecStagesIds } from '../../actors/presets/index.ts';
import { param } from '../kit/index.ts';

/** Stands for no limit where a rate may be `Infinity`. */
export const unlimited = 1e30;

const stage = (what: string) =>
  param.number({
    min: 0,
    max: unlimited,
    default: 0,
    words: { null: 0, Infinity: unlimited },
    describe: `${what}, raw B/s; null (0): from codecStages`,
  });

/** Networks whose memory is replayed; tiny-cnn is trained. */
const networkNames = [
  'alexnet',
  'vgg16',
  'resnet18',
  'resnet50',
  'efficientnet-b0',
  'tiny-cnn',
] as const satisfies readonly NetworkId[];

/** Ways to hold activations between the passes. */
export const codecNames = ['none', 'comet', 'cusz-fixed', 'jpeg-act', 'lossless', 'migrate', 'recompute'] as const;

/** The parameters of the scenario with units, ranges and meaning. */
export const params = {
  mode: param.choice(['auto', 'iteration', 'codec', 'train'], {
    default: 'auto',
    describe: 'what is run; auto: train for tiny-cnn, iteration for the others',
  }),
  network: param.choice(networkNames, { default: 'alexnet', describe: 'layer table; tiny-cnn is really trained' }),
  batch: param.integer({ min: 1, max: 8192, default: 64, unit: 'images', describe: 'images per iteration' }),
  gpu: param.choice(['v100', 'rtx5000', 'a100', 'titanx'], { default: 'v100', describe: 'the device' }),
  codec: param.choice(codecNames, { default: 'comet', describe: 'how inputs of convolutions are kept' }),
  sigmaFraction: param.number({
    min: 1e-6,
    max: 100,
    default: 0.01,
    describe: 'aimed deviation of a gradient error over mean momentum magnitude',
  }),
  activeFactor: param.integer({
    min: 1,
    max: 100_000,
    default: 50,
    describe: 'iterations between two collections of statistics; mode train',
  }),
  errorModel: param.choice(['exact', 'paper'], { default: 'exact', describe: 'law that the bound is solved from' }),
  paperCoefficient: param.number({ above: 0, max: 100, default: 0.32, describe: "a of the paper's form, recalled" }),
  fixedErrorBound: param.number({ above: 0, max: 1e6, default: 1e-3, describe: 'absolute bound of cusz-fixed' }),
  lorenzoDims: param.integer({
    min: 0,
    max: 2,
    default: 2,
    describe: 'predictor: 0 none, 1 in a row of 32, 2 in 16 x 16',
  }),
  nBins: param.integer({ min: 128, max: 65536, default: 1024, describe: 'Huffman alphabet, a power of two' }),
  codecVariant: param.choice(['dual-quant', 'classic-sz'], { default: 'dual-quant', describe: 'order of prediction' }),
  zeroFilter: param.boolean({ default: false, describe: 'set restored values below the bound to 0' }),
  activationDensity: param.number({
    min: 0,
    max: 1,
    default: 0,
    words: { null: 0 },
    describe: 'share of non-zero activations; null (0): per network',
  }),
  momentumGain: param.number({ above: 0, max: 1000, default: 2.6, describe: 'g of the control law, inner layers' }),
  firstLayerGain: param.number({ above: 0, max: 1000, default: 4.5, describe: 'the same, first layer' }),
  smoothPasses: param.integer({ min: 0, max: 64, default: 3, describe: 'smoothing of generated activations' }),
  imageSmoothPasses: param.integer({ min: 0, max: 64, default: 16, describe: 'smoothing of generated images' }),
  sampleElements: param.integer({
    min: 4096,
    max: 4_194_304,
    default: 65_536,
    unit: 'values',
    describe: 'values really coded per tensor',
  }),
  ratioOverride: param.number({
    min: 0,
    max: 1e6,
    default: 0,
    words: { null: 0 },
    describe: 'one ratio for all tensors instead of the codec; null (0): real codec',
  }),
  codecStages: param.choice(codecStagesIds as readonly [CodecStagesId, ...CodecStagesId[]], {
    default: 'cusz20-v100-cesm',
    describe: 'measured speeds of the codec stages',
  }),
  dualQuantBytesPerSecond: stage('prediction and quantisation'),
  outlierGatherBytesPerSecond: stage('gathering of outliers'),
  histogramBytesPerSecond: stage('histogram'),
  huffEncodeBytesPerSecond: stage('Huffman encoding'),
  huffDecodeBytesPerSecond: stage('Huffman decoding'),
  outlierScatterBytesPerSecond: stage('scattering of outliers'),
  reconstructBytesPerSecond: stage('reconstruction'),
  codebookSeconds: param.number({ min: 0, max: 10, default: 0.82e-3, describe: 'code book, per tensor, seconds' }),
  computeModel: param.choice(['roofline', 'flat'], { default: 'roofline', describe: 'cost of a convolution' }),
  computeEfficiency: param.fraction({ above: 0, default: 0.6, describe: 'share of peak at a large batch' }),
  efficiencyHalfBatch: param.number({ min: 0, max: 1e6, default: 8, describe: 'batch that reaches half of it' }),
  memoryEfficiency: param.fraction({ above: 0, default: 0.8, describe: 'share of memory bandwidth' }),
  launchSeconds: param.number({ min: 0, max: 1, default: 10e-6, describe: 'start of a convolution pass, seconds' }),
  linkBytesPerSecond: param.bandwidth({ above: 0, default: '12GB/s', describe: 'host link of migrate and jpeg-act' }),
  overlap: param.boolean({ default: true, describe: 'copies run beside computation' }),
  workspaceBytes: param.bytes({ min: 0, default: 268_435_456, describe: 'work space of convolutions' }),
  reserveBytes: param.bytes({ min: 0, default: 1_073_741_824, describe: 'memory that training cannot have' }),
  jpegQuantShift: param.integer({ min: 0, max: 7, default: 3, describe: 'coefficients over 2^shift; jpeg-act' }),
  dataset: param.choice(['mnist', 'synthetic', 'fashion-mnist'], { default: 'mnist', describe: 'mode train' }),
  trainPerClass: param.integer({ min: 1, max: 6000, default: 700, unit: 'images', describe: 'mode train' }),
  testPerClass: param.integer({ min: 1, max: 6000, default: 160, unit: 'images', describe: 'mode train' }),
  epochs: param.integer({ min: 1, max: 1000, default: 3, describe: 'mode train' }),
  learningRate: param.number({ above: 0, max: 10, default: 0.05, describe: 'a tenth in the last third; mode train' }),
  momentum: param.number({ min: 0, below: 1, default: 0.9, describe: 'mode train' }),
  input: param.choice(['zeros', 'ramp', 'alternating', 'vector-1', 'relu-field', 'image'], {
    default: 'zeros',
    describe: 'what is coded; mode codec',
  }),
  elements: param.integer({ min: 1, max: 4_194_304, default: 4096, unit: 'values', describe: 'mode codec' }),
  errorBound: param.number({ above: 0, max: 1e30, default: 0.1, describe: 'bound; mode codec' }),
  rampStep: param.number({
    min: 0,
    max: 1e6,
    default: 3,
    describe: 'slope of ramp and height of alternating, in steps',
  }),
};

/** Parsed parameters of a run. */
export type CometParams = { readonly [Name in keyof typeof params]: ReturnType<(typeof params)[Name]['parse']> };
