import { breakEvenGap, mergeReads } from '../../actors/index.ts';
import { createRandomSource } from '../../engine/index.ts';
import type { RunOutcome } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import type { SolarParams } from './params.ts';
import { clientAlone, resolve } from './resolve.ts';

/** Draws that a plan is averaged over. */
const DRAWS = 32;

/** Mode chunk-plan: merges the reads of `wanted` records drawn from a file of `records`. */
export function runChunkPlan(params: SolarParams, seed: number): RunOutcome<MetricName> {
  const { records, wanted } = params;
  const stream = createRandomSource({ seed }).stream('planner', 'wanted');
  const gap = chunkGap(params);
  const chosen = new Int32Array(wanted);
  let [requests, read] = [0, 0];
  for (let draw = 0; draw < DRAWS; draw++) {
    let found = 0;
    for (let record = 0; found < wanted; record++)
      if (stream.uniform() * (records - record) < wanted - found) chosen[found++] = record;
    const merged = gap === 0 ? { requests: wanted, records: wanted } : mergeReads(chosen, gap);
    requests += merged.requests / DRAWS;
    read += merged.records / DRAWS;
  }
  return { metrics: { chunkRequests: requests, readAmplification: read / wanted }, events: 0 };
}

function chunkGap(params: SolarParams): number {
  if (params.chunking === 'off') return 0;
  if (params.chunking !== 'breakeven') return params.mergeGapRecords;
  const { fileSystem, sampleBytes, requestsPerSample } = resolve(params);
  return breakEvenGap(fileSystem.latency, clientAlone(fileSystem), sampleBytes / requestsPerSample);
}
