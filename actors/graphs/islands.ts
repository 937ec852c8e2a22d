import { degreesOf, type Graph } from './graph.ts';
import { maxDegree } from './graph-statistics.ts';

/** A graph split into hubs and islands: groups of nodes that only hubs join. */
export interface Islands {
  /** Number of the island of every node; -1 for a hub. */
  readonly of: Int32Array;
  /** Nodes of each island in the order in which they were found. */
  readonly members: readonly Int32Array[];
  readonly hubs: number;
}

/**
 * Splits a graph as I-GCN does (MICRO 2021): nodes of at least half the largest degree become hubs, a search among the others closes islands of at
 * most `most` nodes, larger ones are dropped, and the threshold halves until every node is in an island or a hub.
 */
export function islandsOf(graph: Graph, most = 64): Islands {
  const { nodes, offsets, neighbours } = graph;
  const degrees = degreesOf(graph);
  const unknown = -2;
  const of = new Int32Array(nodes).fill(unknown);
  const seen = new Int32Array(nodes).fill(-1);
  const queue = new Int32Array(nodes);
  const members: Int32Array[] = [];
  let [hubs, known] = [0, 0];
  for (let threshold = maxDegree(degrees) / 2, round = 0; known < nodes; threshold /= 2, round++) {
    for (let node = 0; node < nodes; node++)
      if (of[node] === unknown && degrees[node]! >= threshold && degrees[node]! > 0) {
        of[node] = -1;
        hubs++;
        known++;
      }
    for (let start = 0; start < nodes; start++) {
      if (of[start] !== unknown || seen[start] === round) continue;
      let found = 0;
      queue[found++] = start;
      seen[start] = round;
      for (let next = 0; next < found; next++)
        for (let at = offsets[queue[next]!]!; at < offsets[queue[next]! + 1]!; at++) {
          const other = neighbours[at]!;
          if (of[other] !== unknown || seen[other] === round) continue;
          seen[other] = round;
          queue[found++] = other;
        }
      if (found > most) continue;
      for (let i = 0; i < found; i++) of[queue[i]!] = members.length;
      members.push(queue.slice(0, found));
      known += found;
    }
  }
  return { of, members, hubs };
}

/**
 * Share of all aggregation operations (nonzeros with self loops) that pre-summed pairs of columns save: an island's bitmap has its members as rows and
 * its hubs and members as columns; a row with both of two neighbouring columns adds their sum, made once, instead of both.
 */
export function prunedShare(graph: Graph, { members }: Islands): number {
  const { nodes, offsets, neighbours } = graph;
  const column = new Int32Array(nodes);
  const mark = new Int32Array(nodes).fill(-1);
  let saved = 0;
  members.forEach((nodesOf, island) => {
    const isMember = new Set(nodesOf);
    let columns = 0;
    for (const node of nodesOf)
      for (let at = offsets[node]!; at < offsets[node + 1]!; at++) {
        const other = neighbours[at]!;
        if (isMember.has(other) || mark[other] === island) continue;
        mark[other] = island;
        column[other] = columns++;
      }
    for (const node of nodesOf) column[node] = columns++;
    const both = new Int32Array(Math.ceil(columns / 2));
    const inWindow = new Int32Array(both.length);
    for (const node of nodesOf) {
      const visit = (other: number, change: number): void => {
        const window = column[other]! >> 1;
        inWindow[window]! += change;
        if (change > 0 && inWindow[window] === 2) both[window]!++;
      };
      for (const change of [1, -1]) {
        visit(node, change);
        for (let at = offsets[node]!; at < offsets[node + 1]!; at++) visit(neighbours[at]!, change);
      }
    }
    for (const rows of both) saved += Math.max(0, rows - 1);
  });
  return saved / (neighbours.length + nodes || 1);
}
