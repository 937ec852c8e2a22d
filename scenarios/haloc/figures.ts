import type { Figure } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import type { params } from './params.ts';

type HalocFigure = Figure<typeof params, MetricName>;
type Input = HalocFigure['params'];
type KernelRow = readonly [
  'rtx2080ti' | 'a100',
  inputs: number,
  outputs: number,
  size: number,
  tilesAndMicroseconds: string,
];

const artifact = 'TDC artifact (hipdac-lab/PPOPP23-TDC), kernel tables';
const sums = 'derived here: sums over the layer table';
const reference = 'derived: an independent computation of the same model';

/** Measured times that fitted the five constants of the core kernel. */
const fitted: readonly KernelRow[] = [
  ['rtx2080ti', 64, 32, 224, '1/7/4 1125, 1/10/16 423.7, 2/7/16 430.4, 2/8/16 411.7'],
  ['rtx2080ti', 64, 32, 112, '1/4/16 114.8, 1/8/8 137.7, 2/6/4 224, 2/8/32 97.86, 4/4/8 156.1, 4/8/16 113.6'],
  ['rtx2080ti', 32, 32, 56, '1/2/4 49.15, 1/2/32 27.52, 1/4/16 24.48'],
  ['rtx2080ti', 64, 32, 14, '1/2/16 11.9, 1/4/16 13.63, 2/2/8 12.64'],
  ['rtx2080ti', 32, 32, 14, '8/4/8 20.32, 12/4/32 82.43'],
  ['rtx2080ti', 96, 64, 7, '3/1/8 12.48, 5/1/8 12.38, 7/7/8 28.03'],
  ['rtx2080ti', 192, 160, 7, '1/2/8 26.62, 2/2/8 24.22, 4/4/8 24.16, 7/7/16 62.85'],
  ['a100', 64, 32, 224, '1/2/16 649.6, 2/4/16 377.7, 2/10/16 273.4, 4/6/4 476.9, 6/6/16 259.8'],
  ['a100', 96, 64, 7, '3/3/4 18.11, 4/4/32 38.18'],
  ['a100', 192, 160, 7, '1/3/16 25.89, 6/6/32 93.28, 4/4/32 43.55'],
  ['a100', 64, 32, 7, '5/5/4 21.47, 5/5/16 36.42'],
];

/** Measured times that nothing was fitted on. */
const heldBack: readonly KernelRow[] = [
  ['rtx2080ti', 64, 32, 224, '1/7/8 663.9, 1/8/16 423.5, 1/12/16 420.3, 2/8/4 1147, 2/12/16 410.1'],
  [
    'rtx2080ti',
    64,
    32,
    112,
    '1/4/8 170.1, 1/4/32 103.8, 1/8/16 102.5, 2/6/8 140.3, 2/6/32 90.46, 2/12/32 117.6, 4/4/16 110.5, 4/12/16 131.5, 8/12/4 251.7',
  ],
  ['rtx2080ti', 32, 32, 56, '1/2/8 38.62, 1/4/4 39.3, 1/4/32 21.95, 1/6/32 24.16'],
  ['rtx2080ti', 64, 32, 14, '1/2/8 12.32, 1/7/16 17.15, 2/7/8 16.22, 1/12/32 33.25'],
  ['rtx2080ti', 32, 32, 14, '8/4/32 69.5'],
  ['rtx2080ti', 96, 64, 7, '2/6/8 13.86, 3/1/32 19.62, 4/1/8 12.61, 5/5/32 52.19, 7/1/4 13.41'],
  ['rtx2080ti', 192, 160, 7, '1/2/16 26.72, 2/2/16 18.72, 1/4/8 20.93, 4/4/32 44.96, 7/7/32 94.56, 4/2/8 21.28'],
  ['a100', 64, 32, 224, '1/4/16 431.7, 1/10/16 327, 2/6/16 290.8, 3/6/16 274.9, 4/6/32 269.5'],
  ['a100', 96, 64, 7, '1/5/8 18.24, 6/6/32 89.66'],
  ['a100', 192, 160, 7, '2/2/8 28.42, 6/6/8 46.91'],
  ['a100', 64, 32, 7, '5/5/32 56.77'],
];

function kernels(rows: readonly KernelRow[], role: 'calibration' | 'check'): readonly HalocFigure[] {
  return rows.flatMap(([device, coreIn, coreOut, coreSize, cells]) =>
    cells.split(', ').map((cell): HalocFigure => {
      const [tile, time] = cell.split(' ') as [string, string];
      const [tileH, tileW, tileC] = tile.split('/').map(Number) as [number, number, number];
      return {
        id: `${device}: ${coreIn}>${coreOut} at ${coreSize}, tile ${tile}`,
        group: `core kernels ${device}, ${role === 'check' ? 'predicted' : 'fitted'}`,
        params: { mode: 'kernel', device, kernelLibrary: 'tdc', coreIn, coreOut, coreSize, tileH, tileW, tileC },
        metric: 'coreKernelSeconds',
        value: Number(time) / 1e6,
        source: artifact,
        tag: 'read',
        role,
      };
    }),
  );
}

