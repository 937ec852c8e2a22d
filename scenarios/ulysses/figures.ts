import type { MetricName } from './metrics.ts';
import type { UlyssesParams } from './parameters.ts';

const K = 1024;

/** Sets of cells that are judged together: fitted and unfitted cells of a kind are never mixed. */
export type CellGroup =
  | 'ulysses, fitted'
  | 'ulysses, predicted'
  | 'baseline'
  | 'attention, fitted'
  | 'attention, predicted'
  | 'memory';

/** One published cell: what was run, which metric was read, and what may be done with it. */
export interface Cell {
  readonly id: string;
  readonly group: CellGroup;
  readonly params: Partial<UlyssesParams>;
  readonly metric: MetricName;
  readonly value: number | boolean;
  readonly source: string;
  readonly tag: 'read' | 'dig' | 'derived' | 'recalled' | 'assumed';
  /** Calibration: constants may be fitted on it. Check: nothing was. */
  readonly role: 'calibration' | 'check';
  /** Largest permitted relative error of the cell. */
  readonly tolerance?: number;
}

type Role = Cell['role'];

const paper = 'arXiv 2309.14509';
const benchmark = 'feifeibear/long-context-attention, media/benchmark_results.png, column no_packed';

function bar(
  figure: string,
  role: Role,
  system: UlyssesParams['system'],
  model: UlyssesParams['model'],
  gpus: number,
  seqK: number,
  value: number,
): Cell {
  return {
    id: `${figure}: ${system} ${model}, ${gpus} GPUs, ${seqK}K`,
    params: { model, system, gpus, seq: seqK * K },
    metric: 'tflopsPerGpu',
    value,
    role,
    tag: 'dig',
    source: `${paper}, ${figure}, bar height +-0.3`,
    group: system === 'megatron-sp' ? 'baseline' : role === 'calibration' ? 'ulysses, fitted' : 'ulysses, predicted',
    tolerance: system === 'megatron-sp' ? 0.3 : role === 'calibration' ? 0.1 : 0.12,
  };
}

function figure3(role: Role, gpus: number, seqK: number, value: number): Cell {
  return bar('Figure 3', role, 'ulysses', '1.2b', gpus, seqK, value);
}

function strongScaling(
  table: string,
  role: Role,
  gpus: number,
  seqK: number,
  tflops: number,
  time: number,
): readonly Cell[] {
  const common = {
    params: { model: '7b', system: 'ulysses', gpus, sp: gpus / 8, batch: 8, seq: seqK * K },
    role,
    tag: 'read',
    source: `${paper}, ${table}`,
    group: role === 'calibration' ? 'ulysses, fitted' : 'ulysses, predicted',
    tolerance: 0.1,
  } as const;
  const id = `${table}: 7b, ${gpus} GPUs, ${seqK}K`;
  return [
    { ...common, id: `${id}, TFLOP/s`, metric: 'tflopsPerGpu', value: tflops },
    { ...common, id: `${id}, seconds`, metric: 'iterationSeconds', value: time },
  ];
}

function attention(
  role: Role,
  heads: number,
  headDim: number,
  ringDegree: number,
  ringLayout: UlyssesParams['ringLayout'],
  value: number,
): Cell {
  return {
    id: `attention: ${heads} heads of ${headDim}, ring ${ringDegree}, ${ringLayout}`,
    params: {
      scope: 'attention',
      model: 'custom',
      system: 'hybrid',
      gpus: 8,
      sp: 8,
      ringDegree,
      ringLayout,
      heads,
      hidden: heads * headDim,
      batch: 2,
      seq: 128 * K,
      gpu: 'a100-80gb',
      attnKernel: 'flash2',
    },
    metric: 'attentionItersPerSecond',
    value,
    role,
    tag: 'read',
    source: benchmark,
    group: role === 'calibration' ? 'attention, fitted' : 'attention, predicted',
    tolerance: 0.15,
  };
}

function memory(
  system: UlyssesParams['system'],
  model: UlyssesParams['model'],
  gpus: number,
  seqK: number,
  outOfMemory: boolean,
): Cell {
  const kernel: Partial<UlyssesParams> = system === 'ring' ? { attnKernel: 'materialised' } : {};
  return {
    id: `out of memory: ${system} ${model}, ${gpus} GPUs, ${seqK}K`,
    params: { model, system, gpus, seq: seqK * K, ...kernel },
    metric: 'outOfMemory',
    value: outOfMemory,
    role: 'check',
    tag: 'read',
    source: `${paper}, Figures 3 to 5: bar ${outOfMemory ? 'absent or labelled out of memory' : 'present'}`,
    group: 'memory',
  };
}

