import type { BitSource } from './bit-source.ts';

const GUIDE_BITS = 10;
const GUIDE = 1 << GUIDE_BITS;
const LONGEST = 4096;
const SPAN = 2 ** 53;

/**
 * Finds the successes of independent trials of probability p. Sparse: the gap to the next success is geometric; its
 * distribution is a table made with multiplications only, so that equal seeds give equal cells on every engine, searched from
 * a guide (Chen and Asau 1974). Gaps past the table are exact too: after LONGEST failures the distribution starts over.
 * Dense: one byte per trial against the first byte of p, and on a tie the rest of p's bits decide.
 */
export class GapSampler {
  /** First trial not yet decided. */
  next = 0;
  readonly #p: number;
  readonly #bits: BitSource;
  /** #below[k]: chance, in 2^-53, that at most k trials fail before the first success. */
  #below = new Float64Array(0);
  /** The first 32 bits of each bound. */
  #belowHigh = new Float64Array(0);
  #guide = new Uint16Array(0);
  readonly #words = new Int32Array(1024);
  #word: number = this.#words.length;

  constructor(p: number, bits: BitSource) {
    this.#p = p;
    this.#bits = bits;
  }

  /** Writes successes in [at, end) to `into` until it is full or all are found; returns how many, and sets `next`. */
  sparse(into: Uint32Array, at: number, end: number): number {
    if (this.#below.length === 0) this.#prepare();
    const below = this.#below;
    const belowHigh = this.#belowHigh;
    const guide = this.#guide;
    const longest = below.length;
    const last = below[longest - 1]!;
    const lastHigh = belowHigh[longest - 1]!;
    const words = this.#words;
    let word = this.#word;
    let trial = at;
    let found = 0;
    while (found < into.length) {
      if (word > words.length - 2) {
        this.#bits.fill(words, words.length);
        word = 0;
      }
      const high = words[word++]! >>> 0;
      let gap = guide[high >>> (32 - GUIDE_BITS)]!;
      if (high < lastHigh) while (high > belowHigh[gap]!) gap++;
      // 32 bits decide unless they equal those of a bound; then the next 21 do.
      if (high >= lastHigh || high === belowHigh[gap]!) {
        const u = high * 2097152 + (words[word++]! >>> 11);
        if (u >= last) {
          trial += longest;
          if (trial >= end) break;
          continue;
        }
        while (u >= below[gap]!) gap++;
      }
      trial += gap;
      if (trial >= end) break;
      into[found++] = trial++;
    }
    this.#word = word;
    this.next = Math.min(trial, end);
    return found;
  }

  /** As `sparse`, for large p: every trial is looked at. */
  dense(into: Uint32Array, at: number, end: number): number {
    const bits = this.#bits;
    const scaled = this.#p * 256;
    const first = Math.floor(scaled);
    const rest = scaled - first;
    const stop = Math.min(end, at + into.length);
    let found = 0;
    let word = 0;
    for (let trial = at; trial < stop; trial++) {
      word = ((trial - at) & 3) === 0 ? bits.int32() : word >>> 8;
      const byte = word & 255;
      into[found] = trial;
      if (byte < first) found++;
      else if (byte === first && bits.uniform() < rest) found++;
    }
    this.next = stop;
    return found;
  }

  #prepare(): void {
    const q = 1 - this.#p;
    const below: number[] = [];
    // Summed, not 1 - q^k, which would lose the digits of a small p.
    let sum = 0;
    for (let success = this.#p, k = 0; k < LONGEST && success > 0; k++) {
      sum += success;
      below.push(Math.min(SPAN, sum * SPAN));
      success *= q;
    }
    this.#below = Float64Array.from(below);
    this.#belowHigh = this.#below.map((bound) => Math.floor(bound / 2097152));
    this.#guide = new Uint16Array(GUIDE);
    for (let slot = 0, gap = 0; slot < GUIDE; slot++) {
      while (gap < below.length - 1 && (slot / GUIDE) * SPAN >= below[gap]!) gap++;
      this.#guide[slot] = gap;
    }
  }
}
