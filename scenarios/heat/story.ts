import { createRandomSource, uniformInteger } from '../../engine/index.ts';
import type { BarPlot, LinePlot, Plot, PublishedMark, RunFunction, RunResult } from '../kit/index.ts';
import { figures } from './figures.ts';
import type { MetricName } from './metrics.ts';
import { type HeatParams, params } from './params.ts';
import { setupOf } from './setup.ts';
import { simulateHeat } from './simulate.ts';

type Run = RunFunction<typeof params, MetricName>;
type Result = RunResult<MetricName>;

const threadCounts = [2, 8, 32, 64];
const tiles = [64, 256, 1024, 2048];

const sources: ReadonlyArray<readonly [name: string, metric: MetricName]> = [
  ['L1', 'fetchL1'],
  ['L2', 'fetchL2'],
  ['L3 of the cluster', 'fetchL3'],
  ['core of the cluster', 'fetchPeer'],
  ['other cluster', 'fetchRemote'],
  ['memory', 'fetchDram'],
];

const spent: ReadonlyArray<readonly [name: string, metric: MetricName]> = [
  ['L3 of the cluster', 'waitCluster'],
  ['core of the cluster', 'waitPeer'],
  ['other cluster', 'waitRemote'],
  ['memory', 'waitMemory'],
  ['queue of a line', 'waitDirectory'],
];

/** Shorter runs than for a figure: the plots show shapes. */
const light: Partial<HeatParams> = { warmupRounds: 60, sampleRounds: 10 };

/** The plots of the replay: where rows come from, what that costs, and which part of HEAT earns what. */
export async function story(runAll: Run): Promise<readonly Plot[]> {
  const run: Run = (set) => runAll({ ...light, ...set });
  const byThreads = await Promise.all(threadCounts.map((threads) => run({ threads })));
  const byTile = await Promise.all(tiles.map((tile) => run({ sampler: 'tile', tile })));
  return [
    sourcePlot('threads, random sampler', threadCounts, byThreads, {
      title: 'Where the rows of negatives are found, over threads',
      note: 'Memory turns into other clusters between 16 and 32 threads: the caches of eight clusters together hold all tables, and every row was last written somewhere else.',
    }),
    await threadPlot(run, byThreads),
    sourcePlot('tile', tiles, byTile, {
      title: 'Where they are found, over the size of the tile',
      note: '64 threads. Capacity alone would keep 256 items in the second level and 1024 in the third; what grows in front of both is the share that another cluster wrote meanwhile.',
    }),
    gainPlot(byTile),
    demandPlot(),
    await wavePlot(),
    await accumulationPlot(run),
    await ablationPlot(run),
    systemPlot(),
  ];
}

function sourcePlot(
  label: string,
  values: readonly number[],
  results: readonly Result[],
  texts: Pick<BarPlot, 'title'> & { readonly note: string },
): BarPlot {
  return {
    kind: 'bar',
    ...texts,
    x: { label },
    y: { label: 'share of first touches', unit: '%' },
    stacked: true,
    series: sources.map(([name, metric]) => ({
      name,
      points: results.map((result, i): [string, number] => [String(values[i]), 100 * result.number(metric)]),
    })),
  };
}

/** Published epochs of a group as marks over a parameter. */
function marks(
  prefix: string,
  along: 'threads' | 'tile',
  scale: (value: number, at: number) => number,
  series: string,
) {
  return figures
    .filter(({ id }) => id.startsWith(prefix))
    .map(({ params: set, value, role }): PublishedMark => {
      const at = Number(set[along]);
      return { x: at, y: scale(Number(value), at), series, role };
    });
}

