/** Track ids below this are looked up in an array. */
const arrayLimit = 1 << 20;
/** Numbers of a slot: time of the last event, depth, where the two outermost slices began. */
const stride = 4;
const inPlace = 2;

/**
 * Of every track of a trace: when its last event was, and where its open slices began. Millions of slices go through here, so that it
 * is one array of numbers without an object for a track.
 */
export class OpenSlices {
  #slotOf = new Int32Array(1024).fill(-1);
  readonly #large = new Map<number, number>();
  #numbers = new Float64Array(256 * stride);
  #used = 0;
  /** Begins of the slices below the two outermost, by slot. */
  readonly #deeper = new Map<number, number[]>();

  /** Makes a track known; harmless when it is. */
  add(track: number): void {
    if (this.slot(track) >= 0) return;
    const slot = this.#used;
    this.#used += stride;
    if (this.#used > this.#numbers.length) {
      const numbers = new Float64Array(2 * this.#numbers.length);
      numbers.set(this.#numbers);
      this.#numbers = numbers;
    }
    if (track >= arrayLimit) {
      this.#large.set(track, slot);
      return;
    }
    if (track >= this.#slotOf.length) {
      const slots = new Int32Array(Math.min(arrayLimit, 2 * track)).fill(-1);
      slots.set(this.#slotOf);
      this.#slotOf = slots;
    }
    this.#slotOf[track] = slot;
  }

  /** Where a track's numbers are; -1 when it is not known. */
  slot(track: number): number {
    return track < this.#slotOf.length ? this.#slotOf[track]! : (this.#large.get(track) ?? -1);
  }

  /** Time of the last event. */
  last(slot: number): number {
    return this.#numbers[slot]!;
  }

  /** The track has an event at `at`; false when that is before its last one or no time. */
  moveTo(slot: number, at: number): boolean {
    if (!(at >= this.#numbers[slot]! && at <= Number.MAX_SAFE_INTEGER)) return false;
    this.#numbers[slot] = at;
    return true;
  }

  /** A slice begins. */
  push(slot: number, at: number): void {
    const numbers = this.#numbers;
    const depth = numbers[slot + 1]!;
    numbers[slot + 1] = depth + 1;
    if (depth < inPlace) {
      numbers[slot + 2 + depth] = at;
      return;
    }
    const deeper = this.#deeper.get(slot);
    if (deeper === undefined) this.#deeper.set(slot, [at]);
    else deeper.push(at);
  }

  /** The slice begun last ends; returns when it began, -1 when none is open. */
  pop(slot: number): number {
    const numbers = this.#numbers;
    const depth = numbers[slot + 1]! - 1;
    if (depth < 0) return -1;
    numbers[slot + 1] = depth;
    return depth < inPlace ? numbers[slot + 2 + depth]! : (this.#deeper.get(slot) as number[]).pop()!;
  }
}
