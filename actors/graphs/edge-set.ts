/** A set of undirected edges between whole numbers below `nodes`, with the edges in the order in which they were added. */
export class EdgeSet {
  readonly #nodes: number;
  #slots: Float64Array;
  #from: Int32Array;
  #to: Int32Array;
  #size = 0;

  constructor(nodes: number, expected: number) {
    this.#nodes = nodes;
    let slots = 16;
    while (slots < 2 * expected) slots *= 2;
    this.#slots = new Float64Array(slots).fill(-1);
    this.#from = new Int32Array(Math.max(16, expected));
    this.#to = new Int32Array(Math.max(16, expected));
  }

  get size(): number {
    return this.#size;
  }

  /** One end of every edge. */
  get from(): Int32Array {
    return this.#from.subarray(0, this.#size);
  }

  /** The other end of every edge. */
  get to(): Int32Array {
    return this.#to.subarray(0, this.#size);
  }

  has(a: number, b: number): boolean {
    return this.#slots[this.#slotOf(this.#keyOf(a, b))] !== -1;
  }

  /** Adds an edge; false for a loop and for one that is there. */
  add(a: number, b: number): boolean {
    if (a === b) return false;
    const key = this.#keyOf(a, b);
    const slot = this.#slotOf(key);
    if (this.#slots[slot] !== -1) return false;
    if (this.#size === this.#from.length) this.#grow();
    this.#from[this.#size] = a;
    this.#to[this.#size++] = b;
    if (2 * this.#size > this.#slots.length) this.#rehash();
    else this.#slots[slot] = key;
    return true;
  }

  #keyOf(a: number, b: number): number {
    return a < b ? a * this.#nodes + b : b * this.#nodes + a;
  }

  #slotOf(key: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let hash = Math.imul(key | 0, 0x9e3779b1) ^ Math.imul(Math.floor(key / 4294967296), 0x85ebca6b);
    hash ^= hash >>> 15;
    let slot = Math.imul(hash, 0x2c1b3c6d) & mask;
    while (slots[slot] !== -1 && slots[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [from, to] = [this.#from, this.#to];
    this.#from = new Int32Array(2 * from.length);
    this.#to = new Int32Array(2 * to.length);
    this.#from.set(from);
    this.#to.set(to);
  }

  #rehash(): void {
    this.#slots = new Float64Array(2 * this.#slots.length).fill(-1);
    for (let i = 0; i < this.#size; i++) {
      const key = this.#keyOf(this.#from[i]!, this.#to[i]!);
      this.#slots[this.#slotOf(key)] = key;
    }
  }
}
