import { type ParamsOf, param } from '../kit/index.ts';

const fromDataset = (what: string) =>
  param.integer({ min: 0, max: 1e9, default: 0, words: { dataset: 0 }, describe: `${what}; 0 = from dataset` });
const cacheBytes = (what: string) =>
  param.bytes({ min: 0, max: '1GiB', default: 0, words: { platform: 0 }, describe: `${what}; 0 = from platform` });
const ways = (what: string) =>
  param.integer({ min: 0, max: 1024, default: 0, words: { platform: 0 }, describe: `${what}; 0 = from platform` });

/** The parameters of the scenario with units, ranges and meaning. */
export const params = {
  mode: param.choice(['train', 'cache-trace', 'numerics'], {
    default: 'train',
    describe: 'simulate an epoch, run an address trace through two caches, or really train a small model',
  }),
  dataset: param.choice(['amazon-books', 'yelp18', 'gowalla', 'goodreads', 'google', 'synthetic'], {
    default: 'amazon-books',
    describe: 'sizes of the data',
  }),
  users: fromDataset('users; numerics: 300'),
  items: fromDataset('items; numerics: 600'),
  interactions: fromDataset('training interactions'),
  historyMean: param.number({
    min: 0,
    max: 1e4,
    default: 0,
    words: { auto: 0 },
    describe: 'mean samples of a user; 0 = interactions/users',
  }),
  itemZipf: param.number({
    min: 0,
    max: 1.5,
    default: 0,
    describe: 'popularity exponent of history items; 0 = uniform',
  }),
  system: param.choice(
    ['heat-ccl', 'heat-accl', 'pytorch-cpu', 'torchrec-cpu', 'pytorch-v100', 'torchrec-v100', 'cumf-sgd'],
    { default: 'heat-ccl', describe: 'program; accl aggregates the history of the user, ccl does not' },
  ),
  model: param.choice(['auto', 'mf', 'simplex'], {
    default: 'auto',
    describe: 'baselines: without or with aggregation; auto = mf, but simplex for heat-accl',
  }),
  loss: param.choice(['ccl', 'mse'], {
    default: 'ccl',
    describe: 'cosine contrastive, or dot product with squared error and one negative',
  }),
  gradientMode: param.choice(['dense', 'sparse'], { default: 'dense', describe: 'PyTorch: embedding gradients' }),
  platform: param.choice(['epyc-7742x2', 'a64fx', 'c5a.16xlarge', 'host'], {
    default: 'epyc-7742x2',
    describe: 'machine; baselines on a V100 ignore it',
  }),
  threads: param.integer({
    min: 0,
    max: 1024,
    default: 0,
    words: { auto: 0 },
    describe: 'threads; 0 = one for each core, at most 64',
  }),
  placement: param.choice(['compact', 'spread'], {
    default: 'compact',
    describe: 'fill clusters one by one, or one thread to each cluster first',
  }),
  dim: param.integer({
    min: 0,
    max: 512,
    default: 0,
    words: { auto: 0 },
    describe: 'floats of a row; 0 = 128, numerics 16',
  }),
  negatives: param.integer({
    min: 0,
    max: 4096,
    default: 0,
    words: { auto: 0 },
    describe: 'negatives of a sample; 0 = 64, numerics 16, loss mse 1',
  }),
  batch: param.integer({ min: 1, max: 65536, default: 1024, describe: 'baselines: samples of a batch' }),
  sampler: param.choice(['random', 'tile'], {
    default: 'random',
    describe: 'negatives from all items, or from a private list',
  }),
  tile: param.integer({ min: 1, max: 1e9, default: 1024, describe: 'tile: items in the list (N1)' }),
  refresh: param.integer({ min: 1, max: 1e9, default: 4096, describe: 'tile: samples until it is drawn anew (N2)' }),
  localAccumulation: param.integer({
    min: 1,
    max: 4096,
    default: 32,
    describe: 'samples whose gradient of the shared matrix is summed before it is written (m)',
  }),
  gradientRows: param.boolean({ default: true, describe: 'a gradient row beside each weight row, as in the release' }),
  reuse: param.boolean({ default: true, describe: 'keeps the dot products of the forward pass' }),
  lineBytes: param.bytes({
    min: 0,
    max: 4096,
    default: 0,
    words: { platform: 0 },
    describe: 'cache line; 0 = from platform',
  }),
  l1Bytes: cacheBytes('first level of a core'),
  l1Ways: ways('its ways'),
  l2Bytes: cacheBytes('second level of a core; a64fx: of a cluster'),
  l2Ways: ways('its ways'),
  l3Bytes: cacheBytes('third level of a cluster'),
  l3Ways: ways('its ways'),
  coresPerCluster: param.integer({
    min: 0,
    max: 1024,
    default: 0,
    words: { platform: 0 },
    describe: 'cores of a cluster; 0 = from platform',
  }),
  warmupRounds: param.integer({
    min: 0,
    max: 1e5,
    default: 0,
    words: { auto: 0 },
    describe: 'samples of each thread before measuring; 0 = max(150, 9600/threads)',
  }),
  sampleRounds: param.integer({ min: 1, max: 1e5, default: 100, describe: 'samples of each thread that are measured' }),
  epochSecondsOverride: param.number({
    min: 0,
    default: 0,
    words: { none: 0 },
    describe: 'epoch time for the cost instead of a simulation, s',
  }),
  costEpochs: param.number({ above: 0, default: 100, describe: 'epochs that are paid' }),
  instances: param.number({ above: 0, default: 1, describe: 'machines that are paid' }),
  pricePerHour: param.number({
    min: 0,
    default: 0,
    words: { platform: 0 },
    describe: 'dollars an hour of a machine; 0 = from platform',
  }),
  traceKind: param.choice(['seq', 'lcg', 'row'], { default: 'seq', describe: 'cache-trace: order of addresses' }),
  traceLength: param.integer({ min: 1, max: 1e8, default: 20000, describe: 'cache-trace: references, or rows' }),
  footprintBytes: param.bytes({
    min: 64,
    max: '1GiB',
    default: 65536,
    describe: 'cache-trace: bytes that are touched',
  }),
  strideBytes: param.bytes({ min: 1, max: '1GiB', default: 64, describe: 'cache-trace seq: step' }),
  traceSeed: param.integer({ min: 0, max: 4294967295, default: 1, describe: 'cache-trace lcg, row: first state' }),
  llBytes: param.bytes({ min: 64, max: '1GiB', default: 262144, describe: 'cache-trace: size of the last level' }),
  llWays: param.integer({ min: 1, max: 1024, default: 8, describe: 'cache-trace: its ways' }),
  clusters: param.integer({ min: 1, max: 1e6, default: 6, describe: 'numerics: clusters of users and items' }),
  interactionsPerUser: param.integer({ min: 1, max: 1e5, default: 12, describe: 'numerics: training items of a user' }),
  noise: param.fraction({ default: 0.1, describe: 'numerics: share of items from any cluster' }),
  mu: param.number({ min: 0, max: 1e6, default: 10, describe: 'numerics: weight of the negatives in the loss' }),
  theta: param.number({
    min: -1,
    max: 1,
    default: 0.4,
    describe: 'numerics: similarity below which a negative is free',
  }),
  learningRate: param.number({ min: 0, max: 100, default: 0.05, describe: 'numerics: step of SGD' }),
  epochs: param.integer({ min: 1, max: 1000, default: 10, describe: 'numerics: passes over the data' }),
} as const;

/** Parameters of a run; 0 and auto mean "choose by rule". */
export type HeatParams = ParamsOf<typeof params>;
