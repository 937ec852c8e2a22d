import type { Figure, ParamsInput, Role, Tag } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import type { params } from './params.ts';
import { presets } from './presets.ts';

type Cell = Figure<typeof params, MetricName>;
type Input = ParamsInput<typeof params>;

const paper = 'arXiv 2309.16976, as recalled: its tables and figures were not at hand';
const equations = 'derived from the equations of the README';

function cell(
  id: string,
  group: string,
  set: Input,
  metric: MetricName,
  value: number,
  role: Role,
  tolerance: number,
  tag: Tag = 'recalled',
): Cell {
  return { id, group, params: set, metric, value, source: tag === 'derived' ? equations : paper, tag, role, tolerance };
}

const matmul = (engine: 'mme' | 'tpc' | 'both', n: number): Input => ({ workload: 'matmul', engine, n });
const linear = (activation: 'elu' | 'relu' | 'glu'): Input => ({ workload: 'linear-attention', activation });
const ideal = presets.ideal.set;

const fit = 'fitted';
const products = 'products, predicted';
const attention = 'attention, predicted';
const exact = 'equations';

/** The published cells, all recalled, and values derived from the equations. */
export const cells: readonly Cell[] = [
  cell('C1: 64 products of 128 on the MME', fit, matmul('mme', 128), 'seconds', 7.31e-3, 'calibration', 0.1),
  cell('C1: the same, rate', fit, matmul('mme', 128), 'tflops', 2.35, 'calibration', 0.1),
  cell('C2: 64 products of 1024 on the MME', fit, matmul('mme', 1024), 'seconds', 0.60206, 'calibration', 0.1),
  cell('C2: the same, rate', fit, matmul('mme', 1024), 'tflops', 14.61, 'calibration', 0.1),
  cell('C3: 64 products of 256 on the TPCs', fit, matmul('tpc', 256), 'seconds', 67.04e-3, 'calibration', 0.1),
  cell('C3: the same, rate', fit, matmul('tpc', 256), 'tflops', 2.05, 'calibration', 0.1),
  cell('C4: softmax attention', fit, {}, 'seconds', 0.18, 'calibration', 0.1),
  cell('C5: linear attention, GLU', fit, linear('glu'), 'seconds', 32.6e-3, 'calibration', 0.1),
  cell('K1: 64 products of 256 on the MME', products, matmul('mme', 256), 'seconds', 11.78e-3, 'check', 0.1),
  cell('K1: the same, rate', products, matmul('mme', 256), 'tflops', 11.67, 'check', 0.1),
  cell('K2: 64 products of 128 on the TPCs', products, matmul('tpc', 128), 'seconds', 9.21e-3, 'check', 0.1),
  cell('K2: the same, rate', products, matmul('tpc', 128), 'tflops', 1.86, 'check', 0.1),
  cell('K3: 64 products of 1024 on the TPCs', products, matmul('tpc', 1024), 'seconds', 4.1728, 'check', 0.08),
  cell('K3: the same, rate', products, matmul('tpc', 1024), 'tflops', 2.11, 'check', 0.08),
  cell('K4: TPCs over MME at 128', products, matmul('both', 128), 'tpcOverMmeTime', 1.26, 'check', 0.2),
  cell('K5: TPCs over MME at 2048', products, matmul('both', 2048), 'tpcOverMmeTime', 7, 'check', 0.1),
  cell('K7: linear attention, ELU', attention, linear('elu'), 'seconds', 30e-3, 'check', 0.2),
  cell('K8: Performer', attention, { workload: 'performer' }, 'seconds', 80e-3, 'check', 0.2),
  cell('K9: linear against softmax', attention, linear('elu'), 'speedupOverSoftmax', 6, 'check', 0.25),
  cell('K10: Performer against softmax', attention, { workload: 'performer' }, 'speedupOverSoftmax', 2, 'check', 0.3),
  cell('K11: linear attention, ReLU', attention, linear('relu'), 'seconds', 30.1e-3, 'check', 0.2),
  ...derived('D1: ideal softmax, FLOP', { ...ideal, batch: 16, seq: 512, heads: 12 }, 'flops', 5.153961e10, 1e-6),
  ...derived('D2: ideal softmax', { ...ideal, batch: 16, seq: 512, heads: 12 }, 'seconds', 5.859e-3),
  ...derived('D2: share of softmax', { ...ideal, batch: 16, seq: 512, heads: 12 }, 'softmaxShare', 0.3995),
  ...derived('D3: one node after another', { scheduler: 'serial' }, 'seconds', 0.2333),
  ...derived('D3: share of softmax', { scheduler: 'serial' }, 'softmaxShare', 0.642),
  ...derived('D4: 2 slices', { slices: 2 }, 'seconds', 0.2024),
  ...derived('D4: 4 slices', { slices: 4 }, 'seconds', 0.1883),
  ...derived('D4: 16 slices', { slices: 16 }, 'seconds', 0.1778),
  ...derived('D5: 4 TPCs', { tpcCores: 4 }, 'seconds', 0.331),
  ...derived('D5: 16 TPCs', { tpcCores: 16 }, 'seconds', 0.106),
  ...derived(
    'D6: ideal Performer',
    { ...ideal, workload: 'performer', batch: 8, seq: 4096, heads: 8, features: 128 },
    'seconds',
    9.73e-3,
  ),
  ...derived(
    'D6: the same, FLOP',
    { ...ideal, workload: 'performer', batch: 8, seq: 4096, heads: 8, features: 128 },
    'flops',
    8.59e10,
  ),
];

function derived(id: string, set: Input, metric: MetricName, value: number, tolerance = 0.02): readonly Cell[] {
  return [cell(id, exact, set, metric, value, 'check', tolerance, 'derived')];
}
