/** Settings that show one point of the paper each; the first of several values is run, `compare` and `sweep` run all. */
export const presets = {
  quick: {
    describe: 'the default with a shorter warm-up, 40 measured samples of each thread',
    set: { warmupRounds: 100, sampleRounds: 40 },
  },
  fig12: {
    describe: 'epoch over threads: memory gives way to coherence',
    set: { tile: 1024, refresh: 4096 },
    vary: { threads: [64, 2, 8, 16, 32], sampler: ['random', 'tile'] },
  },
  fig10: {
    describe: 'gain of tiling over the size of the tile',
    set: { threads: 64, sampler: 'tile' },
    vary: { tile: [1024, 64, 128, 256, 512, 2048] },
  },
  fig6: {
    describe: 'all systems on three data sets',
    vary: {
      system: ['heat-ccl', 'pytorch-cpu', 'torchrec-cpu', 'pytorch-v100', 'torchrec-v100'],
      dataset: ['amazon-books', 'yelp18', 'gowalla'],
    },
  },
  table7: {
    describe: 'aggregation with and without local accumulation',
    set: { system: 'heat-accl' },
    vary: { localAccumulation: [32, 1], dataset: ['amazon-books', 'yelp18'] },
  },
  arm: {
    describe: 'gain of tiling on a64fx',
    set: { platform: 'a64fx', threads: 48, sampler: 'tile' },
    vary: { tile: [512, 64, 128] },
  },
  cost: {
    describe: 'dollars for 100 epochs of goodreads, from the epoch time of the paper',
    set: { dataset: 'goodreads', platform: 'c5a.16xlarge', epochSecondsOverride: 36.03, costEpochs: 100 },
  },
} as const;
