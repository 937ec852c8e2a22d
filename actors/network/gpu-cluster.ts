import { type BytesPerSecond, bytesPerSecond } from '../../engine/kernel/quantities.ts';
import type { Duration } from '../../engine/kernel/time.ts';
import { networkErrors } from './errors.ts';
import { checkCount, checkEndpoint, LinkList, type PortSpec, type Topology } from './topology.ts';

/** Leaf switches that groups of nodes hang on, and a spine above them. */
export interface FabricSpec {
  /** Nodes below one leaf (or below one set of rails). */
  readonly nodesPerLeaf: number;
  /** Capacity below a leaf over capacity above it; 1 (default) is non-blocking. */
  readonly oversubscription?: number;
  /** `node` (default): all NICs of a node on one leaf. `rail`: one leaf for each NIC position, so that equal positions meet without the spine. */
  readonly wiring?: 'node' | 'rail';
  /** Latency of going up to the spine. */
  readonly latency?: Duration;
}

export interface GpuClusterSpec {
  readonly nodes: number;
  readonly gpusPerNode: number;
  /** A GPU's port on the switch inside its node. */
  readonly nvlink: PortSpec;
  /** Each NIC; needed for more than one node. */
  readonly nic?: PortSpec;
  /** Default one per GPU; GPUs share NICs evenly in order. */
  readonly nicsPerNode?: number;
  /** Default: a fabric that never limits. */
  readonly fabric?: FabricSpec;
  /** Copies inside one GPU; default as fast as its NVLink port. */
  readonly loopback?: PortSpec;
}

/**
 * Nodes of GPUs behind a switch (NVSwitch, DGX and HGX), joined by NICs. Endpoints are GPUs in order of node. Links:
 * `nodeN/gpuG/nvlink/up|down`, `nodeN/gpuG/loopback`, `nodeN/nicI/up|down`, `leafL/up|down`. A route pays the latencies of its upward links;
 * downward links have none. Throws NET_BAD_TOPOLOGY.
 */
export function gpuCluster(spec: GpuClusterSpec): Topology {
  const { nodes, gpusPerNode, nvlink, nic, fabric } = spec;
  const nics = spec.nicsPerNode ?? gpusPerNode;
  checkCount('nodes', nodes);
  checkCount('gpusPerNode', gpusPerNode);
  checkCount('nicsPerNode', nics);
  if (gpusPerNode % nics !== 0 && nics % gpusPerNode !== 0)
    throw bad(`gpusPerNode (${gpusPerNode}) and nicsPerNode (${nics}) must divide one another`);
  if (nodes > 1 && nic === undefined) throw bad(`${nodes} nodes need a nic`);
  const list = new LinkList();
  const down = (port: PortSpec): PortSpec => ({ bandwidth: port.bandwidth });
  const endpoints = nodes * gpusPerNode;
  const gpuUp: number[] = [];
  const gpuDown: number[] = [];
  const loop: number[] = [];
  const nicUp: number[] = [];
  const nicDown: number[] = [];
  // More NICs than GPUs: a GPU drives its share of them as one port.
  const ports = Math.min(nics, gpusPerNode);
  const port: PortSpec | undefined = nic && { ...nic, bandwidth: times(nic.bandwidth, nics / ports) };
  for (let n = 0; n < nodes; n++) {
    for (let g = 0; g < gpusPerNode; g++) {
      const gpu = `node${n}/gpu${g}`;
      gpuUp.push(list.add(`${gpu}/nvlink/up`, 'nvlink', 'node', nvlink));
      gpuDown.push(list.add(`${gpu}/nvlink/down`, 'nvlink', 'node', down(nvlink)));
      loop.push(list.add(`${gpu}/loopback`, 'loopback', 'node', spec.loopback ?? down(nvlink)));
    }
    for (let i = 0; i < ports && port !== undefined; i++) {
      nicUp.push(list.add(`node${n}/nic${i}/up`, 'nic', 'network', port));
      nicDown.push(list.add(`node${n}/nic${i}/down`, 'nic', 'network', down(port)));
    }
  }
  const leafUp: number[] = [];
  const leafDown: number[] = [];
  const rails = fabric?.wiring === 'rail' ? ports : 1;
  if (fabric !== undefined && port !== undefined) {
    const { nodesPerLeaf, oversubscription = 1, latency } = fabric;
    checkCount('nodesPerLeaf', nodesPerLeaf);
    if (!(oversubscription >= 1 && oversubscription < Number.POSITIVE_INFINITY))
      throw bad(`oversubscription must be >= 1, got ${oversubscription}`);
    const bandwidth = times(port.bandwidth, (nodesPerLeaf * (ports / rails)) / oversubscription);
    const up: PortSpec = latency === undefined ? { bandwidth } : { bandwidth, latency };
    for (let leaf = 0; leaf < Math.ceil(nodes / nodesPerLeaf) * rails; leaf++) {
      leafUp.push(list.add(`leaf${leaf}/up`, 'fabric', 'network', up));
      leafDown.push(list.add(`leaf${leaf}/down`, 'fabric', 'network', down(up)));
    }
  }
  const portOf = (gpu: number) => {
    const node = Math.floor(gpu / gpusPerNode);
    return node * ports + Math.floor(((gpu % gpusPerNode) * ports) / gpusPerNode);
  };
  const leafOf = (at: number) =>
    Math.floor(Math.floor(at / ports) / fabric!.nodesPerLeaf) * rails + (rails === 1 ? 0 : at % ports);
  return {
    endpoints,
    links: Object.freeze(list.links),
    nodeOf: (endpoint) => Math.floor(endpoint / gpusPerNode),
    nameOf: (endpoint) => `node${Math.floor(endpoint / gpusPerNode)}/gpu${endpoint % gpusPerNode}`,
    route(from, to) {
      checkEndpoint(from, endpoints);
      checkEndpoint(to, endpoints);
      if (from === to) return [loop[from]!];
      if (Math.floor(from / gpusPerNode) === Math.floor(to / gpusPerNode)) return [gpuUp[from]!, gpuDown[to]!];
      const out = portOf(from);
      const into = portOf(to);
      if (fabric === undefined || leafOf(out) === leafOf(into)) return [nicUp[out]!, nicDown[into]!];
      return [nicUp[out]!, leafUp[leafOf(out)]!, leafDown[leafOf(into)]!, nicDown[into]!];
    },
  };
}

function times(bandwidth: BytesPerSecond, factor: number): BytesPerSecond {
  return bytesPerSecond(bandwidth * factor);
}

function bad(problem: string): Error {
  return networkErrors.create('NET_BAD_TOPOLOGY', { problem });
}