/** Every published cell that is judged, in the order of the paper. Nothing outside this file knows these values. */
export const cells: readonly Cell[] = [
  figure3('calibration', 8, 8, 109.2),
  figure3('calibration', 8, 128, 95.6),
  figure3('calibration', 16, 16, 110.0),
  figure3('calibration', 16, 256, 93.9),
  figure3('calibration', 32, 32, 105.2),
  figure3('calibration', 32, 512, 94.1),
  figure3('calibration', 64, 8, 99.4),
  figure3('calibration', 64, 64, 98.6),
  figure3('check', 8, 16, 111.3),
  figure3('check', 16, 32, 105.8),
  figure3('check', 16, 64, 99.2),
  figure3('check', 32, 8, 105.2),
  figure3('check', 32, 64, 99.0),
  figure3('check', 32, 128, 95.6),
  figure3('check', 64, 16, 103.0),
  figure3('check', 64, 128, 95.4),
  figure3('check', 64, 256, 93.5),
  figure3('check', 64, 1024, 96.5),
  bar('Figure 4', 'calibration', 'ulysses', '7b', 32, 8, 159.1),
  bar('Figure 4', 'calibration', 'ulysses', '7b', 32, 64, 181.4),
  bar('Figure 4', 'check', 'ulysses', '7b', 32, 16, 175.6),
  bar('Figure 4', 'check', 'ulysses', '7b', 32, 256, 174.6),
  bar('Figure 4', 'calibration', 'megatron-sp', '7b', 32, 16, 142.9),
  bar('Figure 4', 'check', 'megatron-sp', '7b', 32, 8, 106.0),
  bar('Figure 4', 'check', 'megatron-sp', '7b', 32, 64, 164.9),
  bar('Figure 5', 'calibration', 'ulysses', '30b', 64, 8, 165.7),
  bar('Figure 5', 'calibration', 'ulysses', '30b', 64, 256, 134.1),
  bar('Figure 5', 'check', 'ulysses', '30b', 64, 16, 157.5),
  bar('Figure 5', 'check', 'ulysses', '30b', 64, 64, 147.1),
  bar('Figure 5', 'calibration', 'megatron-sp', '30b', 64, 16, 67.7),
  bar('Figure 5', 'check', 'megatron-sp', '30b', 64, 8, 44.9),
  bar('Figure 5', 'check', 'megatron-sp', '30b', 64, 64, 104.6),
  ...strongScaling('Table 2', 'calibration', 64, 128, 165.53, 32.4321),
  ...strongScaling('Table 2', 'check', 128, 128, 157.41, 17.0525),
  ...strongScaling('Table 2', 'calibration', 256, 128, 136.09, 9.8867),
  ...strongScaling('Table 3', 'check', 64, 64, 161.36, 9.67676),
  attention('calibration', 32, 32, 1, 'contiguous', 15.867),
  attention('calibration', 8, 128, 1, 'contiguous', 20.983),
  attention('calibration', 8, 32, 1, 'zigzag', 57.9),
  attention('calibration', 32, 32, 8, 'zigzag', 12.445),
  attention('calibration', 8, 128, 8, 'zigzag', 17.778),
  attention('calibration', 2, 32, 4, 'zigzag', 159.078),
  attention('calibration', 4, 32, 8, 'contiguous', 60.022),
  attention('calibration', 8, 32, 4, 'contiguous', 35.23),
  attention('check', 32, 32, 1, 'zigzag', 15.829),
  attention('check', 32, 32, 2, 'zigzag', 15.699),
  attention('check', 32, 32, 4, 'contiguous', 9.176),
  attention('check', 8, 32, 1, 'contiguous', 58.13),
  attention('check', 8, 32, 2, 'contiguous', 41.026),
  attention('check', 8, 32, 4, 'zigzag', 57.404),
  attention('check', 8, 32, 8, 'zigzag', 50.126),
  attention('check', 8, 128, 1, 'zigzag', 21.002),
  attention('check', 8, 128, 2, 'contiguous', 15.496),
  attention('check', 8, 128, 4, 'zigzag', 21.201),
  attention('check', 8, 128, 8, 'contiguous', 11.332),
  attention('check', 4, 32, 2, 'contiguous', 75.021),
  attention('check', 4, 32, 4, 'zigzag', 96.333),
  attention('check', 4, 32, 8, 'zigzag', 94.25),
  attention('check', 2, 32, 4, 'contiguous', 111.209),
  attention('check', 2, 32, 8, 'contiguous', 109.662),
  memory('megatron-sp', '7b', 32, 128, false),
  memory('megatron-sp', '7b', 32, 256, true),
  memory('megatron-sp', '30b', 64, 64, false),
  memory('megatron-sp', '30b', 64, 128, true),
  memory('ulysses', '7b', 32, 256, false),
  memory('ulysses', '30b', 64, 256, false),
  memory('ulysses', '1.2b', 8, 256, true),
  memory('ring', '7b', 32, 32, false),
  memory('ring', '7b', 32, 64, true),
  {
    id: 'longest sequence: ulysses 1.2b, 8 GPUs',
    params: { model: '1.2b', gpus: 8, search: 'maxSeq' },
    metric: 'maxSeq',
    value: 131072,
    role: 'calibration',
    tag: 'read',
    source: `${paper}, Figure 3: the 256K bar is absent`,
    group: 'memory',
    tolerance: 0,
  },
];
