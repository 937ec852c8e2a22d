import type { ParamsOf } from '../kit/index.ts';
import { params } from './params.ts';

/** Parameters of a run as the user gives them; 0 means "by rule" for batch, heads, vocab, features and mmePeakFlops. */
export type GaudiParams = ParamsOf<typeof params>;

export type Workload = GaudiParams['workload'];
export type Activation = GaudiParams['activation'];

/** Value of every parameter that is not set. */
export const defaultParams: GaudiParams = Object.freeze(
  Object.fromEntries(Object.entries(params).map(([name, schema]) => [name, schema.parse(undefined)])),
) as GaudiParams;

/** Whether the workload is a language model. */
export function isModel(workload: Workload): boolean {
  return workload === 'bert' || workload === 'gpt';
}
