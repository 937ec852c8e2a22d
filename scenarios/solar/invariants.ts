import type { Draw, Invariant, ParamsInput, RunFunction } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import { loaders, type params, type SolarParams } from './params.ts';

type SolarInvariant = Invariant<typeof params, MetricName>;
type Input = ParamsInput<typeof params>;
type Run = RunFunction<typeof params, MetricName>;
type Drawn = Input &
  Pick<SolarParams, 'samples' | 'gpus' | 'batch' | 'bufferSamples' | 'epochs' | 'loader' | 'requestsPerSample'>;

/** A small training: any number of samples that fills a global batch, any buffer. */
function small(draw: Draw, names: readonly SolarParams['loader'][] = loaders): Drawn {
  const gpus = draw.integer(1, 16);
  const batch = draw.integer(1, 8);
  const samples = draw.integer(gpus * batch, Math.max(300, gpus * batch));
  return {
    surrogate: 'synthetic',
    sampleBytes: 1e5,
    requestsPerSample: draw.integer(1, 3),
    samples,
    gpus,
    gpusPerNode: draw.pick([1, 4, 8]),
    batch,
    bufferSamples: draw.integer(0, samples),
    epochs: draw.integer(1, 5),
    loader: draw.pick(names),
    layout: draw.pick(['shared-file', 'file-per-sample']),
  };
}

const perRank = ({ bufferSamples, gpus }: Drawn): number => Math.floor(bufferSamples / gpus);

/** The same with buffers that all ranks fill to the same height. */
function even(draw: Draw, names: readonly SolarParams['loader'][]): Drawn {
  const drawn = small(draw, names);
  return { ...drawn, bufferSamples: perRank(drawn) * drawn.gpus };
}

const below = (a: number, b: number, tolerance = 1e-6): boolean => a <= b * (1 + tolerance) + 1e-9;
const near = (a: number, b: number, tolerance = 1e-6): boolean => below(a, b, tolerance) && below(b, a, tolerance);

const number = async (run: Run, input: Input, metric: MetricName): Promise<number> => (await run(input)).number(metric);

