import type { Figure, Role, Tag, Target } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import type { HeatParams, params } from './params.ts';

type Cell = Figure<typeof params, MetricName>;
type Set = Cell['params'];

const PAPER = 'HEAT (arXiv 2304.07334v1)';
const tile: Set = { sampler: 'tile' };
const arm: Set = { platform: 'a64fx', threads: 48 };
const accl: Set = { system: 'heat-accl' };

interface Kind {
  readonly role: Role;
  readonly tag: Tag;
  readonly group: string;
  readonly source: string;
  readonly tolerance?: number;
}

function cell(kind: Kind, id: string, set: Set, metric: MetricName, value: number | boolean): Cell {
  return { id, params: set, metric, value, ...kind, slow: set.mode !== 'cache-trace' };
}

const fit = 'calibration';
const dig = 'dig';

function scaling(role: Role, threads: number, sampler: HeatParams['sampler'], value: number, note = ''): Cell {
  const group = role === 'report' ? 'threads, reported' : role === fit ? 'threads, fitted' : 'threads';
  return cell(
    { role, tag: dig, group, source: `${PAPER}, Figure 12${note}` },
    `epoch, ${threads} threads, ${sampler}`,
    { threads, sampler },
    'epochSeconds',
    value,
  );
}

function gain(role: Role, what: string, set: Set, size: number, value: number, note = ''): Cell {
  const machine = set.platform === 'a64fx' ? 'a64fx' : 'EPYC';
  const group = role === 'report' ? 'tiles, reported' : role === fit ? 'tiles, fitted' : `tiles, ${machine}`;
  return cell(
    { role, tag: dig, group, source: `${PAPER}, Figures 10 and 14${note}` },
    `gain of tile ${size}, ${what}, ${machine}`,
    { ...tile, ...set, tile: size },
    'speedupOverRandom',
    value,
  );
}

function chosen(
  dataset: HeatParams['dataset'],
  what: 'CCL' | 'ACCL',
  size: number,
  refresh: number,
  value: number,
): Cell {
  return cell(
    what === 'CCL'
      ? { role: 'check', tag: 'read', group: 'chosen tiles', source: `${PAPER}, Table 6`, tolerance: 0.3 }
      : {
          role: 'report',
          tag: 'read',
          group: 'tiles, reported',
          source: `${PAPER}, Table 6: aggregation is untouched by tiling, so its gain must be smaller`,
        },
    `gain of the chosen tile ${size}/${refresh}, ${what}, ${dataset}`,
    { ...tile, tile: size, refresh, dataset, ...(what === 'ACCL' ? accl : {}) },
    'speedupOverRandom',
    value,
  );
}

function refreshed(refresh: number, value: number): Cell {
  return cell(
    { role: 'report', tag: dig, group: 'refresh', source: `${PAPER}, Figure 11, size of the tile not stated` },
    `gain of refresh ${refresh}, CCL`,
    { ...tile, refresh },
    'speedupOverRandom',
    value,
  );
}

type Model = 'mf' | 'simplex';

function system(
  role: Role,
  name: HeatParams['system'],
  model: Model,
  dataset: HeatParams['dataset'],
  value: number,
  set: Set = {},
  kind: Partial<Kind> = {},
): Cell {
  const where = set.platform === 'a64fx' ? ', a64fx' : '';
  const sparse = set.gradientMode === 'sparse' ? ', sparse gradients' : '';
  return cell(
    {
      role,
      tag: dig,
      group: role === 'report' ? 'systems, reported' : role === fit ? 'systems, fitted' : 'systems',
      source: `${PAPER}, Figure 6`,
      ...kind,
    },
    `epoch of ${name} ${model}, ${dataset}${where}${sparse}`,
    { system: name, model, dataset, ...set },
    'epochSeconds',
    value,
  );
}

const table1 = { tag: 'read', source: `${PAPER}, Table 1` } as const;
const figure13 = (role: Role): Partial<Kind> => ({
  group: role === fit ? 'a64fx, fitted' : 'a64fx',
  source: `${PAPER}, Figure 13`,
});

/** Fetch sources of the reference simulation of this mechanism, by name of the metric. */
function sources(name: string, set: Set, shares: Partial<Record<MetricName, number>>): readonly Cell[] {
  return Object.entries(shares).map(([metric, value]) =>
    cell(
      {
        role: value < 0.05 ? 'report' : 'check',
        tag: 'derived',
        group: value < 0.05 ? 'sources below 0.05' : 'sources',
        source: 'line-level reference simulation of the same mechanism',
      },
      `${metric}, ${name}`,
      set,
      metric as MetricName,
      value,
    ),
  );
}

