import type { Figure, ParamsInput, Target } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import type { params } from './params.ts';
import { type PublishedLatency, published } from './published.ts';

type Cell = Figure<typeof params, MetricName>;
type Input = ParamsInput<typeof params>;

const equations = 'derived from the equations of the README';

/** The parameters of a published latency. */
export function inputOf({ accelerator, dataset, hidden, order, rebalance }: PublishedLatency): Input {
  return {
    accelerator,
    dataset,
    hidden,
    ...(order === undefined ? {} : { order }),
    ...(rebalance === undefined ? {} : { rebalance }),
  };
}

function latencyCell(one: PublishedLatency): Cell {
  const { id, accelerator, dataset, hidden, order, rebalance, seconds, source, role, worst } = one;
  const more = [order, rebalance === undefined ? undefined : 'not rebalanced'].filter((text) => text !== undefined);
  return {
    id: [`${id}: ${accelerator}, ${dataset}, width ${hidden}`, ...more].join(', '),
    group: worst > 0.25 ? `${accelerator}, no overlap` : role === 'report' ? 'shown' : accelerator,
    params: inputOf(one),
    metric: 'latencySeconds',
    value: seconds,
    source,
    tag: 'read',
    role,
    ...(role === 'report' ? {} : { tolerance: worst }),
  };
}

/** Published shares of pruned operations are judged by an absolute error of 0.01. */
function prunedCell(dataset: 'cora' | 'citeseer' | 'nell' | 'reddit', value: number): Cell {
  return {
    id: `K14: i-gcn, ${dataset}, pruned share of all operations`,
    group: 'i-gcn, pruning',
    params: { accelerator: 'i-gcn', dataset },
    metric: 'pruneRateOverall',
    value,
    source: 'I-GCN, Fig. 10',
    tag: 'read',
    role: 'check',
    tolerance: 0.01 / value,
  };
}

function derived(id: string, set: Input, metric: MetricName, value: number, tolerance: number): Cell {
  return {
    id,
    group: 'equations',
    params: set,
    metric,
    value,
    source: equations,
    tag: 'derived',
    role: 'check',
    tolerance,
  };
}

/** Latency of H-GCN in a calculation outside this project: it shows that the equations are the same, not that they are right. */
const reference = (set: Input, value: number, slow = false): Cell => ({
  ...derived(`D: hgcn, ${set.dataset ?? 'cora'}`, set, 'latencySeconds', value, 0.15),
  group: 'another calculation of the same equations',
  slow,
});

/** The published cells, and values that follow from the equations. Nothing on H-GCN itself is published per data set. */
export const cells: readonly Cell[] = [
  ...published.map(latencyCell),
  prunedCell('cora', 0.09),
  prunedCell('citeseer', 0.05),
  prunedCell('nell', 0.05),
  prunedCell('reddit', 0.17),
  derived('D: multiply-adds, cora', {}, 'macs', 1330172, 0),
  derived('D: multiply-adds, pubmed', { accelerator: 'i-gcn', dataset: 'pubmed' }, 'macs', 18566953, 0),
  derived('D: multiply-adds, nell', { accelerator: 'i-gcn', dataset: 'nell' }, 'macs', 783986546, 0),
  derived('D: multiply-adds, reddit', { accelerator: 'i-gcn', dataset: 'reddit' }, 'macs', 17057358657, 0),
  derived('D: multiply-adds, flickr', { accelerator: 'i-gcn', dataset: 'flickr' }, 'macs', 2839907106, 0),
  derived('D: hgcn, cora in logic alone', { partitions: 1, singleEngine: 'pl' }, 'latencySeconds', 6.07e-6, 0.02),
  reference({}, 1.6e-6),
  reference({ dataset: 'pubmed' }, 21e-6),
  reference({ dataset: 'nell' }, 0.35e-3),
  reference({ dataset: 'reddit-sampled' }, 19.9e-3, true),
  reference({ dataset: 'flickr', residency: 'ddr' }, 4.6e-3),
  reference({ dataset: 'yelp', residency: 'ddr' }, 104e-3, true),
  reference({ dataset: 'amazon', residency: 'ddr' }, 0.6, true),
];

/** Mean and worst error of each baseline; published values have two digits. */
export const targets: readonly Target[] = [
  { id: 'AWB-GCN against its latencies', groups: ['awb-gcn'], mean: 0.12, worst: 0.25 },
  { id: 'I-GCN against its latencies', groups: ['i-gcn'], mean: 0.12, worst: 0.25 },
  {
    id: 'BoostGCN against its latencies',
    groups: ['boostgcn', 'boostgcn, no overlap'],
    mean: 0.12,
    worst: 0.4,
  },
];
