import { exp, log } from '../../engine/kernel/elementary.ts';
import type { RandomStream } from '../../engine/kernel/random.ts';
import { type DegreeOptions, degreeSequence } from './degree-sequence.ts';
import { EdgeSet } from './edge-set.ts';
import { type Graph, graphOf } from './graph.ts';
import { below, shuffle } from './shuffle.ts';

export interface PlantedOptions extends DegreeOptions {
  /** Share of a node's edges inside its micro group, and beyond it inside its meso group; together at most 1. */
  readonly micro: number;
  readonly meso: number;
  /** Smallest and largest number of nodes of a group. */
  readonly microSize: readonly [number, number];
  readonly mesoSize: readonly [number, number];
  /** Edges of groups are made only for random meso groups until there are so many, when the graph has more edges than that; default: no limit. */
  readonly most?: number;
}

/** A generated graph; with more edges than `most`, the part of it inside some of its groups. */
export interface PlantedGraph {
  readonly graph: Graph;
  /** Whether `graph` is a part without the edges between groups. */
  readonly sampled: boolean;
}

/** Rounds in which stubs look for a partner, inside a group and among all. */
const groupRounds = 8;
const globalRounds = 60;

/**
 * A random graph in which nodes want `degrees` (by default those of `degreeSequence`) and edges stay mostly inside small groups nested in larger
 * ones; exactly `edges` edges, no loops, no duplicates, and nothing of its structure in the order of its nodes. Throws GRAPH_EDGES, GRAPH_DEGREES.
 */
export function plantedGraph(
  options: PlantedOptions,
  stream: RandomStream,
  degrees: Int32Array = degreeSequence(options, stream),
): PlantedGraph {
  const { nodes, edges, most = Number.POSITIVE_INFINITY } = options;
  if (edges > most) return sampledGraph(options, degrees, most, stream);
  const set = new EdgeSet(nodes, edges);
  const left = degrees.slice();
  for (let begin = 0; begin < nodes; ) {
    const end = Math.min(nodes, begin + logUniform(options.mesoSize, stream));
    groupEdges(options, begin, end, degrees, left, set, edges, stream);
    begin = end;
  }
  pairAll(set, left, degrees, edges, stream);
  return { graph: permuted(nodes, set, stream), sampled: false };
}

/** Edges of whole meso groups at random places until there are `most`; nodes outside them are left out. */
function sampledGraph(options: PlantedOptions, degrees: Int32Array, most: number, stream: RandomStream): PlantedGraph {
  const { nodes } = options;
  const begins: number[] = [];
  for (let begin = 0; begin < nodes; begin += logUniform(options.mesoSize, stream)) begins.push(begin);
  const order = Int32Array.from(begins, (_, i) => i);
  shuffle(order, stream);
  const set = new EdgeSet(nodes, most + 1);
  const left = degrees.slice();
  const name = new Int32Array(nodes).fill(-1);
  let kept = 0;
  for (let i = 0; i < order.length && set.size < most; i++) {
    const [begin, end] = [begins[order[i]!]!, begins[order[i]! + 1] ?? nodes];
    for (let node = begin; node < end; node++) name[node] = kept++;
    groupEdges(options, begin, end, degrees, left, set, Number.POSITIVE_INFINITY, stream);
  }
  const compact = new EdgeSet(kept, set.size);
  const [from, to] = [set.from, set.to];
  for (let i = 0; i < set.size; i++) compact.add(name[from[i]!]!, name[to[i]!]!);
  return { graph: permuted(kept, compact, stream), sampled: true };
}

