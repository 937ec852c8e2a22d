import type { Plot, RunFunction } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import type { params } from './params.ts';
export async function story(_run: RunFunction<typeof params, MetricName>): Promise<readonly Plot[]> {
  return [];
}
