import { checkParams, type Problem } from './check.ts';
import { type MetricName, measure } from './metrics.ts';
import type { UlyssesParams } from './parameters.ts';
import { platformOf } from './platform.ts';
import { longestSequence, resolve, usableMemory } from './resolve.ts';
import type { Setup } from './setup.ts';
import { type Outcome, simulate } from './simulate.ts';

/** A run with what it was resolved to, for reports and tests that need more than its metrics. */
export interface UlyssesRun {
  readonly setup: Setup;
  readonly outcome: Outcome;
  readonly metrics: Partial<Record<MetricName, number | boolean | string>>;
  readonly warnings: readonly string[];
}

/** Everything wrong with the parameters on the device they name. */
export function problemsOf(params: UlyssesParams): readonly Problem[] {
  return checkParams(params, platformOf(params).gpu.capacity);
}

/** Simulates one iteration. With search=maxSeq: the one with the longest sequence that fits, or with the shortest tried when none does. */
export function runUlysses(
  given: UlyssesParams,
  options: { readonly seed?: number; readonly full?: boolean; readonly record?: boolean } = {},
): UlyssesRun {
  const platform = platformOf(given);
  const { capacity } = platform.gpu;
  const longest = given.search === 'maxSeq' ? longestSequence(given, capacity) : undefined;
  const params =
    longest === undefined ? given : { ...given, seq: longest > 0 ? longest : 8192, batch: 0, microBatch: 1 };
  const resolved = resolve(params, capacity);
  const setup = longest === undefined ? resolved : { ...resolved, batch: resolved.dp, microSteps: 1 };
  const usable = usableMemory(params, capacity);
  const outcome = simulate(setup, platform, { ...options, usable });
  const found = measure(setup, platform, outcome, usable);
  return {
    setup,
    outcome,
    metrics: longest === undefined ? found : { ...found, maxSeq: longest },
    warnings: warningsOf(params, setup, outcome, capacity),
  };
}

/** What is odd about a run without being an error. */
function warningsOf(params: UlyssesParams, setup: Setup, outcome: Outcome, capacity: number): readonly string[] {
  const { sp, nodeSize, seq, vocab } = setup;
  const warnings: string[] = [];
  if (outcome.outOfMemory && params.sp > 0) {
    const auto = resolve({ ...params, sp: 0, batch: 0, microBatch: 0 }, capacity).sp;
    if (sp < auto) warnings.push(`out of memory with sp ${sp}; the automatic rule would choose sp ${auto}`);
  }
  if (sp > nodeSize && sp % nodeSize !== 0)
    warnings.push(`sp ${sp} is not a multiple of the ${nodeSize} GPUs of a node: the last node is shared unevenly`);
  if (seq % sp !== 0) warnings.push(`${seq} tokens are not a multiple of sp ${sp}: counted as padded`);
  if (setup.system === 'megatron-sp' && vocab % sp !== 0)
    warnings.push(`vocabulary ${vocab} is not a multiple of sp ${sp}: counted as padded`);
  if (sp * (sp - 1) > 1e6)
    warnings.push(`${sp * (sp - 1)} flows in each all-to-all are compressed to one for each class of ranks`);
  return warnings;
}
