/** Settings that show one point of the paper each; the first of several values is run, `compare` and `sweep` run all. */
export const presets = {
  quick: {
    describe: 'two layers of 7b on two nodes',
    set: { model: '7b', layers: 2, gpus: 16, seq: '32K' },
  },
  fig3: {
    describe: 'scaling of one model (Figure 3)',
    set: { model: '1.2b', system: 'ulysses' },
    vary: { gpus: [8, 16, 32, 64], seq: ['8K', '16K', '32K', '64K', '128K', '256K', '512K', '1M'] },
  },
  fig4: {
    describe: '7b on 32 GPUs, both systems: a modest gap (Figure 4)',
    set: { model: '7b', gpus: 32 },
    vary: { system: ['ulysses', 'megatron-sp'], seq: ['8K', '16K', '32K', '64K', '128K', '256K'] },
  },
  fig5: {
    describe: '30b on 64 GPUs, both systems: a large gap, then out of memory (Figure 5)',
    set: { model: '30b', gpus: 64 },
    vary: { system: ['ulysses', 'megatron-sp'], seq: ['8K', '16K', '32K', '64K', '128K', '256K'] },
  },
  tables: {
    describe: 'strong scaling of 7b at 128K, sp = gpus / 8 (Table 2)',
    set: { model: '7b', gpus: 64, sp: 8, batch: 8, seq: '128K' },
    vary: {},
  },
  headline: {
    describe: '66b on 72 GPUs, both systems: the 2.5x claim',
    set: { model: '66b', gpus: 72 },
    vary: { system: ['ulysses', 'megatron-sp'], seq: ['8K', '16K', '32K', '64K', '128K', '256K'] },
  },
  volume: {
    describe: 'constant volume: 30b with (seq, sp) = (16K, 4), (64K, 16), (256K, 64)',
    set: { model: '30b', gpus: 64, seq: '16K', sp: 4, batch: 16, microBatch: 1 },
  },
  usp: {
    describe: 'all-to-all against ring: attention alone on one node',
    set: {
      scope: 'attention',
      model: 'custom',
      system: 'hybrid',
      gpus: 8,
      sp: 8,
      heads: 32,
      hidden: 1024,
      batch: 2,
      seq: '128K',
      gpu: 'a100-80gb',
      attnKernel: 'flash2',
    },
    vary: { ringDegree: [1, 2, 4, 8], ringLayout: ['zigzag', 'contiguous'] },
  },
  'ring-materialised': {
    describe: 'a ring that writes its scores out: the memory wall of the first ring baseline',
    set: { model: '7b', gpus: 32, system: 'ring', attnKernel: 'materialised' },
    vary: { seq: ['8K', '16K', '32K', '64K'] },
  },
} as const;
