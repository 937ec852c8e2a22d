import type { Figure, ParamsInput } from '../kit/index.ts';
import { systemOf } from '../validation/models/storage.ts';
import { shippedTable } from '../validation/tables.ts';
import type { MetricName } from './metrics.ts';
import type { params } from './params.ts';

export type Cell = Figure<typeof params, MetricName>;
type Input = ParamsInput<typeof params>;

/** Rounding of counts that are whole. */
const EXACT = 1e-12;

const LOG = 'hipdac-lab/SC24-SOLAR, README, logged run';
const LAW = 'derived: law of the loader, see README';
const REPLAY = 'derived: reference replay of the stated algorithm';
const MLPERF = 'MLPerf Storage v1.0, closed division, retrieved from github.com/mlcommons/storage_results_v1.0';

function cell(
  group: string,
  id: string,
  given: Input,
  metric: MetricName,
  value: number,
  tolerance: number,
  source: string = REPLAY,
): Cell {
  return {
    group,
    id: `${group}: ${id}`,
    params: given,
    metric,
    value,
    source,
    tag: 'derived',
    role: 'check',
    tolerance,
  };
}

const small = { surrogate: 'synthetic', samples: 8192, gpus: 8, batch: 16, bufferSamples: 4096, epochs: 6 } as const;
const floor = 8192 + 5 * 4096;

const exact: readonly Cell[] = [
  cell('exact reads', 'pytorch', { ...small, loader: 'pytorch' }, 'pfsReads', 6 * 8192, EXACT, LAW),
  ...(['nopfs', 'deepio', 'solar', 'solar-no-reorder', 'solar-no-chunk'] as const).map((loader) =>
    cell('exact reads', loader, { ...small, loader }, 'pfsReads', floor, EXACT, LAW),
  ),
  cell('exact reads', 'solar, pin', { ...small, eviction: 'pin' }, 'pfsReads', floor, EXACT, LAW),
];

function shared(eviction: 'lru' | 'fifo', buffered: number, value: number): Cell {
  const given = {
    ...small,
    loader: 'solar',
    eviction,
    bufferSamples: buffered * 8192 - ((buffered * 8192) % 8),
  } as const;
  return cell('one list for all', `${eviction}, c ${buffered}`, given, 'hitRateSteady', value, 0.05);
}

function privateLru(gpus: number, buffered: number, value: number): Cell {
  const given = { ...small, samples: 4096, gpus, epochs: 14, statsFromEpoch: 4, bufferSamples: buffered * 4096 };
  return cell(
    'private lru',
    `P ${gpus}, c ${buffered}`,
    { ...given, loader: 'pytorch-lru' },
    'hitRateSteady',
    value,
    0.08,
  );
}

function privateBelady(gpus: number, value: number): Cell {
  const given = {
    ...small,
    samples: 4096,
    gpus,
    epochs: 60,
    statsFromEpoch: 20,
    statsToEpoch: 39,
    bufferSamples: 2048,
  };
  return cell(
    'private belady',
    `P ${gpus}, c 0.5`,
    { ...given, loader: 'solar-no-remap' },
    'hitRateSteady',
    value,
    0.06,
  );
}

/** Sixty-four steps of P ranks with batch b, a share c of the samples buffered. */
function steps(P: number, b: number, c: number): Input {
  const samples = 64 * P * b;
  return {
    surrogate: 'synthetic',
    samples,
    gpus: P,
    batch: b,
    epochs: 6,
    bufferSamples: Math.floor((c * samples) / P) * P,
  };
}

const balance: readonly Cell[] = [
  ...(['nopfs', 'deepio'] as const).flatMap((loader) => [
    cell('imbalance', `${loader}, P 8, b 16, c 0.5`, { ...steps(8, 16, 0.5), loader }, 'loadImbalance', 1.35, 0.05),
    cell('imbalance', `${loader}, P 32, b 16, c 0.65`, { ...steps(32, 16, 0.65), loader }, 'loadImbalance', 1.74, 0.05),
  ]),
  ...(
    [
      [8, 16, 1, 0.09],
      [8, 128, 1, 0.0324],
      [8, 16, 0.5, 0.0447],
    ] as const
  ).map(([P, b, c, value]) =>
    cell(
      'equal batches',
      `overflow, P ${P}, b ${b}, c ${c}`,
      { ...steps(P, b, c), loader: 'solar-no-balance' },
      'slotOverflowFraction',
      value,
      0.08,
    ),
  ),
  ...(
    [
      [8, 16, 0.5, 1.248],
      [32, 64, 0.8, 1.704],
    ] as const
  ).map(([P, b, c, value]) =>
    cell(
      'equal batches',
      `imbalance, P ${P}, b ${b}, c ${c}`,
      { ...steps(P, b, c), loader: 'solar-no-balance' },
      'loadImbalance',
      value,
      0.06,
    ),
  ),
  ...(
    [
      [8, 16, 1, 1.37],
      [8, 128, 1, 1.125],
      [8, 16, 0.5, 1.198],
    ] as const
  ).map(([P, b, c, value]) =>
    cell(
      'equal reads',
      `P ${P}, b ${b}, c ${c}`,
      { ...steps(P, b, c), loader: 'solar' },
      'computeImbalance',
      value,
      0.03,
    ),
  ),
  cell(
    'equal reads',
    'imbalance of reads, P 8, b 16, c 0.5',
    { ...steps(8, 16, 0.5), loader: 'solar' },
    'loadImbalance',
    1,
    0.01,
    LAW,
  ),
  cell('burst', 'P 8, b 16, c 0.5', { ...small, loader: 'solar' }, 'firstHitShare', 0.99, 0.03),
  cell('burst', 'P 32, b 16, c 0.25', { ...small, gpus: 32, bufferSamples: 2048 }, 'firstHitShare', 0.95, 0.03),
];

