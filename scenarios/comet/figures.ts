import type { Figure, ParamsInput } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import type { params } from './params.ts';

type Cell = Figure<typeof params, MetricName>;
type Input = ParamsInput<typeof params>;
type Network = 'alexnet' | 'vgg16' | 'resnet18' | 'resnet50' | 'efficientnet-b0';

const cusz20 = 'cuSZ (PACT 2020), Table 7, totals';
const cuszplus = 'cuSZ+ (CLUSTER 2021), Table VII, totals';
const bench21 = 'cuSZ, doc/benchmark.md, January 2021, totals';

/** Total speeds of compression and decompression in GB/s. */
function speeds(
  role: Cell['role'],
  codecStages: string,
  compress: number | undefined,
  decompress: number | undefined,
  source: string,
): readonly Cell[] {
  const common = {
    group: role === 'calibration' ? 'codec speed, known' : 'codec speed, predicted',
    params: { mode: 'codec', codecStages, elements: 1000 } as Input,
    source,
    tag: 'read',
    role,
    tolerance: 0.03,
  } as const;
  const cells: Cell[] = [];
  if (compress !== undefined)
    cells.push({ ...common, id: `${codecStages}, compress`, metric: 'compressBytesPerSecond', value: compress * 1e9 });
  if (decompress !== undefined)
    cells.push({
      ...common,
      id: `${codecStages}, decompress`,
      metric: 'decompressBytesPerSecond',
      value: decompress * 1e9,
    });
  return cells;
}

function derived(
  group: string,
  id: string,
  params: Input,
  metric: MetricName,
  value: number,
  tolerance: number,
  source: string,
): Cell {
  return { id, group, params, metric, value, source, tag: 'derived', role: 'check', tolerance };
}

const arithmetic = 'layer shapes of the network, 4 bytes a value';
const inputs = (network: Network, batch: number, value: number): Cell =>
  derived(
    'layer arithmetic',
    `${network}, batch ${batch}`,
    { network, batch, ...fast },
    'convInputBytes',
    value,
    0,
    arithmetic,
  );

/** Enough for cells that do not ask for a ratio. */
const fast = { sampleElements: 4096 } as const;
const flat = {
  ...fast,
  computeModel: 'flat',
  computeEfficiency: 0.6,
  efficiencyHalfBatch: 0,
  codebookSeconds: 0,
} as const;
const flatSource = 'sum of published stage times over 6 MAC at 60 % of peak';

const overhead = (network: Network, value: number, set: Input = {}, name = 'cusz20-v100-cesm'): Cell =>
  derived(
    'time',
    `overhead, ${network}, ${name}`,
    { network, ...flat, ...set },
    'overheadFraction',
    value,
    0.01,
    flatSource,
  );

const nyx = { codecStages: 'cuszplus-v100-nyx' } as const;
const serial = { codec: 'migrate', overlap: false } as const;

const reference = 'independent reference run of the same definition';
const ratio = (network: Network, value: number): Cell =>
  derived('ratio', `ratio, ${network}, batch 256`, { network, batch: 256 }, 'activationRatio', value, 0.05, reference);
const lossless = (network: Network, value: number): Cell =>
  derived(
    'lossless',
    `zero bitmap, ${network}`,
    { network, codec: 'lossless' },
    'activationRatio',
    value,
    0.005,
    'density and layer shapes',
  );
const jpeg = (network: Network, value: number): Cell =>
  derived('jpeg-act', `block transform, ${network}`, { network, batch: 256 }, 'jpegActRatio', value, 0.08, reference);

const largest = (network: Network, none: number, comet: number): readonly Cell[] => [
  derived(
    'memory',
    `largest batch, ${network}, plain`,
    { network, codec: 'none', ...fast },
    'maxBatch',
    none,
    1.01 / none,
    'stages of memory by hand',
  ),
  derived(
    'memory',
    `largest batch, ${network}, ratio 11`,
    { network, ratioOverride: 11, ...fast },
    'maxBatch',
    comet,
    1.01 / comet,
    'stages of memory by hand',
  ),
];

const exact = (id: string, set: Input, metric: MetricName, value: number): Cell =>
  derived('container', id, { mode: 'codec', ...set }, metric, value, 0, 'format of the container, by hand');

