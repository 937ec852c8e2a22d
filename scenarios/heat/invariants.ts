import type { Draw, Invariant, ParamsInput } from '../kit/index.ts';
import type { baselineEpoch } from './baselines.ts';
import type { MetricName } from './metrics.ts';
import type { HeatParams, params } from './params.ts';
import { BLOCK } from './setup.ts';

type HeatInvariant = Invariant<typeof params, MetricName>;
type Input = ParamsInput<typeof params>;
type Run = Parameters<HeatInvariant['holds']>[1];

const sources = ['fetchL1', 'fetchL2', 'fetchL3', 'fetchPeer', 'fetchRemote', 'fetchDram'] as const;

/** A few samples on any machine shape. */
function anyRun(draw: Draw): Input & { threads: number; interactions: number } {
  const dim = draw.pick([16, 32, 64, 128, 256]);
  const line = draw.pick([32, 64, 128, 256].filter((bytes) => 4 * dim >= bytes));
  const ways = (): number => draw.pick([1, 2, 4, 8, 16]);
  const [l1Ways, l2Ways, l3Ways] = [ways(), ways(), ways()];
  const items = draw.integer(100, 200_000);
  return {
    threads: draw.integer(1, 64),
    sampler: draw.pick(['random', 'tile']),
    tile: Math.min(items, draw.integer(8, 4096)),
    refresh: draw.integer(1, 512),
    dim,
    lineBytes: line,
    negatives: draw.integer(1, 8),
    users: draw.integer(10, 10_000),
    items,
    interactions: draw.integer(1, 100_000),
    l1Ways,
    l1Bytes: l1Ways * line * draw.pick([4, 16, 64]),
    l2Ways,
    l2Bytes: l2Ways * line * draw.pick([128, 256]),
    l3Ways,
    l3Bytes: l3Ways * line * draw.pick([256, 512]),
    gradientRows: draw.pick([true, false]),
    warmupRounds: 1,
    sampleRounds: 2,
  };
}

/** Some rounds on a small machine and small tables, long enough to compare two settings. */
function smallRun(draw: Draw): Input & { threads: number; items: number; tile: number } {
  const items = draw.integer(4000, 12_000);
  return {
    threads: draw.pick([6, 8]),
    sampler: 'tile',
    tile: draw.pick([16, 32, 64]),
    refresh: 1024,
    dim: 128,
    negatives: 16,
    users: 1000,
    items,
    interactions: 100_000,
    l1Bytes: 4096,
    l2Bytes: 65536,
    l3Bytes: 262144,
    warmupRounds: 30,
    sampleRounds: 20,
  };
}

/** Compares a metric of two settings: `more` may not be below `less` by more than the slack. */
async function notLess(
  run: Run,
  metric: MetricName,
  less: Input,
  more: Input,
  slack: { readonly share?: number; readonly absolute?: number },
): Promise<true | string> {
  const [a, b] = [(await run(less)).number(metric), (await run(more)).number(metric)];
  return b >= a * (1 - (slack.share ?? 0)) - (slack.absolute ?? 0) || `${metric} fell from ${a} to ${b}`;
}

