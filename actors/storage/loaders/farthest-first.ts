/** Keys of a set of at most `capacity` samples, the one used farthest in the future first: a binary heap with places, in typed arrays. */
export class FarthestFirst {
  readonly capacity: number;
  #size = 0;
  readonly #samples: Int32Array;
  readonly #next: Int32Array;
  /** Place of a sample in the heap: an open hash table of sample + 1 and place, 0 where empty. */
  #table = new Int32Array(8);
  #places = new Int32Array(8);
  #mask = 7;
  #shift = 29;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#samples = new Int32Array(capacity);
    this.#next = new Int32Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  has(sample: number): boolean {
    return this.#find(sample) >= 0;
  }

  /** The farthest next use of all; -1 when empty. */
  get farthest(): number {
    return this.#size === 0 ? -1 : this.#next[0]!;
  }

  /** Adds a sample that is not held; there must be room. */
  add(sample: number, next: number): void {
    const place = this.#size++;
    this.#samples[place] = sample;
    this.#next[place] = next;
    this.#enter(sample, place);
    this.#up(place);
  }

  /** Gives a held sample another next use. */
  update(sample: number, next: number): void {
    const slot = this.#find(sample);
    const place = this.#places[slot]!;
    const before = this.#next[place]!;
    this.#next[place] = next;
    if (next > before) this.#up(place);
    else this.#down(place);
  }

  /** Puts a sample that is not held in the place of the farthest one, and gives that back; there must be one. */
  replaceFarthest(sample: number, next: number): number {
    const dropped = this.#samples[0]!;
    this.#forget(this.#find(dropped));
    this.#enter(sample, 0);
    this.#samples[0] = sample;
    this.#next[0] = next;
    this.#down(0);
    return dropped;
  }

  /** Takes a sample out; whether it was held. */
  remove(sample: number): boolean {
    const slot = this.#find(sample);
    if (slot < 0) return false;
    const place = this.#places[slot]!;
    this.#forget(slot);
    const end = --this.#size;
    if (place === end) return true;
    const moved = this.#samples[end]!;
    const before = this.#next[place]!;
    this.#samples[place] = moved;
    this.#next[place] = this.#next[end]!;
    this.#places[this.#find(moved)] = place;
    if (this.#next[place]! > before) this.#up(place);
    else this.#down(place);
    return true;
  }

  #slotOf(sample: number): number {
    return Math.imul(sample, 0x9e3779b1) >>> this.#shift;
  }

  #find(sample: number): number {
    let slot = this.#slotOf(sample);
    for (;;) {
      const entry = this.#table[slot]!;
      if (entry === 0) return -1;
      if (entry === sample + 1) return slot;
      slot = (slot + 1) & this.#mask;
    }
  }

  #enter(sample: number, place: number): void {
    if (this.#size * 2 > this.#mask) this.#grow();
    let slot = this.#slotOf(sample);
    while (this.#table[slot] !== 0) slot = (slot + 1) & this.#mask;
    this.#table[slot] = sample + 1;
    this.#places[slot] = place;
  }

  #grow(): void {
    const [table, places] = [this.#table, this.#places];
    this.#table = new Int32Array(table.length * 2);
    this.#places = new Int32Array(table.length * 2);
    this.#mask = table.length * 2 - 1;
    this.#shift--;
    for (let old = 0; old < table.length; old++) {
      if (table[old] === 0) continue;
      let slot = this.#slotOf(table[old]! - 1);
      while (this.#table[slot] !== 0) slot = (slot + 1) & this.#mask;
      this.#table[slot] = table[old]!;
      this.#places[slot] = places[old]!;
    }
  }

  /** Empties a slot and moves later entries of the same run back, so that no search ends early. */
  #forget(slot: number): void {
    let hole = slot;
    let at = slot;
    for (;;) {
      at = (at + 1) & this.#mask;
      const entry = this.#table[at]!;
      if (entry === 0) break;
      const home = this.#slotOf(entry - 1);
      if (((at - home) & this.#mask) < ((at - hole) & this.#mask)) continue;
      this.#table[hole] = entry;
      this.#places[hole] = this.#places[at]!;
      hole = at;
    }
    this.#table[hole] = 0;
  }

  #put(place: number, sample: number, next: number): void {
    this.#samples[place] = sample;
    this.#next[place] = next;
    this.#places[this.#find(sample)] = place;
  }

  #up(from: number): void {
    const sample = this.#samples[from]!;
    const next = this.#next[from]!;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.#next[parent]! >= next) break;
      this.#put(place, this.#samples[parent]!, this.#next[parent]!);
      place = parent;
    }
    if (place !== from) this.#put(place, sample, next);
  }

  #down(from: number): void {
    const sample = this.#samples[from]!;
    const next = this.#next[from]!;
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && this.#next[child + 1]! > this.#next[child]!) child++;
      if (this.#next[child]! <= next) break;
      this.#put(place, this.#samples[child]!, this.#next[child]!);
      place = child;
    }
    if (place !== from) this.#put(place, sample, next);
  }
}
