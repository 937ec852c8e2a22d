import type { RandomStream } from '../../engine/kernel/random.ts';
import { saveClass } from '../../engine/kernel/saved-class.ts';
import { createRandomSource } from '../../engine/random/index.ts';
import { memoryErrors } from './errors.ts';

/** Which line of a full set makes room: the least recently used, the one a tree of bits points at, or any by a seeded draw. */
export type Replacement =
  | { readonly kind: 'lru' }
  | { readonly kind: 'tree-plru' }
  | { readonly kind: 'random'; readonly seed: number };

/** Shape of one set-associative array. */
export interface CacheShape {
  readonly sets: number;
  readonly ways: number;
  /** Default: least recently used. */
  readonly replacement?: Replacement;
}

const LRU = 0;
const TREE = 1;
const RANDOM = 2;
const LAST_STAMP = 0x7ffffffe;

/** Lines are whole numbers below this. */
export const LINES: number = 2 ** 31;

/** Dirty bit of a sector whose valid bit is 1. */
export const DIRTY: number = 1 << 8;

/**
 * One set-associative array of lines, each with a mask of its valid sectors (bits 0 to 7) and dirty ones (bits 8 to 15). Lines are
 * whole numbers below 2^31, their set is the line modulo the sets. Throws CACHE_SHAPE.
 */
export class CacheArray {
  readonly sets: number;
  readonly ways: number;
  /** For each set: its lines (-1 when empty), their masks, and with LRU their last uses. All in one place: a miss touches few lines of the host. */
  readonly #words: Int32Array;
  readonly #shape: CacheShape;
  /** Words of a set. */
  readonly #stride: number;
  readonly #mask: number;
  readonly #policy: number;
  /** Tree bits of each set under tree-PLRU. */
  readonly #trees: Int32Array;
  readonly #random: RandomStream | undefined;
  #clock = 0;

