import { saveClass } from '../../engine/kernel/saved-class.ts';
import type { Trace } from '../../engine/kernel/trace.ts';
import type { FlowNetwork, LinkId } from './flow-network.ts';

/** Changes of a link's rate below this part of its capacity are not told, unless it begins or ends to carry. */
const step = 1 / 128;

interface Watched {
  readonly use: string;
  readonly room: string;
  /** Requests with a flow that uses it, or will. */
  requests: number;
  rate: number;
  capacity: number;
}

/**
 * Tells a recording what links carry and could carry, in bytes per second, as counters `LINK in use` and `LINK capacity`. Only links that
 * are used are named, and only changes of 1/128 of the capacity are told: what is told is less than that off. A fat link, each of whose
 * flows may have all of it, is in use up to its capacity.
 */
export class LinkCounters {
  readonly #net: FlowNetwork;
  #links = new Map<LinkId, Watched>();
  #used = new Set<LinkId>();

  constructor(net: FlowNetwork) {
    this.#net = net;
  }

  static {
    saveClass(
      LinkCounters,
      'network.LinkCounters',
      (counters) => ({ net: counters.#net, links: counters.#links, used: counters.#used }),
      ({ net, links, used }) => {
        const counters = new LinkCounters(net);
        counters.#links = links;
        counters.#used = used;
        return counters;
      },
    );
  }

  /** A request uses these links from now on. */
  watch(links: Iterable<LinkId>): void {
    for (const link of links) {
      const watched = this.#links.get(link);
      this.#used.add(link);
      if (watched !== undefined) watched.requests++;
      else {
        const name = this.#net.name(link);
        const [use, room] = [`${name} in use`, `${name} capacity`];
        this.#links.set(link, { use, room, requests: 1, rate: 0, capacity: Number.NaN });
      }
    }
  }

  /** A request has ended. */
  release(links: Iterable<LinkId>): void {
    for (const link of links) this.#links.get(link)!.requests--;
  }

  /** Tells what has changed. The rates must be solved for now. */
  tell(trace: Trace): void {
    const net = this.#net;
    for (const link of this.#used) {
      const watched = this.#links.get(link)!;
      const capacity = net.capacity(link);
      const rate = net.kind(link) === 'fat' ? Math.min(net.load(link), capacity) : net.load(link);
      if (watched.capacity !== capacity) {
        trace.counter(watched.room, capacity, 'B/s');
        watched.capacity = capacity;
      }
      const change = Math.abs(rate - watched.rate);
      if (change > 0 && (rate === 0 || watched.rate === 0 || change >= capacity * step)) {
        trace.counter(watched.use, rate, 'B/s');
        watched.rate = rate;
      }
      if (watched.requests === 0 && rate === 0) this.#used.delete(link);
    }
  }
}
