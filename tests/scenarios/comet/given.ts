import { type CometParams, params } from '../../../scenarios/comet/params.ts';

/** Default parameters with some set. */
export function given(set: Partial<CometParams> = {}): CometParams {
  const defaults = Object.fromEntries(Object.entries(params).map(([name, schema]) => [name, schema.parse(undefined)]));
  return { ...(defaults as CometParams), ...set };
}
