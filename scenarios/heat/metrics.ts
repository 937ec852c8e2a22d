import type { MetricInfo } from '../kit/index.ts';

const fetched = (where: string): MetricInfo => ({
  unit: '',
  describe: `share of negatives' rows first found in ${where}`,
});
const over = (what: string): MetricInfo => ({ unit: 'x', describe: `epoch of ${what} over this one, same model` });
const missRate = (level: string): MetricInfo => ({ unit: '', describe: `misses over accesses of ${level}` });
const phase = (what: string): MetricInfo => ({ unit: '', describe: `share of thread time: ${what}` });
const numerics = (what: string): MetricInfo => ({ unit: '', describe: `numerics: ${what}` });

/** Every metric of the scenario with its unit. */
export const metrics = {
  epochSeconds: { unit: 's', describe: 'one pass over all interactions' },
  usPerSample: { unit: 'us', describe: 'thread time of a sample; of baselines, as one thread' },
  batchSeconds: { unit: 's', describe: 'baselines: one batch' },
  fetchL1: fetched('the first level of the core'),
  fetchL2: fetched('the second level; a64fx: the cache of the cluster'),
  fetchL3: fetched('the cache of the cluster; a64fx: 0'),
  fetchPeer: fetched('another core of the cluster'),
  fetchRemote: fetched('another cluster'),
  fetchDram: fetched('memory'),
  l1MissRate: missRate('the first level'),
  l2MissRate: missRate('the second level'),
  l3MissRate: missRate('the third level; absent on a64fx'),
  coherenceMisses: { unit: 'lines', describe: 'fetched from another cluster, or owned anew, in a sample' },
  dramBytes: { unit: 'B', describe: 'read from and written to memory in an epoch' },
  tableBytesPerEpoch: {
    unit: 'B',
    describe: 'rows read and written in an epoch: interactions (n + 2) 2 rowBytes (1 + gradient)',
  },
  ciRelHalfWidth: { unit: '', describe: 'half width of the 95 % interval of usPerSample over it' },
  speedupOverRandom: over('the random sampler'),
  speedupOverNoAccumulation: over('localAccumulation=1; sampler=random, system=heat-accl'),
  speedupOverPytorchCpu: over('PyTorch on the CPU'),
  speedupOverTorchrecCpu: over('TorchRec on the CPU'),
  speedupOverPytorchV100: over('PyTorch on a V100'),
  speedupOverTorchrecV100: over('TorchRec on a V100'),
  phaseReadShare: phase('waiting for rows before the update'),
  phaseComputeShare: phase('computing, private caches included'),
  phaseBackwardShare: phase('waiting for rows and ownership in the update'),
  waitCluster: { unit: 'us', describe: "wait of a sample for the cluster's cache" },
  waitPeer: { unit: 'us', describe: 'wait of a sample for cores of the cluster' },
  waitRemote: { unit: 'us', describe: 'wait of a sample for other clusters' },
  waitMemory: { unit: 'us', describe: 'wait of a sample for memory' },
  waitDirectory: { unit: 'us', describe: 'wait of a sample in queues for a line' },
  costDollars: { unit: 'USD', describe: 'costEpochs epochs on the machines' },
  costRatioOverV100: { unit: 'x', describe: 'cost on two V100 instances over this one' },
  negativeDispersionIndex: { unit: '', describe: 'variance over mean of negatives by item in a refresh interval' },
  distinctNegativesPerInterval: { unit: 'items', describe: 'different negatives in a refresh interval' },
  l1Misses: { unit: '', describe: 'cache-trace: misses of the first level' },
  llMisses: { unit: '', describe: 'cache-trace: misses of the last level' },
  lossFirstEpoch: numerics('mean loss before each update, first epoch'),
  lossLastEpoch: numerics('the same, last epoch'),
  lossRatio: numerics('last over first'),
  aucBefore: numerics('share of test items above random ones by cosine, before'),
  aucAfter: numerics('the same, after'),
  reuseGradientsIdentical: numerics('gradients with stored dot products equal recomputed ones bit by bit'),
  gradientMaxRelError: numerics('gradients against central differences'),
} as const satisfies Readonly<Record<string, MetricInfo>>;

export type MetricName = keyof typeof metrics;