const six = (
  fetchL1: number,
  fetchL2: number,
  fetchL3: number,
  fetchPeer: number,
  fetchRemote: number,
  fetchDram: number,
) => ({ fetchL1, fetchL2, fetchL3, fetchPeer, fetchRemote, fetchDram });

function misses(
  kind: HeatParams['traceKind'],
  length: number,
  footprint: number,
  walk: Set,
  l1: readonly [bytes: number, ways: number, line: number],
  ll: readonly [bytes: number, ways: number],
  expected: readonly [l1: number, ll: number],
): readonly Cell[] {
  const set: Set = {
    mode: 'cache-trace',
    traceKind: kind,
    traceLength: length,
    footprintBytes: footprint,
    ...walk,
    l1Bytes: l1[0],
    l1Ways: l1[1],
    lineBytes: l1[2],
    llBytes: ll[0],
    llWays: ll[1],
  };
  const name = `${kind} of ${footprint} B in ${l1[0]}/${l1[1]}/${l1[2]}, ${ll[0]}/${ll[1]}`;
  return (['l1Misses', 'llMisses'] as const).map((metric, i) =>
    cell(
      {
        role: 'check',
        tag: 'derived',
        group: 'cache counts',
        source: 'Valgrind 3.19, cachegrind, on the same accesses',
        tolerance: 0,
      },
      `${metric}, ${name}`,
      set,
      metric,
      expected[i] as number,
    ),
  );
}

const small = [32768, 8, 64] as const;
const large = [262144, 8] as const;

function cost(id: string, set: Set, value: number): Cell {
  return cell(
    { role: fit, tag: dig, group: 'cost', source: `${PAPER}, cost figure`, tolerance: 0.01 },
    id,
    { dataset: 'goodreads', costEpochs: 100, ...set },
    'costDollars',
    value,
  );
}