/** Micro edges, then meso edges of one meso group. */
function groupEdges(
  options: PlantedOptions,
  begin: number,
  end: number,
  degrees: Int32Array,
  left: Int32Array,
  set: EdgeSet,
  limit: number,
  stream: RandomStream,
): void {
  const { micro, meso } = options;
  for (let low = begin; low < end; ) {
    const high = Math.min(end, low + logUniform(options.microSize, stream));
    const stubs = stubsOf(low, high, stream, (node, u) =>
      Math.min(Math.floor(micro * degrees[node]! + u), high - low - 1),
    );
    pair(set, stubs, left, groupRounds, limit, stream);
    low = high;
  }
  const stubs = stubsOf(begin, end, stream, (node, u) => {
    const used = degrees[node]! - left[node]!;
    return Math.min(Math.floor((micro + meso) * degrees[node]! + u) - used, left[node]!, end - begin - 1);
  });
  pair(set, stubs, left, groupRounds, limit, stream);
}

/** Node names, each as often as it wants an edge. */
function stubsOf(
  low: number,
  high: number,
  stream: RandomStream,
  wants: (node: number, u: number) => number,
): Int32Array {
  const counts = new Int32Array(high - low);
  let sum = 0;
  for (let node = low; node < high; node++) {
    const count = Math.max(0, wants(node, stream.uniform()));
    counts[node - low] = count;
    sum += count;
  }
  const stubs = new Int32Array(sum);
  let at = 0;
  for (let node = low; node < high; node++) for (let i = 0; i < counts[node - low]!; i++) stubs[at++] = node;
  return stubs;
}

/** Pairs stubs at random, leaving out loops and duplicates; returns how many stubs at the front of `stubs` found no partner. */
function pair(
  set: EdgeSet,
  stubs: Int32Array,
  left: Int32Array,
  rounds: number,
  limit: number,
  stream: RandomStream,
): number {
  let count = stubs.length;
  for (let round = 0; round < rounds && count > 1; round++) {
    shuffle(stubs, stream, count);
    let kept = 0;
    for (let i = 0; i + 1 < count; i += 2) {
      const [a, b] = [stubs[i]!, stubs[i + 1]!];
      if (set.size < limit && set.add(a, b)) {
        left[a]!--;
        left[b]!--;
      } else {
        stubs[kept++] = a;
        stubs[kept++] = b;
      }
    }
    if (count % 2 === 1) stubs[kept++] = stubs[count - 1]!;
    count = kept;
  }
  return count;
}

/** Pairs all remaining stubs anywhere, then adds edges until there are exactly `edges`. */
function pairAll(set: EdgeSet, left: Int32Array, degrees: Int32Array, edges: number, stream: RandomStream): void {
  const nodes = degrees.length;
  pair(
    set,
    stubsOf(0, nodes, stream, (node) => left[node]!),
    left,
    globalRounds,
    edges,
    stream,
  );
  if (set.size >= edges) return;
  const ends = stubsOf(0, nodes, stream, (node) => degrees[node]!);
  const lacking = Int32Array.from({ length: nodes }, (_, node) => node)
    .filter((node) => left[node]! > 0)
    .sort((a, b) => left[b]! - left[a]! || a - b);
  for (const node of lacking)
    for (let tries = 0; left[node]! > 0 && set.size < edges && tries < 64; tries++) {
      const other = ends[below(stream, ends.length)]!;
      if (!set.add(node, other)) continue;
      left[node]!--;
      left[other]!--;
    }
  for (let tries = 8 * (edges - set.size); set.size < edges && tries > 0; tries--)
    set.add(ends[below(stream, ends.length)]!, below(stream, nodes));
  for (let a = below(stream, nodes), rows = 0; rows < nodes && set.size < edges; rows++, a = (a + 1) % nodes)
    for (let b = 0; b < nodes && set.size < edges; b++) set.add(a, b);
}

function logUniform([low, high]: readonly [number, number], stream: RandomStream): number {
  const u = stream.uniform();
  return low === high ? low : Math.min(high, Math.floor(exp(log(low) + u * (log(high + 1) - log(low)))));
}

function permuted(nodes: number, set: EdgeSet, stream: RandomStream): Graph {
  const name = Int32Array.from({ length: nodes }, (_, node) => node);
  shuffle(name, stream);
  return graphOf(
    nodes,
    set.from.map((node) => name[node]!),
    set.to.map((node) => name[node]!),
  );
}
