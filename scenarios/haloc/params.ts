import { param } from '../kit/index.ts';

/** The parameters of the scenario with units, ranges and meaning. */
export const params = {
  mode: param.choice(['auto', 'network', 'layer', 'kernel', 'train'], {
    default: 'auto',
    describe: 'a whole network, one layer, one core kernel, or real training; auto: train for tiny-cnn, else network',
  }),
  network: param.choice(
    ['resnet20', 'vgg16-cifar', 'resnet18', 'vgg16', 'resnet50', 'mobilenetv2', 'alexnet', 'tiny-cnn'],
    { default: 'resnet18', describe: 'network to compress; tiny-cnn can be trained' },
  ),
  device: param.choice(['rtx2080ti', 'a100', 'v100', 'jetson-tx2', 'eyeriss'], {
    default: 'rtx2080ti',
    describe: 'machine whose latency counts',
  }),
  kernelLibrary: param.choice(['cudnn', 'tvm', 'tdc'], {
    default: 'cudnn',
    describe: 'library of core convolutions; all else is cudnn; ignored by eyeriss',
  }),
  method: param.choice(['none', 'uniform', 'haloc', 'alds', 'tdc'], {
    default: 'haloc',
    describe: 'how ranks are chosen',
  }),
  objective: param.choice(['flops', 'latency'], { default: 'flops', describe: 'what the ranks must bring down' }),
  flopsTarget: param.fraction({ min: 0, max: 0.98, default: 0.6616, describe: 'wanted reduction of FLOP' }),
  latencyTarget: param.fraction({ min: 0.02, max: 1, default: 0.5, describe: 'wanted latency / dense latency' }),
  step: param.integer({
    min: 0,
    max: 256,
    default: 0,
    words: { auto: 0 },
    describe: 'ranks are multiples of it; 0 = 32, and 4 for resnet20 and tiny-cnn',
  }),
  equalRank: param.boolean({ default: true, describe: 'both ranks of a layer are equal' }),
  rankFraction: param.fraction({
    min: 0,
    default: 0,
    words: { auto: 0 },
    describe: 'method=uniform: share of the full rank; 0 = the largest that reaches the target',
  }),
  rankSet: param.choice(['tdc-sc', 'tdc-2x', 'tdc-10x'], {
    default: 'tdc-sc',
    describe: 'published ranks of method=tdc',
  }),
  ranks: param.text({
    default: '',
    pattern: /^$|^\d+:\d+(,\d+:\d+)*$/,
    patternText: 'must be r1:r2,r1:r2,… with whole numbers; 0:0 keeps a layer dense',
    describe: 'ranks of the decomposable layers in order; overrides method',
  }),
  batch: param.integer({ min: 1, max: 1024, default: 1, describe: 'images of a forward pass' }),
  searchSteps: param.integer({
    min: 0,
    max: 5000,
    default: 0,
    words: { auto: 0 },
    describe: 'steps of the search; 0 = 300, and 120 in training',
  }),
  alphaLearningRate: param.number({ above: 0, default: 0.05, describe: 'Adam rate of the rank weights' }),
  penaltyPower: param.number({ min: 0, default: 1.5, describe: 'power of cost / target above the target' }),
  temperatureStart: param.number({ above: 0, default: 5, describe: 'softmax temperature at the first step' }),
  temperatureEnd: param.number({ above: 0, default: 0.1, describe: 'softmax temperature at the last step' }),
  relaxation: param.choice(['softmax', 'gumbel'], { default: 'softmax', describe: 'how candidates are mixed' }),
  spectrumExponent: param.number({
    min: 0.1,
    max: 2,
    default: 0.6,
    describe: 'decay of singular values where weights are not known',
  }),
  coreIn: param.integer({ min: 1, max: 4096, default: 64, describe: 'mode=layer, kernel: input channels' }),
  coreOut: param.integer({ min: 1, max: 4096, default: 64, describe: 'mode=layer, kernel: output channels' }),
  coreSize: param.integer({ min: 1, max: 1024, default: 56, describe: 'mode=layer, kernel: output height and width' }),
  stride: param.integer({ min: 1, max: 4, default: 1, describe: 'mode=layer: stride' }),
  tileH: param.integer({ min: 0, max: 144, default: 0, words: { auto: 0 }, describe: 'mode=kernel: rows; 0 = best' }),
  tileW: param.integer({
    min: 0,
    max: 144,
    default: 0,
    words: { auto: 0 },
    describe: 'mode=kernel: columns; 0 = best',
  }),
  tileC: param.integer({
    min: 0,
    max: 4096,
    default: 0,
    words: { auto: 0 },
    describe: 'mode=kernel: input channels of a block; 0 = best',
  }),
  rank: param.integer({ min: 1, max: 4096, default: 32, describe: 'mode=layer: both ranks' }),
  dataset: param.choice(['mnist', 'synthetic', 'fashion-mnist'], {
    default: 'mnist',
    describe: 'mode=train: pictures',
  }),
  trainPerClass: param.integer({ min: 1, max: 6000, default: 700, describe: 'mode=train: training pictures a class' }),
  testPerClass: param.integer({ min: 1, max: 1000, default: 160, describe: 'mode=train: test pictures a class' }),
  epochs: param.integer({ min: 1, max: 50, default: 2, describe: 'mode=train: epochs before the search' }),
  fineTuneEpochs: param.integer({ min: 0, max: 50, default: 2, describe: 'mode=train: epochs after factoring' }),
  featureMapWeight: param.number({
    min: 0,
    default: 0,
    describe: 'mode=train: weight of the distance to the feature maps of the trained network',
  }),
  compareUniform: param.boolean({
    default: false,
    describe: 'mode=train: fine-tune uniform ranks that meet the same target as well',
  }),
} as const;
