import { type Duration, NO_TIME, seconds } from '../../engine/kernel/time.ts';
import type { Fabric, NodeCollectives, ProtocolConstants } from '../presets/collectives/load.ts';
import { ncclTuner } from '../presets/collectives/nccl-tuner.ts';
import { inSI } from '../presets/parameter.ts';
import type { CollectiveOp } from './collective-algorithms.ts';
import { collectiveErrors, requireSizes } from './collective-errors.ts';
import { networkEfficiency } from './network-efficiency.ts';

/** A collective among equal ranks. */
export interface CollectiveWork {
  readonly op: CollectiveOp;
  readonly ranks: number;
  /** The whole buffer of one rank, as nccl-tests counts it: for all-gather, reduce-scatter and all-to-all too. */
  readonly bytes: number;
}

/** The protocol that won. */
export type CollectiveProtocol = 'none' | 'll' | 'll128' | 'simple' | 'direct-small' | 'direct-large' | 'switch';

/** The time of a collective and the reason for it. */
export interface CollectivePrice {
  readonly duration: Duration;
  readonly protocol: CollectiveProtocol;
  /** Which term is largest. */
  readonly bound: 'latency' | 'transfer' | 'ramp';
  /** Added: fixed and per-step cost, bytes over rate, and the cost of filling the pipeline. */
  readonly terms: { readonly latency: Duration; readonly transfer: Duration; readonly ramp: Duration };
}

/** One candidate in seconds. @internal */
export interface Candidate {
  readonly protocol: CollectiveProtocol;
  readonly latency: number;
  readonly transfer: number;
  readonly ramp: number;
}

/** Time of a collective alone on one NVSwitch node. One rank takes no time. Throws COLLECTIVE_RANKS, COLLECTIVE_BYTES. */
export function nodeCollective(node: NodeCollectives, work: CollectiveWork): Duration {
  return explainNodeCollective(node, work).duration;
}

/** Time of a collective on one node with protocol and terms. Throws COLLECTIVE_RANKS, COLLECTIVE_BYTES. */
export function explainNodeCollective(node: NodeCollectives, work: CollectiveWork): CollectivePrice {
  requireSizes(work.op, work.ranks, work.bytes);
  if (work.ranks === 1) return FREE;
  return cheapest(nodeCandidates(node, work));
}

/** Every way to run a collective on one node. @internal */
export function nodeCandidates(node: NodeCollectives, { op, ranks, bytes }: CollectiveWork): Candidate[] {
  const pairOf = (pair: number) => (ranks === 2 ? pair : 1);
  if (op === 'all-to-all') {
    const { small, large, pair } = node.allToAll;
    const wire = (bytes * (ranks - 1)) / ranks;
    return [
      candidate('direct-small', small, ranks - 1, bytes / ranks, 1),
      candidate('direct-large', large, 0, wire, pairOf(pair)),
    ];
  }
  const steps = op === 'all-reduce' ? 2 * (ranks - 1) : ranks - 1;
  const wire = op === 'broadcast' || op === 'reduce' ? bytes : (bytes * steps) / ranks;
  const { ll, ll128, simple, pair } = node.ring;
  const found = [
    candidate('ll', ll, steps, wire, 1),
    candidate('ll128', ll128, steps, wire, pairOf(pair)),
    candidate('simple', simple, steps, wire, pairOf(pair)),
  ];
  if (op === 'all-reduce' && node.nvls !== undefined && ranks >= node.nvls.ranks)
    found.push({
      protocol: 'switch',
      latency: node.nvls.base,
      transfer: ((1 + 1 / ranks) * bytes) / node.nvls.rate,
      ramp: 0,
    });
  return found;
}

function candidate(
  protocol: CollectiveProtocol,
  c: ProtocolConstants,
  steps: number,
  wire: number,
  share: number,
): Candidate {
  return {
    protocol,
    latency: c.base + steps * c.hop,
    transfer: wire / (c.rate * share),
    ramp: c.ramp * Math.sqrt(wire / 1e6),
  };
}

/** A group of equal nodes and the network between them. */
export interface ClusterShape {
  readonly node: NodeCollectives;
  readonly fabric: Fabric;
  readonly gpusPerNode: number;
  readonly nodes: number;
}

/** Piece in which a collective across nodes is pipelined: the buffer of a channel. */
const CHUNK = inSI(ncclTuner.buffer);

/** Collectives that a hierarchy of nodes runs ring by ring. */
export type ClusterRingOp = 'all-reduce' | 'all-gather' | 'reduce-scatter';

/**
 * Time of a collective over every GPU of a cluster. One node is `nodeCollective`. Across nodes: a phase inside the nodes and a ring
 * between them, pipelined in pieces of 4 MiB; the inner phases of an all-reduce share the node's links, so they count as one.
 * Constants were fitted for all-reduce; the others are half of it. Throws COLLECTIVE_RANKS, COLLECTIVE_BYTES.
 */
