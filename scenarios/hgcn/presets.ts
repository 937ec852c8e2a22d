/** Settings that show one point of the paper each; the first of several values is run, `compare` and `sweep` run all. */
export const presets = {
  quick: { describe: 'Cora on H-GCN beside I-GCN, the harder rival', set: { compareTo: 'i-gcn' } },
  baselines: {
    describe: 'each baseline on the citation graphs at their published width',
    set: { accelerator: 'awb-gcn' },
    vary: { accelerator: ['awb-gcn', 'i-gcn', 'boostgcn'], dataset: ['cora', 'citeseer', 'pubmed'] },
  },
  headline: { describe: 'H-GCN over every published cell of its three rivals', set: { suite: 'all' } },
  'headline-grid': {
    describe: 'the same over 48 sets of constants nobody knows',
    set: { suite: 'all' },
    vary: {
      aieUsed: [256, 320, 384, 400],
      sparseOverheadCycles: [2, 4, 6, 8],
      aieEfficiency: [0.5, 0.6, 0.7],
    },
  },
  ablation: {
    describe: 'three partitions, two (sparse kernel only), one engine',
    set: { dataset: 'cora' },
    vary: { partitions: [3, 2, 1] },
  },
  'pl-only': { describe: 'everything in the programmable logic', set: { partitions: 1, singleEngine: 'pl' } },
  'tile-sweep': {
    describe: 'edge of a tile and order of the nodes',
    set: { dataset: 'pubmed' },
    vary: { tile: [8, 16, 32, 64, 128], reorder: ['none', 'degree', 'community'] },
  },
  'awb-rebalance': {
    describe: 'what run-time balancing buys on the citation graphs',
    set: { accelerator: 'awb-gcn' },
    vary: { rebalance: ['none', 'smoothing', 'full'], dataset: ['cora', 'citeseer', 'pubmed'] },
  },
} as const;
