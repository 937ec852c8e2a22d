import type { Role } from '../kit/index.ts';
import type { DatasetId } from './datasets.ts';
import type { Accelerator } from './parameters.ts';

/** A published latency of a baseline, with what it depends on. */
export interface PublishedLatency {
  readonly id: string;
  readonly accelerator: Exclude<Accelerator, 'hgcn'>;
  readonly dataset: DatasetId;
  readonly hidden: number;
  readonly order?: 'aggregation-first';
  readonly rebalance?: 'none';
  readonly seconds: number;
  readonly source: string;
  readonly role: Role;
  /** Largest permitted relative error. */
  readonly worst: number;
  /** Whether H-GCN is compared with it in the suites. */
  readonly suite: boolean;
}

type Optional = Partial<Pick<PublishedLatency, 'order' | 'rebalance' | 'worst' | 'suite'>>;

function cell(
  id: string,
  accelerator: PublishedLatency['accelerator'],
  dataset: DatasetId,
  hidden: number,
  seconds: number,
  source: string,
  optional: Optional = {},
): PublishedLatency {
  const role = id.startsWith('C') ? 'calibration' : id.startsWith('R') ? 'report' : 'check';
  return { id, accelerator, dataset, hidden, seconds, source, role, worst: 0.25, suite: true, ...optional };
}

const AWB3 = 'AWB-GCN, Table III';
const AWB4 = 'AWB-GCN, Table IV';
const IGCN = 'I-GCN, Table 2';
const BOOST8 = 'BoostGCN, Table VIII';
const BOOST9 = 'BoostGCN, Table IX';
const first = { order: 'aggregation-first', suite: false } as const;
const none = { rebalance: 'none', suite: false } as const;
const alone = { suite: false } as const;

/** Every published latency at hand: C fitted a constant, K fitted nothing, R is shown and not judged. */
export const published: readonly PublishedLatency[] = [
  cell('C1', 'awb-gcn', 'citeseer', 128, 29e-6, AWB4),
  cell('C2', 'i-gcn', 'cora', 16, 1.3e-6, IGCN),
  cell('C3', 'i-gcn', 'pubmed', 128, 110e-6, IGCN),
  cell('C4', 'boostgcn', 'flickr', 128, 20.1e-3, BOOST9),
  cell('C5', 'boostgcn', 'cora', 16, 19.4e-6, BOOST8),
  cell('K1', 'awb-gcn', 'cora', 16, 2.3e-6, AWB3),
  cell('K2', 'awb-gcn', 'citeseer', 16, 4.0e-6, AWB3),
  cell('K3', 'awb-gcn', 'pubmed', 16, 30e-6, AWB3),
  cell('K4', 'awb-gcn', 'pubmed', 128, 230e-6, AWB4),
  cell('K5', 'awb-gcn', 'nell', 64, 1.6e-3, AWB3),
  cell('K6', 'awb-gcn', 'reddit-sampled', 64, 11.2e-3, AWB3),
  cell('K7', 'awb-gcn', 'reddit', 128, 50e-3, IGCN),
  cell('K8', 'awb-gcn', 'cora', 16, 13e-6, `${AWB3}, baseline`, none),
  cell('K9', 'i-gcn', 'citeseer', 16, 1.9e-6, IGCN),
  cell('K10', 'i-gcn', 'pubmed', 16, 15.1e-6, IGCN),
  cell('K11', 'i-gcn', 'nell', 64, 590e-6, IGCN),
  cell('K12', 'i-gcn', 'reddit', 64, 30e-3, IGCN),
  cell('K13', 'i-gcn', 'cora', 128, 8.2e-6, IGCN),
  cell('K15', 'boostgcn', 'pubmed', 16, 166.2e-6, BOOST8),
  cell('K16', 'boostgcn', 'citeseer', 128, 125.8e-6, BOOST8, alone),
  cell('K17', 'boostgcn', 'flickr', 128, 21.2e-3, BOOST9, first),
  cell('K18', 'boostgcn', 'reddit-sampled', 128, 98.1e-3, BOOST9),
  cell('K18b', 'boostgcn', 'reddit-sampled', 256, 188.1e-3, BOOST9, alone),
  cell('K19', 'boostgcn', 'reddit-sampled', 256, 227.3e-3, BOOST9, first),
  cell('K20', 'boostgcn', 'yelp', 128, 193.0e-3, BOOST9),
  cell('K21', 'boostgcn', 'yelp', 128, 218.1e-3, BOOST9, first),
  cell('K21b', 'boostgcn', 'yelp', 256, 281.8e-3, BOOST9, { ...first, worst: 0.4 }),
  cell('K22', 'boostgcn', 'amazon', 128, 793.5e-3, BOOST9),
  cell('K23', 'boostgcn', 'amazon', 256, 1374e-3, BOOST9, first),
  cell('R1', 'awb-gcn', 'pubmed', 16, 67e-6, `${AWB3}, baseline`, none),
  cell('R2', 'awb-gcn', 'nell', 64, 30.1e-3, `${AWB3}, baseline`, none),
  cell('R3', 'awb-gcn', 'reddit-sampled', 64, 13.96e-3, `${AWB3}, baseline`, none),
];

/** The published latency of a run, if there is one. */
export function publishedFor(
  accelerator: Accelerator,
  { dataset, hidden, order, rebalance }: { dataset: string; hidden: number; order: string; rebalance: string },
): PublishedLatency | undefined {
  return published.find(
    (one) =>
      one.accelerator === accelerator &&
      one.dataset === dataset &&
      one.hidden === hidden &&
      (accelerator !== 'boostgcn' || (one.order ?? 'update-first') === order) &&
      (accelerator !== 'awb-gcn' || (one.rebalance ?? 'full') === rebalance),
  );
}
