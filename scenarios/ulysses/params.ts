import { param } from '../kit/index.ts';

const nameOr = (what: string): string => `${what}; 0 = from model`;

/** The parameters of the scenario with units, ranges and meaning. */
export const params = {
  scope: param.choice(['iteration', 'attention', 'numerics'], {
    default: 'iteration',
    describe: 'one optimiser step, one attention forward, or real arithmetic',
  }),
  model: param.choice(['1.2b', '1.3b', '7b', '30b', '66b', 'custom'], { default: '7b', describe: 'shape of the GPT' }),
  layers: param.integer({ min: 0, max: 1024, default: 0, describe: nameOr('transformer layers') }),
  hidden: param.integer({ min: 0, max: 131072, default: 0, describe: nameOr('hidden width') }),
  heads: param.integer({ min: 0, max: 4096, default: 0, describe: nameOr('attention heads') }),
  kvHeads: param.integer({ min: 0, max: 4096, default: 0, describe: 'key and value heads; 0 = heads' }),
  vocab: param.integer({ min: 1, max: 1e7, default: 51200, describe: 'padded vocabulary' }),
  system: param.choice(['ulysses', 'megatron-sp', 'ring', 'hybrid'], {
    default: 'ulysses',
    describe: 'how a sequence is shared; hybrid: all-to-all inside sp/ringDegree, ring over ringDegree',
  }),
  gpus: param.integer({ min: 1, max: 1024, default: 32, describe: 'GPUs' }),
  sp: param.integer({
    min: 0,
    max: 1024,
    default: 0,
    words: { auto: 0 },
    describe: 'sequence-parallel degree, for megatron-sp the tensor-parallel degree; 0 = smallest that fits',
  }),
  ringDegree: param.integer({ min: 1, max: 1024, default: 1, describe: 'ranks in one ring of system=hybrid' }),
  ringLayout: param.choice(['contiguous', 'zigzag'], { default: 'zigzag', describe: 'tokens a ring rank holds' }),
  seq: param.tokens({ min: 2, max: 16 * 2 ** 20, default: 32768, describe: 'sequence length' }),
  batch: param.integer({
    min: 0,
    max: 1e6,
    default: 0,
    words: { auto: 0 },
    describe: 'global samples per iteration; 0 = about a million tokens',
  }),
  microBatch: param.integer({
    min: 0,
    max: 1e6,
    default: 0,
    words: { auto: 0 },
    describe: 'samples per group and pass; 0 = largest power of two that fits',
  }),
  gpu: param.choice(['a100-40gb', 'a100-80gb', 'v100-32gb', 'h100-80gb', 'h200-141gb'], {
    default: 'a100-40gb',
    describe: 'device',
  }),
  nodeSize: param.integer({ min: 1, max: 64, default: 8, describe: 'GPUs on one switch' }),
  nicBandwidth: param.bandwidth({ above: 0, default: 25e9, describe: 'network card of one GPU, each direction' }),
  nicEfficiency: param.fraction({ above: 0, default: 0.85, describe: 'share of it that messages reach' }),
  nvlinkBandwidth: param.bandwidth({
    min: 0,
    default: 0,
    describe: 'effective rate of one GPU on the switch, each direction; 0 = from gpu',
  }),
  zeroStage: param.integer({
    min: -1,
    max: 3,
    default: -1,
    words: { auto: -1 },
    describe: 'sharding of states; -1 = 3, and 0 for megatron-sp',
  }),
  attnKernel: param.choice(['flash1-triton', 'flash2', 'materialised'], {
    default: 'flash1-triton',
    describe: 'attention kernel',
  }),
  attnDensity: param.fraction({
    above: 0,
    default: 1,
    describe: 'share of causal pairs visited (block-sparse what-if)',
  }),
  activationCheckpointing: param.boolean({ default: true, describe: 'full recomputation in the backward pass' }),
  a2aFused: param.boolean({ default: false, describe: 'queries, keys and values in one all-to-all' }),
  overlapComm: param.boolean({
    default: false,
    describe: 'all-to-all and sharded states on side streams, gathered one layer ahead',
  }),
  memoryFraction: param.fraction({ above: 0, default: 0.85, describe: 'usable share of device memory' }),
  search: param.choice(['none', 'maxSeq'], {
    default: 'none',
    describe: 'maxSeq: find the longest 8K * 2^i that fits and run it',
  }),
  seqCap: param.tokens({ min: 2, max: 16 * 2 ** 20, default: 16 * 2 ** 20, describe: 'longest sequence permitted' }),
  numericsTrials: param.integer({ min: 1, max: 1000, default: 20, describe: 'random cases of scope=numerics' }),
} as const;
