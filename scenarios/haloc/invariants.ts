import type { Invariant } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import type { params } from './params.ts';
export const invariants: readonly Invariant<typeof params, MetricName>[] = [];
