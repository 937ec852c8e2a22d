import { IndexedHeap } from './indexed-heap.ts';
import { grown } from './pairing-heap.ts';

/**
 * Which links can feel each other through shared classes. A component is a ring of links that doubles as the order in which the solver
 * last fixed them; the next completion of each component sits in an indexed heap. Link 0 belongs to no component.
 */
export class Components {
  /** Component of a link, -1 when no class crosses it or it cannot bind. */
  of: Int32Array = new Int32Array(16).fill(-1);
  next: Int32Array = new Int32Array(16);
  #prev = new Int32Array(16);
  head: Int32Array = new Int32Array(16);
  size: Int32Array = new Int32Array(16);
  /** 1 when links joined since the last solve, so that the ring's order means nothing. */
  mixed: Uint8Array = new Uint8Array(16);
  readonly due: IndexedHeap = new IndexedHeap();
  #free: number[] = [];
  #labels = 0;

  reserve(links: number): void {
    if (links <= this.of.length) return;
    const length = Math.max(links, 2 * this.of.length);
    this.of = grown(this.of, new Int32Array(length).fill(-1));
    this.next = grown(this.next, new Int32Array(length));
    this.#prev = grown(this.#prev, new Int32Array(length));
    this.head = grown(this.head, new Int32Array(length));
    this.size = grown(this.size, new Int32Array(length));
    this.mixed = grown(this.mixed, new Uint8Array(length));
    this.due.reserve(length);
  }

  /** Makes a component of `link` alone. */
  enter(link: number): void {
    const label = this.#free.pop() ?? this.#labels++;
    this.of[link] = label;
    this.head[label] = link;
    this.next[link] = link;
    this.#prev[link] = link;
    this.size[label] = 1;
    this.mixed[label] = 1;
  }

  leave(link: number): void {
    const label = this.of[link]!;
    this.of[link] = -1;
    if (--this.size[label]! === 0) {
      this.#drop(label);
      return;
    }
    const next = this.next[link]!;
    const prev = this.#prev[link]!;
    this.next[prev] = next;
    this.#prev[next] = prev;
    if (this.head[label] === link) this.head[label] = next;
  }

  /** Joins the components of two links; the larger keeps its label. */
  unite(a: number, b: number): void {
    let keep = this.of[a]!;
    let gone = this.of[b]!;
    if (keep === gone) return;
    if (this.size[keep]! < this.size[gone]!) [keep, gone] = [gone, keep];
    const first = this.head[keep]!;
    const other = this.head[gone]!;
    let link = other;
    do {
      this.of[link] = keep;
      link = this.next[link]!;
    } while (link !== other);
    const last = this.#prev[first]!;
    const otherLast = this.#prev[other]!;
    this.next[last] = other;
    this.#prev[other] = last;
    this.next[otherLast] = first;
    this.#prev[first] = otherLast;
    this.size[keep]! += this.size[gone]!;
    this.mixed[keep] = 1;
    this.#drop(gone);
  }

  /** Writes the links of a component to `into` in ring order and returns how many. */
  list(label: number, into: Int32Array): number {
    const first = this.head[label]!;
    let link = first;
    let n = 0;
    do {
      into[n++] = link;
      link = this.next[link]!;
    } while (link !== first);
    return n;
  }

  /** Makes `order[0..n)`, all links of one component, its ring. */
  arrange(label: number, order: Int32Array, n: number): void {
    const { next } = this;
    let last = order[n - 1]!;
    for (let i = 0; i < n; i++) {
      const link = order[i]!;
      next[last] = link;
      this.#prev[link] = last;
      last = link;
    }
    this.head[label] = order[0]!;
    this.mixed[label] = 0;
  }

  /** Gives `links[0..n)`, part of one component, a component of their own in that order, and returns its label. */
  split(links: Int32Array, n: number): number {
    for (let i = 0; i < n; i++) this.leave(links[i]!);
    this.enter(links[0]!);
    const label = this.of[links[0]!]!;
    for (let i = 1; i < n; i++) this.of[links[i]!] = label;
    this.size[label] = n;
    this.arrange(label, links, n);
    return label;
  }

  /** @internal */
  state() {
    const { of, next, head, size, mixed, due } = this;
    return { of, next, prev: this.#prev, head, size, mixed, due: due.state(), free: this.#free, labels: this.#labels };
  }

  /** Goes on from what `state` gave. @internal */
  restore(state: ReturnType<Components['state']>): void {
    this.of = state.of;
    this.next = state.next;
    this.#prev = state.prev;
    this.head = state.head;
    this.size = state.size;
    this.mixed = state.mixed;
    this.due.restore(state.due);
    this.#free = state.free;
    this.#labels = state.labels;
  }

  #drop(label: number): void {
    this.due.remove(label);
    this.#free.push(label);
  }
}
