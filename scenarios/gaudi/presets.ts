const nothing = {
  mmeSetupSeconds: 0,
  tpcSetupSeconds: 0,
  sliceSetupSeconds: 0,
  hostIssueSeconds: 0,
  compileGapSeconds: 0,
  layoutCopies: false,
  residualNorm: false,
  scheduler: 'serial',
} as const;

/** Settings that show one point of the paper each; the first of several values is run, `compare` and `sweep` run all. */
export const presets = {
  quick: { describe: 'softmax attention at 2048 tokens: the MME waits for the softmax', set: {} },
  table2: {
    describe: 'batched products on both engines (Table 2)',
    set: { workload: 'matmul', engine: 'both' },
    vary: { n: [128, 256, 512, 1024, 2048] },
  },
  softmax: { describe: 'softmax attention', set: { workload: 'softmax-attention' } },
  linear: { describe: 'linear attention', set: { workload: 'linear-attention' } },
  performer: { describe: 'Performer', set: { workload: 'performer' } },
  activations: {
    describe: 'linear attention with each feature map',
    set: { workload: 'linear-attention' },
    vary: { activation: ['relu', 'leaky-relu', 'elu', 'gelu', 'glu'] },
  },
  bert: { describe: 'BERT of two layers, forward', set: { workload: 'bert' } },
  gpt: { describe: 'GPT of two layers, forward', set: { workload: 'gpt' } },
  ideal: { describe: 'no setup, issue or gap, no copies and norms, one node after another', set: nothing },
} as const;
