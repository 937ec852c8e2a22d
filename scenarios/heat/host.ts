import type { ProgramCosts, RowCost } from './setup.ts';

/** Costs with the latencies of this process's own machine, by a chase of pointers: informative, different on every run. */
export function hostDelays(costs: ProgramCosts): ProgramCosts {
  const scaled = (cost: RowCost, latency: number): RowCost => ({ latency, gap: cost.gap });
  return {
    ...costs,
    cluster: scaled(costs.cluster, chase(2 ** 20)),
    dram: scaled(costs.dram, chase(2 ** 24)),
  };
}

/** Seconds of one step of a chain through `words` words of 4 B. */
function chase(words: number): number {
  const next = new Int32Array(words);
  // A full cycle: an odd increment and a multiplier of the form 4k + 1, modulo a power of two.
  for (let i = 0; i < words; i++) next[i] = (Math.imul(i, 1664525) + 1013904223) & (words - 1);
  const steps = 200_000;
  let at = 0;
  const start = performance.now();
  for (let i = 0; i < steps; i++) at = next[at]!;
  const spent = performance.now() - start;
  return at < 0 ? Number.NaN : spent / 1e3 / steps;
}