/** Every published cell, in the order of the paper's questions. Nothing outside this file and the claims knows these values. */
export const figures: readonly Cell[] = [
  scaling(fit, 2, 'random', 71.8),
  scaling('check', 8, 'random', 20.59),
  scaling('check', 32, 'random', 6.81),
  scaling(fit, 64, 'random', 3.52),
  scaling('check', 2, 'tile', 45.85, ', tile 1024 and refresh 4096 assumed'),
  scaling('report', 16, 'tile', 8.12, ': breaks the smooth curve of its own figure'),
  scaling('check', 64, 'tile', 2.0, ', tile 1024 and refresh 4096 assumed'),
  gain(fit, 'CCL', {}, 64, 2.37),
  gain('check', 'CCL', {}, 128, 2.17),
  gain('check', 'CCL', {}, 1024, 1.54),
  gain('report', 'CCL', {}, 2048, 1.03, ': nothing known explains so small a gain'),
  ...(
    [
      [64, 3.12],
      [128, 2.92],
      [1024, 1.64],
      [2048, 1.41],
    ] as const
  ).map(([size, value]) =>
    gain('report', 'ACCL', accl, size, value, ': larger than without aggregation, which no cache model can give'),
  ),
  gain(fit, 'CCL', arm, 64, 1.48),
  gain('check', 'CCL', arm, 128, 1.45),
  gain('check', 'CCL', arm, 512, 1.3),
  ...(
    [
      [64, 1.25],
      [256, 1.19],
      [1024, 1.12],
    ] as const
  ).map(([size, value]) => gain('check', 'ACCL', { ...arm, ...accl }, size, value)),
  chosen('amazon-books', 'CCL', 1024, 4096, 1.6),
  chosen('yelp18', 'CCL', 1024, 2048, 1.8),
  chosen('gowalla', 'CCL', 512, 2048, 2.0),
  chosen('amazon-books', 'ACCL', 1024, 2048, 2.1),
  chosen('yelp18', 'ACCL', 1024, 4096, 2.2),
  chosen('gowalla', 'ACCL', 1024, 4096, 1.9),
  refreshed(1024, 1.71),
  refreshed(2048, 1.82),
  refreshed(4096, 1.85),
  refreshed(8192, 2.09),
  ...(
    [
      ['pytorch-cpu', 129.9, 152.7, 250.1, 313.5],
      ['torchrec-cpu', 104.2, 124.7, 185.4, 267.3],
      ['pytorch-v100', 8.27, 10.5, 18.6, 22.8],
      ['torchrec-v100', 5.25, 8.59, 10.3, 13.8],
    ] as const
  ).flatMap(([name, yelpMf, yelpSimplex, amazonMf, amazonSimplex]) => [
    system(fit, name, 'mf', 'yelp18', yelpMf),
    system(fit, name, 'simplex', 'yelp18', yelpSimplex),
    system('check', name, 'mf', 'amazon-books', amazonMf),
    name === 'torchrec-v100'
      ? system(
          'report',
          name,
          'simplex',
          'amazon-books',
          amazonSimplex,
          {},
          {
            source: `${PAPER}, Figure 6: less time for a batch than on yelp18`,
          },
        )
      : system('check', name, 'simplex', 'amazon-books', amazonSimplex),
  ]),
  system(fit, 'pytorch-cpu', 'mf', 'yelp18', 386.3, { gradientMode: 'sparse' }, table1),
  system(
    'report',
    'pytorch-cpu',
    'mf',
    'amazon-books',
    946.6,
    { gradientMode: 'sparse' },
    {
      ...table1,
      source: `${PAPER}, Table 1: more time for a batch than on yelp18`,
    },
  ),
  system(
    'check',
    'heat-ccl',
    'mf',
    'amazon-books',
    3.83,
    {},
    {
      tag: 'read',
      group: 'HEAT on EPYC',
      tolerance: 0.15,
      source: `${PAPER}, text ratios, random sampler assumed`,
    },
  ),
  system(
    'report',
    'heat-ccl',
    'mf',
    'yelp18',
    2.55,
    {},
    {
      tag: 'read',
      source: `${PAPER}, text ratios: a third more for a sample than on amazon-books`,
    },
  ),
  system(
    'report',
    'heat-ccl',
    'mf',
    'gowalla',
    1.79,
    {},
    {
      tag: 'read',
      source: `${PAPER}, text ratios: a third more for a sample than on amazon-books`,
    },
  ),
  ...(
    [
      [fit, 32, 'amazon-books', 7.17],
      ['report', 32, 'yelp18', 5.31],
      [fit, 1, 'amazon-books', 16.92],
      ['check', 1, 'yelp18', 9.45],
    ] as const
  ).map(([role, m, dataset, value]) =>
    cell(
      {
        role,
        tag: 'read',
        group: role === fit ? 'HEAT on EPYC, fitted' : role === 'check' ? 'HEAT on EPYC' : 'systems, reported',
        source: `${PAPER}, Table 7`,
        ...(role === 'check' ? { tolerance: 0.25 } : {}),
      },
      `epoch of heat-accl, m = ${m}, ${dataset}`,
      { ...accl, localAccumulation: m, dataset },
      'epochSeconds',
      value,
    ),
  ),
  cell(
    { role: 'report', tag: 'derived', group: 'systems, reported', source: `${PAPER}, Table 7, ratio of two cells` },
    'gain of accumulation, yelp18',
    { ...accl, dataset: 'yelp18' },
    'speedupOverNoAccumulation',
    1.78,
  ),
  ...(
    [
      [fit, 'heat-ccl', 'mf', 'amazon-books', 10.0],
      ['check', 'heat-ccl', 'mf', 'yelp18', 5.0],
      [fit, 'heat-accl', 'simplex', 'amazon-books', 13.4],
      ['check', 'heat-accl', 'simplex', 'yelp18', 6.9],
    ] as const
  ).map(([role, name, model, dataset, value]) =>
    system(role, name, model, dataset, value, arm, {
      ...figure13(role),
      tag: 'derived',
      source: `${PAPER}, Figure 13 over the ratios of the text`,
      ...(role === 'check' ? { tolerance: 0.08 } : {}),
    }),
  ),
  ...(
    [
      ['check', 'mf', 'amazon-books', 505.2],
      [fit, 'mf', 'yelp18', 212.8],
      ['check', 'simplex', 'amazon-books', 559.7],
      [fit, 'simplex', 'yelp18', 260.4],
    ] as const
  ).map(([role, model, dataset, value]) =>
    system(
      role,
      'pytorch-cpu',
      model,
      dataset,
      value,
      { platform: 'a64fx' },
      {
        ...figure13(role),
        ...(role === 'check' ? { tolerance: 0.22 } : {}),
      },
    ),
  ),
  ...(
    [
      [fit, 'heat-ccl', 'amazon-books', 0.043211],
      [fit, 'heat-ccl', 'yelp18', 0.02793],
      ['check', 'cumf-sgd', 'amazon-books', 0.02797],
      [fit, 'cumf-sgd', 'yelp18', 0.0141],
      ['report', 'torchrec-v100', 'amazon-books', 0.1469],
      [fit, 'torchrec-v100', 'yelp18', 0.05865],
    ] as const
  ).map(([role, name, dataset, value]) =>
    cell(
      {
        role,
        tag: dig,
        group: role === 'report' ? 'systems, reported' : role === fit ? 'one negative, fitted' : 'one negative',
        source: `${PAPER}, Figure 7`,
        ...(role === 'report' ? {} : { tolerance: 0.1 }),
      },
      `epoch of ${name}, one negative, ${dataset}`,
      { system: name, loss: 'mse', negatives: 1, dataset },
      'epochSeconds',
      value,
    ),
  ),
  cost('dollars of HEAT', { platform: 'c5a.16xlarge', epochSecondsOverride: 36.03 }, 2.4664),
  cost('dollars of two V100', { system: 'pytorch-v100', epochSecondsOverride: 115.31, instances: 2 }, 19.6027),
  ...sources('2 threads, random', { threads: 2 }, six(0, 0.005, 0.177, 0.005, 0, 0.812)),
  ...sources('8 threads, random', { threads: 8 }, six(0, 0.005, 0.174, 0.016, 0.193, 0.612)),
  ...sources('16 threads, random', { threads: 16 }, six(0, 0.005, 0.162, 0.016, 0.541, 0.276)),
  ...sources('32 threads, random', { threads: 32 }, six(0, 0.005, 0.104, 0.016, 0.865, 0.01)),
  ...sources('64 threads, random', { threads: 64 }, six(0, 0.005, 0.044, 0.015, 0.936, 0)),
  ...sources('tile 64', { ...tile, tile: 64 }, six(0.296, 0.689, 0, 0.001, 0.014, 0)),
  ...sources('tile 256', { ...tile, tile: 256 }, six(0.078, 0.835, 0.012, 0.004, 0.071, 0)),
  ...sources('tile 1024', { ...tile, tile: 1024 }, six(0.02, 0.406, 0.297, 0.01, 0.265, 0.001)),
  ...sources('tile 2048', { ...tile, tile: 2048 }, six(0.01, 0.21, 0.328, 0.013, 0.438, 0)),
  ...sources('tile 1024, yelp18', { ...tile, dataset: 'yelp18' }, six(0.019, 0.353, 0.124, 0.022, 0.482, 0.001)),
  ...sources(
    'tile 1024, no gradient rows',
    { ...tile, gradientRows: false },
    six(0.03, 0.621, 0.071, 0.013, 0.265, 0.001),
  ),
  ...sources('a64fx, random', arm, {
    fetchL1: 0,
    fetchL2: 0.083,
    fetchPeer: 0.005,
    fetchRemote: 0.253,
    fetchDram: 0.659,
  }),
  ...sources(
    'a64fx, tile 512',
    { ...arm, ...tile, tile: 512 },
    {
      fetchL1: 0.078,
      fetchL2: 0.815,
      fetchPeer: 0.004,
      fetchRemote: 0.089,
      fetchDram: 0.013,
    },
  ),
  ...misses('seq', 20000, 65536, { strideBytes: 64 }, small, large, [20000, 1024]),
  ...misses('seq', 20000, 32768, { strideBytes: 64 }, small, large, [512, 512]),
  ...misses('seq', 20000, 36864, { strideBytes: 64 }, small, large, [20000, 576]),
  ...misses('seq', 20000, 1048576, { strideBytes: 4096 }, small, large, [20000, 20000]),
  ...misses('lcg', 50000, 65536, { traceSeed: 1 }, small, large, [25055, 1024]),
  ...misses('lcg', 50000, 524288, { traceSeed: 7 }, small, large, [46831, 26176]),
  ...misses('lcg', 50000, 524288, { traceSeed: 7 }, [32768, 4, 64], [262144, 16], [46819, 26120]),
  ...misses('lcg', 50000, 262144, { traceSeed: 3 }, [65536, 2, 128], [524288, 16], [37706, 2048]),
  ...misses('row', 5000, 262144, { traceSeed: 5 }, small, large, [34944, 4096]),
  ...misses('row', 5000, 1048576, { traceSeed: 5 }, small, [524288, 8], [38696, 22544]),
  ...misses('row', 5000, 131072, { traceSeed: 9 }, [65536, 4, 256], [1048576, 16], [5112, 512]),
];

/** Limits on the mean and the worst error of groups of cells. */
export const targets: readonly Target[] = [
  { id: 'epoch over threads', groups: ['threads'], mean: 0.08, worst: 0.15 },
  { id: 'gain of tiling', groups: ['tiles, EPYC', 'tiles, a64fx'], mean: 0.09, worst: 0.15 },
  { id: 'gain of the tiles chosen in Table 6', groups: ['chosen tiles'], worst: 0.3 },
  { id: 'frameworks, another data set', groups: ['systems'], mean: 0.1, worst: 0.18 },
  { id: 'HEAT on EPYC, nobody fitted', groups: ['HEAT on EPYC'], worst: 0.25 },
  { id: 'a64fx, nobody fitted', groups: ['a64fx'], worst: 0.22 },
  { id: 'one negative', groups: ['one negative'], worst: 0.1 },
  { id: 'where rows are found', groups: ['sources'], worst: 0.1 },
  { id: 'cache counts, exact', groups: ['cache counts'], worst: 0 },
];