  constructor(shape: CacheShape) {
    const { sets, ways, replacement = { kind: 'lru' } } = shape;
    const refuse = (what: string, value: number, expected: string): never => {
      throw memoryErrors.create('CACHE_SHAPE', { what, value, expected });
    };
    if (!(Number.isSafeInteger(sets) && sets >= 1)) refuse('sets', sets, 'a whole number of at least 1');
    if (!(Number.isSafeInteger(ways) && ways >= 1)) refuse('ways', ways, 'a whole number of at least 1');
    if (replacement.kind === 'tree-plru' && (ways > 32 || (ways & (ways - 1)) !== 0))
      refuse('ways', ways, 'a power of two up to 32 for tree-PLRU');
    this.#shape = shape;
    this.sets = sets;
    this.ways = ways;
    this.#mask = (sets & (sets - 1)) === 0 ? sets - 1 : -1;
    this.#policy = replacement.kind === 'lru' ? LRU : replacement.kind === 'tree-plru' ? TREE : RANDOM;
    this.#stride = ways * (this.#policy === LRU ? 3 : 2);
    this.#words = new Int32Array(sets * this.#stride);
    for (let first = 0; first < this.#words.length; first += this.#stride) this.#words.fill(-1, first, first + ways);
    this.#trees = new Int32Array(this.#policy === TREE ? sets : 0);
    this.#random =
      replacement.kind === 'random'
        ? createRandomSource({ seed: replacement.seed }).stream('cache', 'replacement')
        : undefined;
  }

  static {
    saveClass(
      CacheArray,
      'memory.CacheArray',
      (array) => ({
        shape: array.#shape,
        words: array.#words,
        trees: array.#trees,
        clock: array.#clock,
        random: array.#random?.state(),
      }),
      (data) => new CacheArray(data.shape).#restore(data),
      (array, data) => void array.#restore(data),
    );
  }

  #restore(data: {
    readonly words: Int32Array;
    readonly trees: Int32Array;
    readonly clock: number;
    readonly random: readonly number[] | undefined;
  }): this {
    this.#words.set(data.words);
    this.#trees.set(data.trees);
    this.#clock = data.clock;
    if (data.random !== undefined) this.#random?.restore(data.random);
    return this;
  }

  /** Slot that holds `line`, or -1. */
  find(line: number): number {
    const words = this.#words;
    const first = this.#first(line);
    const end = first + this.ways;
    for (let slot = first; slot < end; slot++) if (words[slot] === line) return slot;
    return -1;
  }

  /** Line in a slot, -1 when it is empty. */
  lineAt(slot: number): number {
    return this.#words[slot]!;
  }

  /** Mask of a slot's valid and dirty sectors. */
  maskAt(slot: number): number {
    return this.#words[slot + this.ways]!;
  }

  setMask(slot: number, mask: number): void {
    this.#words[slot + this.ways] = mask;
  }

  /** Marks a slot as used now. */
  touch(slot: number): void {
    if (this.#policy === LRU) {
      if (this.#clock === LAST_STAMP) this.#renumber();
      this.#words[slot + 2 * this.ways] = ++this.#clock;
    } else if (this.#policy === TREE) this.#point(slot);
  }

  /** Slot that `line`, which is not held, would take: an empty one, or that of the line to be replaced. */
  victim(line: number): number {
    const { ways } = this;
    const words = this.#words;
    const first = this.#first(line);
    if (this.#policy === LRU) {
      // An empty slot has stamp 0, older than any use.
      const end = first + 3 * ways;
      let oldest = first + 2 * ways;
      let least = words[oldest]!;
      for (let at = oldest + 1; at < end; at++) {
        // Without a branch, which could not be predicted: all ones when this use is older, else zero.
        const older = (words[at]! - least) >> 31;
        least += (words[at]! - least) & older;
        oldest += (at - oldest) & older;
      }
      return oldest - 2 * ways;
    }
    for (let slot = first; slot < first + ways; slot++) if (words[slot] === -1) return slot;
    if (this.#policy === RANDOM)
      return first + Math.floor((((this.#random as RandomStream).uint32() >>> 0) / 2 ** 32) * ways);
    const bits = this.#trees[first / this.#stride]!;
    let node = 1;
    while (node < ways) node = 2 * node + ((bits >>> (node - 1)) & 1);
    return first + node - ways;
  }

  /** Puts `line` into a slot, over whatever it held, and marks it as used now. */
  put(slot: number, line: number, mask: number): void {
    this.#words[slot] = line;
    this.#words[slot + this.ways] = mask;
    this.touch(slot);
  }

  /** Empties a slot. */
  clear(slot: number): void {
    this.#words[slot] = -1;
    this.#words[slot + this.ways] = 0;
    if (this.#policy === LRU) this.#words[slot + 2 * this.ways] = 0;
  }

  /** Uses `line`, whole, bringing it in when it is absent; whether it was there. For models of a single array. */
  reference(line: number): boolean {
    const slot = this.find(line);
    if (slot >= 0) {
      this.touch(slot);
      return true;
    }
    this.put(this.victim(line), line, 1);
    return false;
  }

  #first(line: number): number {
    return (this.#mask >= 0 ? line & this.#mask : line % this.sets) * this.#stride;
  }

  /** Points every node on the way to the slot away from it. Node n has children 2n and 2n + 1; leaf `ways` + i is way i. */
  #point(slot: number): void {
    const { ways } = this;
    const set = Math.floor(slot / this.#stride);
    let bits = this.#trees[set]!;
    for (let node = slot - set * this.#stride + ways; node > 1; node >>>= 1) {
      const bit = 1 << ((node >>> 1) - 1);
      bits = (node & 1) === 0 ? bits | bit : bits & ~bit;
    }
    this.#trees[set] = bits;
  }

  /** Stamps ran out: keeps their order within each set in the smallest numbers. */
  #renumber(): void {
    const { ways } = this;
    for (let first = 2 * ways; first < this.#words.length; first += this.#stride) {
      const stamps = this.#words.subarray(first, first + ways);
      const ranked = [...stamps].sort((a, b) => a - b);
      for (let way = 0; way < ways; way++) {
        const stamp = stamps[way]!;
        stamps[way] = stamp === 0 ? 0 : ranked.indexOf(stamp) + 1;
      }
    }
    this.#clock = ways;
  }
}
