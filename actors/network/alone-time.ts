import { saveClass } from '../../engine/kernel/saved-class.ts';
import type { FlowNetwork, LinkId, RouteId } from './flow-network.ts';

/**
 * The time that flows started together would take with the network to themselves: that of the slowest of them at its cap, or of the link
 * that has to carry most for its capacity, and the longest latency. What they take longer, they wait for the shares of others. Capacities
 * are those at the start.
 */
export class AloneTime {
  readonly #net: FlowNetwork;
  #loads = new Map<LinkId, { bytes: number; readonly carried: number }>();
  #seconds = 0;
  #latency = 0;

  constructor(net: FlowNetwork) {
    this.#net = net;
  }

  static {
    saveClass(
      AloneTime,
      'network.AloneTime',
      (alone) => ({ net: alone.#net, loads: alone.#loads, seconds: alone.#seconds, latency: alone.#latency }),
      ({ net, loads, seconds, latency }) => {
        const alone = new AloneTime(net);
        alone.#loads = loads;
        alone.#seconds = seconds;
        alone.#latency = latency;
        return alone;
      },
    );
  }

  add(route: RouteId, bytes: number, cap: number = Number.POSITIVE_INFINITY, latency = 0): void {
    const net = this.#net;
    this.#latency = Math.max(this.#latency, net.latencyOf(route) + latency);
    this.#seconds = Math.max(this.#seconds, bytes / cap);
    for (const link of net.linksOf(route)) {
      let load = this.#loads.get(link);
      if (load === undefined) {
        load = { bytes: 0, carried: net.carried(link) };
        this.#loads.set(link, load);
      }
      // On a fat link each flow may have all of the capacity.
      load.bytes = net.kind(link) === 'fat' ? Math.max(load.bytes, bytes) : load.bytes + bytes;
      const capacity = net.capacity(link);
      if (capacity > 0) this.#seconds = Math.max(this.#seconds, load.bytes / capacity);
    }
  }

  /** The links that the flows use. */
  get links(): Iterable<LinkId> {
    return this.#loads.keys();
  }

  /** In whole ticks, rounded up. */
  ticks(perSecond: number): number {
    return Math.ceil(this.#latency + this.#seconds * perSecond - 1e-6);
  }

  /** The link that was busiest with all flows that ended meanwhile: who shared it is who was waited for. */
  busiest(): string {
    const net = this.#net;
    let name = 'network';
    let most = -1;
    for (const [link, { bytes, carried }] of this.#loads) {
      const capacity = net.capacity(link);
      if (capacity === 0) return net.name(link);
      const share = Math.max(net.carried(link) - carried, bytes) / capacity;
      if (share <= most) continue;
      most = share;
      name = net.name(link);
    }
    return name;
  }
}
