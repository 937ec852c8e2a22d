/**
 * Stable binary heap of (time, slot) for events beyond the wheel's window: pops in time order, equal times in order of insertion.
 * Parallel typed arrays, holes shifted instead of swaps.
 */
export class FarHeap {
  #times = new Float64Array(64);
  #order = new Float64Array(64);
  #slots = new Int32Array(64);
  #length = 0;
  #pushed = 0;
  /** Earliest time held; Infinity when empty. */
  minTime: number = Number.POSITIVE_INFINITY;

  get length(): number {
    return this.#length;
  }

  /** Slot of the earliest entry; the heap must not be empty. */
  get first(): number {
    return this.#slots[0]!;
  }

  get byteLength(): number {
    return this.#times.byteLength + this.#order.byteLength + this.#slots.byteLength;
  }

  push(time: number, slot: number): void {
    if (this.#length === this.#times.length) this.#grow();
    const times = this.#times;
    const order = this.#order;
    const slots = this.#slots;
    let hole = this.#length++;
    // The newest entry never goes before an equal time, so comparing times alone is stable on the way up.
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const parentTime = times[parent]!;
      if (parentTime <= time) break;
      times[hole] = parentTime;
      order[hole] = order[parent]!;
      slots[hole] = slots[parent]!;
      hole = parent;
    }
    times[hole] = time;
    order[hole] = this.#pushed++;
    slots[hole] = slot;
    if (time < this.minTime) this.minTime = time;
  }

  /** Removes and returns the slot of the earliest entry; the heap must not be empty. */
  pop(): number {
    const slots = this.#slots;
    const first = slots[0]!;
    const last = --this.#length;
    if (last > 0) this.#sink(0, this.#times[last]!, this.#order[last]!, slots[last]!);
    this.minTime = last > 0 ? this.#times[0]! : Number.POSITIVE_INFINITY;
    return first;
  }

  /** Keeps only the slots for which `keep` is true. */
  filter(keep: (slot: number) => boolean): void {
    let kept = 0;
    for (let i = 0; i < this.#length; i++) {
      const slot = this.#slots[i]!;
      if (!keep(slot)) continue;
      this.#times[kept] = this.#times[i]!;
      this.#order[kept] = this.#order[i]!;
      this.#slots[kept++] = slot;
    }
    this.#length = kept;
    for (let i = (kept >> 1) - 1; i >= 0; i--) this.#sink(i, this.#times[i]!, this.#order[i]!, this.#slots[i]!);
    this.minTime = kept > 0 ? this.#times[0]! : Number.POSITIVE_INFINITY;
  }

  /** Slots in the order in which `pop` would return them. */
  inOrder(): number[] {
    const indexes = Array.from({ length: this.#length }, (_, i) => i);
    indexes.sort((a, b) => this.#times[a]! - this.#times[b]! || this.#order[a]! - this.#order[b]!);
    return indexes.map((i) => this.#slots[i]!);
  }

  #sink(start: number, time: number, rank: number, slot: number): void {
    const times = this.#times;
    const order = this.#order;
    const slots = this.#slots;
    const length = this.#length;
    let hole = start;
    for (let child = 2 * hole + 1; child < length; child = 2 * hole + 1) {
      let childTime = times[child]!;
      const right = child + 1;
      if (right < length) {
        const rightTime = times[right]!;
        if (rightTime < childTime || (rightTime === childTime && order[right]! < order[child]!)) {
          child = right;
          childTime = rightTime;
        }
      }
      if (time < childTime || (time === childTime && rank < order[child]!)) break;
      times[hole] = childTime;
      order[hole] = order[child]!;
      slots[hole] = slots[child]!;
      hole = child;
    }
    times[hole] = time;
    order[hole] = rank;
    slots[hole] = slot;
  }

  #grow(): void {
    const capacity = Math.ceil(this.#times.length * (this.#times.length < 1 << 20 ? 2 : 1.5));
    const times = new Float64Array(capacity);
    const order = new Float64Array(capacity);
    const slots = new Int32Array(capacity);
    times.set(this.#times);
    order.set(this.#order);
    slots.set(this.#slots);
    this.#times = times;
    this.#order = order;
    this.#slots = slots;
  }
}
