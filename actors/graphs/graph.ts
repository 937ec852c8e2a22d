/** An undirected graph without loops and duplicate edges, as rows of sorted neighbours; nodes are 0 to nodes - 1. */
export interface Graph {
  readonly nodes: number;
  /** Undirected edges. */
  readonly edges: number;
  /** Where the neighbours of each node begin in `neighbours`; one entry more than nodes. */
  readonly offsets: Int32Array;
  readonly neighbours: Int32Array;
}

/** The graph of the edges `from[i]`, `to[i]`: direction is dropped, and so are loops and duplicates. */
export function graphOf(nodes: number, from: ArrayLike<number>, to: ArrayLike<number>): Graph {
  const counts = new Int32Array(nodes + 1);
  for (let i = 0; i < from.length; i++) {
    const [a, b] = [from[i]!, to[i]!];
    if (a === b) continue;
    counts[a + 1]!++;
    counts[b + 1]!++;
  }
  for (let node = 0; node < nodes; node++) counts[node + 1]! += counts[node]!;
  const filled = counts.slice();
  const all = new Int32Array(counts[nodes]!);
  for (let i = 0; i < from.length; i++) {
    const [a, b] = [from[i]!, to[i]!];
    if (a === b) continue;
    all[filled[a]!++] = b;
    all[filled[b]!++] = a;
  }
  const offsets = new Int32Array(nodes + 1);
  let kept = 0;
  for (let node = 0; node < nodes; node++) {
    const row = all.subarray(counts[node]!, counts[node + 1]!).sort();
    const begin = kept;
    for (const other of row) if (kept === begin || all[kept - 1] !== other) all[kept++] = other;
    offsets[node + 1] = kept;
  }
  return { nodes, edges: kept / 2, offsets, neighbours: all.slice(0, kept) };
}

/** Degree of every node. */
export function degreesOf({ nodes, offsets }: Graph): Int32Array {
  const degrees = new Int32Array(nodes);
  for (let node = 0; node < nodes; node++) degrees[node] = offsets[node + 1]! - offsets[node]!;
  return degrees;
}

/** The same graph with node `order[i]` called i; `order` is a permutation. */
export function relabelled(graph: Graph, order: Int32Array): Graph {
  const { nodes, offsets, neighbours, edges } = graph;
  const name = new Int32Array(nodes);
  for (let i = 0; i < nodes; i++) name[order[i]!] = i;
  const moved = new Int32Array(nodes + 1);
  const rows = new Int32Array(neighbours.length);
  let kept = 0;
  for (let i = 0; i < nodes; i++) {
    const [begin, end] = [offsets[order[i]!]!, offsets[order[i]! + 1]!];
    for (let at = begin; at < end; at++) rows[kept + at - begin] = name[neighbours[at]!]!;
    rows.subarray(kept, kept + end - begin).sort();
    kept += end - begin;
    moved[i + 1] = kept;
  }
  return { nodes, edges, offsets: moved, neighbours: rows };
}
