import type { Figure, ParamsInput, Target } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import type { params } from './params.ts';

type Cell = Figure<typeof params, MetricName>;
type Input = ParamsInput<typeof params>;

const runs = 'reference Monte-Carlo over separate training runs of the recipe, 50 chips';
const formula = 'derived here from the circuit, README section Equations';

function cell(
  id: string,
  group: string,
  role: Cell['role'],
  given: Input,
  metric: MetricName,
  value: number,
  tolerance: number,
  source = formula,
): Cell {
  return { id, group, role, params: given, metric, value, tolerance, source, tag: 'derived', slow: true };
}

/** A layer of 512 x 256 random weights at one fault law: 50 chips of 262,144 cells. */
function weightError(p: number, s: number, ratio: number, values: ReadonlyArray<readonly [string, number]>): Cell[] {
  return values.map(([name, value]) => {
    const mapping: Input =
      name === 'compensated'
        ? { mapping: 'two-column', mitigation: 'pair-compensate' }
        : name === 'rest'
          ? { mapping: 'rest', restLevel: 0.8378 }
          : { mapping: name as 'two-column' };
    const given: Input = { network: 'linear', linearCols: 256, faultRate: p, stuckOnShare: s, pruneRatio: ratio };
    const tolerance = name === 'compensated' ? 0.05 : 0.02;
    const id = `K26 weight error, ${name}, p ${p}, s ${s}, 1/${ratio}`;
    return cell(id, 'weight errors', 'check', { ...given, ...mapping }, 'weightErrorMse', value, tolerance);
  });
}

const trainedOne: Input = { network: 'mlp', trials: 2 };
const fullArray: Input = { network: 'linear', linearRows: 128, linearCols: 64, inputBits: 1, trials: 2 };
const square: Input = { network: 'linear', faultRate: 0, pruneRatio: 20, trials: 2 };
const resnet: Input = { network: 'resnet20', trials: 1 };
const lenet: Input = { network: 'lenet5', images: 500, trials: 1 };

/** Reference values of the specification: results of its own Monte-Carlo, and formulas. The paper's one number is a claim. */
export const cells: readonly Cell[] = [
  cell(
    'C1 mlp, dense',
    'networks',
    'calibration',
    { ...trainedOne, pruneRatio: 1 },
    'accuracyIdeal',
    0.933,
    0.016,
    runs,
  ),
  cell('C2 mlp, 20x', 'networks', 'calibration', trainedOne, 'accuracyIdeal', 0.9275, 0.016, runs),
  cell('C3 lenet5, dense', 'networks', 'calibration', { ...lenet, pruneRatio: 1 }, 'accuracyIdeal', 0.976, 0.012, runs),
  cell('C3 lenet5, 20x', 'networks', 'calibration', lenet, 'accuracyIdeal', 0.972, 0.012, runs),
  cell(
    'C4 mlp 20x, two-column, p 0.01',
    'accuracy',
    'calibration',
    { mapping: 'two-column' },
    'accuracyMean',
    0.767,
    0.08,
    runs,
  ),
  cell('C6 converters, one full array', 'hardware', 'calibration', fullArray, 'adcJoules', 200e-12, 0.01),
  cell('C6 drivers, one full array', 'hardware', 'calibration', fullArray, 'dacJoules', 49.9e-12, 0.01),
  cell('K11 mlp 20x, differential, p 0.01', 'accuracy', 'check', {}, 'accuracyMean', 0.91, 0.026, runs),
  cell('K18 lenet5 weights', 'hardware', 'check', lenet, 'weightCount', 430500, 0),
  cell('K18 lenet5 cells', 'hardware', 'check', lenet, 'cellCount', 861000, 0),
  cell('K18 lenet5 arrays', 'hardware', 'check', lenet, 'arrayCount', 65, 0),
  cell('K18 lenet5 arrays, 2-bit cells', 'hardware', 'check', { ...lenet, cellBits: 2 }, 'arrayCount', 246, 0),
  cell('K19 resnet20 weights', 'hardware', 'check', resnet, 'weightCount', 268336, 0),
  cell('K19 resnet20 arrays', 'hardware', 'check', resnet, 'arrayCount', 59, 0),
  cell('K20 lenet5 read', 'hardware', 'check', lenet, 'readSeconds', 513.825e-6, 1e-4),
  cell(
    'K21 cells, two-column',
    'hardware',
    'check',
    { ...square, mapping: 'two-column' },
    'arrayJoules',
    9.33e-9,
    0.02,
  ),
  cell('K21 cells, differential', 'hardware', 'check', square, 'arrayJoules', 82.9e-9, 0.02),
  cell(
    'K21 input, two-column',
    'hardware',
    'check',
    { ...square, mapping: 'two-column' },
    'energyJoules',
    73.3e-9,
    0.02,
  ),
  cell('K21 input, differential', 'hardware', 'check', square, 'energyJoules', 146.9e-9, 0.02),
  cell('K22 pulses', 'cells', 'check', { preset: 'writeVerify' }, 'pulsesPerCellMean', 3.139, 0.01),
  cell('K22 gave up', 'cells', 'check', { preset: 'writeVerify' }, 'verifyFailShare', 0.02416, 0.05),
  cell('K22 residual', 'cells', 'check', { preset: 'writeVerify' }, 'residualStd', 0.01461, 0.02),
  cell('K23 worn at 5e5 cycles', 'cells', 'check', { study: 'device', writeCycles: 5e5 }, 'wornShare', 0.0828, 0.02),
  cell('K24 IR drop, 100 kohm', 'hardware', 'check', square, 'irDropWorstVolts', 0.0466, 0.001),
  cell(
    'K24 IR drop, 10 kohm',
    'hardware',
    'check',
    { ...square, onResistanceOhms: 1e4 },
    'irDropWorstVolts',
    0.466,
    0.001,
  ),
  cell('K25 lossless converter', 'hardware', 'check', { ...square, cellBits: 2 }, 'adcBitsLossless', 9, 0),
  ...weightError(0.05, 0.8378, 20, [
    ['two-column', 0.07912],
    ['differential', 0.01654],
    ['symmetric', 0.02487],
    ['offset', 0.05083],
    ['compensated', 0.00151],
    ['rest', 0.01421],
  ]),
  ...weightError(0.1, 0.6, 2, [
    ['two-column', 0.10247],
    ['differential', 0.07547],
    ['symmetric', 0.05897],
    ['offset', 0.11667],
    ['compensated', 0.02147],
  ]),
  ...weightError(0.2, 0.9, 5, [
    ['two-column', 0.27973],
    ['differential', 0.04933],
    ['symmetric', 0.0952],
    ['offset', 0.21333],
    ['compensated', 0.02053],
  ]),
];

export const targets: readonly Target[] = [
  { id: 'time, energy and cells, formulas', groups: ['hardware', 'cells'], mean: 0.005 },
  { id: 'errors of weights, formulas', groups: ['weight errors'], mean: 0.01 },
];
