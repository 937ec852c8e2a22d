import type { Plot } from '../../../scenarios/index.ts';

const lengths = [8, 16, 32, 64, 128, 256, 512].map((k) => k * 1024);

/** One plot of each kind, with every feature in use. */
export const samplePlots: readonly Plot[] = [
  {
    kind: 'line',
    title: 'Throughput over sequence length',
    note: 'The baseline falls behind and runs out of memory.',
    x: { label: 'sequence length', unit: 'tokens', scale: 'log2', binary: true },
    y: { label: 'throughput', unit: 'TFLOP/s per GPU' },
    series: [
      { name: 'all-to-all', points: lengths.map((x, i) => [x, 150 + 6 * i - i * i]) },
      { name: 'all-gather', points: lengths.map((x, i) => [x, i > 4 ? null : 90 + 15 * i - i * i]) },
    ],
    published: [
      { x: 8192, y: 159, series: 'all-to-all', role: 'calibration' },
      { x: 65536, y: 171, series: 'all-to-all', role: 'check' },
      { x: 32768, y: 100, series: 'all-gather', role: 'check' },
      { x: 131072, y: 120, series: 'all-gather', role: 'report' },
    ],
    flags: [{ x: 262144, series: 'all-gather', text: 'out of memory' }],
    levels: [{ y: 312, label: 'peak' }],
  },
  {
    kind: 'line',
    title: 'Traffic per link',
    note: 'Flat when both grow together.',
    x: { label: 'GPUs', scale: 'log2' },
    y: { label: 'bytes per link', unit: 'B', scale: 'log10' },
    series: [
      { name: 'all-to-all', points: [8, 16, 32, 64].map((x) => [x, 1e8]) },
      { name: 'all-gather', points: [8, 16, 32, 64].map((x) => [x, 1e8 * x]) },
    ],
  },
  {
    kind: 'bar',
    title: 'Where the time goes',
    x: { label: 'sequence length' },
    y: { label: 'share of the step', unit: '%' },
    stacked: true,
    series: [
      {
        name: 'attention',
        points: [
          ['8K', 10],
          ['64K', 40],
          ['512K', 85],
        ],
      },
      {
        name: 'matrix products',
        points: [
          ['8K', 60],
          ['64K', 45],
          ['512K', 12],
        ],
      },
      {
        name: 'communication',
        points: [
          ['8K', 30],
          ['64K', 15],
          ['512K', 3],
        ],
      },
    ],
  },
  {
    kind: 'bar',
    title: 'Longest sequence',
    x: { label: 'model' },
    y: { label: 'tokens', unit: 'K' },
    series: [
      {
        name: 'all-to-all',
        points: [
          ['7b', 512],
          ['30b', 256],
        ],
      },
      {
        name: 'all-gather',
        points: [
          ['7b', 128],
          ['30b', 64],
        ],
      },
    ],
    published: [
      { x: '7b', y: 256, series: 'all-to-all', role: 'check' },
      { x: '30b', y: 64, series: 'all-gather', role: 'calibration' },
    ],
  },
  {
    kind: 'timeline',
    title: 'One layer on two ranks',
    x: { label: 'time', unit: 'us' },
    lanes: ['rank0 compute', 'rank0 network', 'rank1 compute', 'rank1 network'].map((name, i) => ({
      name,
      spans:
        i % 2 === 0
          ? [
              { start: 0, end: 40, kind: 'matrix product' },
              { start: 52, end: 120, kind: 'attention' },
              { start: 126, end: 170, kind: 'matrix product' },
            ]
          : [
              { start: 40, end: 52, kind: 'all-to-all' },
              { start: 120, end: 126, kind: 'all-to-all' },
            ],
    })),
  },
  {
    kind: 'heat',
    title: 'Load of links',
    x: { label: 'destination' },
    y: { label: 'source' },
    value: { label: 'load', unit: '%' },
    cells: ['n0', 'n1', 'n2', 'n3'].flatMap((y, i) =>
      ['n0', 'n1', 'n2', 'n3'].map((x, j): [string, string, number | null] => [x, y, i === j ? null : 20 * i + 7 * j]),
    ),
  },
];
