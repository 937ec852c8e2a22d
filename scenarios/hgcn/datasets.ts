import type { DegreeKnots } from '../../actors/index.ts';

/** Published statistics of a data set, and what its generator needs. */
export interface Dataset {
  readonly nodes: number;
  /** Nonzeros of the adjacency matrix with self loops. */
  readonly nonzeros: number;
  readonly features: number;
  readonly classes: number;
  /** Share of nonzeros of the features, and of the hidden activations. */
  readonly featureDensity: number;
  readonly hiddenDensity: number;
  /** Hidden width of the published runs. */
  readonly hidden: number;
  /** Share of aggregation operations that I-GCN reports as pruned; assumed where it reports none. */
  readonly pruned: number;
  readonly shape: GraphShape;
  readonly source: string;
}

/** How the generator makes a graph look like the data set. */
export interface GraphShape {
  readonly knots: DegreeKnots;
  readonly isolated: number;
  readonly micro: number;
  readonly meso: number;
  readonly microSize: readonly [number, number];
  readonly mesoSize: readonly [number, number];
  readonly source: string;
}

const derived = 'derived from the public edge list';
const assumed = 'assumed';
const TABLE1 = 'AWB-GCN, Table I; GROW, HPCA 2023';

function shape(
  knots: DegreeKnots,
  [micro, meso]: readonly [number, number],
  microSize: readonly [number, number],
  mesoSize: readonly [number, number],
  source = assumed,
  isolated = 0,
): GraphShape {
  return { knots, isolated, micro, meso, microSize, mesoSize, source };
}

const reddit = {
  nodes: 232965,
  features: 602,
  classes: 41,
  featureDensity: 0.516,
  hiddenDensity: 0.6,
  hidden: 64,
  pruned: 0.29,
} as const;

/** The data sets of the published tables. The data themselves are not shipped: graphs are generated to these statistics. */
export const datasets = {
  cora: {
    nodes: 2708,
    nonzeros: 13264,
    features: 1433,
    classes: 7,
    featureDensity: 0.0127,
    hiddenDensity: 0.78,
    hidden: 16,
    pruned: 0.39,
    shape: shape([1, 2, 3, 5, 7, 9, 19, 68, 168], [0.85, 0.1], [4, 9], [30, 150], derived),
    source: TABLE1,
  },
  citeseer: {
    nodes: 3327,
    nonzeros: 12431,
    features: 3703,
    classes: 6,
    featureDensity: 0.0085,
    hiddenDensity: 0.891,
    hidden: 16,
    pruned: 0.4,
    shape: shape([1, 1, 2, 3, 6, 8, 15, 33, 99], [0.92, 0.06], [4, 11], [20, 80], derived, 48),
    source: TABLE1,
  },
  pubmed: {
    nodes: 19717,
    nonzeros: 108365,
    features: 500,
    classes: 3,
    featureDensity: 0.1,
    hiddenDensity: 0.776,
    hidden: 16,
    pruned: 0.35,
    shape: shape([1, 1, 2, 4, 12, 18, 35, 70, 171], [0.5, 0.25], [6, 24], [50, 400], derived),
    source: TABLE1,
  },
  nell: {
    nodes: 65755,
    nonzeros: 317305,
    features: 61278,
    classes: 186,
    featureDensity: 0.00011,
    hiddenDensity: 0.864,
    hidden: 64,
    pruned: 0.46,
    shape: shape([1, 1, 2, 3, 5, 8, 30, 120, 1000], [0.6, 0.25], [4, 12], [20, 100]),
    source: 'AWB-GCN, Table I; Dynasparse',
  },
  reddit: {
    ...reddit,
    nonzeros: 114848857,
    shape: shape([1, 60, 210, 520, 1180, 1850, 4000, 8000, 21657], [0.35, 0.35], [20, 200], [500, 4000]),
    source: 'GROW, HPCA 2023; feature density AWB-GCN',
  },
  'reddit-sampled': {
    ...reddit,
    nonzeros: 23446803,
    shape: shape([1, 13, 42, 105, 240, 370, 800, 1600, 4400], [0.35, 0.35], [20, 200], [500, 4000]),
    source: 'AWB-GCN: density 0.043 %, count derived from it',
  },
  flickr: {
    nodes: 89250,
    nonzeros: 989006,
    features: 500,
    classes: 7,
    featureDensity: 0.463,
    hiddenDensity: 0.772,
    hidden: 128,
    pruned: 0.3,
    shape: shape([1, 2, 4, 8, 16, 26, 85, 320, 5425], [0.15, 0.25], [8, 30], [50, 500]),
    source: 'BoostGCN, Table II; GROW, HPCA 2023',
  },
  yelp: {
    nodes: 716847,
    nonzeros: 14671666,
    features: 300,
    classes: 100,
    featureDensity: 0.509,
    hiddenDensity: 0.772,
    hidden: 128,
    pruned: 0.3,
    shape: shape([1, 4, 9, 19, 39, 60, 140, 370, 4000], [0.25, 0.3], [8, 40], [50, 800]),
    source: 'GROW, HPCA 2023, with self loops; feature density BoostGCN',
  },
  amazon: {
    nodes: 1569960,
    nonzeros: 265909428,
    features: 200,
    classes: 107,
    featureDensity: 0.497,
    hiddenDensity: 0.772,
    hidden: 128,
    pruned: 0.3,
    shape: shape([1, 35, 90, 190, 370, 560, 1200, 3000, 30000], [0.35, 0.35], [20, 150], [300, 3000]),
    source: 'BoostGCN: density 0.011 %; counts recalled',
  },
} as const satisfies Record<string, Dataset>;

export type DatasetId = keyof typeof datasets;

/** The shape of a synthetic graph: quantiles are multiples of the mean degree, at most a quarter of the nodes or twice the mean. */
export function syntheticShape(nodes: number, edges: number): GraphShape {
  const mean = (2 * edges) / nodes;
  const cap = Math.min(nodes - 1, Math.max(nodes / 4, Math.ceil(2 * mean)));
  const knots = [0.1, 0.3, 0.6, 1.1, 2, 3, 6, 15, 40].map((factor) => Math.max(1, Math.min(cap, mean * factor)));
  knots[8] = Math.max(1, Math.floor(knots[8] as number));
  return shape(knots as unknown as DegreeKnots, [0.5, 0.25], [4, 16], [40, 200]);
}
