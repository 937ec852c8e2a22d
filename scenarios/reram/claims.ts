import type { Claim, ParamsInput } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import type { params } from './params.ts';

type ReramClaim = Claim<typeof params, MetricName>;
type Run = Parameters<ReramClaim['how']>[0];
type Input = ParamsInput<typeof params>;

const paper = 'arXiv 2106.09166, abstract';
const runs = 'reference Monte-Carlo, separate training runs, 50 chips (derived)';
const boundary = 'derived here: the boundary of the claim';

const headline: Input = { preset: 'headline' };
const chip: Input = { preset: 'chipRatio' };
const lenet: Input = { network: 'lenet5', images: 500 };

const number = (metric: MetricName, given: Input) => async (run: Run) => (await run(given)).number(metric);
const gain = (given: Input) => number('toleranceGain', given);
const onePoint = (given: Input): Input => ({ study: 'tolerance', lossPoints: 0.01, ...given });

/** Growth of the error with the rate under the chip's polarity, by mapping (README, equation 6). */
const slopes: ReadonlyArray<readonly [Input, number]> = [
  [{ mapping: 'two-column' }, 2 * 0.8378],
  [{ mapping: 'differential' }, 2 * 0.1622],
  [{ mapping: 'symmetric' }, 1 / 2],
  [{ mapping: 'rest', restLevel: 0.8378 }, 2 * 0.8378 * 0.1622],
];

