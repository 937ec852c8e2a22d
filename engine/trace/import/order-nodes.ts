/** What an order of nodes depends on; indices are those of the list. */
export interface Orderable {
  /** Indices of the nodes that come before. */
  readonly before: readonly number[];
  /** Among nodes that are free, the smaller goes first; then the smaller index. */
  readonly priority: number;
}

/** An order of all nodes, or what is left when there is a circle. */
export type Order = { readonly order: readonly number[] } | { readonly cycle: readonly number[] };

/** Sorts nodes so that each comes after those before it, by priority among the free ones; or finds a shortest circle. */
export function orderNodes(nodes: readonly Orderable[]): Order {
  const unmet = nodes.map((node) => node.before.length);
  const next: number[][] = nodes.map(() => []);
  nodes.forEach((node, i) => {
    for (const b of node.before) (next[b] as number[]).push(i);
  });
  const free = new IndexHeap((a, b) => {
    const difference = (nodes[a] as Orderable).priority - (nodes[b] as Orderable).priority;
    return difference !== 0 ? difference < 0 : a < b;
  });
  unmet.forEach((count, i) => {
    if (count === 0) free.push(i);
  });
  const order: number[] = [];
  for (let i = free.pop(); i !== undefined; i = free.pop()) {
    order.push(i);
    for (const n of next[i] as number[]) if (--unmet[n]! === 0) free.push(n);
  }
  return order.length === nodes.length ? { order } : { cycle: shortestCycle(nodes, unmet) };
}

/** Nodes searched from: the shortest circle through one of them is good enough in a large tangle. */
const searches = 256;

function shortestCycle(nodes: readonly Orderable[], unmet: readonly number[]): readonly number[] {
  const left = unmet.flatMap((count, i) => (count > 0 ? [i] : []));
  let best: readonly number[] = [];
  for (const from of left.slice(0, searches)) {
    const found = circleThrough(nodes, unmet, from, best.length === 0 ? Number.POSITIVE_INFINITY : best.length - 1);
    if (found !== undefined) best = found;
    if (best.length === 1) break;
  }
  return best;
}

/** A shortest circle through `from`, of at most `limit` nodes, each waiting for the next. */
function circleThrough(
  nodes: readonly Orderable[],
  unmet: readonly number[],
  from: number,
  limit: number,
): readonly number[] | undefined {
  const parent = new Map<number, number>();
  let frontier = [from];
  for (let depth = 1; frontier.length > 0 && depth <= limit; depth++) {
    const reached: number[] = [];
    for (const i of frontier)
      for (const b of (nodes[i] as Orderable).before) {
        if (b === from) {
          const path = [i];
          for (let at = i; at !== from; ) {
            at = parent.get(at) as number;
            path.push(at);
          }
          return path.reverse();
        }
        if (unmet[b] === 0 || parent.has(b)) continue;
        parent.set(b, i);
        reached.push(b);
      }
    frontier = reached;
  }
  return undefined;
}

/** A binary heap of indices. */
class IndexHeap {
  readonly #items: number[] = [];
  readonly #less: (a: number, b: number) => boolean;

  constructor(less: (a: number, b: number) => boolean) {
    this.#less = less;
  }

  push(item: number): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#less(item, items[above] as number)) break;
      items[at] = items[above] as number;
      at = above;
    }
    items[at] = item;
  }

  pop(): number | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return top;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= items.length) break;
      if (below + 1 < items.length && this.#less(items[below + 1] as number, items[below] as number)) below++;
      if (!this.#less(items[below] as number, last)) break;
      items[at] = items[below] as number;
      at = below;
    }
    items[at] = last;
    return top;
  }
}
