import type { ParamsOf } from '../kit/index.ts';
import { params } from './params.ts';

/** Parameters of a run as the user gives them; 0 means "by rule" for hidden, onChipBytes, ddrBandwidth and baselineClockHz. */
export type HgcnParams = ParamsOf<typeof params>;

export type Accelerator = HgcnParams['accelerator'];

/** Value of every parameter that is not set. */
export const defaultParams: HgcnParams = Object.freeze(
  Object.fromEntries(Object.entries(params).map(([name, schema]) => [name, schema.parse(undefined)])),
) as HgcnParams;
