import { FillCheckpoints, STRIDE } from './fill-checkpoints.ts';
import { IndexedHeap } from './indexed-heap.ts';
import type { LinkClocks } from './link-clocks.ts';
import { grown } from './pairing-heap.ts';
import { MANY, type ShareGraph } from './share-graph.ts';

const NONE = -1;
/** Links ahead in the remembered order that are weighed before one is fixed. */
const LOOKAHEAD = 8;
const ULP = 2 ** -52;

/**
 * Progressive filling of one component: fixes links in order of level and gives every class to the link that limits it. Sums are exact or
 * taken level by level, hence the same whatever the order in which classes came.
 */
export class Filling {
  readonly #graph: ShareGraph;
  readonly #clocks: LinkClocks;
  /** Level of each link fixed by the last filling of its component. */
  level: Float64Array<ArrayBuffer> = new Float64Array(16);
  /** Place of each link in the order of the last filling of its component; kept by the caller. */
  place: Int32Array<ArrayBuffer> = new Int32Array(16);
  /** Two numbers a link: the capacity not yet given away, and the weight not yet fixed. */
  #room = new Float64Array(32);
  /** Weight fixed at one level and not yet taken from the room, and that level. */
  #pending = new Float64Array(16);
  #pendingLevel = new Float64Array(16);
  /** Bound of the rounding errors of a link's room. */
  #slack = new Float64Array(16);
  #done = new Uint8Array(16);
  readonly #heap = new IndexedHeap();
  readonly #checkpoints = new FillCheckpoints();

  constructor(graph: ShareGraph, clocks: LinkClocks) {
    this.#graph = graph;
    this.#clocks = clocks;
  }

  reserve(length: number): void {
    this.level = grown(this.level, new Float64Array(length));
    this.place = grown(this.place, new Int32Array(length));
    this.#room = grown(this.#room, new Float64Array(2 * length));
    this.#pending = grown(this.#pending, new Float64Array(length));
    this.#pendingLevel = grown(this.#pendingLevel, new Float64Array(length));
    this.#slack = grown(this.#slack, new Float64Array(length));
    this.#done = grown(this.#done, new Uint8Array(length));
    this.#heap.reserve(length);
    this.#checkpoints.clear();
  }

  /** What later fillings read of earlier ones; the shortcuts of incremental filling are left out and found again. @internal */
  state() {
    return { level: this.level, place: this.place };
  }

  /** Goes on from what `state` gave, in a filling of the same size. @internal */
  restore({ level, place }: ReturnType<Filling['state']>): void {
    this.level = level;
    this.place = place;
    this.#checkpoints.clear();
  }

