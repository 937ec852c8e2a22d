import type { ActorRef } from '../../engine/kernel/actor.ts';
import { type Bytes, bytes } from '../../engine/kernel/quantities.ts';
import type { Duration } from '../../engine/kernel/time.ts';
import type { Communication, TracedCollective, Workload, WorkNode } from '../../engine/trace/import/index.ts';
import type { CollectiveMessage, CollectiveOp } from '../network/index.ts';
import type { Exchange } from './exchange-desk.ts';

/** All meetings of a workload. */
export interface Exchanges {
  readonly list: ReadonlyArray<{ readonly exchange: Exchange; readonly parties: number }>;
  /** For each rank of the workload, in its order, the number of the exchange of a node. */
  readonly ofNode: ReadonlyArray<ReadonlyMap<number, number>>;
  /** Messages whose other end has no trace or no partner. */
  readonly unpaired: number;
}

/** What replaces a collective that the network does not price: the same bytes through the busiest port. */
const replacements: Readonly<Partial<Record<TracedCollective, string>>> = {
  gather: 'gather is priced as all-gather: the root receives what every member receives there',
  scatter: 'scatter is priced as reduce-scatter: the root sends what every member sends there',
  barrier: 'barrier is priced as an all-reduce of 8 bytes',
};

/**
 * Brings the communication of all ranks together: the n-th collectives of a group's members are one exchange, and the n-th send from a rank
 * to another with a tag meets the n-th receive. With `keepDurations` an exchange takes the shortest time that any of its parties saw: the
 * others were waiting for partners.
 */
export function exchangesOf(
  workload: Workload,
  groupOf: (group: string) => ActorRef<CollectiveMessage>,
  keepDurations: boolean,
): Exchanges {
  const list: { exchange: Exchange; parties: number; shortest: Duration }[] = [];
  const ofNode = workload.ranks.map(() => new Map<number, number>());
  const meeting = new Map<string, number>();
  const counts = new Map<string, number>();
  const traced = new Set(workload.ranks.map(({ rank }) => rank));
  workload.ranks.forEach(({ rank, nodes }, r) => {
    nodes.forEach((node, i) => {
      const { communication } = node;
      if (communication === undefined) return;
      const channel = channelOf(communication, rank);
      const own = `${rank} ${communication.kind} ${channel}`;
      const turn = counts.get(own) ?? 0;
      counts.set(own, turn + 1);
      const key = `${channel} ${turn}`;
      let request = meeting.get(key);
      if (request === undefined) {
        request =
          list.push({ exchange: exchangeOf(communication, rank, groupOf), parties: 0, shortest: node.duration }) - 1;
        meeting.set(key, request);
      }
      const entry = list[request]!;
      entry.parties++;
      entry.shortest = Math.min(entry.shortest, node.duration) as Duration;
      (ofNode[r] as Map<number, number>).set(i, request);
    });
  });
  const unpaired = list.filter(
    ({ exchange, parties }) =>
      exchange.kind === 'message' && parties < 2 && traced.has(exchange.to) && traced.has(exchange.from),
  );
  return {
    list: list.map(({ exchange, parties, shortest }) => ({
      parties,
      exchange: keepDurations && shortest > 0 ? { kind: 'time', duration: shortest } : exchange,
    })),
    ofNode,
    unpaired: unpaired.length,
  };
}

function channelOf(communication: Communication, rank: number): string {
  if (communication.kind === 'collective') return `group ${communication.group}`;
  const { kind, peer, tag } = communication;
  return kind === 'send' ? `${rank}>${peer} ${tag}` : `${peer}>${rank} ${tag}`;
}

function exchangeOf(
  communication: Communication,
  rank: number,
  groupOf: (group: string) => ActorRef<CollectiveMessage>,
): Exchange {
  if (communication.kind !== 'collective') {
    const { kind, peer } = communication;
    const [from, to] = kind === 'send' ? [rank, peer] : [peer, rank];
    return { kind: 'message', from, to, bytes: bytes(communication.bytes) };
  }
  const { op, size } = pricedAs(communication);
  return { kind: 'collective', group: groupOf(communication.group), op, bytes: size };
}

function pricedAs({ op, bytes: size }: Extract<Communication, { readonly kind: 'collective' }>): {
  readonly op: CollectiveOp;
  readonly size: Bytes;
} {
  switch (op) {
    case 'gather':
      return { op: 'all-gather', size: bytes(size) };
    case 'scatter':
      return { op: 'reduce-scatter', size: bytes(size) };
    case 'barrier':
      return { op: 'all-reduce', size: bytes(8) };
    default:
      return { op, size: bytes(size) };
  }
}

/** Kinds of collectives of a workload that are priced as others. */
export function replacedCollectives(nodes: readonly WorkNode[], into: Set<string>): void {
  for (const { communication } of nodes) {
    if (communication?.kind !== 'collective') continue;
    const text = replacements[communication.op];
    if (text !== undefined) into.add(text);
  }
}
