import type { BytesPerSecond } from '../../engine/kernel/quantities.ts';
import { LinkList, type Topology } from '../network/topology.ts';

/** A memory as a network of one link that every engine shares, e.g. for `network`. Bandwidth in bytes per second, reads and writes together. */
export function memoryTopology(name: string, bandwidth: BytesPerSecond): Topology {
  const list = new LinkList();
  list.add(name, 'memory', 'node', { bandwidth });
  return { endpoints: 1, links: Object.freeze(list.links), route: () => [0], nodeOf: () => 0, nameOf: () => name };
}
