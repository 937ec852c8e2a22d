import { type Comparison, percent, type Verdict } from './compare.ts';
import { formatError, formatMetric } from './format-metric.ts';

/** A row of the one table that `replay` prints. */
export interface ReplayRow {
  readonly paper: string;
  readonly claim: string;
  readonly published: string;
  readonly simulated: string;
  readonly error: string;
  readonly band: string;
  readonly verdict: Verdict;
}

/** The headline rows of a comparison: its claims, then its targets as mean and worst error. */
export function replayRows(comparison: Comparison): readonly ReplayRow[] {
  return [
    ...comparison.claims.map((claim) => ({
      paper: comparison.scenario,
      claim: claim.text,
      published: formatMetric(claim.published, claim.unit),
      simulated: formatMetric(claim.simulated, claim.unit),
      error: formatError(claim.error),
      band: claim.band,
      verdict: claim.verdict,
    })),
    ...comparison.targets.map((target) => ({
      paper: comparison.scenario,
      claim: `${target.id}: ${target.cells} published cells`,
      published: '',
      simulated: `worst ${percent(target.worst)}`,
      error: `mean ${percent(target.mean)}`,
      band: target.limit,
      verdict: target.verdict,
    })),
  ];
}
