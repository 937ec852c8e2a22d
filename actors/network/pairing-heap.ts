import { saveClass } from '../../engine/kernel/saved-class.ts';

const NONE = -1;

/**
 * Many pairing heaps over one pool of items, by least key. A heap is the number of its root item, -1 when empty; an item is in at most one
 * heap. Push costs O(1), pop and remove O(log n) amortised; nothing is allocated per item.
 */
export class PairingHeaps {
  key: Float64Array = new Float64Array(16);
  #child = new Int32Array(16).fill(NONE);
  #sibling = new Int32Array(16).fill(NONE);
  /** The left sibling, or the parent of a first child. */
  #back = new Int32Array(16).fill(NONE);

  /** Makes room for items 0 to `size` - 1. */
  reserve(size: number): void {
    if (size <= this.key.length) return;
    const length = Math.max(size, 2 * this.key.length);
    this.key = grown(this.key, new Float64Array(length));
    this.#child = grown(this.#child, new Int32Array(length).fill(NONE));
    this.#sibling = grown(this.#sibling, new Int32Array(length).fill(NONE));
    this.#back = grown(this.#back, new Int32Array(length).fill(NONE));
  }

  /** Puts `item` with `key` into the heap `root` and returns the new root. */
  push(root: number, item: number, key: number): number {
    this.key[item] = key;
    this.#child[item] = NONE;
    this.#sibling[item] = NONE;
    this.#back[item] = NONE;
    return root === NONE ? item : this.#meld(root, item);
  }

  /** Takes the root out and returns the new one. */
  pop(root: number): number {
    const first = this.#child[root]!;
    this.#child[root] = NONE;
    return this.#pair(first);
  }

  /** Takes `item` out of the heap `root` and returns the new root. */
  remove(root: number, item: number): number {
    if (item === root) return this.pop(root);
    const back = this.#back[item]!;
    const sibling = this.#sibling[item]!;
    if (this.#child[back] === item) this.#child[back] = sibling;
    else this.#sibling[back] = sibling;
    if (sibling !== NONE) this.#back[sibling] = back;
    this.#sibling[item] = NONE;
    this.#back[item] = NONE;
    const rest = this.pop(item);
    return rest === NONE ? root : this.#meld(root, rest);
  }

  /** @internal */
  state() {
    return { key: this.key, child: this.#child, sibling: this.#sibling, back: this.#back };
  }

  /** Goes on from what `state` gave. @internal */
  restore({ key, child, sibling, back }: ReturnType<PairingHeaps['state']>): this {
    this.key = key;
    this.#child = child;
    this.#sibling = sibling;
    this.#back = back;
    return this;
  }

  #meld(a: number, b: number): number {
    const swap = this.key[b]! < this.key[a]!;
    const root = swap ? b : a;
    const sub = swap ? a : b;
    const first = this.#child[root]!;
    this.#sibling[sub] = first;
    if (first !== NONE) this.#back[first] = sub;
    this.#back[sub] = root;
    this.#child[root] = sub;
    return root;
  }

  #pair(first: number): number {
    let paired = NONE;
    let at = first;
    while (at !== NONE) {
      const second = this.#sibling[at]!;
      const rest = second === NONE ? NONE : this.#sibling[second]!;
      this.#detach(at);
      let tree = at;
      if (second !== NONE) {
        this.#detach(second);
        tree = this.#meld(at, second);
      }
      this.#sibling[tree] = paired;
      paired = tree;
      at = rest;
    }
    if (paired === NONE) return NONE;
    let root = paired;
    at = this.#sibling[root]!;
    this.#detach(root);
    while (at !== NONE) {
      const rest = this.#sibling[at]!;
      this.#detach(at);
      root = this.#meld(root, at);
      at = rest;
    }
    return root;
  }

  #detach(item: number): void {
    this.#sibling[item] = NONE;
    this.#back[item] = NONE;
  }
}

saveClass(
  PairingHeaps,
  'network.PairingHeaps',
  (heaps) => heaps.state(),
  (state) => new PairingHeaps().restore(state),
  (heaps, state) => void heaps.restore(state),
);

/** Copies `old` to the front of `fresh` and returns `fresh`. */
export function grown<Numbers extends Float64Array | Int32Array | Uint8Array>(old: Numbers, fresh: Numbers): Numbers {
  fresh.set(old);
  return fresh;
}