function released(
  secondBuffer: 'bounded' | 'as-released',
  [samples, bufferSamples, gpus, batch]: readonly [number, number, number, number],
  values: readonly [number, number, number],
  tolerance: number,
): readonly Cell[] {
  const metrics = ['pfsReadFractionEpoch1', 'pfsReadFractionEpoch2', 'pfsReadFractionLast'] as const;
  const given = { surrogate: 'synthetic', samples, bufferSamples, gpus, batch, epochs: 4, order: 'given' } as const;
  return metrics.map((metric, i) =>
    cell(
      'as released',
      `${secondBuffer}, ${samples}/${bufferSamples}/${gpus}/${batch}, epoch ${i + 1}`,
      { ...given, loader: 'solar-released', releasedBuffer: secondBuffer },
      metric,
      values[i] as number,
      tolerance,
    ),
  );
}

const asReleased: readonly Cell[] = [
  ...released('as-released', [5120, 2560, 8, 16], [0.732, 0.708, 0.685], 0.03),
  ...released('bounded', [5120, 2560, 8, 16], [0.732, 0.741, 0.741], 0.03),
  ...released('bounded', [5120, 5120, 8, 16], [0.086, 0.224, 0.3], 0.08),
  ...released('as-released', [800, 512, 4, 16], [0.543, 0.636, 0.564], 0.05),
  ...released('bounded', [800, 512, 4, 16], [0.543, 0.704, 0.671], 0.05),
];

function gain(samples: number, bufferSamples: number, epochs: number, value: number, deviation: number): Cell {
  const given = { surrogate: 'synthetic', samples, bufferSamples, epochs, gpus: 1, order: 'exact' } as const;
  const id = `exact, N ${samples}, C ${bufferSamples}, E ${epochs} (3 deviations)`;
  return cell('order of epochs', id, given, 'eooGainFraction', value, (3 * deviation) / value);
}

function chunk(wanted: number, mergeGapRecords: number, requests: number, amplification: number, tolerance: number) {
  const given = { mode: 'chunk-plan', records: 87_632, wanted, mergeGapRecords } as const;
  const id = `${wanted} wanted, distance ${mergeGapRecords}`;
  const law = 'derived: equations (10) and (11)';
  return [
    cell('merged reads', `requests, ${id}`, given, 'chunkRequests', requests, tolerance, law),
    cell('merged reads', `amplification, ${id}`, given, 'readAmplification', amplification, tolerance, law),
  ];
}

const plans: readonly Cell[] = [
  gain(1024, 512, 8, 0.031, 0.008),
  gain(256, 128, 10, 0.068, 0.014),
  ...chunk(4096, 1, 3905, 1, 0.03),
  ...chunk(4096, 15, 1998, 4.13, 0.03),
  ...chunk(4096, 31, 929, 9.74, 0.03),
  ...chunk(256, 63, 213, 6.04, 0.05),
  {
    ...cell(
      'frequent samples',
      'ImageNet-1k, 16 workers, 90 epochs, more than 10 times',
      { surrogate: 'synthetic', samples: 1_281_167, gpus: 16, epochs: 90, loader: 'pytorch', frequencyThreshold: 10 },
      'frequentSamplesExpected',
      31_635,
      1e-3,
      'NoPFS (SC 2021), section 3',
    ),
    tag: 'read',
  },
];

function logged(id: string, given: Input, metric: MetricName, value: number, fit: boolean, tolerance: number): Cell {
  return {
    id: `logged run: ${id}`,
    group: fit ? 'logged run, fitted' : 'logged run',
    params: { preset: 'sc24-log', ...given },
    metric,
    value,
    source: LOG,
    tag: 'read',
    role: fit ? 'calibration' : 'check',
    tolerance,
  };
}

