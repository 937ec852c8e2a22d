import type { Figure } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import type { params } from './params.ts';
export const cells: readonly Figure<typeof params, MetricName>[] = [];
