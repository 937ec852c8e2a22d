import { type HeatParams, params } from '../../../scenarios/heat/params.ts';
import { type HeatSetup, setupOf } from '../../../scenarios/heat/setup.ts';

/** The parameters of a run without any given. */
export const defaults = Object.fromEntries(
  Object.entries(params).map(([name, schema]) => [name, schema.parse(undefined)]),
) as unknown as HeatParams;

/** A machine with small caches and small tables, on which a simulation takes milliseconds. */
export const smallParams: HeatParams = {
  ...defaults,
  users: 500,
  items: 2000,
  interactions: 50_000,
  threads: 8,
  dim: 32,
  negatives: 8,
  tile: 32,
  refresh: 64,
  l1Bytes: 8192 as HeatParams['l1Bytes'],
  l2Bytes: 32768 as HeatParams['l2Bytes'],
  l3Bytes: 131072 as HeatParams['l3Bytes'],
  warmupRounds: 10,
  sampleRounds: 10,
};

/** The setup of the small machine with some parameters changed. */
export function smallSetup(change: Partial<HeatParams> = {}): HeatSetup {
  return setupOf({ ...smallParams, ...change });
}
