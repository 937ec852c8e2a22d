import type { Bytes, BytesPerSecond } from '../../engine/kernel/quantities.ts';
import type { Duration } from '../../engine/kernel/time.ts';

/**
 * One way a library moves the bytes (LL, LL128, Simple, ...): base + steps * hop + ramp * sqrt(x / 1 MB), then x bytes a rank at no more
 * than `bandwidth`. The library is taken to choose the fastest.
 */
export interface Protocol {
  readonly name: string;
  readonly base: Duration;
  /** For each step: 2(n-1) in an all-reduce, n-1 in the others. */
  readonly hop: Duration;
  readonly bandwidth: BytesPerSecond;
  /** At x = 1 MB; default none. */
  readonly ramp?: Duration;
  /** What `bandwidth` is multiplied by for two ranks on a node; default 1. */
  readonly pair?: number;
  /** Whether `bandwidth` is that of a rank's port (default) or, in an all-to-all, of each peer. */
  readonly per?: 'port' | 'peer';
  /** The protocol between nodes. When one protocol of a list has it, the others are not used between nodes. */
  readonly across?: ProtocolAcross;
}

/**
 * Between k nodes, for `passes` = 2 in an all-reduce and 1 in other rings: passes/2 * base + passes * (k-1) * hop +
 * passes/2 * ramp * sqrt(S / 1 MB); in an all-to-all base + (n-1) * hop.
 */
export interface ProtocolAcross {
  readonly base: Duration;
  readonly hop: Duration;
  /** Share of a NIC it can fill; default 1. */
  readonly share?: number;
  readonly ramp?: Duration;
}

/** Reduction in the switch: latency + (1 + 1/n) S / bandwidth, for all-reduces inside one node. */
export interface SwitchReduction {
  readonly latency: Duration;
  readonly bandwidth: BytesPerSecond;
  /** Fewest ranks for which the library considers it; default 2. */
  readonly from?: number;
}

/** Share of a NIC's bandwidth that a collective on `bytes` over `nodes` nodes reaches. */
export type NicEfficiency = (bytes: number, nodes: number) => number;

/** What crossing nodes costs on top, for protocols that do not say it themselves. */
export interface NetworkCosts {
  readonly base?: Duration;
  /** For each step of a ring that crosses nodes, in place of the protocol's. */
  readonly hop: Duration;
}

/** Constants of the collectives of one system. */
export interface CollectiveCosts {
  readonly ring: readonly Protocol[];
  readonly allToAll: readonly Protocol[];
  readonly switchReduction?: SwitchReduction;
  readonly network?: NetworkCosts;
  /** Default 1 everywhere. */
  readonly ringEfficiency?: NicEfficiency;
  readonly allToAllEfficiency?: NicEfficiency;
  /** Piece in which a hierarchical collective is pipelined; default 4 MiB. */
  readonly piece?: Bytes;
}
