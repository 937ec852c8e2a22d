import { mlperfStorage } from '../../actors/index.ts';
import type { Claim, ParamsInput, RunFunction } from '../kit/index.ts';
import { runOfRow, storageRows } from './figures.ts';
import type { MetricName } from './metrics.ts';
import type { params } from './params.ts';

type SolarClaim = Claim<typeof params, MetricName>;
type Run = RunFunction<typeof params, MetricName>;
type Input = ParamsInput<typeof params>;

const paper = 'arXiv 2211.00224, abstract';
const derived = 'derived here: the boundary of the claim';
const nopfs = 'NoPFS (SC 2021), section 6';

/** Surrogates, buffers and numbers of GPUs that the abstract speaks of; no constant differs between them. */
const grid: readonly Input[] = (['ptychonn', 'autophasenn', 'cosmoflow'] as const).flatMap((surrogate) =>
  (['8GB', '16GB', '40GB'] as const).flatMap((bufferBytesPerGpu) =>
    [8, 16, 32].map((gpus) => ({ surrogate, bufferBytesPerGpu, gpus, simulatedEpochs: 4 })),
  ),
);

async function largest(run: Run, metric: MetricName, set: Input = {}): Promise<number> {
  let most = 0;
  for (const point of grid) most = Math.max(most, (await run({ ...point, ...set })).number(metric));
  return most;
}

/** The case of the grid with the largest speed-up of loading: all in memory, small samples, few GPUs. */
const best: Input = { surrogate: 'ptychonn', bufferBytesPerGpu: '8GB', gpus: 8, simulatedEpochs: 4 };

/** Latency at which `best` is 24.4 times as fast, by bisection of the logarithm. */
async function latencyOf(run: Run, speedup: number): Promise<number> {
  let [low, high] = [0.2e-3, 5e-3];
  for (let i = 0; i < 8; i++) {
    const middle = Math.sqrt(low * high);
    const found = (await run({ ...best, fsLatencySeconds: middle })).number('loadSpeedupOverPytorch');
    if (found < speedup) low = middle;
    else high = middle;
  }
  return Math.sqrt(low * high);
}

/** Pairs of rows of one system and job, h100 and a100, where storage sets the limit: measured and predicted accelerators of the a100 row. */
async function transfers(run: Run): Promise<readonly (readonly [number, number])[]> {
  const pairs: (readonly [number, number])[] = [];
  for (const row of storageRows) {
    if (row.accelerator !== 'h100' || row.model === 'resnet50') continue;
    if (row.utilisation > mlperfStorage[row.model].utilisation.value + 0.05) continue;
    const other = storageRows.find(
      (one) => one.accelerator === 'a100' && one.model === row.model && one.system === row.system,
    );
    if (other === undefined) continue;
    const result = await run({
      mode: 'mlperf-storage',
      mlperfModel: row.model,
      accelerator: 'a100',
      storageBytesPerSecond: row.bytesPerSecond,
      findMax: true,
    });
    pairs.push([other.accelerators, result.number('maxAccelerators')]);
  }
  return pairs;
}

const big: Input = { surrogate: 'cosmoflow', loader: 'pytorch', fileSystem: 'lassen', simulatedEpochs: 3 };