/** The abstract's headline, the reference values that take many chips, and where the headline does not hold. */
export const claims: readonly ReramClaim[] = [
  {
    id: 'K1 headline',
    text: 'fault rate tolerated against two-column, mapping differential, 90 % stuck-on and 5 points of loss (both assumed)',
    published: 10,
    unit: 'x',
    source: `${paper}: almost one order of magnitude`,
    pass: { min: 6, max: 11 },
    how: gain(headline),
  },
  {
    id: 'K4 published polarity',
    text: 'the same at the 83.8 % stuck-on of a 4-Mb chip: not an order of magnitude',
    published: 4.99,
    unit: 'x',
    source: runs,
    pass: { min: 0.8 * 4.99, max: 1.2 * 4.99 },
    how: gain(chip),
  },
  {
    id: 'K2 no extra hardware',
    text: 'cells, arrays, read time, converter and driver energy equal two-column',
    published: true,
    source: paper,
    pass: { equals: true },
    how: async (run) => {
      const [own, other] = [await run({ trials: 2 }), await run({ trials: 2, mapping: 'two-column' })];
      const equal = ['cellCount', 'arrayCount', 'readSeconds', 'adcJoules', 'dacJoules'] as const;
      return equal.every((metric) => own.number(metric) === other.number(metric));
    },
  },
  {
    id: 'energy price',
    text: 'energy in cells against two-column, 1/20 of 512 x 512 weights: no extra hardware is not no extra energy',
    published: 8.9,
    unit: 'x',
    source: boundary,
    pass: { min: 8.7, max: 9.1 },
    how: async (run) => {
      const joules = (mapping: 'two-column' | 'differential') =>
        run({ network: 'linear', faultRate: 0, trials: 2, mapping }).then((result) => result.number('arrayJoules'));
      return (await joules('differential')) / (await joules('two-column'));
    },
  },
  {
    id: 'fails off-heavy',
    text: 'with 83.8 % stuck-off the mapping hurts by the same factor',
    published: 1 / 4.99,
    unit: 'x',
    source: boundary,
    pass: { max: 1 / 2.5 },
    how: gain({ preset: 'offHeavy' }),
    slow: true,
  },
  {
    id: 'K3 headline against the reference',
    text: 'preset headline',
    published: 8.07,
    unit: 'x',
    source: runs,
    pass: { min: 0.75 * 8.07, max: 1.25 * 8.07 },
    how: gain(headline),
  },
  {
    id: 'K5 stuck-on only',
    text: 'preset onOnly',
    published: 50.5,
    unit: 'x',
    source: runs,
    pass: { min: 20 },
    how: gain({ preset: 'onOnly' }),
    slow: true,
  },
  {
    id: 'C5 dense, two-column',
    text: 'tolerated rate of the unpruned mlp at 1 point, two-column',
    published: 0.0065,
    source: runs,
    pass: { min: 0.0065 / 1.5, max: 0.0065 * 1.5 },
    how: number('toleratedFaultRateTwoColumn', { preset: 'denseCurve' }),
    slow: true,
  },
  {
    id: 'K6 dense, 1 point',
    text: 'preset denseCurve',
    published: 4.28,
    unit: 'x',
    source: runs,
    pass: { min: 3, max: 6.5 },
    how: gain({ preset: 'denseCurve' }),
    slow: true,
  },
  {
    id: 'K7 pruned, 1 point',
    text: 'mlp 20x at 1 point, chip ratio',
    published: 5.59,
    unit: 'x',
    source: runs,
    pass: { min: 3.5, max: 8 },
    how: gain(onePoint({})),
    slow: true,
  },
  {
    id: 'K8 symmetric',
    text: 'symmetric against two-column, chip ratio',
    published: 3.12,
    unit: 'x',
    source: runs,
    pass: { min: 0.75 * 3.12, max: 1.25 * 3.12 },
    how: gain({ ...chip, mapping: 'symmetric' }),
    slow: true,
  },
  {
    id: 'K9 best rest level',
    text: 'rest at the share of stuck-on faults against two-column, chip ratio',
    published: 5.42,
    unit: 'x',
    source: runs,
    pass: { min: 0.8 * 5.42, max: 1.2 * 5.42 },
    how: gain({ ...chip, mapping: 'rest', restLevel: 0.8378 }),
    slow: true,
  },
  {
    id: 'K9 rest against differential',
    text: 'tolerated rate at the best rest level over that of differential',
    published: 1.07,
    unit: 'x',
    source: runs,
    pass: { min: 0.95 },
    how: async (run) => (await gain({ ...chip, mapping: 'rest', restLevel: 0.8378 })(run)) / (await gain(chip)(run)),
    slow: true,
  },
  {
    id: 'K10 offset',
    text: 'offset against two-column, chip ratio: worse, though the error of a weight is smaller',
    published: 0.76,
    unit: 'x',
    source: runs,
    pass: { min: 0.5, max: 1 },
    how: gain({ ...chip, mapping: 'offset' }),
    slow: true,
  },
  ...(
    [
      ['two-column', 0.42],
      ['differential', 0.84],
      ['symmetric', 0.74],
    ] as const
  ).map(
    ([mapping, published]): ReramClaim => ({
      id: `K12 dense at the chip's rate, ${mapping}`,
      text: `accuracy of the unpruned mlp at 10.79 % faults, ${mapping}`,
      published,
      source: runs,
      pass: { min: published - 0.08, max: published + 0.08 },
      how: number('accuracyMean', { mapping, pruneRatio: 1, faultRate: 0.1079 }),
      slow: true,
    }),
  ),
  {
    id: 'K13 lenet5 20x, 5 points',
    text: 'LeNet-5 against two-column, chip ratio',
    published: 4.5,
    unit: 'x',
    source: runs,
    pass: { min: 0.7 * 4.5, max: 1.3 * 4.5 },
    how: gain({ ...chip, ...lenet }),
    slow: true,
  },
  ...(
    [
      ['two-column', 'toleratedFaultRateTwoColumn', 0.0121],
      ['differential', 'toleratedFaultRate', 0.0457],
    ] as const
  ).map(
    ([mapping, metric, published]): ReramClaim => ({
      id: `K14 lenet5 dense, 1 point, ${mapping}`,
      text: `tolerated rate of the unpruned LeNet-5, ${mapping}`,
      published,
      source: runs,
      pass: { min: published / 1.6, max: published * 1.6 },
      how: number(metric, onePoint({ ...lenet, pruneRatio: 1 })),
      slow: true,
    }),
  ),
  {
    id: 'K15 repair of each chip',
    text: 'tolerated rate of mlp 20x, two-column with pair-compensate, 1 point',
    published: 0.044,
    source: runs,
    pass: { min: 0.02 },
    how: number('toleratedFaultRate', onePoint({ mapping: 'two-column', mitigation: 'pair-compensate' })),
    slow: true,
  },
  {
    id: 'K16 whole columns',
    text: 'accuracy lost when faults come as columns, dense mlp, two-column, p 0.005',
    published: 0.226,
    source: runs,
    pass: { min: 0.1 },
    how: async (run) => {
      const at = (columnFaultShare: number) =>
        run({ mapping: 'two-column', pruneRatio: 1, faultRate: 0.005, columnFaultShare });
      return (await at(0)).number('accuracyMean') - (await at(1)).number('accuracyMean');
    },
    slow: true,
  },
  {
    id: 'K16 same error',
    text: 'error of a weight with columns over that with cells',
    published: 1,
    unit: 'x',
    source: runs,
    pass: { min: 0.9, max: 1.1 },
    how: async (run) => {
      const at = (columnFaultShare: number) =>
        run({ mapping: 'two-column', pruneRatio: 1, faultRate: 0.005, columnFaultShare });
      return (await at(1)).number('weightErrorMse') / (await at(0)).number('weightErrorMse');
    },
    slow: true,
  },
  {
    id: 'K17 slope law',
    text: 'tolerated rate times slope, largest over smallest of four mappings, chip ratio',
    published: 1.17,
    unit: 'x',
    source: runs,
    pass: { max: 1.4 },
    how: async (run) => {
      const products: number[] = [];
      for (const [mapping, slope] of slopes)
        products.push(slope * (await run({ ...chip, ...mapping })).number('toleratedFaultRate'));
      return Math.max(...products) / Math.min(...products);
    },
    slow: true,
  },
  {
    id: 'pruning tolerates less',
    text: 'tolerated rate of mlp 20x over the unpruned one, two-column, 1 point: contribution 1 of the paper does not emerge',
    published: 0.2,
    unit: 'x',
    source: runs,
    pass: { max: 0.5 },
    how: async (run) => {
      const rate = (pruneRatio: number) => number('toleratedFaultRateTwoColumn', onePoint({ pruneRatio }))(run);
      return (await rate(20)) / (await rate(1));
    },
    slow: true,
  },
  {
    id: 'range matters',
    text: 'tolerated rate of mlp 20x with weights clipped at 0.7 over unclipped, two-column, 1 point',
    published: 2.5,
    unit: 'x',
    source: runs,
    pass: { min: 1.5 },
    how: async (run) => {
      const rate = (weightClip: number) => number('toleratedFaultRateTwoColumn', onePoint({ weightClip }))(run);
      return (await rate(0.7)) / (await rate(1));
    },
    slow: true,
  },
];
