import { type ParamsOf, param } from '../kit/index.ts';

const auto = { auto: 0 } as const;
const orSurrogate = (what: string): string => `${what}; 0 = from surrogate`;
const byLoader = (what: string): string => `${what}; auto = as the loader has it`;
const orPreset = (what: string): string => `${what}; preset = from fileSystem`;

const time = (describe: string, word: string) =>
  param.quantity({ unit: 's', min: -1, default: -1, words: { [word]: -1 }, describe });
const rate = (describe: string, word: string) =>
  param.bandwidth({ min: 0, default: 0, words: { [word]: 0 }, describe });

/** Bundles of the mechanisms of a loader. */
export const loaders = [
  'pytorch',
  'pytorch-lru',
  'nopfs',
  'deepio',
  'solar',
  'solar-no-reorder',
  'solar-no-remap',
  'solar-no-balance',
  'solar-no-chunk',
  'solar-released',
] as const;

/** The parameters of the scenario with units, ranges and meaning. */
export const params = {
  mode: param.choice(['training', 'chunk-plan', 'mlperf-storage'], {
    default: 'training',
    describe: 'a training, one plan of merged reads, or the storage benchmark',
  }),
  surrogate: param.choice(['ptychonn', 'autophasenn', 'cosmoflow', 'synthetic'], {
    default: 'cosmoflow',
    describe: 'data set and model',
  }),
  samples: param.integer({
    min: 0,
    max: 1e7,
    default: 0,
    words: auto,
    describe: orSurrogate('samples of the data set'),
  }),
  sampleBytes: param.bytes({ min: 0, max: 1e12, default: 0, words: auto, describe: orSurrogate('size of a sample') }),
  requestsPerSample: param.integer({
    min: 0,
    max: 16,
    default: 0,
    words: auto,
    describe: orSurrogate('requests that bring one sample'),
  }),
  layout: param.choice(['auto', 'shared-file', 'file-per-sample'], {
    default: 'auto',
    describe: 'where samples lie; auto = from surrogate; only a shared file permits merged reads',
  }),
  loader: param.choice(loaders, { default: 'solar', describe: 'bundle of the next six' }),
  order: param.choice(['auto', 'given', 'greedy', 'pso', 'exact'], {
    default: 'auto',
    describe: byLoader('order of epochs'),
  }),
  mapping: param.choice(['auto', 'strided', 'remap'], {
    default: 'auto',
    describe: byLoader('who trains on a sample'),
  }),
  eviction: param.choice(['auto', 'none', 'lru', 'fifo', 'pin', 'belady'], {
    default: 'auto',
    describe: byLoader('what a full buffer drops'),
  }),
  balance: param.choice(['auto', 'equal', 'loads', 'cost'], {
    default: 'auto',
    describe: byLoader('equal batches, equal reads, or the shortest step'),
  }),
  chunking: param.choice(['auto', 'off', 'threshold', 'breakeven'], {
    default: 'auto',
    describe: byLoader('merging of reads that lie close; threshold in mode chunk-plan'),
  }),
  peerFetch: param.choice(['auto', 'true', 'false'], {
    default: 'auto',
    describe: byLoader("fetch from another rank's buffer"),
  }),
  mergeGapRecords: param.integer({
    min: 1,
    max: 1e6,
    default: 1,
    describe: 'chunking=threshold: merge up to this distance; 1 = neighbours only',
  }),
  gpus: param.integer({ min: 1, max: 1024, default: 16, describe: 'GPUs, one rank each' }),
  gpusPerNode: param.integer({ min: 1, max: 1024, default: 8, describe: 'GPUs that share a link to other nodes' }),
  batch: param.integer({
    min: 0,
    max: 4096,
    default: 0,
    words: auto,
    describe: orSurrogate('samples of a GPU and step'),
  }),
  epochs: param.integer({
    min: 0,
    max: 1000,
    default: 0,
    words: auto,
    describe: orSurrogate('epochs of the training'),
  }),
  simulatedEpochs: param.integer({
    min: 0,
    max: 1000,
    default: 0,
    words: auto,
    describe: 'epochs simulated, the others repeat the steady mean; 0 = as many as keep 5e6 accesses, at least 3',
  }),
  statsFromEpoch: param.integer({
    min: -1,
    max: 999,
    default: -1,
    words: { auto: -1 },
    describe: 'first epoch of steady means; auto = 1, for lru and fifo 2',
  }),
  statsToEpoch: param.integer({
    min: -1,
    max: 999,
    default: -1,
    words: { auto: -1 },
    describe: 'last epoch of steady means; auto = last simulated',
  }),
  bufferBytesPerGpu: param.bytes({ min: 0, max: 1e13, default: '16GB', describe: 'memory of a GPU for samples' }),
  bufferSamples: param.integer({
    min: -1,
    max: 1e7,
    default: -1,
    words: { none: -1 },
    describe: 'samples buffered in all, instead of bufferBytesPerGpu; none = use that',
  }),
  fileSystem: param.choice(['theta-fs0', 'grand', 'lassen', 'nopfs-sim', 'local-nvme-sc24', 'custom'], {
    default: 'grand',
    describe: 'file system; custom = no limits but those given',
  }),
  fsLatencySeconds: time(orPreset('latency of a request'), 'preset'),
  fsClientBytesPerSecond: rate(orPreset('rate of one GPU'), 'preset'),
  fsAggregateBytesPerSecond: rate(orPreset('rate of all GPUs'), 'preset'),
  networkLatencySeconds: param.quantity({ unit: 's', min: 0, default: 5e-6, describe: 'latency of a peer fetch' }),
  networkBytesPerSecond: param.bandwidth({ above: 0, default: 20e9, describe: 'link of a node for peer fetches' }),
  hitSecondsPerSample: time('copy out of the buffer; auto = bytes / 10 GB/s + 5 us', 'auto'),
  computeSecondsPerSample: time('training on one sample; auto = from surrogate', 'auto'),
  allReduceSeconds: param.quantity({ unit: 's', min: 0, default: 0, describe: 'adding up gradients after each step' }),
  prefetchDepth: param.integer({
    min: 0,
    max: 1e6,
    default: 0,
    describe: 'steps loaded ahead; 0 = load, then compute',
  }),
  ioDepth: param.integer({ min: 1, max: 1024, default: 1, describe: 'requests of a rank under way at once' }),
  remapOwner: param.choice(['aligned', 'as-released'], {
    default: 'aligned',
    describe: 'solar-released: the rank that holds a sample, or as the code computes it',
  }),
  releasedBuffer: param.choice(['bounded', 'as-released'], {
    default: 'bounded',
    describe: 'solar-released: second buffer emptied each step, or never',
  }),
  deepioMode: param.choice(['ordered', 'optimistic'], {
    default: 'ordered',
    describe: 'deepio: the given batches, or held samples only',
  }),
  frequencyThreshold: param.integer({
    min: 0,
    max: 1000,
    default: 10,
    describe: 'for frequentSamplesExpected: epochs that a rank must read a sample in, at least one more',
  }),
  records: param.integer({ min: 1, max: 1e7, default: 87_632, describe: 'chunk-plan: records of the file' }),
  wanted: param.integer({ min: 1, max: 1e7, default: 4096, describe: 'chunk-plan: records to read' }),
  mlperfModel: param.choice(['unet3d', 'resnet50', 'cosmoflow'], {
    default: 'unet3d',
    describe: 'mlperf-storage: workload',
  }),
  accelerator: param.choice(['h100', 'a100'], { default: 'h100', describe: 'mlperf-storage: emulated accelerator' }),
  accelerators: param.integer({ min: 1, max: 4096, default: 1, describe: 'mlperf-storage: number of them' }),
  hosts: param.integer({ min: 1, max: 4096, default: 1, describe: 'mlperf-storage: machines they are emulated on' }),
  storageBytesPerSecond: rate('mlperf-storage: what storage delivers in all', 'unlimited'),
  readerThreads: param.integer({
    min: 0,
    max: 64,
    default: 0,
    words: auto,
    describe: 'mlperf-storage: workers of an accelerator; 0 = as the benchmark has it',
  }),
  barrierEvery: param.integer({ min: 1, max: 1000, default: 1, describe: 'mlperf-storage: steps between barriers' }),
  stepOverheadSeconds: time('mlperf-storage: time between steps; auto = equation (14)', 'auto'),
  computeJitter: param.number({ min: 0, max: 0.5, default: 0, describe: 'mlperf-storage: deviation of computing' }),
  findMax: param.boolean({ default: false, describe: 'mlperf-storage: search the most accelerators that pass' }),
} as const;

/** Parsed parameters. */
export type SolarParams = ParamsOf<typeof params>;
