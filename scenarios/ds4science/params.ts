import { type ParamsOf, param } from '../kit/index.ts';

const orModel = (what: string): string => `${what}; 0 = from model`;
const orStack = (what: string): string => `${what}; 0 = from stack and variant`;
const bySystem = (what: string): string => `${what}; auto = as system has it`;
const size = (describe: string, max: number) => param.integer({ min: 0, max, default: 0, describe });

/** The parameters of the scenario with units, ranges and meaning. */
export const params = {
  study: param.choice(['genslm', 'evoformer'], {
    default: 'genslm',
    describe: 'long-sequence training of a language model, or attention of a protein model',
  }),
  gpu: param.choice(['a100-40gb', 'a100-80gb', 'v100-32gb', 'h100-80gb', 'h200-141gb'], {
    default: 'a100-40gb',
    describe: 'device',
  }),
  memoryFraction: param.fraction({ above: 0, default: 0.93, describe: 'usable share of device memory' }),
  heads: size('attention heads; 0 = from model, or from stack and variant', 4096),
  system: param.choice(['old-megatron-deepspeed', 'megatron-lm', 'new-megatron-deepspeed'], {
    default: 'new-megatron-deepspeed',
    describe: 'genslm: training software',
  }),
  model: param.choice(['25b', '30b', '33b', 'custom'], { default: '25b', describe: 'genslm: shape of the GPT' }),
  layers: size(orModel('genslm: transformer layers'), 1024),
  hidden: size(orModel('genslm: hidden width'), 131072),
  vocab: size(orModel('genslm: padded vocabulary'), 1e7),
  gpus: param.integer({ min: 1, max: 1024, default: 64, describe: 'genslm: GPUs' }),
  tp: size('genslm: tensor-parallel degree; 0 = gpus', 1024),
  seq: param.tokens({ min: 128, max: '8M', default: 32768, describe: 'genslm: sequence length' }),
  microBatch: param.integer({
    min: 0,
    max: 65536,
    default: 0,
    words: { auto: 0 },
    describe: 'genslm: samples per group and step; 0 = up to 65536 tokens in the new system, else 1',
  }),
  offloadOptimizer: param.choice(['auto', 'on', 'off'], {
    default: 'auto',
    describe: 'genslm: optimiser states in host memory; auto = on but for megatron-lm',
  }),
  search: param.choice(['none', 'maxSeq'], {
    default: 'none',
    describe: 'genslm: maxSeq: find the longest sequence that fits, micro-batch 1, and run it',
  }),
  seqStep: param.tokens({
    min: 0,
    max: '8M',
    default: 0,
    words: { auto: 0 },
    describe: 'genslm: grid of the search; 0 = 2048, 65536 in the new system',
  }),
  oldScores: param.boolean({ default: false, describe: 'genslm: attention that is not fused keeps its scores' }),
  mask: param.choice(['auto', 'device', 'none'], {
    default: 'auto',
    describe: bySystem('genslm: attention mask of s^2 on the device, or none'),
  }),
  positions: param.choice(['auto', 'replicated', 'split'], {
    default: 'auto',
    describe: bySystem('genslm: position table on every rank, or split'),
  }),
  checkpoints: param.choice(['auto', 'replicated', 'split'], {
    default: 'auto',
    describe: bySystem('genslm: layer inputs kept on every rank, or split'),
  }),
  attention: param.choice(['auto', 'scores', 'flash'], {
    default: 'auto',
    describe: bySystem('genslm: scores through memory, or FlashAttention'),
  }),
  sequenceParallel: param.choice(['auto', 'on', 'off'], {
    default: 'auto',
    describe: bySystem('genslm: sequence parallelism over the tensor-parallel group'),
  }),
  nodeSize: param.integer({ min: 1, max: 64, default: 8, describe: 'genslm: GPUs on one switch' }),
  nicBandwidth: param.bandwidth({
    above: 0,
    default: 25e9,
    describe: 'genslm: network card of one GPU, each direction',
  }),
  nicEfficiency: param.fraction({
    above: 0,
    default: 0.85,
    describe: 'genslm: share of it that gradients of replicas reach; rings of a layer have measured curves',
  }),
  nvlinkBandwidth: param.bandwidth({
    min: 0,
    default: 0,
    describe: 'genslm: effective rate of one GPU on the switch, each direction; 0 = from gpu',
  }),
  scope: param.choice(['kernel', 'block', 'numerics'], {
    default: 'kernel',
    describe: 'evoformer: one attention, one block of the network, or real arithmetic',
  }),
  variant: param.choice(['msa-row', 'msa-column', 'triangle-start', 'triangle-end'], {
    default: 'msa-row',
    describe: 'evoformer: which axis attends',
  }),
  stack: param.choice(['extra-msa-finetune', 'main-msa-finetune', 'extra-msa-initial', 'main-msa-initial', 'custom'], {
    default: 'extra-msa-finetune',
    describe: 'evoformer: shapes',
  }),
  nSeq: size(orStack('evoformer: rows of the alignment'), 65536),
  nRes: size(orStack('evoformer: residues'), 65536),
  headDim: size(orStack('evoformer: head size'), 1024),
  samples: param.integer({ min: 1, max: 64, default: 1, describe: 'evoformer: leading batch dimension' }),
  kernel: param.choice(['eager', 'eager-keep', 'ds4sci'], {
    default: 'ds4sci',
    describe: 'evoformer: plain, plain with the scores kept by the caller, or fused',
  }),
  chunk: param.integer({
    min: 0,
    max: 65536,
    default: 0,
    words: { none: 0 },
    describe: 'evoformer: rows computed at a time, forward without gradient; 0 = all',
  }),
  dtype: param.choice(['fp16', 'bf16', 'fp32'], { default: 'fp16', describe: 'evoformer: element type' }),
  backward: param.boolean({ default: true, describe: 'evoformer: forward and backward, or forward without gradient' }),
  maskBias: param.choice(['auto', 'true', 'false'], { default: 'auto', describe: 'evoformer: mask bias; auto = true' }),
  pairBias: param.choice(['auto', 'true', 'false'], {
    default: 'auto',
    describe: 'evoformer: pair bias; auto = true but for msa-column',
  }),
  numericsTrials: param.integer({ min: 1, max: 1000, default: 20, describe: 'evoformer: cases of scope=numerics' }),
} as const;

/** Parameters of a run; 0 and auto mean "choose by rule". */
export type Ds4Params = ParamsOf<typeof params>;

/** Parameters that only one study has. */
export const studyOf: Readonly<Partial<Record<keyof Ds4Params, Ds4Params['study']>>> = Object.fromEntries(
  Object.entries(params).flatMap(([name, schema]) => {
    const study = schema.meta()?.description?.split(':')[0];
    return study === 'genslm' || study === 'evoformer' ? [[name, study]] : [];
  }),
);