/** Properties of every run, checked on random parameters. */
export const invariants: readonly SolarInvariant[] = [
  {
    id: 'once an epoch',
    text: 'every sample is trained on once an epoch, in the global batch it was drawn for; hits, fetches and reads add up',
    draw: (draw) => ({ ...small(draw), eviction: draw.pick(['auto', 'lru', 'fifo', 'pin', 'belady', 'none']) }),
    holds: async (input, run) => {
      const result = await run(input);
      if (result.number('sampleCoverage') !== 1 || !result.flag('batchMembershipUnchanged')) return 'batches changed';
      const parts = ['hitRateSteady', 'remoteHitRateSteady', 'pfsReadFractionSteady'] as const;
      const sum = parts.reduce((total, name) => total + result.number(name), 0);
      return near(sum, 1, 1e-12) || `shares add up to ${sum}`;
    },
  },
  {
    id: 'declared exceptions',
    text: 'deepio optimistic trains on the buffered share and says so; the second buffer of the released code breaks the budget where it saves reads',
    draw: (draw) => even(draw, ['deepio', 'solar-released']),
    holds: async (input, run) => {
      const drawn = input as Drawn;
      if (drawn.epochs < 2) return true;
      if (drawn.loader === 'deepio') {
        const result = await run({ ...input, deepioMode: 'optimistic' });
        const share = drawn.bufferSamples / drawn.samples;
        const covered = result.number('sampleCoverage');
        // A rank whose class of samples is smaller than its buffer leaves room that no other may use.
        return (
          (below(covered, share) && result.flag('batchMembershipUnchanged') === (covered === 1)) || `covers ${covered}`
        );
      }
      const result = await run({ ...input, releasedBuffer: 'as-released' });
      const least = (drawn.samples - drawn.bufferSamples) / drawn.samples;
      if (result.number('pfsReadFractionLast') >= least - 1e-12) return true;
      return result.number('bufferPeakSamplesPerRank') > perRank(drawn) || 'fewer reads within the budget';
    },
  },
  {
    id: 'hit ratio',
    text: 'no loader hits more than buffer over data set, the first epoch reads everything, and reuse stays within its bound',
    draw: (draw) => ({ ...small(draw), eviction: draw.pick(['auto', 'lru', 'fifo', 'pin', 'belady', 'none']) }),
    holds: async (input, run) => {
      const drawn = input as Drawn;
      const result = await run(input);
      if (result.number('pfsReadsEpoch0') !== drawn.samples) return 'the first epoch has hits';
      if (drawn.epochs === 1) return true;
      const buffered = perRank(drawn) * drawn.gpus;
      for (const metric of ['pfsReadFractionEpoch1', 'pfsReadFractionSteady', 'pfsReadFractionLast'] as const)
        if (!below(drawn.samples - buffered, result.number(metric) * drawn.samples)) return `${metric} beats the bound`;
      return below(result.number('reuseFactor'), result.number('reuseBound')) || 'more reuse than the bound';
    },
  },
  {
    id: 'reads of solar',
    text: 'solar reads N + (E-1)(N-C) in all, whatever the order of epochs; pin the same',
    draw: (draw) => ({ ...even(draw, ['solar']), order: draw.pick(['given', 'greedy', 'pso', 'exact']) }),
    holds: async (input, run) => {
      const { samples, epochs, bufferSamples } = input as Drawn;
      const expected = samples + (epochs - 1) * (samples - bufferSamples);
      for (const eviction of ['belady', 'pin'] as const) {
        const reads = await number(run, { ...input, eviction }, 'pfsReads');
        if (reads !== expected) return `${eviction}: ${reads}, not ${expected}`;
      }
      return true;
    },
  },
  {
    id: 'nobody beats belady',
    text: 'reads with belady are at most those with lru, fifo, pin and none, for the same mapping and equal reads',
    draw: (draw) => even(draw, ['solar', 'solar-no-remap']),
    holds: async (input, run) => {
      const least = await number(run, { ...input, order: 'given' }, 'pfsReads');
      for (const eviction of ['lru', 'fifo', 'pin', 'none'] as const) {
        const reads = await number(run, { ...input, order: 'given', eviction }, 'pfsReads');
        if (reads < least) return `${eviction} reads ${reads}, belady ${least}`;
      }
      return true;
    },
  },
  {
    id: 'budget',
    text: 'no rank ever holds more than its share of the buffer',
    draw: (draw) => ({ ...small(draw), eviction: draw.pick(['auto', 'lru', 'fifo', 'pin', 'belady']) }),
    holds: async (input, run) => {
      const drawn = input as Drawn;
      // The second buffer of the released code comes on top of the budget, one step's worth when it is emptied.
      const extra = drawn.loader === 'solar-released' ? drawn.batch : 0;
      const peak = await number(run, input, 'bufferPeakSamplesPerRank');
      return peak <= perRank(drawn) + extra || `a rank held ${peak}`;
    },
  },
  {
    id: 'fair shares',
    text: "reads of ranks differ by one at most with balance 'loads', samples trained on with 'equal'; imbalances lie in 1..P",
    draw: (draw) => ({ ...small(draw), eviction: draw.pick(['auto', 'lru', 'fifo', 'belady']) }),
    holds: async (input, run) => {
      const drawn = input as Drawn;
      const result = await run(input);
      const byLoads = ['solar', 'solar-no-reorder', 'solar-no-chunk'].includes(drawn.loader);
      const spread = result.number(byLoads ? 'stepReadSpread' : 'stepProcessedSpread');
      if (spread > 1) return `shares differ by ${spread}`;
      const [loads, compute] = [result.number('loadImbalance'), result.number('computeImbalance')];
      return (
        (loads >= 1 - 1e-9 && below(loads, drawn.gpus) && compute >= 1 - 1e-9) || `imbalances ${loads}, ${compute}`
      );
    },
  },
  {
    id: 'least time',
    text: 'loading takes at least its bytes at the rate of the file system, and each rank its share of requests',
    draw: (draw) => ({ ...small(draw), fsAggregateBytesPerSecond: draw.pick([1e8, 1e9, 1e12]), chunking: 'off' }),
    holds: async (input, run) => {
      const drawn = input as Drawn;
      const result = await run(input);
      const loading = result.number('loadSecondsTotal');
      const reads = result.number('pfsReads') / drawn.gpus;
      const rate = Math.min(1e9, Number(input.fsAggregateBytesPerSecond));
      const least = Math.max(
        result.number('pfsBytes') / Number(input.fsAggregateBytesPerSecond),
        reads * (1e-3 * drawn.requestsPerSample + 1e5 / rate),
      );
      return below(least, loading) || `${loading} s are less than ${least} s`;
    },
  },
  {
    id: 'factors',
    text: 'the four factors multiply to the speed-up',
    draw: (draw) => small(draw),
    holds: async (input, run) => {
      const result = await run(input);
      const factors = ['reuseFactor', 'balanceFactor', 'readCostFactor', 'overlapFactor'] as const;
      const product = factors.reduce((all, name) => all * result.number(name), 1);
      return near(product, result.number('speedupOverPytorch')) || `product ${product}`;
    },
  },
  {
    id: 'waits tile',
    text: 'waiting for data, computing and waiting for others tile the run of every rank; without prefetch, data are reads, fetches and copies',
    draw: (draw) => ({
      ...small(draw),
      prefetchDepth: draw.pick([0, 0, 1, 4]),
      allReduceSeconds: draw.pick([0, 1e-3]),
    }),
    holds: async (input, run) => {
      const result = await run(input);
      const sum = (names: readonly MetricName[]): number => names.reduce((all, name) => all + result.number(name), 0);
      const tiled = sum(['dataSeconds', 'computeSeconds', 'barrierSeconds']);
      if (!near(tiled, result.number('simulatedSeconds'), 1e-9))
        return `${tiled} s of ${result.number('simulatedSeconds')}`;
      const loading = sum(['readSeconds', 'peerSeconds', 'copySeconds']);
      const data = result.number('dataSeconds');
      if (Number(input.prefetchDepth) > 0) return below(data, loading) || `data ${data} s, loading ${loading} s`;
      return near(data, loading, 1e-9) || `data ${data} s, loading ${loading} s`;
    },
  },
  {
    id: 'no buffer',
    text: 'without a buffer every loader reads everything, and solar takes as long as pytorch; with all of it, solar reads once',
    draw: (draw) => small(draw),
    holds: async (input, run) => {
      const { samples, epochs, gpus } = input as Drawn;
      const empty = await run({ ...input, bufferSamples: 0, layout: 'file-per-sample' });
      if (empty.number('pfsReads') !== samples * epochs) return 'hits without a buffer';
      const given = { ...input, layout: 'file-per-sample', loader: 'solar' } as const;
      const ratio = await number(run, { ...given, bufferSamples: 0 }, 'speedupOverPytorch');
      if (!near(ratio, 1, 0.01)) return `solar is ${ratio} as fast without a buffer`;
      const all = Math.floor(samples / gpus) * gpus;
      const reads = await number(run, { ...given, samples: all, bufferSamples: all, batch: 1 }, 'pfsReads');
      return reads === all || `${reads} reads with all of ${all} samples in memory`;
    },
  },
  {
    id: 'twice as fast',
    text: 'rates doubled and latencies halved halve the time of loading; larger buffers never cost reads',
    draw: (draw) => even(draw, ['pytorch', 'nopfs', 'deepio', 'solar', 'solar-no-balance', 'solar-released']),
    holds: async (input, run) => {
      const { samples, gpus, bufferSamples } = input as Drawn;
      const at = (factor: number): Input => ({
        ...input,
        chunking: 'off',
        fsLatencySeconds: 1e-3 / factor,
        fsClientBytesPerSecond: 1e9 * factor,
        fsAggregateBytesPerSecond: 2e9 * factor,
        networkLatencySeconds: 4e-6 / factor,
        networkBytesPerSecond: 1e10 * factor,
        hitSecondsPerSample: 1e-4 / factor,
      });
      const [one, two] = [await run(at(1)), await run(at(2))];
      const ratio = one.number('loadSecondsTotal') / two.number('loadSecondsTotal');
      if (!near(ratio, 2, 1e-3)) return `loading became ${ratio} times as fast`;
      const more = Math.min(Math.floor(samples / gpus) * gpus, bufferSamples + gpus);
      const given = { ...input, loader: 'solar' } as const;
      const larger = await number(run, { ...given, bufferSamples: more }, 'pfsReads');
      const smaller = await number(run, { ...given, bufferSamples }, 'pfsReads');
      return larger <= smaller || `${more} samples buffered cost ${larger - smaller} reads`;
    },
  },
  {
    id: 'never slower',
    text: 'more prefetch, more requests under way and a faster file system never make training slower',
    draw: (draw) => ({
      ...small(draw),
      prefetchDepth: draw.integer(0, 3),
      computeSecondsPerSample: draw.pick([1e-4, 1e-3, 1e-2]),
    }),
    holds: async (input, run) => {
      const seconds = (set: Input): Promise<number> => number(run, { ...input, ...set }, 'totalSeconds');
      const plain = await seconds({});
      const better: readonly Input[] = [
        { prefetchDepth: Number(input.prefetchDepth) + 1 },
        { ioDepth: 4 },
        { fsLatencySeconds: 5e-4 },
        { fsClientBytesPerSecond: 2e9 },
      ];
      for (const set of better)
        if (!below(await seconds({ ...set, chunking: 'off' }), await seconds({ chunking: 'off' })))
          return `${JSON.stringify(set)} is slower than ${plain} s`;
      return true;
    },
  },
  {
    id: 'any number of ranks',
    text: 'solar reads the same in all for every number of GPUs that divides the buffer',
    draw: (draw) => ({
      surrogate: 'synthetic',
      samples: draw.integer(128, 300),
      batch: 2,
      epochs: 3,
      bufferSamples: 64,
    }),
    holds: async (input, run) => {
      const reads = await Promise.all([1, 2, 4, 8, 16, 32].map((gpus) => number(run, { ...input, gpus }, 'pfsReads')));
      return reads.every((one) => one === reads[0]) || `reads ${reads}`;
    },
    runs: 30,
  },
  {
    id: 'benchmark bounds',
    text: 'utilisation is at most 1, samples per second at most those of computing without pause, bytes at most those of storage',
    draw: (draw) => ({
      mode: 'mlperf-storage',
      mlperfModel: draw.pick(['unet3d', 'resnet50', 'cosmoflow']),
      accelerators: draw.integer(1, 6),
      storageBytesPerSecond: draw.real(1e8, 2e10),
      barrierEvery: draw.integer(1, 4),
    }),
    holds: async (input, run) => {
      const result = await run(input);
      const [batch, compute, size] = {
        unet3d: [7, 0.323, 146_600_628],
        resnet50: [400, 0.224, 114_660],
        cosmoflow: [1, 0.0035, 2_828_486],
      }[input.mlperfModel as 'unet3d' | 'resnet50' | 'cosmoflow'] as [number, number, number];
      const rate = result.number('samplesPerSecond');
      if (result.number('acceleratorUtilization') > 1) return 'utilisation above 1';
      if (!below(rate, (Number(input.accelerators) * batch) / compute)) return `${rate} samples/s without pause`;
      // Queues that are full at the start and sizes that vary carry a window over the mean by a few per cent.
      return below(rate * size, Number(input.storageBytesPerSecond), 0.06) || `${rate * size} B/s`;
    },
    runs: 40,
  },
];
