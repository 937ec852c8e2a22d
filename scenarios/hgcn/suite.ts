import { exp, log } from '../../engine/kernel/elementary.ts';
import type { Measured } from './metrics.ts';
import type { HgcnParams } from './parameters.ts';
import { type PublishedLatency, published } from './published.ts';
import { type HgcnRun, runOne } from './run.ts';

/** H-GCN on one published cell of a baseline. */
export interface SuiteCell {
  readonly cell: PublishedLatency;
  readonly run: HgcnRun;
  /** Published latency of the baseline over the simulated one of H-GCN. */
  readonly speedup: number;
}

/** The published cells that a suite compares with. */
function suiteCells(suite: HgcnParams['suite']): readonly PublishedLatency[] {
  return published.filter(({ suite: counts, accelerator }) => counts && (suite === 'all' || accelerator === suite));
}

/** Runs H-GCN over the cells of a suite; against BoostGCN it reads everything from DRAM, as that does. */
export function runSuite(
  params: HgcnParams,
  seed: number,
  told?: (done: number, of: number) => void,
): readonly SuiteCell[] {
  const cells = suiteCells(params.suite);
  return cells.map((cell, index) => {
    const { dataset, hidden, accelerator, seconds } = cell;
    const residency = accelerator === 'boostgcn' ? 'ddr' : params.residency;
    const run = runOne({ ...params, dataset, hidden, residency, suite: 'none' }, seed);
    told?.(index + 1, cells.length);
    return { cell, run, speedup: seconds / run.outcome.seconds };
  });
}

/** Metrics of a suite. */
export function suiteMetrics(cells: readonly SuiteCell[]): Measured {
  const all = cells.map(({ speedup }) => speedup);
  const of = (accelerator: PublishedLatency['accelerator']): readonly number[] =>
    cells.filter(({ cell }) => cell.accelerator === accelerator).map(({ speedup }) => speedup);
  const named = [
    ['suiteSpeedupAwb', of('awb-gcn')],
    ['suiteSpeedupIsland', of('i-gcn')],
    ['suiteSpeedupBoost', of('boostgcn')],
  ] as const;
  return {
    suiteCells: cells.length,
    suiteGeomeanSpeedup: geometricMean(all),
    suiteMeanSpeedup: all.reduce((sum, one) => sum + one, 0) / all.length,
    ...Object.fromEntries(
      named.flatMap(([name, values]) => (values.length > 0 ? [[name, geometricMean(values)]] : [])),
    ),
    events: cells.reduce((sum, { run }) => sum + run.outcome.events, 0),
  };
}

/** The geometric mean of positive numbers. */
function geometricMean(values: readonly number[]): number {
  return exp(values.reduce((sum, value) => sum + log(value), 0) / values.length);
}
