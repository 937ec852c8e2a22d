import type { TimeAxis } from './time-axis.ts';

/** Part of the room that time itself gets, so that quiet stretches stay to be seen and the axis can be read backwards. */
const quietShare = 0.1;

/**
 * Equal counts of events take equal room: the distance of two places is how many events lie between them, events interpolated where there
 * are none, and a tenth of the room goes by time. Places of [from, to) are those of the times at its ends; outside, the axis is linear.
 */
export class EventAxis implements TimeAxis {
  readonly kind = 'events';
  readonly from: number;
  readonly to: number;
  readonly #cell: number;
  /** Place of the left end of each cell, and of the right end of the last. */
  readonly #places: Float64Array;

  /** `counts`: events in cells of equal time from `from` to `to`, which lies behind it. */
  constructor(from: number, to: number, counts: ArrayLike<number>) {
    const cells = counts.length;
    this.from = from;
    this.to = to;
    this.#cell = (to - from) / cells;
    const room = new Float64Array(cells);
    let empty = 0;
    let sum = 0;
    for (let i = 0; i <= cells; i++) {
      const count = i < cells ? counts[i]! : 1;
      if (count === 0) {
        empty++;
        continue;
      }
      // From one event to the next is one unit, however many cells lie between.
      const first = i - empty;
      const last = Math.min(i, cells - 1);
      const part = Math.min(1, count) / (last - first + 1);
      for (let j = first; j <= last; j++) room[j]! += part;
      if (i < cells) room[i]! += Math.max(0, count - 1);
      empty = 0;
    }
    for (const one of room) sum += one;
    const span = to - from;
    this.#places = new Float64Array(cells + 1);
    let place = 0;
    for (let i = 0; i < cells; i++) {
      this.#places[i] = from + span * place;
      place += ((1 - quietShare) * room[i]!) / sum + quietShare / cells;
    }
    this.#places[cells] = to;
  }

  placeOf(time: number): number {
    if (!(time > this.from && time < this.to)) return time;
    const at = (time - this.from) / this.#cell;
    const i = Math.min(this.#places.length - 2, Math.floor(at));
    const left = this.#places[i]!;
    return left + (at - i) * (this.#places[i + 1]! - left);
  }

  timeOf(place: number): number {
    if (!(place > this.from && place < this.to)) return place;
    const places = this.#places;
    let low = 0;
    let high = places.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (places[middle]! <= place) low = middle;
      else high = middle;
    }
    const left = places[low]!;
    return this.from + (low + (place - left) / (places[low + 1]! - left)) * this.#cell;
  }
}