async function threadPlot(run: Run, random: readonly Result[]): Promise<LinePlot> {
  const interactions = 2_380_730;
  const tile = await Promise.all(threadCounts.map((threads) => run({ threads, sampler: 'tile' })));
  const line = (name: string, results: readonly Result[]) => ({
    name,
    points: results.map((result, i): [number, number] => [threadCounts[i] as number, result.number('usPerSample')]),
  });
  const toSample = (epoch: number, threads: number): number => ((epoch * threads) / interactions) * 1e6;
  const published = figures
    .filter(({ id }) => id.startsWith('epoch, '))
    .map(({ params: set, value, role }): PublishedMark => {
      const threads = Number(set.threads);
      return { x: threads, y: toSample(Number(value), threads), series: String(set.sampler), role };
    });
  return {
    kind: 'line',
    title: 'Thread time of a sample over threads',
    note: 'amazon-books. Marks are Figure 12. The random sampler pays for coherence; with a tile of 1024 most rows stay near.',
    x: { label: 'threads', scale: 'log2' },
    y: { label: 'time of a sample', unit: 'us' },
    series: [line('random', random), line('tile', tile)],
    published,
  };
}

function gainPlot(byTile: readonly Result[]): LinePlot {
  return {
    kind: 'line',
    title: 'Gain of tiling over the size of the tile',
    note: 'CCL, 64 threads; marks are Figures 10 and 14. Nothing known explains the published 1.03 at 2048.',
    x: { label: 'tile', unit: 'items', scale: 'log2' },
    y: { label: 'random over tile', unit: 'x' },
    series: [
      { name: 'CCL', points: byTile.map((result, i) => [tiles[i] as number, result.number('speedupOverRandom')]) },
    ],
    published: marks('gain of tile', 'tile', (value) => value, 'CCL').filter((_, i) => i < 4),
  };
}

/** Rows of a tile in each part of one L2 against its ways: above 1 they cannot all stay. */
function demandPlot(): Plot {
  const [sets, ways, parts] = [128, 8, 16];
  const stream = createRandomSource({ seed: 1 }).stream('heat', 'demand');
  const item = uniformInteger(0, 91_598);
  const cells = tiles.flatMap((tile) => {
    const rows = new Float64Array(parts);
    for (let i = 0; i < tile; i++) {
      const drawn = item.sample(stream);
      for (const row of [52_643 + drawn, 144_242 + 52_643 + drawn]) {
        const part = Math.floor(((row % sets) * parts) / sets);
        rows[part] = (rows[part] as number) + 1;
      }
    }
    return [...rows].map((count, part): [string, string, number] => [
      `${part * 8}`,
      String(tile),
      Number((count / ((sets / parts) * ways)).toFixed(2)),
    ]);
  });
  return {
    kind: 'heat',
    title: 'Rows of a tile in the sets of one L2, over its ways',
    note: 'Weight and gradient rows of the tile in 128 sets of rows with 8 ways. Past 256 items (0.5) the buffers of the sample begin to push them out; past 512 they no longer fit.',
    x: { label: 'first of eight sets' },
    y: { label: 'tile' },
    value: { label: 'rows over ways' },
    cells,
  };
}

const defaults = Object.fromEntries(
  Object.entries(params).map(([name, schema]) => [name, schema.parse(undefined)]),
) as unknown as HeatParams;

async function wavePlot(): Promise<Plot> {
  const setup = setupOf({ ...defaults, system: 'heat-accl', localAccumulation: 1, warmupRounds: 40, sampleRounds: 2 });
  const { spans } = await simulateHeat(setup, { recordSamples: 1 });
  const lanes = Array.from({ length: 16 }, (_, cluster) => {
    const thread = cluster * 4;
    const own = spans.filter((span) => span.thread === thread);
    return { thread, cluster, own, begins: Math.min(...own.map((span) => span.start)) };
  }).sort((a, b) => a.begins - b.begins);
  const start = lanes[0]?.begins ?? 0;
  const first = lanes.filter(({ begins }) => begins < start + 600e6);
  return {
    kind: 'timeline',
    title: 'Samples that begin within 0.6 ms on cores of several clusters, accumulation off',
    note: 'Every sample writes the shared matrix: the queue of its lines holds the cores up in a row.',
    x: { label: 'time', unit: 'us' },
    lanes: first.map(({ thread, cluster, own }) => ({
      name: `core ${thread}, cluster ${cluster}`,
      spans: joined(own).map((span) => ({
        start: (span.start - start) / 1e6,
        end: (span.end - start) / 1e6,
        kind: span.kind,
      })),
    })),
  };
}

