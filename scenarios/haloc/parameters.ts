import type { ParamsOf } from '../kit/scenario.ts';
import { params } from './params.ts';

/** Parsed parameters of a run. */
export type HalocParams = ParamsOf<typeof params>;

/** The parameters when nothing is given. */
export const defaultParams: HalocParams = Object.fromEntries(
  Object.entries(params).map(([name, schema]) => [name, schema.parse(undefined)]),
) as HalocParams;

/** Mode after `auto`. */
export function modeOf({ mode, network }: HalocParams): Exclude<HalocParams['mode'], 'auto'> {
  if (mode !== 'auto') return mode;
  return network === 'tiny-cnn' ? 'train' : 'network';
}

/** Granularity of ranks after `auto`. */
export function stepOf({ step, network }: HalocParams): number {
  if (step > 0) return step;
  return network === 'resnet20' || network === 'tiny-cnn' ? 4 : 32;
}

/** Steps of the search after `auto`. */
export function searchStepsOf(params: HalocParams): number {
  if (params.searchSteps > 0) return params.searchSteps;
  return modeOf(params) === 'train' ? 120 : 300;
}