/** Every published or derived cell that is judged. Nothing outside this file knows these values. */
export const cells: readonly Cell[] = [
  ...speeds('calibration', 'cusz20-v100-hacc', 40.0, 11.4, cusz20),
  ...speeds('calibration', 'cusz20-v100-cesm', 41.1, 24.3, cusz20),
  ...speeds('calibration', 'cuszplus-v100-cesm', 44.8, 30.2, cuszplus),
  ...speeds('calibration', 'cuszplus-a100-hacc', 84.1, 41.4, cuszplus),
  ...speeds('calibration', 'cuszplus-a100-cesm', 51.5, 24.3, cuszplus),
  ...speeds('calibration', 'cuszplus-v100-hacc', undefined, 31.8, cuszplus),
  ...speeds('check', 'cusz20-v100-hurricane', 38.2, 19.2, cusz20),
  ...speeds('check', 'cusz20-v100-qmcpack', 40.7, 14.4, cusz20),
  ...speeds('check', 'cuszplus-v100-hurricane', 49.3, 35.2, cuszplus),
  ...speeds('check', 'cuszplus-v100-nyx', 53.9, 46.0, cuszplus),
  ...speeds('check', 'cuszplus-v100-rtm', 52.5, 36.1, cuszplus),
  ...speeds('check', 'cuszplus-a100-hurricane', 82.2, 43.0, cuszplus),
  ...speeds('check', 'cuszplus-a100-nyx', 92.4, 67.9, cuszplus),
  ...speeds('check', 'cuszplus-a100-rtm', 76.4, 45.6, cuszplus),
  ...speeds('check', 'bench21-v100-hacc', 35.0, undefined, bench21),
  ...speeds('check', 'bench21-v100-cesm', 35.8, undefined, bench21),
  ...speeds('check', 'bench21-rtx5000-cesm', 17.4, undefined, bench21),
  ...speeds('check', 'bench21-rtx5000-nyx', 17.7, undefined, bench21),
  {
    id: 'lossless average over networks',
    group: 'lossless, known',
    params: { network: 'vgg16', codec: 'lossless' },
    metric: 'activationRatio',
    value: 2.6,
    source: 'cDMA (HPCA 2018), abstract: average of zero-value compression; sets the density',
    tag: 'read',
    role: 'calibration',
    tolerance: 0.05,
  },
  inputs('alexnet', 256, 407_170_048),
  inputs('vgg16', 64, 2_324_955_136),
  inputs('resnet18', 64, 468_844_544),
  inputs('resnet50', 64, 2_318_532_608),
  inputs('efficientnet-b0', 64, 1_747_329_024),
  overhead('alexnet', 0.226),
  overhead('vgg16', 0.241),
  overhead('resnet18', 0.415),
  overhead('resnet50', 0.911),
  overhead('efficientnet-b0', 7.29),
  overhead('alexnet', 0.139, nyx, 'cuszplus-v100-nyx'),
  overhead('vgg16', 0.149, nyx, 'cuszplus-v100-nyx'),
  overhead('resnet50', 0.56, nyx, 'cuszplus-v100-nyx'),
  overhead('alexnet', 0.575, serial, 'serial migration'),
  overhead('vgg16', 0.614, serial, 'serial migration'),
  ratio('alexnet', 13.3),
  ratio('vgg16', 10.6),
  ratio('resnet18', 10.9),
  ratio('resnet50', 10.65),
  ratio('efficientnet-b0', 7.5),
  lossless('alexnet', 1.784),
  lossless('vgg16', 2.554),
  lossless('resnet50', 2.554),
  lossless('efficientnet-b0', 1),
  jpeg('alexnet', 7.8),
  jpeg('vgg16', 7.5),
  ...largest('vgg16', 223, 350),
  ...largest('resnet18', 885, 1431),
  ...largest('resnet50', 187, 315),
  derived(
    'memory',
    'peak, vgg16, plain',
    { network: 'vgg16', codec: 'none', ...fast },
    'peakMemoryBytes',
    5.92e9,
    0.01,
    'stages of memory by hand',
  ),
  derived(
    'memory',
    'peak, vgg16, ratio 11',
    { network: 'vgg16', ratioOverride: 11, ...fast },
    'peakMemoryBytes',
    4.47e9,
    0.01,
    'stages of memory by hand',
  ),
  exact('1000 zeros', { elements: 1000 }, 'containerBytes', 196),
  exact('4096 zeros', { elements: 4096 }, 'containerBytes', 583),
  exact('ramp, bits', { input: 'ramp', lorenzoDims: 1 }, 'payloadBits', 4240),
  exact('ramp, escapes', { input: 'ramp', lorenzoDims: 1 }, 'escapes', 122),
  exact('ramp, bytes', { input: 'ramp', lorenzoDims: 1 }, 'containerBytes', 1720),
  exact(
    'alternating, no predictor',
    { input: 'alternating', elements: 3200, rampStep: 7, lorenzoDims: 0 },
    'payloadBits',
    3200,
  ),
  exact(
    'alternating, one dimension',
    { input: 'alternating', elements: 3200, rampStep: 7, lorenzoDims: 1 },
    'payloadBits',
    4800,
  ),
  exact('twelve values, bits', { input: 'vector-1' }, 'payloadBits', 29),
  exact('twelve values, bytes', { input: 'vector-1' }, 'containerBytes', 126),
];
