import { crossbarPresets, treeInSI } from '../../actors/index.ts';
import { type ParamsOf, param } from '../kit/index.ts';

const device = treeInSI(crossbarPresets);

/** The parameters of the scenario with units, ranges and meaning. */
export const params = {
  study: param.choice(['point', 'tolerance', 'device'], {
    default: 'point',
    describe: 'one fault rate; search of the tolerated rate; cells only, no network',
  }),
  network: param.choice(['mlp', 'lenet5', 'linear', 'vgg16', 'resnet20'], {
    default: 'mlp',
    describe: 'trained on digits, a random layer, or shapes that are only priced (vgg16, resnet20)',
  }),
  data: param.choice(['mnist', 'synthetic'], { default: 'mnist', describe: 'pictures; linear ignores it' }),
  linearRows: param.integer({ min: 1, max: 8192, default: 512, describe: 'inputs of network=linear' }),
  linearCols: param.integer({ min: 1, max: 8192, default: 512, describe: 'outputs of network=linear' }),
  mapping: param.choice(['two-column', 'differential', 'symmetric', 'offset', 'rest'], {
    default: 'differential',
    describe: 'how a signed weight becomes conductances; zero weights rest at 0, 1, 1/2, 1/2, restLevel',
  }),
  restLevel: param.fraction({ default: 1, describe: 'level of both cells of a zero weight, for mapping=rest' }),
  mitigation: param.choice(['none', 'pair-compensate'], {
    default: 'none',
    describe: 'pair-compensate: test each chip and write the partner of a stuck cell to make up for it',
  }),
  faultRate: param.fraction({ max: 0.5, default: 0.01, describe: 'share of cells stuck from manufacture' }),
  stuckOnShare: param.fraction({
    default: 0.8378,
    describe: 'share of stuck cells that are stuck on (low resistance); default 9.04 / 10.79',
  }),
  columnFaultShare: param.fraction({ default: 0, describe: 'share of faults that come as whole dead columns' }),
  pruneRatio: param.number({
    min: 1,
    max: 1e6,
    default: 20,
    describe: 'weights over non-zero weights; 1, 10 or 20 for trained networks',
  }),
  bits: param.integer({ min: 2, max: 16, default: 8, describe: 'a weight has 2^bits - 1 magnitudes' }),
  cellBits: param.integer({ min: 0, max: 16, default: 0, describe: 'bits of a cell, a divisor of bits; 0 = bits' }),
  weightClip: param.fraction({
    above: 0,
    default: 1,
    describe: 'range of a layer as a share of its largest weight; larger weights are clipped',
  }),
  crossbarRows: param.integer({ min: 16, max: 1024, default: device.size, describe: 'rows of an array' }),
  crossbarCols: param.integer({ min: 16, max: 1024, default: device.size, describe: 'columns of an array' }),
  inputBits: param.integer({ min: 1, max: 16, default: 8, describe: 'bits of an input, driven slice by slice' }),
  dacBits: param.integer({ min: 1, max: 8, default: 1, describe: 'bits driven at once' }),
  adcBits: param.integer({ min: 1, max: 16, default: 8, describe: 'bits of a converter' }),
  adcMode: param.choice(['ideal', 'quantised'], {
    default: 'ideal',
    describe: 'quantised: column sums are rounded to the steps of a converter of adcBits',
  }),
  adcsPerArray: param.integer({ min: 1, max: 1024, default: 1, describe: 'converters that share the columns' }),
  pipelined: param.boolean({ default: true, describe: 'drive the next slice while the last is converted' }),
  readPulseSeconds: param.quantity({
    unit: 's',
    min: 1e-9,
    max: 1e-5,
    default: device.readPulse,
    describe: 'drive and settle of one slice',
  }),
  adcRate: param.number({
    min: 1e6,
    max: 1e11,
    default: device.adcRate,
    describe: 'conversions per second of a converter',
  }),
  adcPowerWatts: param.quantity({
    unit: 'W',
    above: 0,
    default: device.adcPower,
    describe: 'of a converter at 8 bits; doubles with each bit',
  }),
  dacPowerWatts: param.quantity({ unit: 'W', above: 0, default: device.dacPower, describe: 'of a row driver' }),
  readVoltage: param.quantity({
    unit: 'V',
    min: 0.01,
    max: 1,
    default: device.readVoltage,
    describe: 'on a driven row',
  }),
  onResistanceOhms: param.number({
    above: 0,
    max: 1e12,
    default: device.onResistance,
    describe: 'low resistance, in ohms',
  }),
  offResistanceOhms: param.number({
    above: 0,
    max: 1e12,
    default: device.offResistance,
    describe: 'high resistance, in ohms',
  }),
  inputActivity: param.fraction({
    default: device.inputActivity,
    describe: 'share of input bits that are 1, for energy only',
  }),
  wireOhms: param.number({ min: 0, max: 100, default: device.wire, describe: 'wire between two cells, in ohms' }),
  writeVariance: param.fraction({ max: 0.5, default: 0, describe: 'deviation of one pulse, share of the range' }),
  writeModel: param.choice(['constant', 'proportional'], {
    default: 'constant',
    describe: 'deviation as given, or times the target',
  }),
  writeTolerance: param.fraction({ max: 0.5, default: 0, describe: 'accepted distance to the target; 0 = no verify' }),
  maxPulses: param.integer({ min: 1, max: 1000, default: 10, describe: 'give up after that many' }),
  writePulseSeconds: param.quantity({
    unit: 's',
    above: 0,
    max: 1,
    default: device.writePulse,
    describe: 'one programming pulse',
  }),
  writeCycles: param.number({ min: 0, max: 1e13, default: 0, describe: 'cycles that each cell has endured' }),
  enduranceMedian: param.number({
    above: 0,
    max: 1e15,
    default: device.endurance,
    describe: 'median life of a cell in cycles',
  }),
  enduranceSigma: param.number({
    above: 0,
    max: 10,
    default: device.enduranceSigma,
    describe: 'deviation of the logarithm of life',
  }),
  wearOnShare: param.number({
    min: -1,
    max: 1,
    default: -1,
    words: { manufacture: -1 },
    describe: 'share of worn cells that end stuck on; -1 = stuckOnShare',
  }),
  cells: param.integer({ min: 1, max: 2e8, default: 1e6, describe: 'cells of study=device' }),
  trials: param.integer({ min: 1, max: 10000, default: 50, describe: 'chips, each with faults of its own' }),
  images: param.integer({ min: 10, max: 2004, default: 1000, describe: 'test pictures' }),
  lossPoints: param.fraction({
    min: 0.001,
    max: 0.5,
    default: 0.01,
    describe: 'loss of accuracy that still counts as tolerated',
  }),
} as const;

/** Parsed parameters of a run. */
export type ReramParams = ParamsOf<typeof params>;
