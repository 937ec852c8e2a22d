import { readFileSync, statSync } from 'node:fs';
import {
  communityOrder,
  degreeOrder,
  degreeSequence,
  degreesOf,
  type Graph,
  islandsOf,
  parseEdgeList,
  parseMatrixMarket,
  plantedGraph,
  prunedShare,
  relabelled,
  type Tiles,
  tilesOf,
} from '../../actors/index.ts';
import { binomial, createRandomSource, type RandomSource } from '../../engine/index.ts';
import { type Dataset, datasets, type GraphShape, syntheticShape } from './datasets.ts';
import type { HgcnParams } from './parameters.ts';

/** Beyond so many undirected edges only some groups of a graph are generated. */
const mostEdges = 2e6;

/** The sizes of a run. */
export interface Sizes {
  readonly nodes: number;
  /** Nonzeros of the adjacency matrix with self loops, E. */
  readonly nonzeros: number;
  readonly features: number;
  readonly hidden: number;
  readonly classes: number;
  readonly featureDensity: number;
  readonly hiddenDensity: number;
}

/** A graph as it is generated or read. */
export interface Source {
  /** Tells it from other graphs. */
  readonly key: string;
  /** The whole graph, or whole groups of it when `sampled`; generated when it is asked for. */
  readonly graph: () => Graph;
  /** Degrees of all nodes; of a generated graph those that its nodes want. */
  readonly degrees: Int32Array;
  readonly sampled: boolean;
  /** Share of the edges that lie between groups, outside a sampled graph. */
  readonly between: number;
}

/** The graph of a run. */
export function sourceOf(params: HgcnParams, seed: number): Source {
  const { dataset, graphFile, nodes, edges } = params;
  if (dataset === 'file')
    return cached(sources, `file ${graphFile} ${stampOf(graphFile)}`, mostSources, (key) => readGraph(graphFile, key));
  const shape = dataset === 'synthetic' ? syntheticShape(nodes, edges) : datasets[dataset].shape;
  const size = dataset === 'synthetic' ? { nodes, edges } : sizeOf(datasets[dataset]);
  return cached(sources, `${dataset} ${size.nodes} ${size.edges} ${seed}`, mostSources, (key) =>
    generated(key, size, shape, createRandomSource({ seed })),
  );
}

function sizeOf({ nodes, nonzeros }: Dataset): { readonly nodes: number; readonly edges: number } {
  return { nodes, edges: Math.floor((nonzeros - nodes) / 2) };
}

function generated(
  key: string,
  size: { readonly nodes: number; readonly edges: number },
  shape: GraphShape,
  random: RandomSource,
): Source {
  const options = { ...size, ...shape, most: mostEdges };
  const degrees = degreeSequence(options, random.stream('graph', 'degrees'));
  let made: Graph | undefined;
  const graph = (): Graph => {
    made ??= plantedGraph(options, random.stream('graph', 'edges'), degrees).graph;
    return made;
  };
  const sampled = size.edges > mostEdges;
  return { key, graph, degrees, sampled, between: sampled ? 1 - shape.micro - shape.meso : 0 };
}

/** Reads a graph from a file, by its suffix; throws what the parsers throw and what the file system says. */
export function readGraph(file: string, key = file): Source {
  const text = readFileSync(file, 'utf8');
  const graph = /\.mtx$/i.test(file) ? parseMatrixMarket(text, file) : parseEdgeList(text, file);
  return { key, graph: () => graph, degrees: degreesOf(graph), sampled: false, between: 0 };
}

/** Changes when the file does. */
function stampOf(file: string): string {
  const { mtimeMs, size } = statSync(file);
  return `${mtimeMs} ${size}`;
}

/** Sizes of a run: those of its data set, or given. */
export function sizesOf(params: HgcnParams, source: Pick<Source, 'degrees'>): Sizes {
  const { dataset, hidden, featureLength, classes, featureDensity, hiddenDensity } = params;
  if (dataset !== 'synthetic' && dataset !== 'file') {
    const set = datasets[dataset];
    return { ...set, hidden: hidden > 0 ? hidden : set.hidden };
  }
  const nodes = source.degrees.length;
  return {
    nodes,
    nonzeros: source.degrees.reduce((sum, degree) => sum + degree, nodes),
    features: featureLength,
    classes,
    featureDensity,
    hiddenDensity,
    hidden: hidden > 0 ? hidden : 128,
  };
}

/** The tiles of the relabelled graph. */
export function tilesFor(params: HgcnParams, source: Source, seed: number): Tiles {
  const { reorder, tile } = params;
  return cached(tileSets, `${source.key} ${reorder} ${tile} ${seed}`, 24, () =>
    tilesOf(reordered(params, source.graph(), seed), tile),
  );
}

/** The graph with its nodes relabelled as `reorder` says. */
export function reordered({ reorder }: Pick<HgcnParams, 'reorder'>, graph: Graph, seed: number): Graph {
  switch (reorder) {
    case 'none':
      return graph;
    case 'degree':
      return relabelled(graph, degreeOrder(graph));
    case 'community': {
      const stream = createRandomSource({ seed }).stream('graph', 'communities');
      return relabelled(graph, communityOrder(graph, stream));
    }
    default:
      return reorder satisfies never;
  }
}

/**
 * Nonzeros of each of `rows` rows of `width` entries, binomial with `density`, in random order; they sum to round(rows width density), so that
 * operation counts do not depend on the seed.
 */
export function rowNonzeros(rows: number, width: number, density: number, seed: number, name: string): Int32Array {
  return cached(rowCounts, `${rows} ${width} ${density} ${seed} ${name}`, 24, () => {
    const stream = createRandomSource({ seed }).stream('features', name);
    const law = binomial(width, density);
    const counts = new Int32Array(rows);
    let missing = Math.round(rows * width * density);
    for (let row = 0; row < rows; row++) {
      counts[row] = law.sample(stream);
      missing -= counts[row] as number;
    }
    for (const step = Math.sign(missing); missing !== 0; ) {
      const row = Math.floor(stream.uniform() * rows);
      const count = (counts[row] as number) + step;
      if (count < 0 || count > width) continue;
      counts[row] = count;
      missing -= step;
    }
    return counts;
  });
}

/** Share of aggregation operations that I-GCN prunes: as published, or found on the graph. */
export function prunedOf(params: HgcnParams, seed: number): { readonly share: number; readonly measured?: number } {
  const { dataset, pruneSource } = params;
  const own = dataset === 'synthetic' || dataset === 'file';
  if (pruneSource === 'measured' || (pruneSource === 'auto' && own)) {
    const graph = sourceOf(params, seed).graph();
    const measured = prunedShare(graph, islandsOf(graph));
    return { share: measured, measured };
  }
  return { share: own ? unknownPruned : datasets[dataset].pruned };
}

/** Assumed where I-GCN published no share. */
const unknownPruned = 0.3;

/** Graphs that are kept: those of the published data sets and one more. */
const mostSources = 10;

const sources = new Map<string, Source>();
const rowCounts = new Map<string, Int32Array>();
const tileSets = new Map<string, Tiles>();

/** The value of `key`, computed once; the `most` values used last are kept. */
function cached<Value>(store: Map<string, Value>, key: string, most: number, make: (key: string) => Value): Value {
  const value = store.get(key) ?? make(key);
  store.delete(key);
  store.set(key, value);
  for (const oldest of store.keys()) {
    if (store.size <= most) break;
    store.delete(oldest);
  }
  return value;
}
