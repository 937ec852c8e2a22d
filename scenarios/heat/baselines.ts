import { fitted, type Parameter, spec } from '../../actors/presets/index.ts';
import { mseConstants } from './constants.ts';
import type { HeatParams } from './params.ts';
import { negativesOf, sizesOf } from './setup.ts';

export type Baseline = Exclude<HeatParams['system'], 'heat-ccl' | 'heat-accl'>;
type Framework = Exclude<Baseline, 'cumf-sgd'>;

const PAPER = 'HEAT (arXiv 2304.07334)';
const FIGURE6 = `fit to the calibration cells of ${PAPER}, Figure 6, yelp18: one batch`;
const FIGURE13 = `fit to the calibration cells of ${PAPER}, Figure 13, yelp18: one batch`;
const FIGURE7 = `fit to the calibration cells of ${PAPER}, Figure 7, yelp18`;

/** Seconds of a batch of 1024 with 64 negatives and rows of 128: one number for each framework, model and gradient. */
const batchPresets = {
  'pytorch-cpu': { mf: fitted(107.44, 'ms', FIGURE6), simplex: fitted(126.3, 'ms', FIGURE6) },
  'torchrec-cpu': { mf: fitted(86.19, 'ms', FIGURE6), simplex: fitted(103.14, 'ms', FIGURE6) },
  'pytorch-v100': { mf: fitted(6.84, 'ms', FIGURE6), simplex: fitted(8.685, 'ms', FIGURE6) },
  'torchrec-v100': { mf: fitted(4.342, 'ms', FIGURE6), simplex: fitted(7.105, 'ms', FIGURE6) },
} as const satisfies Readonly<Record<Framework, Readonly<Record<'mf' | 'simplex', Parameter<'ms'>>>>>;

/** Other settings that were measured. */
const specialPresets = {
  pytorchSparse: fitted(319.52, 'ms', `${PAPER}, Table 1, yelp18: one batch with sparse gradients`),
  pytorchA64fx: { mf: fitted(176.01, 'ms', FIGURE13), simplex: fitted(215.38, 'ms', FIGURE13) },
  torchrecMse: fitted(48.51, 'us', `${FIGURE7}: one batch`),
  cumfSample: fitted(11.396, 'ns', `${FIGURE7}: one sample`),
} as const;

/** Shares of a batch by operation, from the profile of PyTorch on amazon-books; they divide a batch, they do not set its time. */
export const operationPresets = {
  'gather user': share(2.8),
  'gather items': share(33.2),
  'norm user': share(2.1),
  'norm items': share(40.5),
  copy: share(7.6),
  'batched product': share(10.2),
  loss: share(3.1),
} as const;

/** Forward and backward parts of a batch; the optimiser has the rest. */
export const passPresets = {
  forward: fitted(0.199, '1', `${PAPER}, Table 1, amazon-books`),
  backward: fitted(0.67, '1', `${PAPER}, Table 1, amazon-books`),
} as const;

/** Dollars an hour: list prices as the paper has them. */
export const pricePresets = {
  'c5a.16xlarge': spec(2.464, '1', `${PAPER}, cost figure, dollars an hour`),
  'p3.2xlarge': spec(3.06, '1', `${PAPER}, cost figure, dollars an hour`),
  v100Instances: spec(2, '1', `${PAPER}, section 5: two V100 hold the tables`),
} as const;

function share(percent: number): Parameter<'1'> {
  return fitted(percent / 100, '1', `${PAPER}, profile of PyTorch's forward pass, amazon-books`);
}

/** Seconds of one batch of a framework; scaled with batch, candidates and row length where they differ from the measured ones. */
export function batchSeconds(system: Framework, params: HeatParams, model: 'mf' | 'simplex'): number {
  const negatives = negativesOf(params);
  if (params.loss === 'mse')
    return (specialPresets.torchrecMse.value / 1e6) * (params.batch / 1024) * (dim(params) / 128);
  const scale = (params.batch / 1024) * ((1 + negatives) / 65) * (dim(params) / 128);
  const preset =
    system === 'pytorch-cpu' && params.gradientMode === 'sparse'
      ? specialPresets.pytorchSparse
      : system === 'pytorch-cpu' && params.platform === 'a64fx'
        ? specialPresets.pytorchA64fx[model]
        : batchPresets[system][model];
  return (preset.value / 1e3) * scale;
}

const dim = ({ dim: given }: HeatParams): number => (given > 0 ? given : 128);

/** Model of a system when none is named. */
export function modelOf({ model, system }: Pick<HeatParams, 'model' | 'system'>): 'mf' | 'simplex' {
  if (model !== 'auto') return model;
  return system === 'heat-accl' ? 'simplex' : 'mf';
}

/** Seconds of an epoch of a baseline. */
export function baselineEpoch(system: Baseline, params: HeatParams, model = modelOf(params)): number {
  const { interactions } = sizesOf(params);
  if (system === 'cumf-sgd') return (interactions * specialPresets.cumfSample.value) / 1e9;
  return Math.ceil(interactions / params.batch) * batchSeconds(system, params, model);
}

/** Seconds of an epoch of HEAT with one negative, dot product and squared error: two fitted constants, no caches. */
export function mseEpoch(interactions: number, threads: number): number {
  return (interactions * mseConstants.sample) / threads + mseConstants.epoch;
}