/** Neighbouring spans of one kind as one, and short ones with their neighbour: a timeline shows stretches, not rows. */
function joined(spans: ReadonlyArray<{ readonly start: number; readonly end: number; readonly kind: string }>) {
  const bin = 4e6;
  const result: { start: number; end: number; kind: string }[] = [];
  const first = spans[0]?.start ?? 0;
  const bins = new Map<number, Map<string, number>>();
  for (const span of spans)
    for (let at = span.start; at < span.end; ) {
      const which = Math.floor((at - first) / bin);
      const until = Math.min(span.end, first + (which + 1) * bin);
      const kinds = bins.get(which) ?? new Map<string, number>();
      bins.set(which, kinds.set(span.kind, (kinds.get(span.kind) ?? 0) + until - at));
      at = until;
    }
  for (const [which, kinds] of bins) {
    const kind = [...kinds].reduce((most, entry) => (entry[1] > most[1] ? entry : most))[0];
    const last = result[result.length - 1];
    if (last !== undefined && last.kind === kind) last.end = first + (which + 1) * bin;
    else result.push({ start: first + which * bin, end: first + (which + 1) * bin, kind });
  }
  return result;
}

async function accumulationPlot(run: Run): Promise<Plot> {
  const sums = [1, 4, 16, 64];
  const results = await Promise.all(sums.map((localAccumulation) => run({ system: 'heat-accl', localAccumulation })));
  return stackedTime('samples summed before the matrix is written', sums.map(String), results, {
    title: 'Time of a sample over local accumulation',
    note: 'amazon-books, aggregation, 64 threads. Past 16 samples the writes of the shared matrix are hidden; what is left is reading it from whoever wrote last.',
  });
}

function stackedTime(
  label: string,
  names: readonly string[],
  results: readonly Result[],
  texts: { readonly title: string; readonly note: string },
): BarPlot {
  const computing = results.map((result) => result.number('phaseComputeShare') * result.number('usPerSample'));
  return {
    kind: 'bar',
    ...texts,
    x: { label },
    y: { label: 'thread time of a sample', unit: 'us' },
    stacked: true,
    series: [
      { name: 'computing', points: names.map((name, i): [string, number] => [name, computing[i] as number]) },
      ...spent.map(([name, metric]) => ({
        name,
        points: results.map((result, i): [string, number] => [names[i] as string, result.number(metric)]),
      })),
    ],
  };
}

/** All parts of HEAT, and each left out. */
const ablation: ReadonlyArray<readonly [name: string, set: Partial<HeatParams>]> = [
  ['all parts', {}],
  ['no tiling', { sampler: 'random' }],
  ['no accumulation', { localAccumulation: 1 }],
  ['no reuse', { reuse: false }],
  ['no gradient rows', { gradientRows: false }],
];

async function ablationPlot(run: Run): Promise<Plot> {
  const results = await Promise.all(ablation.map(([, set]) => run({ system: 'heat-accl', sampler: 'tile', ...set })));
  return stackedTime(
    'variant',
    ablation.map(([name]) => name),
    results,
    {
      title: 'Which part of HEAT earns what',
      note: 'amazon-books, aggregation, 64 threads, tile 1024. Accumulation earns most, tiling next; reuse is arithmetic beside memory. Gradient rows are a cost of the release, not a part of the idea.',
    },
  );
}

function systemPlot(): Plot {
  const cells = figures.filter(({ group }) => group.startsWith('systems') && group !== 'systems, reported');
  const names = [...new Set(cells.map(({ params: set }) => String(set.system)))];
  return {
    kind: 'bar',
    title: 'Published epochs of the frameworks',
    note: 'Figure 6, yelp18 fitted and amazon-books predicted: a batch takes the same time on both, so no operation on whole tables decides.',
    x: { label: 'system' },
    y: { label: 'epoch', unit: 's', scale: 'log10' },
    series: (['yelp18', 'amazon-books'] as const).map((dataset) => ({
      name: dataset,
      points: names.map((name): [string, number | null] => [
        name,
        Number(
          cells.find(({ params: set }) => set.system === name && set.dataset === dataset && set.model === 'mf')
            ?.value ?? 0,
        ) || null,
      ]),
    })),
  };
}
