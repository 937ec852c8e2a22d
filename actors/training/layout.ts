/** Bytes that one rank sends another, through the node's switch or through network cards. */
export interface Transfer {
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
  readonly offNode: boolean;
}

/** Ranks 0, 1, 2, ... are placed on nodes of `nodeSize` in order. */
export function nodeOf(rank: number, nodeSize: number): number {
  return Math.floor(rank / nodeSize);
}

/** Nodes that a group of `ranks` occupies, placed from the start of a node. */
export function nodeCount(ranks: number, nodeSize: number): number {
  return Math.ceil(ranks / nodeSize);
}

/** Every rank of `group` sends `bytes` to each of the others at once. */
export function allToAll(group: readonly number[], bytes: number, nodeSize: number): Transfer[] {
  const transfers: Transfer[] = [];
  for (const from of group)
    for (const to of group) if (from !== to) transfers.push(transfer(from, to, bytes, nodeSize));
  return transfers;
}

/** Every rank of `group` sends `bytes` to the next one, the last to the first. */
export function shift(group: readonly number[], bytes: number, nodeSize: number): Transfer[] {
  if (group.length === 1) return [];
  return group.map((from, i) => transfer(from, group[(i + 1) % group.length] as number, bytes, nodeSize));
}

/**
 * Every rank sends `bytes` in all along rings over `group`. Inside one node to its neighbour; across nodes there is one ring for each
 * of the m ranks of a node, so that every rank is the one that leaves the node in 1/m of the traffic and all network cards work.
 */
export function rings(group: readonly number[], bytes: number, nodeSize: number): Transfer[] {
  if (group.length === 1) return [];
  const nodes: number[][] = [];
  for (const rank of group) {
    const node = nodeOf(rank, nodeSize);
    const last = nodes.at(-1);
    if (last?.[0] !== undefined && nodeOf(last[0], nodeSize) === node) last.push(rank);
    else nodes.push([rank]);
  }
  if (nodes.length === 1) return shift(group, bytes, nodeSize);
  return nodes.flatMap((members, n) => {
    const next = nodes[(n + 1) % nodes.length] as number[];
    const m = members.length;
    return members.flatMap((from, i) => {
      const out = transfer(from, next[i % next.length] as number, bytes / m, nodeSize);
      return m === 1 ? [out] : [out, transfer(from, members[(i + 1) % m] as number, (bytes * (m - 1)) / m, nodeSize)];
    });
  });
}

function transfer(from: number, to: number, bytes: number, nodeSize: number): Transfer {
  return { from, to, bytes, offNode: nodeOf(from, nodeSize) !== nodeOf(to, nodeSize) };
}

/** What one rank sends in one collective through the switch and through its card: bytes, and the number of partners that share them. */
export interface Load {
  readonly onNodeBytes: number;
  readonly onNodePartners: number;
  readonly offNodeBytes: number;
  readonly offNodePartners: number;
}

/** The load of every rank that sends anything in `transfers`. */
export function loads(transfers: readonly Transfer[]): ReadonlyMap<number, Load> {
  const result = new Map<number, { -readonly [K in keyof Load]: Load[K] }>();
  for (const { from, bytes, offNode } of transfers) {
    let load = result.get(from);
    if (load === undefined) {
      load = { onNodeBytes: 0, onNodePartners: 0, offNodeBytes: 0, offNodePartners: 0 };
      result.set(from, load);
    }
    if (offNode) {
      load.offNodeBytes += bytes;
      load.offNodePartners++;
    } else {
      load.onNodeBytes += bytes;
      load.onNodePartners++;
    }
  }
  return result;
}
