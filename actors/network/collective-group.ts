import { networkErrors } from './errors.ts';
import type { Topology } from './topology.ts';

/** Links that carry the same number of a pattern's flows, and how many. */
export interface LinkLoad {
  readonly links: readonly number[];
  readonly flows: number;
}

/** Equal flows between members, and what they put on the links. */
export interface Pattern {
  readonly pairs: ReadonlyArray<readonly [number, number]>;
  /** By number of flows, ascending. */
  readonly loads: readonly LinkLoad[];
  /** Largest latency of a route, in ps. */
  readonly latency: number;
  /** Least capacity over number of flows among the links, in bytes per second: the rate of one flow when nothing else runs. */
  readonly rate: number;
}

/** The members of a group on a topology, and the patterns in which they send. */
export class CollectiveGroup {
  readonly topology: Topology;
  readonly members: readonly number[];
  /** Nodes with members, and members on each; `perNode` is 0 when nodes have different numbers. */
  readonly nodes: number;
  readonly perNode: number;
  readonly #byNode: ReadonlyArray<readonly number[]>;
  readonly #patterns = new Map<string, Pattern>();

  /** `members` are endpoints in order of rank. Throws NET_BAD_GROUP. */
  constructor(topology: Topology, members: readonly number[]) {
    if (members.length === 0) throw networkErrors.create('NET_BAD_GROUP', { problem: 'it has no members' });
    if (new Set(members).size < members.length)
      throw networkErrors.create('NET_BAD_GROUP', { problem: 'an endpoint is a member twice' });
    this.topology = topology;
    this.members = members;
    const byNode = new Map<number, number[]>();
    for (const member of members) {
      const node = topology.nodeOf(member);
      const list = byNode.get(node);
      if (list === undefined) byNode.set(node, [member]);
      else list.push(member);
    }
    this.#byNode = [...byNode.values()];
    this.nodes = byNode.size;
    const first = this.#byNode[0]!.length;
    this.perNode = this.#byNode.every((list) => list.length === first) ? first : 0;
  }

  get size(): number {
    return this.members.length;
  }

  /** Every member to the next one on its node, around. */
  get ringInside(): Pattern {
    return this.#pattern('ringInside', () => this.#byNode.flatMap(around));
  }

  /** Every member to the one of the same position on the next node, around. */
  get ringOutside(): Pattern {
    return this.#pattern('ringOutside', () =>
      Array.from({ length: this.perNode }, (_, position) => around(this.#byNode.map((list) => list[position]!))).flat(),
    );
  }

  /** Every member to the next rank, around: for nodes with different numbers of members. */
  get ringFlat(): Pattern {
    return this.#pattern('ringFlat', () => around(this.members));
  }

  /** Every member to the next rank, from the first to the last. */
  get chain(): Pattern {
    return this.#pattern('chain', () => around(this.members).slice(0, -1));
  }

  /** Every member to the one whose rank differs in the bit `distance`, a power of two. */
  exchange(distance: number): Pattern {
    const { members } = this;
    return this.#pattern(`exchange ${distance}`, () => members.map((from, rank) => [from, members[rank ^ distance]!]));
  }

  /**
   * Both directions of the edges of two binary trees over the ranks: in one of them every rank but one is a leaf, in the other an inner
   * node (Sanders, Speck and Träff 2009, as NCCL builds them: mirrored for an even number of ranks, shifted for an odd one).
   */
  get trees(): Pattern {
    return this.#pattern('trees', () => {
      const { members } = this;
      const n = members.length;
      const second = (rank: number) => (n % 2 === 0 ? n - 1 - rank : (rank + 1) % n);
      const pairs: Array<readonly [number, number]> = [];
      for (let rank = 1; rank < n; rank++) {
        const parent = treeParent(rank, n);
        for (const place of [(each: number) => each, second]) {
          const child = members[place(rank)]!;
          const up = members[place(parent)]!;
          pairs.push([child, up], [up, child]);
        }
      }
      return pairs;
    });
  }

  /** Every member to every other on its node. */
  get allInside(): Pattern {
    return this.#pattern('allInside', () => this.#all(true));
  }

  /** Every member to every one on other nodes. */
  get allOutside(): Pattern {
    return this.#pattern('allOutside', () => this.#all(false));
  }

  #all(inside: boolean): Array<readonly [number, number]> {
    const { topology, members } = this;
    const pairs: Array<readonly [number, number]> = [];
    for (const from of members)
      for (const to of members)
        if (from !== to && (topology.nodeOf(from) === topology.nodeOf(to)) === inside) pairs.push([from, to]);
    return pairs;
  }

  #pattern(name: string, list: () => ReadonlyArray<readonly [number, number]>): Pattern {
    let pattern = this.#patterns.get(name);
    if (pattern === undefined) {
      pattern = patternOf(this.topology, list());
      this.#patterns.set(name, pattern);
    }
    return pattern;
  }
}

/** Parent of a rank other than 0 in the binary tree whose leaves are the odd ranks. */
function treeParent(rank: number, ranks: number): number {
  const bit = rank & -rank;
  const up = (rank ^ bit) | (bit << 1);
  return up < ranks ? up : rank ^ bit;
}

function around(members: readonly number[]): Array<readonly [number, number]> {
  if (members.length < 2) return [];
  return members.map((from, i) => [from, members[(i + 1) % members.length]!] as const);
}

function patternOf(topology: Topology, pairs: ReadonlyArray<readonly [number, number]>): Pattern {
  const flows = new Map<number, number>();
  let latency = 0;
  for (const [from, to] of pairs) {
    let sum = 0;
    for (const link of topology.route(from, to)) {
      flows.set(link, (flows.get(link) ?? 0) + 1);
      sum += topology.links[link]!.latency;
    }
    if (sum > latency) latency = sum;
  }
  const byFlows = new Map<number, number[]>();
  let rate = Number.POSITIVE_INFINITY;
  for (const [link, count] of [...flows].sort((a, b) => a[0] - b[0])) {
    const { capacity, kind } = topology.links[link]!;
    rate = Math.min(rate, kind === 'fat' ? capacity : capacity / count);
    const list = byFlows.get(count);
    if (list === undefined) byFlows.set(count, [link]);
    else list.push(link);
  }
  const loads = [...byFlows].sort((a, b) => a[0] - b[0]).map(([count, links]) => ({ flows: count, links }));
  return { pairs, loads, latency, rate };
}
