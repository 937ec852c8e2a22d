const evoformer = { study: 'evoformer' } as const;

/** Settings that show one point of the paper each; the first of several values is run, `compare` and `sweep` run all. */
export const presets = {
  quick: {
    describe: 'two small layers on one node',
    set: { study: 'genslm', model: 'custom', layers: 2, hidden: 2048, heads: 16, gpus: 8, seq: '8K' },
  },
  fig7: {
    describe: 'peak memory of the kernels at the largest training shape: the 13x',
    set: { ...evoformer, variant: 'msa-row', stack: 'extra-msa-finetune' },
    vary: { kernel: ['ds4sci', 'eager', 'eager-keep'] },
  },
  fig9: {
    describe: 'longest sequence of three systems, two models, three sizes: the 12x and 14x',
    set: { study: 'genslm', search: 'maxSeq' },
    vary: {
      system: ['new-megatron-deepspeed', 'megatron-lm', 'old-megatron-deepspeed'],
      model: ['25b', '33b'],
      gpus: [64, 32, 16],
    },
  },
  throughput: {
    describe: 'rate per GPU over the sequence length, 30b on 32 GPUs',
    set: { study: 'genslm', model: '30b', gpus: 32 },
    vary: { seq: ['2K', '4K', '8K', '16K', '32K', '64K', '128K', '256K'] },
  },
  block: {
    describe: 'one Evoformer block with plain and fused attention: the 15 %',
    set: { ...evoformer, scope: 'block', stack: 'main-msa-initial' },
    vary: { kernel: ['ds4sci', 'eager'] },
  },
  chunks: {
    describe: 'plain attention a few rows at a time: memory against time',
    set: { ...evoformer, kernel: 'eager', backward: false },
    vary: { chunk: [128, 4, 16, 64, 512, 2048, 5120] },
  },
} as const;
