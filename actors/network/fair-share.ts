import { Filling } from './filling.ts';
import { LinkClocks } from './link-clocks.ts';
import { grown } from './pairing-heap.ts';
import { ShareGraph } from './share-graph.ts';

const NONE = -1;

/**
 * Weighted max-min fair rates of classes of equal flows over links, kept up to date under changes.
 *
 * The level of a link is the service rate per unit weight of the classes it limits; levels are found by progressive filling. The levels of
 * the last solve are remembered as an order of the links. A filling in that order is right whenever its levels never fall and no link is
 * overfull, so one pass over the classes is enough; otherwise an exact pass with a heap follows.
 *
 * All rates are per second, all times in units of 1/`ticksPerSecond` s. Completions are kept per link as service: the rate of a link
 * changes without touching its classes.
 */
export class FairShare {
  readonly #clocks: LinkClocks;
  readonly #graph: ShareGraph;
  readonly #filling: Filling;
  #order = new Int32Array(16);

  /** Solves that needed the exact pass, and all solves: for measurement. */
  exactPasses = 0;
  passes = 0;

  constructor(ticksPerSecond: number, whole: boolean) {
    this.#clocks = new LinkClocks(ticksPerSecond, whole);
    this.#graph = new ShareGraph(this.#clocks, (links) => {
      this.#filling.reserve(links);
      this.#order = grown(this.#order, new Int32Array(links));
    });
    this.#filling = new Filling(this.#graph, this.#clocks);
  }

  addLink(capacity: number, fat: boolean): number {
    return this.#graph.addLink(capacity, fat);
  }

  capacity(link: number): number {
    return this.#graph.capacity[link]!;
  }

  /** Changes a capacity from now on; takes effect at the next solve. */
  setCapacity(link: number, capacity: number, now: number): void {
    this.#filling.forget();
    this.#graph.setCapacity(link, capacity, now);
  }

  /** Opens a class of one flow of `weight` on the distinct links `route`, whose first completion is at class service `firstKey`. */
  openClass(route: Int32Array, weight: number, cap: number, firstKey: number): number {
    return this.#graph.openClass(route, weight, cap, firstKey);
  }

  closeClass(cls: number): void {
    this.#graph.closeClass(cls);
  }

  /** Sets the number of members. */
  resize(cls: number, count: number): void {
    this.#graph.resize(cls, count);
  }

  /** Service per unit weight that a member which has been in the class since its opening has received. */
  service(cls: number, now: number): number {
    return this.#graph.service(cls, now);
  }

  /** Sets the class service at which the class's next member is done. */
  setNext(cls: number, key: number): void {
    const at = this.#graph.ownerAt[cls]!;
    if (at !== NONE) {
      const link = this.#graph.routeLink[at]!;
      const members = this.#graph.members[link]!;
      const slot = this.#graph.routeSlot[at]!;
      const old = members.keys[slot]!;
      const fresh = key + members.offsets[slot]!;
      members.keys[slot] = fresh;
      if (fresh < members.firstKey) members.firstKey = fresh;
      else if (old === members.firstKey) members.stale = true;
      this.#graph.touch(link);
    }
    this.#graph.nextKey[cls] = key;
  }

  /** Rate of one member in bytes per second, as of the last solve. */
  rate(cls: number): number {
    const at = this.#graph.ownerAt[cls]!;
    return at === NONE ? 0 : this.#graph.weight[cls]! * this.#clocks.rate[this.#graph.routeLink[at]!]!;
  }

  /** Sum of the rates over a link in bytes per second, as of the last solve. */
  load(link: number): number {
    const members = this.#graph.members[link]!;
    const rates = new Float64Array(members.count);
    for (let slot = 0; slot < members.count; slot++) {
      const cls = members.classes[slot]!;
      rates[slot] = this.rate(cls) * this.#graph.count[cls]!;
    }
    return rates.sort().reduce((sum, rate) => sum + rate, 0);
  }

  /** Time of the next completion, infinite when there is none; call `solve` first. */
  get next(): number {
    return this.#graph.parts.due.topKey;
  }

  /** Whether the member of `cls` that is done at class service `key` is done at `now`. */
  isDue(cls: number, key: number, now: number): boolean {
    const at = this.#graph.ownerAt[cls]!;
    if (at === NONE) return key <= this.#graph.parked[cls]!;
    const link = this.#graph.routeLink[at]!;
    return this.#clocks.timeOf(link, key + this.#graph.members[link]!.offsets[this.#graph.routeSlot[at]!]!) <= now;
  }

  /** Writes the classes with a completion at or before `now` to `into` (grown when needed) and returns it with their number. */
  collectDue(now: number, into: number[]): number {
    const { due, next, head } = this.#graph.parts;
    let found = 0;
    while (due.topKey <= now) {
      const label = due.top;
      due.remove(label);
      const first = head[label]!;
      let link = first;
      do {
        if (this.#clocks.finish[link]! <= now) {
          const members = this.#graph.members[link]!;
          for (let slot = 0; slot < members.own; slot++)
            if (this.#clocks.timeOf(link, members.keys[slot]!) <= now) into[found++] = members.classes[slot]!;
          this.#graph.touch(link);
        }
        link = next[link]!;
      } while (link !== first);
    }
    return found;
  }

  /** Brings rates and completions up to date with every change since the last solve. */
  solve(now: number): void {
    const graph = this.#graph;
    if (graph.touchedCount === 0) return;
    graph.recut();
    for (let i = 0; i < graph.touchedCount; i++) {
      const link = graph.touchedLinks[i]!;
      const label = graph.parts.of[link]!;
      if (label !== NONE && graph.touched[link] === 1) this.#refresh(label, now);
    }
    graph.settle();
  }

  /** @internal */
  state() {
    return {
      clocks: this.#clocks.state(),
      graph: this.#graph.state(),
      filling: this.#filling.state(),
      passes: this.passes,
      exactPasses: this.exactPasses,
    };
  }

  /** Goes on from what `state` gave. @internal */
  restore(state: ReturnType<FairShare['state']>): void {
    this.#graph.restore(state.graph);
    this.#clocks.restore(state.clocks);
    this.#filling.restore(state.filling);
    this.passes = state.passes;
    this.exactPasses = state.exactPasses;
  }

  /** Recomputes every component, for tests: the result must not change. */
  touchAll(): void {
    for (let link = 1; link < this.#graph.links; link++)
      if (this.#graph.members[link]!.count > 0) this.#graph.touch(link);
    for (let link = 1; link < this.#graph.links; link++) {
      const label = this.#graph.parts.of[link]!;
      if (label !== NONE) this.#graph.parts.mixed[label] = 1;
    }
  }

  /** Finds out whether a component has fallen apart, and solves it or those of its parts that were touched. */
  #refresh(label: number, now: number): void {
    const parts = this.#graph.parts;
    if (this.#graph.holds(label)) {
      this.#solvePart(label, now);
      return;
    }
    this.#filling.forget(label);
    const order = this.#order;
    const n = parts.list(label, order);
    const links = order.slice(0, n);
    const mixed = parts.mixed[label]!;
    let rest = links.length;
    while (rest > 0) {
      const stamp = this.#graph.seenStamp;
      let inside = 0;
      let outside = 0;
      let touched = false;
      for (let i = 0; i < rest; i++) {
        const link = links[i]!;
        if (this.#graph.seen[link] === stamp) {
          order[inside++] = link;
          if (this.#graph.touched[link] === 1) touched = true;
        } else links[outside++] = link;
      }
      const part = parts.split(order, inside);
      parts.mixed[part] = mixed;
      if (touched) this.#solvePart(part, now);
      else this.#enqueue(part, order, inside);
      rest = outside;
      if (rest > 0) this.#graph.reach(links[0]!, rest, NONE);
    }
  }

  #solvePart(label: number, now: number): void {
    const parts = this.#graph.parts;
    const order = this.#order;
    const n = parts.list(label, order);
    this.passes++;
    let from = parts.mixed[label] === 1 ? NONE : this.#filling.inOrder(label, order, n, now);
    if (from === NONE) {
      this.#filling.forget(label);
      this.exactPasses++;
      this.#filling.exactly(order, n, now);
      from = 0;
    }
    parts.arrange(label, order, n);
    const { place, level } = this.#filling;
    for (let i = from; i < n; i++) {
      const link = order[i]!;
      place[link] = i;
      this.#graph.touched[link] = 0;
      const members = this.#graph.members[link]!;
      if (members.own === 0) {
        this.#graph.idle(link);
        continue;
      }
      this.#clocks.setRate(link, level[link]!, now);
      if (members.stale) this.#findFirst(link);
      this.#clocks.finish[link] = this.#clocks.timeOf(link, members.firstKey);
    }
    this.#enqueue(label, order, n);
  }

  #enqueue(label: number, links: Int32Array, n: number): void {
    let first = Number.POSITIVE_INFINITY;
    const finish = this.#clocks.finish;
    for (let i = 0; i < n; i++) {
      const time = finish[links[i]!]!;
      if (time < first) first = time;
    }
    if (first === Number.POSITIVE_INFINITY) this.#graph.parts.due.remove(label);
    else this.#graph.parts.due.set(label, first);
  }

  /** Looks the first completion of a link up and counts its service from zero again, which keeps the keys short and exact. */
  #findFirst(link: number): void {
    const members = this.#graph.members[link]!;
    const { keys, offsets, own } = members;
    const base = this.#clocks.served[link]!;
    let first = Number.POSITIVE_INFINITY;
    for (let slot = 0; slot < own; slot++) {
      const key = keys[slot]! - base;
      keys[slot] = key;
      offsets[slot]! -= base;
      if (key < first) first = key;
    }
    this.#clocks.served[link] = 0;
    members.firstKey = first;
    members.stale = false;
  }
}
