import { grown } from './pairing-heap.ts';

/** A binary heap of items 0, 1, 2, ... by (key, item), whose keys can be changed at any time; nothing is allocated per item. */
export class IndexedHeap {
  #key = new Float64Array(16);
  #heap = new Int32Array(16);
  /** Place of an item in the heap plus one; 0 when it is not there. */
  #place = new Int32Array(16);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The item with the least key, -1 when the heap is empty. */
  get top(): number {
    return this.#size === 0 ? -1 : this.#heap[0]!;
  }

  /** The least key, infinite when the heap is empty. */
  get topKey(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#key[this.#heap[0]!]!;
  }

  /** Makes room for items 0 to `size` - 1. */
  reserve(size: number): void {
    if (size <= this.#key.length) return;
    const length = Math.max(size, 2 * this.#key.length);
    this.#key = grown(this.#key, new Float64Array(length));
    this.#heap = grown(this.#heap, new Int32Array(length));
    this.#place = grown(this.#place, new Int32Array(length));
  }

  clear(): void {
    for (let i = 0; i < this.#size; i++) this.#place[this.#heap[i]!] = 0;
    this.#size = 0;
  }

  /** Puts `item` in with `key`, or changes its key. */
  set(item: number, key: number): void {
    const place = this.#place[item]!;
    if (place === 0) {
      this.#key[item] = key;
      this.#size++;
      this.#rise(this.#size - 1, item);
      return;
    }
    const old = this.#key[item]!;
    this.#key[item] = key;
    if (key < old) this.#rise(place - 1, item);
    else if (key > old) this.#sink(place - 1, item);
  }

  /** Takes `item` out; does nothing when it is not there. */
  remove(item: number): void {
    const place = this.#place[item]!;
    if (place === 0) return;
    this.#place[item] = 0;
    const last = this.#heap[--this.#size]!;
    if (last === item) return;
    if (this.#before(last, item)) this.#rise(place - 1, last);
    else this.#sink(place - 1, last);
  }

  /** @internal */
  state() {
    return { key: this.#key, heap: this.#heap, place: this.#place, size: this.#size };
  }

  /** Goes on from what `state` gave. @internal */
  restore({ key, heap, place, size }: ReturnType<IndexedHeap['state']>): void {
    this.#key = key;
    this.#heap = heap;
    this.#place = place;
    this.#size = size;
  }

  #before(a: number, b: number): boolean {
    const left = this.#key[a]!;
    const right = this.#key[b]!;
    return left < right || (left === right && a < b);
  }

  #rise(from: number, item: number): void {
    const heap = this.#heap;
    let at = from;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = heap[up]!;
      if (!this.#before(item, parent)) break;
      heap[at] = parent;
      this.#place[parent] = at + 1;
      at = up;
    }
    heap[at] = item;
    this.#place[item] = at + 1;
  }

  #sink(from: number, item: number): void {
    const heap = this.#heap;
    const size = this.#size;
    let at = from;
    while (true) {
      let down = 2 * at + 1;
      if (down >= size) break;
      if (down + 1 < size && this.#before(heap[down + 1]!, heap[down]!)) down++;
      const child = heap[down]!;
      if (!this.#before(child, item)) break;
      heap[at] = child;
      this.#place[child] = at + 1;
      at = down;
    }
    heap[at] = item;
    this.#place[item] = at + 1;
  }
}