export function clusterCollective(cluster: ClusterShape, op: ClusterRingOp | 'all-to-all', bytes: number): Duration {
  return explainClusterCollective(cluster, op, bytes).duration;
}

/** Time of a collective over a cluster with protocol and terms. Throws COLLECTIVE_RANKS, COLLECTIVE_BYTES. */
export function explainClusterCollective(
  cluster: ClusterShape,
  op: ClusterRingOp | 'all-to-all',
  bytes: number,
): CollectivePrice {
  const { node, gpusPerNode, nodes } = cluster;
  requireSizes(`cluster ${op}`, gpusPerNode, bytes);
  requireSizes(`cluster ${op}`, nodes, bytes);
  if (nodes === 1) return explainNodeCollective(node, { op, ranks: gpusPerNode, bytes });
  return cheapest(op === 'all-to-all' ? [directAcross(cluster, bytes)] : clusterCandidates(cluster, op, bytes));
}

/** Every protocol of a ring across nodes. @internal */
export function clusterCandidates(cluster: ClusterShape, op: ClusterRingOp, bytes: number): Candidate[] {
  const { node, fabric, gpusPerNode: g, nodes } = cluster;
  const pair = g === 2 ? node.ring.pair : 1;
  const rounds = op === 'all-reduce' ? 2 : 1;
  const inside = (ringRate: number): number => {
    if (g === 1) return 0;
    const ring = (rounds * (g - 1) * bytes) / (g * ringRate);
    return op === 'all-reduce' && node.nvls !== undefined && g >= node.nvls.ranks
      ? Math.min(ring, ((1 + 1 / g) * bytes) / node.nvls.rate)
      : ring;
  };
  const pieces = Math.max(1, Math.ceil(bytes / CHUNK));
  return (['ll', 'll128', 'simple'] as const).map((protocol): Candidate => {
    const c = fabric[protocol];
    const between = (rounds * (nodes - 1) * bytes) / (nodes * g * fabric.nic * c.nicShare);
    const within = inside(node.ring[protocol].rate * (protocol === 'll' ? 1 : pair));
    return {
      protocol,
      latency: (rounds / 2) * c.base + rounds * (nodes - 1) * c.hop,
      transfer: Math.max(between, within) + Math.min(between, within) / pieces,
      ramp: (rounds / 2) * c.ramp * Math.sqrt(bytes / 1e6),
    };
  });
}

/** Each pair exchanges directly: latency of the fabric and of every peer, then the slower of links and cards at their measured share. */
function directAcross({ node, fabric, gpusPerNode: g, nodes }: ClusterShape, bytes: number): Candidate {
  const ranks = g * nodes;
  const within = (bytes * (g - 1)) / ranks / node.allToAll.large.rate;
  const between = (bytes * (nodes - 1)) / nodes / (fabric.nic * networkEfficiency('all-to-all', bytes, nodes));
  return {
    protocol: 'direct-large',
    latency: fabric.ll.base + (ranks - 1) * node.allToAll.small.hop,
    transfer: Math.max(within, between),
    ramp: 0,
  };
}

/** Bus bandwidth, in bytes per second, that all-to-all over `nodes` nodes cannot pass: the share of its traffic that leaves the node fills the network cards. */
export function allToAllBusBound(nic: number, gpusPerNode: number, nodes: number): number {
  if (nodes < 2)
    throw collectiveErrors.create('COLLECTIVE_RANKS', {
      what: 'all-to-all across nodes',
      ranks: nodes,
      least: 2,
      remedy: 'On one node use nodeCollective.',
    });
  const ranks = gpusPerNode * nodes;
  return (nic * (ranks - 1)) / ((nodes - 1) * gpusPerNode);
}

const FREE: CollectivePrice = Object.freeze({
  duration: NO_TIME,
  protocol: 'none',
  bound: 'latency',
  terms: Object.freeze({ latency: NO_TIME, transfer: NO_TIME, ramp: NO_TIME }),
});

const total = (c: Candidate): number => c.latency + c.transfer + c.ramp;

/** Seconds of the cheapest candidate. @internal */
export function leastTime(candidates: readonly Candidate[]): number {
  return candidates.reduce((least, c) => Math.min(least, total(c)), Number.POSITIVE_INFINITY);
}

function cheapest(candidates: readonly Candidate[]): CollectivePrice {
  const best = candidates.reduce((least, c) => (total(c) < total(least) ? c : least));
  const { latency, transfer, ramp } = best;
  return {
    duration: seconds(total(best)),
    protocol: best.protocol,
    bound: latency >= transfer && latency >= ramp ? 'latency' : transfer >= ramp ? 'transfer' : 'ramp',
    terms: { latency: seconds(latency), transfer: seconds(transfer), ramp: seconds(ramp) },
  };
}
