import type { RandomStream } from '../../engine/kernel/random.ts';
import { degreesOf, type Graph } from './graph.ts';
import { below, shuffle } from './shuffle.ts';

/** Sweeps of label propagation after which labels are taken as they are. */
const mostSweeps = 20;

/** Communities by asynchronous label propagation: random node order, the most frequent label of the neighbours, random ties, until each label is a majority. */
export function communities({ nodes, offsets, neighbours }: Graph, stream: RandomStream): Int32Array {
  const labels = Int32Array.from({ length: nodes }, (_, node) => node);
  const order = labels.slice();
  const counts = new Int32Array(nodes);
  for (let sweep = 0, changed = true; changed && sweep < mostSweeps; sweep++) {
    changed = false;
    shuffle(order, stream);
    for (let i = 0; i < nodes; i++) {
      const node = order[i]!;
      const [begin, end] = [offsets[node]!, offsets[node + 1]!];
      let most = 0;
      for (let at = begin; at < end; at++) {
        const count = ++counts[labels[neighbours[at]!]!]!;
        if (count > most) most = count;
      }
      if (begin < end && counts[labels[node]!] !== most) {
        labels[node] = pickLabel(labels, neighbours, counts, begin, end, most, stream);
        changed = true;
      }
      for (let at = begin; at < end; at++) counts[labels[neighbours[at]!]!] = 0;
    }
  }
  return labels;
}

/** One of the labels that occur `most` times among the neighbours, each with the same chance. */
function pickLabel(
  labels: Int32Array,
  neighbours: Int32Array,
  counts: Int32Array,
  begin: number,
  end: number,
  most: number,
  stream: RandomStream,
): number {
  let hits = 0;
  for (let at = begin; at < end; at++) if (counts[labels[neighbours[at]!]!] === most) hits++;
  let chosen = below(stream, hits);
  for (let at = begin; at < end; at++) {
    const label = labels[neighbours[at]!]!;
    if (counts[label] === most && chosen-- === 0) return label;
  }
  return labels[neighbours[begin]!]!;
}

/** Nodes by community: larger communities first, then by label, then by node. */
export function communityOrder(graph: Graph, stream: RandomStream): Int32Array {
  const labels = communities(graph, stream);
  const sizes = new Int32Array(graph.nodes);
  for (const label of labels) sizes[label]!++;
  return identity(graph.nodes).sort(
    (a, b) => sizes[labels[b]!]! - sizes[labels[a]!]! || labels[a]! - labels[b]! || a - b,
  );
}

/** Nodes by falling degree, then by node. */
export function degreeOrder(graph: Graph): Int32Array {
  const degrees = degreesOf(graph);
  return identity(graph.nodes).sort((a, b) => degrees[b]! - degrees[a]! || a - b);
}

function identity(nodes: number): Int32Array {
  return Int32Array.from({ length: nodes }, (_, node) => node);
}
