import { params, type SolarParams } from './params.ts';

/** Every parameter at its default. */
export const defaultParams: SolarParams = Object.fromEntries(
  Object.entries(params).map(([name, schema]) => [name, schema.parse(undefined)]),
) as unknown as SolarParams;