/** The headlines, each computed from runs and judged by a stated band; where one does not hold, a claim says so. */
export const claims: readonly SolarClaim[] = [
  {
    id: 'over pytorch',
    text: 'largest speed-up of loading over surrogates x buffers x GPUs, default constants',
    published: 24.4,
    unit: 'x',
    source: paper,
    pass: { min: 8, max: 110 },
    how: (run) => largest(run, 'loadSpeedupOverPytorch'),
    slow: true,
  },
  {
    id: 'latency of 24.4x',
    text: 'latency of a request at which the largest is 24.4x; plausible are 0.2 to 5 ms',
    published: 1,
    unit: 'ms',
    source: 'derived here: the default is assumed',
    pass: { min: 0.2, max: 5 },
    how: async (run) => (await latencyOf(run, 24.4)) * 1e3,
  },
  {
    id: '24.4x at that latency',
    text: 'largest speed-up of loading on the whole grid at the latency found',
    published: 24.4,
    unit: 'x',
    source: paper,
    pass: { min: 24, max: 24.8 },
    how: async (run) => largest(run, 'loadSpeedupOverPytorch', { fsLatencySeconds: await latencyOf(run, 24.4) }),
    slow: true,
  },
  {
    id: 'not 24.4x: training time',
    text: 'does not hold for the time of training: the same case, loading and computing',
    published: 24.4,
    unit: 'x',
    source: derived,
    pass: { max: 5 },
    how: async (run) => (await run(best)).number('speedupOverPytorch'),
  },
  {
    id: 'not 24.4x: a third in memory',
    text: 'does not hold: cosmoflow with 16 GB on 16 GPUs, a third of the data set',
    published: 24.4,
    unit: 'x',
    source: derived,
    pass: { max: 2 },
    how: async (run) => (await run({ surrogate: 'cosmoflow', simulatedEpochs: 4 })).number('loadSpeedupOverPytorch'),
  },
  {
    id: 'not 24.4x: 24 epochs',
    text: 'cannot hold by reuse: all in memory, 24 epochs, fewest reads that any loader can have',
    published: 24.4,
    unit: 'x',
    source: derived,
    pass: { max: 24 },
    how: async (run) => (await run({ ...best, epochs: 24 })).number('reuseBound'),
  },
  {
    id: 'over the state of the art',
    text: 'largest speed-up of loading over nopfs on the same grid',
    published: 3.52,
    unit: 'x',
    source: paper,
    pass: { min: 1.2, max: 8 },
    how: (run) => largest(run, 'speedupOverNopfs'),
    slow: true,
  },
  {
    id: 'equal reads',
    text: 'nopfs and solar read the same number of samples in every case of the grid',
    published: true,
    source: 'derived: both read N - C in an epoch',
    pass: { equals: true },
    how: async (run) => {
      for (const point of grid) {
        const [one, other] = [await run(point), await run({ ...point, loader: 'nopfs' })];
        if (one.number('pfsReads') !== other.number('pfsReads')) return false;
      }
      return true;
    },
    slow: true,
  },
  {
    id: 'order of epochs',
    text: 'the order of epochs does not change the reads of solar, cosmoflow on 16 GPUs',
    published: true,
    source: 'derived: section on bounds of the README',
    pass: { equals: true },
    how: async (run) => {
      const reads = async (loader: 'solar' | 'solar-no-reorder') =>
        (await run({ surrogate: 'cosmoflow', simulatedEpochs: 8, loader })).number('pfsReads');
      return (await reads('solar')) === (await reads('solar-no-reorder'));
    },
  },
  {
    id: 'order of epochs: fifo',
    text: 'does not hold for a buffer in order of arrival: reads saved by the best order, N 1024, C 512, E 8',
    published: 0,
    source: derived,
    pass: { min: 0.001 },
    how: async (run) => {
      const given = {
        surrogate: 'synthetic',
        samples: 1024,
        bufferSamples: 512,
        gpus: 1,
        epochs: 8,
        eviction: 'fifo',
      } as const;
      const reads = async (order: 'given' | 'exact') => (await run({ ...given, order })).number('pfsReads');
      return 1 - (await reads('exact')) / (await reads('given'));
    },
  },
  {
    id: 'burst',
    text: 'keeping what is used soonest is the best rule: time of training, pin over belady, four steps of prefetch',
    published: 1,
    source: 'derived: both read the same, belady in bursts',
    pass: { max: 1 },
    how: async (run) => {
      const given = { surrogate: 'cosmoflow', prefetchDepth: 4, simulatedEpochs: 8 } as const;
      const seconds = async (eviction: 'pin' | 'belady') => (await run({ ...given, eviction })).number('epochSeconds');
      return (await seconds('pin')) / (await seconds('belady'));
    },
  },
  {
    id: 'lassen',
    text: 'the plain loader on Lassen stops scaling: epoch at 512 GPUs over that at 256',
    published: 1,
    unit: 'x',
    source: `${nopfs}, qualitative`,
    pass: { min: 0.85 },
    how: async (run) =>
      (await run({ ...big, gpus: 512 })).number('epochSeconds') /
      (await run({ ...big, gpus: 256 })).number('epochSeconds'),
    slow: true,
  },
  {
    id: 'lassen, few GPUs',
    text: 'does not hold below: epoch at 64 GPUs over that at 32',
    published: 1,
    unit: 'x',
    source: derived,
    pass: { max: 0.6 },
    how: async (run) =>
      (await run({ ...big, gpus: 64 })).number('epochSeconds') /
      (await run({ ...big, gpus: 32 })).number('epochSeconds'),
    slow: true,
  },
  {
    id: 'storage rows',
    text: 'rows of MLPerf Storage whose samples per second are within 8 % at their own bytes per second, none above by 1 %',
    published: 1,
    source: 'MLPerf Storage v1.0, closed division',
    pass: { min: 0.85 },
    how: async (run) => {
      let [near, above] = [0, 0];
      for (const row of storageRows) {
        const ratio = (await run(runOfRow(row))).number('samplesPerSecond') / row.samplesPerSecond;
        if (Math.abs(ratio - 1) <= 0.08) near++;
        if (ratio > 1.01) above++;
      }
      return above > 0 ? 0 : near / storageRows.length;
    },
    slow: true,
  },
  {
    id: 'transfer to a100',
    text: 'share of systems whose a100 count is within 15 % of the one predicted from their h100 row',
    published: 1,
    source: 'MLPerf Storage v1.0, closed division',
    pass: { min: 0.75 },
    how: async (run) => {
      const pairs = await transfers(run);
      return pairs.filter(([actual, found]) => Math.abs(found / actual - 1) <= 0.15).length / pairs.length;
    },
  },
  {
    id: 'rarer barrier',
    text: 'utilisation of 411 accelerators with a barrier every 16 steps over every step, 2 % jitter (Volumez: 0.978 over 0.922)',
    published: 0.978 / 0.922,
    source: 'MLPerf Storage v1.0; what was changed is inferred from the name of the run',
    pass: { min: 1.03, max: 1.09 },
    how: async (run) => {
      const given = { mode: 'mlperf-storage', accelerators: 411, computeJitter: 0.02 } as const;
      const of = async (barrierEvery: number) =>
        (await run({ ...given, barrierEvery })).number('acceleratorUtilization');
      return (await of(16)) / (await of(1));
    },
  },
];
