/** Settings that show one point each; the first of several values is run, `compare` and `sweep` run all. */
export const presets = {
  quick: {
    describe: 'a small data set, half of it buffered, all loaders',
    set: { surrogate: 'synthetic', gpus: 8, bufferSamples: 4096, epochs: 6 },
    vary: { loader: ['solar', 'pytorch', 'pytorch-lru', 'nopfs', 'deepio', 'solar-released'] },
  },
  'sc24-log': {
    describe: 'the run logged with the released code: 800 samples from a local disk',
    set: {
      surrogate: 'cosmoflow',
      samples: 800,
      gpus: 4,
      batch: 16,
      bufferSamples: 512,
      epochs: 3,
      loader: 'solar-released',
      hitSecondsPerSample: 0,
      releasedBuffer: 'as-released',
      fileSystem: 'local-nvme-sc24',
    },
    vary: { loader: ['solar-released', 'pytorch'] },
  },
  headline: {
    describe: 'the grid in which the largest speed-up is looked for',
    set: { surrogate: 'ptychonn', bufferBytesPerGpu: '16GB', gpus: 16, simulatedEpochs: 4 },
    vary: {
      surrogate: ['ptychonn', 'autophasenn', 'cosmoflow'],
      bufferBytesPerGpu: ['8GB', '16GB', '40GB'],
      gpus: [8, 16, 32],
    },
  },
} as const;
