import type { BytesPerSecond } from '../../engine/kernel/quantities.ts';
import { type Duration, NO_TIME } from '../../engine/kernel/time.ts';
import { networkErrors } from './errors.ts';
import type { LinkKind } from './flow-network.ts';

/** Where a link is: inside a node (NVLink, PCIe, loopback) or between nodes (NIC, fabric). */
export type LinkScope = 'node' | 'network';

export interface TopologyLink {
  /** Hierarchical, e.g. `node3/gpu1/nvlink/up`. */
  readonly name: string;
  /** What bytes are counted by: `nvlink`, `pcie`, `nic`, `fabric`, `loopback`, ... */
  readonly category: string;
  readonly scope: LinkScope;
  readonly capacity: BytesPerSecond;
  readonly kind: LinkKind;
  readonly latency: Duration;
}

/** Endpoints, the links between them and the way through them. Plain in itself; nothing in it changes. */
export interface Topology {
  /** Number of endpoints; they are numbered from 0, node by node. */
  readonly endpoints: number;
  readonly links: readonly TopologyLink[];
  /** Indices into `links` on the way between two endpoints; `from === to` is the loopback. Throws NET_UNKNOWN_ENDPOINT. */
  route(from: number, to: number): readonly number[];
  /** The node of an endpoint. */
  nodeOf(endpoint: number): number;
  /** The name of an endpoint, e.g. `node3/gpu1`. */
  nameOf(endpoint: number): string;
}

/** Collects links while a topology is built. */
export class LinkList {
  readonly links: TopologyLink[] = [];

  add(name: string, category: string, scope: LinkScope, spec: PortSpec, kind: LinkKind = 'shared'): number {
    this.links.push({
      name,
      category,
      scope,
      capacity: spec.bandwidth,
      kind,
      latency: spec.latency ?? NO_TIME,
    });
    return this.links.length - 1;
  }
}

/** A port or wire: bandwidth in one direction, and the latency of passing it (default none). */
export interface PortSpec {
  readonly bandwidth: BytesPerSecond;
  readonly latency?: Duration;
}

/** @internal Throws NET_UNKNOWN_ENDPOINT. */
export function checkEndpoint(endpoint: number, endpoints: number): void {
  if (!(Number.isInteger(endpoint) && endpoint >= 0 && endpoint < endpoints))
    throw networkErrors.create('NET_UNKNOWN_ENDPOINT', { endpoint, last: endpoints - 1 });
}

/** @internal Throws NET_BAD_TOPOLOGY unless `value` is a whole number >= 1. */
export function checkCount(what: string, value: number): void {
  if (!(Number.isInteger(value) && value >= 1))
    throw networkErrors.create('NET_BAD_TOPOLOGY', { problem: `${what} must be a whole number >= 1, got ${value}` });
}