const log: readonly Cell[] = [
  logged('pytorch, epoch 0', { loader: 'pytorch' }, 'loadSecondsEpoch0', 5.067, true, 0.01),
  logged('pytorch, epoch 1', { loader: 'pytorch' }, 'loadSecondsEpoch1', 5.114, false, 0.03),
  logged('solar as released, epoch 0', {}, 'loadSecondsEpoch0', 5.05, false, 0.03),
  logged('solar as released, epoch 1', {}, 'loadSecondsEpoch1', 2.749, false, 0.12),
];

/** One row of the published results of MLPerf Storage. */
export interface StorageRow {
  readonly submitter: string;
  readonly run: string;
  /** Submitter, run and hosts without what names the job. */
  readonly system: string;
  readonly model: 'unet3d' | 'resnet50' | 'cosmoflow';
  readonly accelerator: 'h100' | 'a100';
  readonly accelerators: number;
  readonly hosts: number;
  readonly samplesPerSecond: number;
  /** The column counts MiB. */
  readonly bytesPerSecond: number;
  /** As a share. */
  readonly utilisation: number;
}

/** All rows of the table that ships with the package. */
export const storageRows: readonly StorageRow[] = shippedTable('mlperf_storage.csv').rows.map((row) => ({
  submitter: row.text('submitter'),
  run: row.text('run'),
  system: systemOf(row),
  model: row.text('model') as StorageRow['model'],
  accelerator: row.text('accelerator') as StorageRow['accelerator'],
  accelerators: row.count('num_accel'),
  hosts: Math.max(1, Math.round(row.positive('hosts'))),
  samplesPerSecond: row.positive('samples_per_s'),
  bytesPerSecond: row.positive('MB_per_s') * 2 ** 20,
  utilisation: row.positive('au_pct') / 100,
}));

/** The run that stands for a row: its accelerators on a storage that delivers its bytes per second. */
export function runOfRow(row: StorageRow): Input {
  const { model: mlperfModel, accelerator, accelerators, hosts, bytesPerSecond: storageBytesPerSecond } = row;
  const usable = Math.min(hosts, accelerators);
  return { mode: 'mlperf-storage', mlperfModel, accelerator, accelerators, hosts: usable, storageBytesPerSecond };
}

const rows: readonly Cell[] = storageRows.map((row) => ({
  id: `row: ${row.submitter} ${row.run}`,
  group: 'MLPerf Storage rows',
  params: runOfRow(row),
  metric: 'samplesPerSecond',
  value: row.samplesPerSecond,
  source: MLPERF,
  tag: 'read',
  role: 'report',
}));

function utilisation(
  fit: boolean,
  who: string,
  mlperfModel: StorageRow['model'],
  accelerators: number,
  value: number,
  tolerance: number,
): Cell {
  return {
    id: `utilisation: ${who}, ${mlperfModel} h100 x ${accelerators}`,
    group: fit ? 'utilisation, fitted' : 'utilisation, storage idle',
    params: { mode: 'mlperf-storage', mlperfModel, accelerator: 'h100', accelerators },
    metric: 'acceleratorUtilization',
    value,
    source: MLPERF,
    tag: 'read',
    role: fit ? 'calibration' : 'check',
    tolerance,
  };
}

const utilisations: readonly Cell[] = [
  utilisation(true, 'Juicedata', 'cosmoflow', 1, 0.807, 0.01),
  utilisation(true, 'Juicedata', 'unet3d', 1, 0.987, 0.01),
  utilisation(true, 'DDN', 'cosmoflow', 64, 0.702, 0.01),
  utilisation(false, 'Micron 6500', 'unet3d', 1, 0.964, 0.03),
  utilisation(false, 'Juicedata', 'unet3d', 2, 0.971, 0.03),
  utilisation(false, 'Juicedata', 'resnet50', 10, 0.974, 0.03),
];

/** Every published and derived cell. */
export const cells: readonly Cell[] = [
  ...exact,
  shared('lru', 0.25, 0.036),
  shared('lru', 0.5, 0.157),
  shared('lru', 0.9, 0.675),
  shared('fifo', 0.25, 0.04),
  shared('fifo', 0.5, 0.199),
  shared('fifo', 0.9, 0.829),
  privateLru(4, 0.5, 0.0337),
  privateLru(8, 1, 0.0648),
  privateLru(4, 1, 0.136),
  privateBelady(8, 0.282),
  privateBelady(16, 0.208),
  ...balance,
  ...asReleased,
  ...plans,
  ...log,
  ...utilisations,
  ...rows,
];
