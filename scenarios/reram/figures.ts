import type { Figure, Target } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import type { params } from './params.ts';

export const cells: readonly Figure<typeof params, MetricName>[] = [];
export const targets: readonly Target[] = [];