function cell(
  group: string,
  id: string,
  params: Input,
  metric: MetricName,
  value: number,
  tolerance: number,
  source: string = sums,
): HalocFigure {
  return { id: `${id}: ${metric}`, group, params, metric, value, tolerance, source, tag: 'derived', role: 'check' };
}

/** The best tile of a shape, as the least of the measured times. */
function bestTile(
  device: 'rtx2080ti' | 'a100',
  coreIn: number,
  coreOut: number,
  coreSize: number,
  value: number,
): HalocFigure {
  const params: Input = { mode: 'kernel', device, kernelLibrary: 'tdc', coreIn, coreOut, coreSize };
  const id = `${device}: ${coreIn}>${coreOut} at ${coreSize}, best tile`;
  return { ...cell('best tiles', id, params, 'coreKernelSeconds', value, 0.2, artifact), tag: 'read' };
}

function array(network: 'alexnet' | 'vgg16', batch: number, value: number): HalocFigure {
  return {
    id: `eyeriss: ${network}, batch ${batch}`,
    group: 'eyeriss, fitted',
    params: { network, device: 'eyeriss', method: 'none', batch },
    metric: 'framesPerSecond',
    value,
    source: 'Chen et al., Eyeriss, JSSC 2017, abstract',
    tag: 'read',
    role: 'calibration',
    tolerance: 0.1,
  };
}

function rankSet(
  network: 'resnet18' | 'resnet50',
  set: 'tdc-sc' | 'tdc-2x',
  flops: number,
  weights: number,
): readonly HalocFigure[] {
  const params: Input = { network, method: 'tdc', rankSet: set };
  return [
    cell('layer tables', `${network} ${set}`, params, 'flopsReduction', flops, 1e-4),
    cell('layer tables', `${network} ${set}`, params, 'paramsReduction', weights, 1e-4),
  ];
}

function uniform(
  network: 'resnet20' | 'vgg16-cifar' | 'resnet18',
  rankFraction: number,
  step: number,
  flops: number,
  weights: number,
): readonly HalocFigure[] {
  const params: Input = { network, method: 'uniform', rankFraction, step };
  return [
    cell('layer tables', `${network}, ${rankFraction} of full rank`, params, 'flopsReduction', flops, 1e-4),
    cell('layer tables', `${network}, ${rankFraction} of full rank`, params, 'paramsReduction', weights, 1e-4),
  ];
}

function breakEven(coreIn: number, coreOut: number, stride: number, value: number): HalocFigure {
  const params: Input = { mode: 'layer', coreIn, coreOut, stride, rank: 1 };
  return cell('layer tables', `${coreIn}>${coreOut}, stride ${stride}`, params, 'breakEvenRank', value, 0);
}

const scheme = { network: 'resnet18', method: 'tdc', rankSet: 'tdc-sc', device: 'rtx2080ti' } as const;

/** Every published or derived cell. Nothing outside this file and the claims knows these values. */
export const cells: readonly HalocFigure[] = [
  ...kernels(fitted, 'calibration'),
  ...kernels(heldBack, 'check'),
  bestTile('rtx2080ti', 64, 32, 112, 90.5e-6),
  bestTile('rtx2080ti', 192, 160, 7, 18.7e-6),
  bestTile('a100', 96, 64, 7, 18.1e-6),
  array('alexnet', 4, 35),
  array('vgg16', 3, 0.7),
  ...rankSet('resnet18', 'tdc-sc', 0.56649, 0.71047),
  ...rankSet('resnet18', 'tdc-2x', 0.54877, 0.66619),
  ...rankSet('resnet50', 'tdc-sc', 0.36828, 0.4112),
  ...uniform('resnet20', 0.25, 1, 0.87251, 0.8823),
  ...uniform('vgg16-cifar', 0.25, 32, 0.84765, 0.885),
  ...uniform('resnet18', 0.5, 32, 0.597, 0.62121),
  breakEven(16, 16, 1, 14),
  breakEven(64, 64, 1, 57),
  breakEven(256, 256, 1, 229),
  breakEven(512, 512, 1, 458),
  breakEven(64, 128, 2, 71),
  cell(
    'layer tables',
    'resnet20, step 1',
    { network: 'resnet20', method: 'none', step: 1 },
    'searchSpaceLog10',
    26.49,
    4e-4,
  ),
  cell(
    'layer tables',
    'resnet18, step 1',
    { network: 'resnet18', method: 'none', step: 1 },
    'searchSpaceLog10',
    35.22,
    3e-4,
  ),
  cell(
    'layer tables',
    'vgg16-cifar, step 32',
    { network: 'vgg16-cifar', method: 'none' },
    'searchSpaceLog10',
    10.54,
    1e-3,
  ),
  cell('latency', 'resnet18 dense', { ...scheme, method: 'none' }, 'latencySeconds', 3.09e-3, 0.03, reference),
  cell('latency', 'resnet18 tdc-sc, library kernels', scheme, 'latencySeconds', 2.48e-3, 0.03, reference),
  cell(
    'latency',
    'resnet18 tdc-sc, own kernels',
    { ...scheme, kernelLibrary: 'tdc' },
    'latencySeconds',
    1.25e-3,
    0.03,
    reference,
  ),
];
