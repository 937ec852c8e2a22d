/** A 32-bit hash of a string's UTF-16 code units (FNV-1a with a final avalanche). */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return avalanche(hash);
}

/** Mixes `value` into `hash`; order matters. */
export function mix(hash: number, value: number): number {
  const h = Math.imul(hash ^ value, 0x9e3779b1);
  return h ^ (h >>> 15);
}

/** Mixes the 64 bits of a double. */
export function mixNumber(hash: number, value: number): number {
  scratch[0] = value;
  return mix(mix(hash, words[0]!), words[1]!);
}

const scratch = new Float64Array(1);
const words = new Int32Array(scratch.buffer);

/** Spreads every input bit over the whole word (the finaliser of MurmurHash3, Appleby). */
function avalanche(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}

/** What a run's fingerprint is made of. `metrics` are folded in by whoever measures them. */
export type Ingredient = 'time' | 'actor' | 'kind' | 'draws';

/** Every ingredient, the default. */
export const allIngredients: readonly Ingredient[] = ['time', 'actor', 'kind', 'draws'];

/**
 * The running hash of a run. Two lanes of 32 bits, so that two different runs agree by accident once in 2^64.
 * `event` is called once per event and costs a few nanoseconds.
 */
export class Fingerprint {
  #low = 0x243f6a88;
  #high = 0x13198a2e;
  readonly #timeMask: number;
  readonly #actorMask: number;
  readonly #kindMask: number;
  readonly #draws: boolean;

  constructor(ingredients: readonly Ingredient[] = allIngredients) {
    this.#timeMask = ingredients.includes('time') ? -1 : 0;
    this.#actorMask = ingredients.includes('actor') ? -1 : 0;
    this.#kindMask = ingredients.includes('kind') ? -1 : 0;
    this.#draws = ingredients.includes('draws');
  }

  /** Whether the states of the random streams belong to it. */
  get includesDraws(): boolean {
    return this.#draws;
  }

  /** `low`, `high`: the 32-bit halves of the time; the whole would become a number on the heap where the call is not inlined. */
  event(low: number, high: number, actor: number, kind: number): void {
    const timeLow = low & this.#timeMask;
    const timeHigh = high & this.#timeMask;
    const what = (actor & this.#actorMask) + Math.imul(kind & this.#kindMask, 0x85ebca6b);
    // Two lanes that do not wait for one another; each step is a bijection of its lane, so a difference never dies out by itself.
    const first = Math.imul(this.#low ^ (timeLow + what), 0x9e3779b1);
    const second = Math.imul((this.#high + timeLow) ^ (timeHigh - what), 0xc2b2ae35);
    this.#low = first ^ (first >>> 15);
    this.#high = second ^ (second >>> 13);
  }

  /** The hash so far, with `extra` numbers folded in, as 16 hexadecimal digits. */
  digest(extra: Iterable<number> = []): string {
    let low = this.#low;
    let high = this.#high;
    for (const value of extra) {
      low = mixNumber(low, value);
      high = mixNumber(high, low);
    }
    return hex(avalanche(low ^ Math.imul(high, 3))) + hex(avalanche(high));
  }

  /** The two lanes, for checkpoints. */
  state(): readonly [number, number] {
    return [this.#low, this.#high];
  }

  /** Puts the lanes of `state()` back. */
  restore(state: readonly [number, number]): void {
    this.#low = state[0];
    this.#high = state[1];
  }
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