  /** Forgets what is known of the last filling of a component, or of any. */
  forget(label?: number): void {
    if (label === undefined || this.#checkpoints.label === label) this.#checkpoints.clear();
  }

  /**
   * Fills in the given order, looking a little ahead. Returns the first position whose level may have changed, -1 when the order was wrong
   * and levels would fall.
   */
  inOrder(label: number, order: Int32Array, n: number, now: number): number {
    const checkpoints = this.#checkpoints;
    const room = this.#room;
    const pending = this.#pending;
    const pendingLevel = this.#pendingLevel;
    const slack = this.#slack;
    const done = this.#done;
    const from = this.#resume(label, n);
    let current = 0;
    let keep = true;
    if (from > 0) {
      current = checkpoints.restore(from, room);
      for (let k = from; k < n; k++) done[order[k]!] = 0;
    } else {
      keep = this.#begin(order, n) && n >= MANY && this.#graph.links <= 4 * n;
      if (keep) {
        checkpoints.begin(label, n, room.length);
        for (let k = 0; k < n; k++) checkpoints.setWeight(order[k]!, room[2 * order[k]! + 1]!);
      }
    }
    for (let k = from; k < n; k++) {
      if (keep && k % STRIDE === 0 && k > from) checkpoints.save(k, room, current);
      const end = Math.min(n, k + LOOKAHEAD);
      let best = NONE;
      let bestLevel = Number.POSITIVE_INFINITY;
      for (let j = k; j < end; j++) {
        const link = order[j]!;
        const weight = room[2 * link + 1]!;
        if (weight > 0) {
          const level = (room[2 * link]! - pendingLevel[link]! * pending[link]!) / weight;
          if (level < bestLevel) {
            bestLevel = level;
            best = j;
          }
        }
      }
      if (best === NONE) continue;
      const link = order[best]!;
      for (let j = best; j > k; j--) order[j] = order[j - 1]!;
      order[k] = link;
      const margin = slack[link]!;
      const gap = (bestLevel - current) * room[2 * link + 1]!;
      if (gap < -margin) return NONE;
      if (gap > margin) current = bestLevel;
      this.#fix(link, current, now);
    }
    // A link whose classes were all fixed by others must be able to carry them, or it should have come before those.
    for (let k = from; k < n; k++) {
      const link = order[k]!;
      if (done[link] === 1) continue;
      if (room[2 * link]! - pendingLevel[link]! * pending[link]! < -slack[link]!) return NONE;
    }
    return from;
  }

  /** Fills by a heap of lower bounds: the level of a link only rises while others are fixed below it. Leaves the order found in `order`. */
  exactly(order: Int32Array, n: number, now: number): void {
    this.#begin(order, n);
    const room = this.#room;
    const pending = this.#pending;
    const pendingLevel = this.#pendingLevel;
    const heap = this.#heap;
    heap.clear();
    for (let i = 0; i < n; i++) {
      const link = order[i]!;
      const weight = room[2 * link + 1]!;
      heap.set(link, weight > 0 ? room[2 * link]! / weight : Number.POSITIVE_INFINITY);
    }
    let current = 0;
    let k = 0;
    while (k < n) {
      const link = heap.top;
      const weight = room[2 * link + 1]!;
      const bound = heap.topKey;
      const level =
        weight > 0 ? (room[2 * link]! - pendingLevel[link]! * pending[link]!) / weight : Number.POSITIVE_INFINITY;
      if (weight > 0 && level > bound) {
        heap.set(link, level);
        if (heap.top !== link) continue;
      }
      heap.remove(link);
      order[k++] = link;
      if (weight === 0) continue; // its classes are all fixed by other links
      if ((level - current) * weight > this.#slack[link]!) current = level;
      this.#fix(link, current, now);
    }
  }

  /** Prepares a filling; true when every class has weight 1 and at most two links. */
  #begin(order: Int32Array, n: number): boolean {
    const { capacity } = this.#graph;
    const room = this.#room;
    const pending = this.#pending;
    const slack = this.#slack;
    const done = this.#done;
    let plain = true;
    for (let i = 0; i < n; i++) {
      const link = order[i]!;
      const members = this.#graph.members[link]!;
      room[2 * link] = capacity[link]!;
      room[2 * link + 1] = members.weight;
      pending[link] = 0;
      done[link] = 0;
      slack[link] = capacity[link]! * ULP * (members.count + 4);
      if (members.complex > 0 || members.unit < members.count) plain = false;
    }
    return plain;
  }

  /** Where a filling of the component may start: after the links that come before every change since its last one. */
  #resume(label: number, n: number): number {
    const checkpoints = this.#checkpoints;
    if (checkpoints.label !== label || checkpoints.links !== n) return 0;
    if (this.#graph.touchedCount > MANY) return 0;
    const { of } = this.#graph.parts;
    let first = n;
    for (let i = 0; i < this.#graph.touchedCount; i++) {
      const link = this.#graph.touchedLinks[i]!;
      if (of[link] === label && this.place[link]! < first) first = this.place[link]!;
    }
    const from = checkpoints.rewind(first);
    if (from === 0) return 0;
    for (let i = 0; i < this.#graph.touchedCount; i++) {
      const link = this.#graph.touchedLinks[i]!;
      if (of[link] !== label) continue;
      const members = this.#graph.members[link]!;
      if (members.complex > 0 || members.unit < members.count) return 0;
      checkpoints.reweigh(link, members.weight);
      this.#slack[link] = this.#graph.capacity[link]! * ULP * (members.count + 4);
    }
    return from;
  }

  /** Fixes the level of `link` and of every class on it that no link has fixed yet. */
  #fix(link: number, level: number, now: number): void {
    const members = this.#graph.members[link]!;
    this.level[link] = level;
    this.#done[link] = 1;
    if (members.ownWeight < this.#room[2 * link + 1]!) this.#gather(link, now);
    const { own, peer, weights } = members;
    const room = this.#room;
    if (members.complex === 0 && members.unit === members.count) {
      for (let slot = 0; slot < own; slot++) {
        const at = 2 * peer[slot]!;
        room[at]! -= level;
        room[at + 1]! -= 1;
      }
      return;
    }
    const pending = this.#pending;
    const pendingLevel = this.#pendingLevel;
    const simple = members.complex === 0;
    for (let slot = 0; slot < own; slot++) {
      const weight = weights[slot]!;
      const cls = members.classes[slot]!;
      const start = simple ? 0 : this.#graph.start[cls]!;
      const end = simple ? 1 : start + this.#graph.length[cls]!;
      for (let at = start; at < end; at++) {
        const other = simple ? peer[slot]! : this.#graph.routeLink[at]!;
        if (pendingLevel[other] !== level) {
          room[2 * other]! -= pendingLevel[other]! * pending[other]!;
          pending[other] = 0;
          pendingLevel[other] = level;
        }
        pending[other]! += weight;
        room[2 * other + 1]! -= weight;
      }
    }
  }

  /** Makes the open classes of `link` its own. */
  #gather(link: number, now: number): void {
    const members = this.#graph.members[link]!;
    const done = this.#done;
    const service = this.#clocks.service(link, now);
    const simple = members.complex === 0;
    // A link that was cut after it was done fixes nothing.
    const { cut } = this.#graph;
    for (let slot = members.own; slot < members.count; slot++) {
      // A class with two links is open exactly when the other link is.
      if (simple && done[members.peer[slot]!] === 1 && cut[members.peer[slot]!] === 0) continue;
      const cls = members.classes[slot]!;
      const ownerAt = this.#graph.ownerAt[cls]!;
      let received = this.#graph.parked[cls]!;
      if (ownerAt !== NONE) {
        const owner = this.#graph.routeLink[ownerAt]!;
        if (done[owner] === 1 && cut[owner] === 0) continue;
        const from = this.#graph.members[owner]!;
        const ownerSlot = this.#graph.routeSlot[ownerAt]!;
        received = this.#clocks.service(owner, now) - from.offsets[ownerSlot]!;
        from.release(ownerSlot, this.#graph.routeSlot);
      }
      const offset = service - received;
      const place = members.take(slot, this.#graph.nextKey[cls]! + offset, offset, this.#graph.routeSlot);
      this.#graph.ownerAt[cls] = members.at[place]!;
    }
  }
}
