import type { Claim } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import type { params } from './params.ts';
export const claims: readonly Claim<typeof params, MetricName>[] = [];
