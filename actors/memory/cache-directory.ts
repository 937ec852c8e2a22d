import { saveClass } from '../../engine/kernel/saved-class.ts';

/**
 * Who holds which line: for every line in some private stack, the stacks that hold it and the one that may write it. An open-addressing
 * table of fixed size, exact as long as at most `lines` lines are held. @internal
 */
export class CacheDirectory {
  readonly #stacks: number;
  readonly #lines: number;
  readonly #words: number;
  readonly #mask: number;
  readonly #keys: Float64Array;
  readonly #sharers: Int32Array;
  readonly #owners: Int32Array;

  constructor(stacks: number, lines: number) {
    this.#stacks = stacks;
    this.#lines = lines;
    const capacity = 2 ** Math.ceil(Math.log2(2 * lines + 16));
    this.#words = Math.ceil(stacks / 32);
    this.#mask = capacity - 1;
    this.#keys = new Float64Array(capacity).fill(-1);
    this.#sharers = new Int32Array(capacity * this.#words);
    this.#owners = new Int32Array(capacity).fill(-1);
  }

  static {
    saveClass(
      CacheDirectory,
      'memory.CacheDirectory',
      (directory) => ({
        stacks: directory.#stacks,
        lines: directory.#lines,
        keys: directory.#keys,
        sharers: directory.#sharers,
        owners: directory.#owners,
      }),
      (data) => new CacheDirectory(data.stacks, data.lines).#restore(data),
      (directory, data) => void directory.#restore(data),
    );
  }

  #restore(data: { readonly keys: Float64Array; readonly sharers: Int32Array; readonly owners: Int32Array }): this {
    this.#keys.set(data.keys);
    this.#sharers.set(data.sharers);
    this.#owners.set(data.owners);
    return this;
  }

  /** Entry of `line`, or -1. */
  find(line: number): number {
    const keys = this.#keys;
    for (let at = this.#home(line); ; at = (at + 1) & this.#mask) {
      const key = keys[at];
      if (key === line) return at;
      if (key === -1) return -1;
    }
  }

  /** Entry of `line`, made empty when there is none. */
  entry(line: number): number {
    const keys = this.#keys;
    let at = this.#home(line);
    while (keys[at] !== line && keys[at] !== -1) at = (at + 1) & this.#mask;
    keys[at] = line;
    return at;
  }

  /** The stack that may write the line, -1 when none may. */
  owner(entry: number): number {
    return this.#owners[entry]!;
  }

  setOwner(entry: number, stack: number): void {
    this.#owners[entry] = stack;
  }

  holds(entry: number, stack: number): boolean {
    return (this.#sharers[entry * this.#words + (stack >>> 5)]! & (1 << (stack & 31))) !== 0;
  }

  add(entry: number, stack: number): void {
    const word = entry * this.#words + (stack >>> 5);
    this.#sharers[word] = this.#sharers[word]! | (1 << (stack & 31));
  }

  /** Whether no stack but `stack` holds the line. */
  isAlone(entry: number, stack: number): boolean {
    for (let word = 0; word < this.#words; word++) {
      const own = word === stack >>> 5 ? 1 << (stack & 31) : 0;
      if ((this.#sharers[entry * this.#words + word]! & ~own) !== 0) return false;
    }
    return true;
  }

  /** `stack` gave the line up; the entry goes with its last holder, and then entries may move. */
  remove(line: number, stack: number): void {
    const entry = this.find(line);
    if (entry < 0) return;
    const words = this.#words;
    const word = entry * words + (stack >>> 5);
    this.#sharers[word] = this.#sharers[word]! & ~(1 << (stack & 31));
    if (this.#owners[entry] === stack) this.#owners[entry] = -1;
    for (let i = 0; i < words; i++) if (this.#sharers[entry * words + i] !== 0) return;
    this.#delete(entry);
  }

  #home(line: number): number {
    const mixed = Math.imul((line | 0) ^ Math.floor(line / 2 ** 32), 0x9e3779b1);
    return (mixed ^ (mixed >>> 15)) & this.#mask;
  }

  /** Closes the gap that a deleted entry leaves in its probe run, so that no run ever has a hole. */
  #delete(entry: number): void {
    const keys = this.#keys;
    const words = this.#words;
    let hole = entry;
    for (let at = (hole + 1) & this.#mask; keys[at] !== -1; at = (at + 1) & this.#mask) {
      const distance = (at - this.#home(keys[at]!)) & this.#mask;
      if (distance < ((at - hole) & this.#mask)) continue;
      keys[hole] = keys[at]!;
      this.#owners[hole] = this.#owners[at]!;
      this.#sharers.copyWithin(hole * words, at * words, (at + 1) * words);
      hole = at;
    }
    keys[hole] = -1;
    this.#owners[hole] = -1;
    this.#sharers.fill(0, hole * words, (hole + 1) * words);
  }
}
