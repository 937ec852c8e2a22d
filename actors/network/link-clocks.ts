import { grown } from './pairing-heap.ts';

/**
 * What each link has given so far, as service (the integral of its level), and when its next completion is. Between solves service grows
 * at a constant rate, so that nothing is touched until the level changes.
 */
export class LinkClocks {
  readonly #ticks: number;
  readonly #seconds: number;
  readonly #whole: boolean;
  /** Level in force, since when, and the service given up to then. */
  rate: Float64Array<ArrayBuffer> = new Float64Array(16);
  #since = new Float64Array(16);
  served: Float64Array<ArrayBuffer> = new Float64Array(16);
  /** Time of the first completion among the classes that the link limits. */
  finish: Float64Array<ArrayBuffer> = new Float64Array(16).fill(Number.POSITIVE_INFINITY);

  constructor(ticksPerSecond: number, whole: boolean) {
    this.#ticks = ticksPerSecond;
    this.#seconds = 1 / ticksPerSecond;
    this.#whole = whole;
  }

  reserve(length: number): void {
    this.rate = grown(this.rate, new Float64Array(length));
    this.#since = grown(this.#since, new Float64Array(length));
    this.served = grown(this.served, new Float64Array(length));
    this.finish = grown(this.finish, new Float64Array(length));
  }

  reset(link: number): void {
    this.rate[link] = 0;
    this.served[link] = 0;
    this.finish[link] = Number.POSITIVE_INFINITY;
  }

  /** @internal */
  state() {
    return { rate: this.rate, since: this.#since, served: this.served, finish: this.finish };
  }

  /** Goes on from what `state` gave. @internal */
  restore({ rate, since, served, finish }: ReturnType<LinkClocks['state']>): void {
    this.rate = rate;
    this.#since = since;
    this.served = served;
    this.finish = finish;
  }

  /** Service per unit weight given up to `now`. */
  service(link: number, now: number): number {
    return this.served[link]! + this.rate[link]! * ((now - this.#since[link]!) * this.#seconds);
  }

  /** Changes the level from `now` on. */
  setRate(link: number, level: number, now: number): void {
    if (level === this.rate[link]) return;
    this.served[link] = this.service(link, now);
    this.#since[link] = now;
    this.rate[link] = level;
  }

  /** Time at which service reaches `key`: in whole ticks, when asked for, rounded up. */
  timeOf(link: number, key: number): number {
    const rest = key - this.served[link]!;
    const span = rest > 0 ? (rest / this.rate[link]!) * this.#ticks : 0;
    if (!this.#whole) return this.#since[link]! + span;
    // 2^-48 of the span is many times the rounding error: a completion that falls on a tick must not slip to the next.
    return Math.ceil(this.#since[link]! + (span - span * 2 ** -48));
  }
}
