import { grown } from './pairing-heap.ts';

/**
 * The classes that cross one link, in slots. The first `own` slots hold the classes whose rate this link fixes; the others are fixed by
 * another link of their route. Slots move, so every slot knows the place in the class's route (`at`) where its number is kept.
 */
export class LinkMembers {
  count = 0;
  own = 0;
  /** Sum of the weights of all slots; weights are multiples of 2^-20, so that the sum is exact in any order. */
  weight = 0;
  ownWeight = 0;
  /** Slots of weight 1. */
  unit = 0;
  /** Slots of classes with more than two links that can limit them. */
  complex = 0;
  /** Slots of classes with a rate cap. */
  capped = 0;
  /** Service, in bytes per unit weight, at which the first class of this link has a member done; `stale` says it has to be looked up. */
  firstKey: number = Number.POSITIVE_INFINITY;
  stale = false;
  classes: Int32Array = new Int32Array(4);
  at: Int32Array = new Int32Array(4);
  /** The other link of a class with at most two, 0 when it has none. */
  peer: Int32Array = new Int32Array(4);
  weights: Float64Array = new Float64Array(4);
  /** For own slots: service of this link at which the class's next member is done, and what it is ahead of the class's own service. */
  keys: Float64Array = new Float64Array(4);
  offsets: Float64Array = new Float64Array(4);

  add(cls: number, at: number, peer: number, weight: number): number {
    const slot = this.count++;
    if (slot === this.classes.length) {
      const length = 2 * slot;
      this.classes = grown(this.classes, new Int32Array(length));
      this.at = grown(this.at, new Int32Array(length));
      this.peer = grown(this.peer, new Int32Array(length));
      this.weights = grown(this.weights, new Float64Array(length));
      this.keys = grown(this.keys, new Float64Array(length));
      this.offsets = grown(this.offsets, new Float64Array(length));
    }
    this.classes[slot] = cls;
    this.at[slot] = at;
    this.peer[slot] = peer;
    this.weights[slot] = weight;
    this.weight += weight;
    if (weight === 1) this.unit++;
    return slot;
  }

  /** Swaps two slots; `slotAt` is where classes keep their slot numbers. */
  swap(a: number, b: number, slotAt: Int32Array): void {
    if (a === b) return;
    const { classes, at, peer, weights, keys, offsets } = this;
    const cls = classes[a]!;
    const place = at[a]!;
    const other = peer[a]!;
    const weight = weights[a]!;
    const key = keys[a]!;
    const offset = offsets[a]!;
    classes[a] = classes[b]!;
    at[a] = at[b]!;
    peer[a] = peer[b]!;
    weights[a] = weights[b]!;
    keys[a] = keys[b]!;
    offsets[a] = offsets[b]!;
    classes[b] = cls;
    at[b] = place;
    peer[b] = other;
    weights[b] = weight;
    keys[b] = key;
    offsets[b] = offset;
    slotAt[at[a]!] = a;
    slotAt[place] = b;
  }

  /** Moves `slot` out of the own part and returns its new number. */
  release(slot: number, slotAt: Int32Array): number {
    if (this.keys[slot] === this.firstKey) this.stale = true;
    this.ownWeight -= this.weights[slot]!;
    const last = --this.own;
    this.swap(slot, last, slotAt);
    return last;
  }

  /** Moves `slot` into the own part and returns its new number. */
  take(slot: number, key: number, offset: number, slotAt: Int32Array): number {
    const place = this.own++;
    this.swap(slot, place, slotAt);
    this.ownWeight += this.weights[place]!;
    this.keys[place] = key;
    this.offsets[place] = offset;
    if (key < this.firstKey) this.firstKey = key;
    return place;
  }

  /** Drops `slot`, which is not an own one. */
  drop(slot: number, slotAt: Int32Array): void {
    const last = --this.count;
    this.swap(slot, last, slotAt);
    this.weight -= this.weights[last]!;
    if (this.weights[last] === 1) this.unit--;
  }

  reweigh(slot: number, weight: number): void {
    const old = this.weights[slot]!;
    if (old === 1) this.unit--;
    if (weight === 1) this.unit++;
    this.weight += weight - old;
    if (slot < this.own) this.ownWeight += weight - old;
    this.weights[slot] = weight;
  }
}
