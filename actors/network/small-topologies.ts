import { networkErrors } from './errors.ts';
import { checkCount, checkEndpoint, LinkList, type PortSpec, type Topology } from './topology.ts';

export interface StarSpec {
  readonly hosts: number;
  /** Each host's port, in each direction. */
  readonly port: PortSpec;
  /** What bytes are counted by; default `nic`. */
  readonly category?: string;
}

/** Hosts around a switch that never limits: links `hostH/up`, `hostH/down`, `hostH/loopback`. Throws NET_BAD_TOPOLOGY. */
export function star(spec: StarSpec): Topology {
  const { hosts, port, category = 'nic' } = spec;
  checkCount('hosts', hosts);
  const list = new LinkList();
  for (let h = 0; h < hosts; h++) {
    list.add(`host${h}/up`, category, 'network', port);
    list.add(`host${h}/down`, category, 'network', { bandwidth: port.bandwidth });
    list.add(`host${h}/loopback`, 'loopback', 'node', { bandwidth: port.bandwidth });
  }
  return {
    endpoints: hosts,
    links: Object.freeze(list.links),
    nodeOf: (endpoint) => endpoint,
    nameOf: (endpoint) => `host${endpoint}`,
    route(from, to) {
      checkEndpoint(from, hosts);
      checkEndpoint(to, hosts);
      return from === to ? [3 * from + 2] : [3 * from, 3 * to + 1];
    },
  };
}

export interface PcieBoxSpec {
  readonly gpus: number;
  /** A GPU's slot, in each direction. */
  readonly slot: PortSpec;
  /** GPUs below one switch (default all); traffic between switches passes their uplinks and the host. */
  readonly gpusPerSwitch?: number;
  /** A switch's link to the host; default as the slot. */
  readonly uplink?: PortSpec;
}

/** One box of GPUs on PCIe: links `gpuG/pcie/up|down`, `switchS/up|down`, `gpuG/loopback`. Throws NET_BAD_TOPOLOGY. */
export function pcieBox(spec: PcieBoxSpec): Topology {
  const { gpus, slot, gpusPerSwitch = gpus, uplink = slot } = spec;
  checkCount('gpus', gpus);
  checkCount('gpusPerSwitch', gpusPerSwitch);
  const list = new LinkList();
  for (let g = 0; g < gpus; g++) {
    list.add(`gpu${g}/pcie/up`, 'pcie', 'node', slot);
    list.add(`gpu${g}/pcie/down`, 'pcie', 'node', { bandwidth: slot.bandwidth });
    list.add(`gpu${g}/loopback`, 'loopback', 'node', { bandwidth: slot.bandwidth });
  }
  for (let s = 0; s * gpusPerSwitch < gpus; s++) {
    list.add(`switch${s}/up`, 'pcie', 'node', uplink);
    list.add(`switch${s}/down`, 'pcie', 'node', { bandwidth: uplink.bandwidth });
  }
  return {
    endpoints: gpus,
    links: Object.freeze(list.links),
    nodeOf: () => 0,
    nameOf: (endpoint) => `gpu${endpoint}`,
    route(from, to) {
      checkEndpoint(from, gpus);
      checkEndpoint(to, gpus);
      if (from === to) return [3 * from + 2];
      const out = Math.floor(from / gpusPerSwitch);
      const into = Math.floor(to / gpusPerSwitch);
      if (out === into) return [3 * from, 3 * to + 1];
      return [3 * from, 3 * gpus + 2 * out, 3 * gpus + 2 * into + 1, 3 * to + 1];
    },
  };
}

export interface TorusSpec {
  /** Nodes along each dimension. */
  readonly shape: readonly number[];
  /** A link to a neighbour, in each direction. */
  readonly link: PortSpec;
}

/**
 * A torus with dimension-ordered routes, the shorter way round (upwards when both are equal): links `nodeN/dimD/plus|minus`,
 * `nodeN/loopback`. Throws NET_BAD_TOPOLOGY.
 */
export function torus(spec: TorusSpec): Topology {
  const { shape, link } = spec;
  if (shape.length === 0) throw networkErrors.create('NET_BAD_TOPOLOGY', { problem: 'shape must not be empty' });
  shape.forEach((size, d) => {
    checkCount(`shape[${d}]`, size);
  });
  const nodes = shape.reduce((product, size) => product * size, 1);
  const list = new LinkList();
  const perNode = 2 * shape.length + 1;
  for (let n = 0; n < nodes; n++) {
    for (let d = 0; d < shape.length; d++) {
      list.add(`node${n}/dim${d}/plus`, 'torus', 'network', link);
      list.add(`node${n}/dim${d}/minus`, 'torus', 'network', link);
    }
    list.add(`node${n}/loopback`, 'loopback', 'node', { bandwidth: link.bandwidth });
  }
  return {
    endpoints: nodes,
    links: Object.freeze(list.links),
    nodeOf: (endpoint) => endpoint,
    nameOf: (endpoint) => `node${endpoint}`,
    route(from, to) {
      checkEndpoint(from, nodes);
      checkEndpoint(to, nodes);
      if (from === to) return [from * perNode + perNode - 1];
      const route: number[] = [];
      let at = from;
      let stride = 1;
      for (let d = 0; d < shape.length; d++) {
        const size = shape[d]!;
        const here = Math.floor(at / stride) % size;
        const there = Math.floor(to / stride) % size;
        const ahead = (there - here + size) % size;
        const plus = 2 * ahead <= size;
        let place = here;
        for (let hop = plus ? ahead : size - ahead; hop > 0 && ahead > 0; hop--) {
          const next = (place + (plus ? 1 : size - 1)) % size;
          route.push(at * perNode + 2 * d + (plus ? 0 : 1));
          at += (next - place) * stride;
          place = next;
        }
        stride *= size;
      }
      return route;
    },
  };
}