/** Properties of every run, checked on random parameters. */
export const invariants: readonly HeatInvariant[] = [
  {
    id: 'sources',
    text: 'every first touch is found in one place',
    draw: anyRun,
    holds: async (input, run) => {
      const result = await run(input);
      const shares = sources.map((name) => result.number(name));
      const sum = shares.reduce((total, share) => total + share, 0);
      return (
        (Math.abs(sum - 1) <= 1e-9 && shares.every((share) => share >= 0 && share <= 1)) || `shares ${shares.join(' ')}`
      );
    },
  },
  {
    id: 'tiles',
    text: 'waits and computing tile the time of a sample',
    draw: anyRun,
    holds: async (input, run) => {
      const result = await run(input);
      const waits = (['waitCluster', 'waitPeer', 'waitRemote', 'waitMemory', 'waitDirectory'] as const).reduce(
        (sum, name) => sum + result.number(name),
        0,
      );
      const share = result.number('phaseReadShare') + result.number('phaseBackwardShare');
      const whole = waits + result.number('phaseComputeShare') * result.number('usPerSample');
      const isWhole = Math.abs(share + result.number('phaseComputeShare') - 1) < 1e-9;
      return (isWhole && Math.abs(whole / result.number('usPerSample') - 1) < 1e-9) || `${whole} us are explained`;
    },
  },
  {
    id: 'one thread',
    text: 'a single thread meets nobody',
    draw: (draw) => ({ ...anyRun(draw), threads: 1 }),
    holds: async (input, run) => {
      const result = await run(input);
      const met = result.number('fetchPeer') + result.number('fetchRemote') + result.number('coherenceMisses');
      return met === 0 || `${met} rows of others`;
    },
  },
  {
    id: 'one cluster',
    text: 'threads of one cluster fetch nothing from others',
    draw: (draw) => ({ ...anyRun(draw), threads: draw.integer(1, 8), coresPerCluster: 8 }),
    holds: async (input, run) => {
      const remote = (await run(input)).number('fetchRemote');
      return remote === 0 || `fetchRemote ${remote}`;
    },
  },
  {
    id: 'epoch',
    text: 'an epoch is its interactions times a sample over the threads, in whole blocks',
    draw: anyRun,
    holds: async (input, run) => {
      const { threads, interactions } = input as ReturnType<typeof anyRun>;
      const result = await run(input);
      const blocks = Math.ceil(interactions / BLOCK);
      const uneven = (Math.ceil(blocks / threads) * threads) / blocks;
      const expected = ((interactions * result.number('usPerSample')) / 1e6 / threads) * uneven;
      return Math.abs(result.number('epochSeconds') / expected - 1) < 1e-9 || `not ${expected} s`;
    },
  },
  {
    id: 'bytes',
    text: 'rows of an epoch double with the row length and with gradient rows',
    draw: (draw) => ({
      ...anyRun(draw),
      dim: draw.pick([64, 128]),
      lineBytes: 64,
      l1Bytes: 0,
      l1Ways: 0,
      gradientRows: false,
    }),
    holds: async (input, run) => {
      const base = (await run(input)).number('tableBytesPerEpoch');
      const long = (await run({ ...input, dim: 2 * Number(input.dim) })).number('tableBytesPerEpoch');
      const both = (await run({ ...input, gradientRows: true })).number('tableBytesPerEpoch');
      return (long === 2 * base && both === 2 * base) || `${base}, ${long}, ${both}`;
    },
  },
  {
    id: 'cost',
    text: 'cost is linear in price, epochs and machines',
    draw: (draw) => ({
      dataset: 'goodreads',
      epochSecondsOverride: draw.real(1, 1e4),
      pricePerHour: draw.real(0.1, 50),
      instances: draw.integer(1, 9),
      costEpochs: draw.integer(1, 500),
    }),
    holds: async (input, run) => {
      const { epochSecondsOverride, pricePerHour, instances, costEpochs } = input as Record<string, number>;
      const expected = (costEpochs! * epochSecondsOverride! * instances! * pricePerHour!) / 3600;
      const dollars = (await run(input)).number('costDollars');
      return Math.abs(dollars / expected - 1) < 1e-12 || `${dollars} dollars, not ${expected}`;
    },
  },
  {
    id: 'batches',
    text: 'a framework takes whole batches, each as long as the last',
    draw: (draw) => ({
      system: draw.pick(['pytorch-cpu', 'torchrec-cpu', 'pytorch-v100', 'torchrec-v100'] as const),
      model: draw.pick(['mf', 'simplex'] as const),
      interactions: draw.integer(1, 1e6),
    }),
    holds: async (input, run) => {
      const result = await run(input);
      const { system, model, interactions } = input as Pick<HeatParams, 'model' | 'interactions'> & {
        system: Parameters<typeof baselineEpoch>[0];
      };
      const expected = Math.ceil(interactions / 1024) * result.number('batchSeconds');
      return Math.abs(result.number('epochSeconds') / expected - 1) < 1e-9 || `${system} ${model}: not ${expected} s`;
    },
  },
  {
    id: 'reuse',
    text: 'computing dot products again is never faster',
    draw: (draw) => ({ ...smallRun(draw), reuse: true }),
    holds: (input, run) => notLess(run, 'usPerSample', input, { ...input, reuse: false }, { share: 0.01 }),
    runs: 20,
  },
  {
    id: 'gradient rows',
    text: 'doing without gradient rows is never slower',
    draw: (draw) => ({ ...smallRun(draw), gradientRows: true }),
    holds: (input, run) => notLess(run, 'usPerSample', { ...input, gradientRows: false }, input, { share: 0.01 }),
    runs: 20,
  },
  {
    id: 'accumulation',
    text: 'accumulating longer is never slower',
    draw: (draw) => ({ ...smallRun(draw), system: 'heat-accl', localAccumulation: 1 }),
    holds: (input, run) =>
      notLess(run, 'usPerSample', { ...input, localAccumulation: 32 }, { ...input }, { share: 0.01 }),
    runs: 20,
  },
  {
    id: 'larger tile',
    text: 'a larger tile never fetches less from other clusters',
    draw: smallRun,
    holds: (input, run) =>
      notLess(run, 'fetchRemote', input, { ...input, tile: 4 * Number(input.tile) }, { absolute: 0.02 }),
    runs: 20,
  },
  {
    id: 'more items',
    text: 'more items with the same tile never fetch more from other clusters',
    draw: smallRun,
    holds: (input, run) =>
      notLess(run, 'fetchRemote', { ...input, items: 4 * Number(input.items) }, input, { absolute: 0.02 }),
    runs: 20,
  },
  {
    id: 'spread',
    text: 'threads spread over more clusters never fetch less from other clusters',
    draw: (draw) => ({ ...smallRun(draw), sampler: 'random', tile: 1024 }),
    holds: (input, run) => notLess(run, 'fetchRemote', input, { ...input, placement: 'spread' }, { absolute: 0.02 }),
    runs: 20,
  },
  {
    id: 'half the third level',
    text: 'half the third level never fetches less from memory',
    draw: (draw) => ({ ...smallRun(draw), sampler: 'random', tile: 1024, threads: 4 }),
    holds: (input, run) => notLess(run, 'fetchDram', input, { ...input, l3Bytes: 131072 }, { absolute: 0.02 }),
    runs: 20,
  },
  {
    id: 'more threads',
    text: 'twice the threads never make a tiled epoch longer by more than 5 %',
    draw: (draw) => ({ ...smallRun(draw), interactions: BLOCK * 480 }),
    holds: (input, run) =>
      notLess(run, 'epochSeconds', { ...input, threads: 2 * Number(input.threads) }, input, { share: 0.05 }),
    runs: 20,
  },
  {
    id: 'whole tile',
    text: 'a tile of all items that is drawn for every sample is the random sampler',
    draw: (draw) => ({ ...smallRun(draw), sampler: 'random', tile: 4000, items: 4000, refresh: 1, negatives: 4 }),
    holds: async (input, run) => {
      const [random, tile] = [await run(input), await run({ ...input, sampler: 'tile' })];
      const widths = [random, tile].map((result) => result.number('ciRelHalfWidth') * result.number('usPerSample'));
      const apart = Math.abs(random.number('usPerSample') - tile.number('usPerSample'));
      return apart <= widths[0]! + widths[1]! + 0.01 * random.number('usPerSample') || `${apart} us apart`;
    },
    runs: 10,
  },
  {
    id: 'coherence law',
    text: 'a tile is fetched from other clusters as often as they wrote its rows meanwhile: r d within 10 %, for 1 << n << N1',
    draw: (draw) => ({
      threads: 16,
      sampler: 'tile',
      tile: 512,
      refresh: 1_000_000,
      dim: 16,
      negatives: 32,
      users: 1000,
      items: draw.integer(12_000, 24_000),
      interactions: 100_000,
      warmupRounds: 150,
      sampleRounds: 60,
    }),
    holds: async (input, run) => {
      const { threads, tile, negatives, items } = input as Record<string, number>;
      const lambda = ((threads! - 4) * tile!) / items!;
      const r = 1 - (1 - Math.exp(-lambda)) / lambda;
      const d = (tile! * (1 - (1 - 1 / tile!) ** negatives!)) / negatives!;
      const remote = (await run(input)).number('fetchRemote');
      return Math.abs(remote / (r * d) - 1) <= 0.1 || `fetchRemote ${remote}, law ${r * d}`;
    },
    runs: 6,
  },
];
