import { degreesOf, type Graph } from './graph.ts';

/** The largest degree; 0 without nodes. */
export function maxDegree(degrees: Int32Array): number {
  return degrees.reduce((largest, degree) => Math.max(largest, degree), 0);
}

/** Triangles through every node. */
export function trianglesOf(graph: Graph): Int32Array {
  const { nodes, offsets, neighbours } = graph;
  const degrees = degreesOf(graph);
  const before = (a: number, b: number): boolean => degrees[a]! < degrees[b]! || (degrees[a] === degrees[b] && a < b);
  // Each edge points to its end of larger degree: no node has more than sqrt(2 edges) of them.
  const begins = new Int32Array(nodes + 1);
  const ends = new Int32Array(graph.edges);
  for (let a = 0, at = 0; a < nodes; a++) {
    for (let i = offsets[a]!; i < offsets[a + 1]!; i++) if (before(a, neighbours[i]!)) ends[at++] = neighbours[i]!;
    begins[a + 1] = at;
  }
  const mark = new Int32Array(nodes).fill(-1);
  const triangles = new Int32Array(nodes);
  for (let a = 0; a < nodes; a++) {
    for (let i = begins[a]!; i < begins[a + 1]!; i++) mark[ends[i]!] = a;
    for (let i = begins[a]!; i < begins[a + 1]!; i++) {
      const b = ends[i]!;
      for (let j = begins[b]!; j < begins[b + 1]!; j++) {
        const c = ends[j]!;
        if (mark[c] !== a) continue;
        triangles[a]!++;
        triangles[b]!++;
        triangles[c]!++;
      }
    }
  }
  return triangles;
}

/** Mean over all nodes of the share of pairs of neighbours that are joined; nodes of degree 0 and 1 count as 0. */
export function averageClustering(graph: Graph): number {
  const degrees = degreesOf(graph);
  const triangles = trianglesOf(graph);
  let sum = 0;
  for (let node = 0; node < graph.nodes; node++)
    if (degrees[node]! > 1) sum += (2 * triangles[node]!) / (degrees[node]! * (degrees[node]! - 1));
  return graph.nodes === 0 ? 0 : sum / graph.nodes;
}

/** Number of the connected component of every node, in order of first nodes, and how many there are. */
export function componentsOf({ nodes, offsets, neighbours }: Graph): {
  readonly count: number;
  readonly of: Int32Array;
} {
  const of = new Int32Array(nodes).fill(-1);
  const stack = new Int32Array(nodes);
  let count = 0;
  for (let start = 0; start < nodes; start++) {
    if (of[start] !== -1) continue;
    let depth = 0;
    stack[depth++] = start;
    of[start] = count;
    while (depth > 0) {
      const node = stack[--depth]!;
      for (let at = offsets[node]!; at < offsets[node + 1]!; at++) {
        const other = neighbours[at]!;
        if (of[other] !== -1) continue;
        of[other] = count;
        stack[depth++] = other;
      }
    }
    count++;
  }
  return { count, of };
}
