import { averageClustering, componentsOf, maxDegree } from '../../actors/index.ts';
import { type Sizes, type Source, sizesOf, sourceOf } from './inputs.ts';
import { lowerAwb } from './lower-awb.ts';
import { lowerBoost } from './lower-boost.ts';
import { lowerHgcn } from './lower-hgcn.ts';
import { lowerIsland } from './lower-island.ts';
import type { Lowered } from './lowered.ts';
import { type Measured, measure } from './metrics.ts';
import type { Accelerator, HgcnParams } from './parameters.ts';
import { publishedFor } from './published.ts';
import { type Outcome, simulate } from './simulate.ts';
import { macsOf } from './sizes.ts';

/** A run with its program, for plots and tests that need more than its metrics. */
export interface HgcnRun {
  readonly lowered: Lowered;
  readonly outcome: Outcome;
  readonly metrics: Measured;
  readonly fingerprint: string;
}

/** Simulates one inference of one accelerator on one graph; `record` keeps every slice. */
export function runOne(params: HgcnParams, seed: number, record = false): HgcnRun {
  const source = sourceOf(params, seed);
  const sizes = sizesOf(params, source);
  const lowered = lower(params, sizes, source, seed);
  const outcome = simulate(lowered, seed, record);
  const metrics = measure(lowered, outcome, macsOf(sizes));
  return { lowered, outcome, metrics, fingerprint: outcome.fingerprint(numbersOf(metrics)) };
}

/** One inference with what is known about its graph, the published latency and the accelerator to compare with. */
export function runHgcn(params: HgcnParams, seed: number): HgcnRun {
  const run = runOne(hgcnAgainst(params), seed);
  const source = sourceOf(params, seed);
  const sizes = sizesOf(params, source);
  const known = { ...params, hidden: sizes.hidden };
  const found = Number(run.metrics.latencySeconds);
  const own = publishedFor(params.accelerator, known);
  const metrics: Measured = {
    ...run.metrics,
    ...graphMetrics(params.accelerator, source, sizes),
    ...(own === undefined ? {} : { publishedSeconds: own.seconds, modelError: found / own.seconds - 1 }),
    ...comparison(params, known, seed, found),
  };
  return { ...run, metrics, fingerprint: run.outcome.fingerprint(numbersOf(metrics)) };
}

/** H-GCN reads everything from DRAM when it is compared with BoostGCN, which does. */
function hgcnAgainst(params: HgcnParams): HgcnParams {
  const { accelerator, compareTo, residency } = params;
  return accelerator === 'hgcn' && compareTo === 'boostgcn' && residency === 'auto'
    ? { ...params, residency: 'ddr' }
    : params;
}

function comparison(params: HgcnParams, known: HgcnParams, seed: number, found: number): Measured {
  const { compareTo, accelerator } = params;
  if (compareTo === 'none') return {};
  const other = hgcnAgainst({ ...params, accelerator: compareTo, compareTo: accelerator });
  const modelled = runOne(other, seed).outcome.seconds;
  const cell = publishedFor(compareTo, known);
  return {
    speedupOverModelled: modelled / found,
    ...(cell === undefined ? {} : { speedupOverPublished: cell.seconds / found }),
  };
}

function lower(params: HgcnParams, sizes: Sizes, source: Source, seed: number): Lowered {
  const { accelerator } = params;
  switch (accelerator) {
    case 'hgcn':
      return lowerHgcn(params, sizes, source, seed);
    case 'awb-gcn':
      return lowerAwb(params, sizes, source, seed);
    case 'i-gcn':
      return lowerIsland(params, sizes, seed);
    case 'boostgcn':
      return lowerBoost(params, sizes);
    default:
      return accelerator satisfies never;
  }
}

/** Of the graph that the run used: H-GCN looks at its edges, the baselines at its degrees. */
function graphMetrics(accelerator: Accelerator, source: Source, { nodes, nonzeros }: Sizes): Measured {
  const largest = maxDegree(source.degrees);
  if (accelerator !== 'hgcn') return { nodes, edges: Math.floor((nonzeros - nodes) / 2), maxDegree: largest };
  const graph = source.graph();
  const counts = { nodes: graph.nodes, edges: graph.edges, maxDegree: largest };
  if (source.sampled) return counts;
  return {
    ...counts,
    avgClustering: averageClustering(graph),
    components: componentsOf(graph).count,
  };
}

/** The numbers among metrics, as fingerprints take them. */
function numbersOf(measured: Measured): Record<string, number> {
  const entries = Object.entries(measured).filter(([, value]) => typeof value !== 'string');
  return Object.fromEntries(entries.map(([name, value]) => [name, Number(value)]));
}
