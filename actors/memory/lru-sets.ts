import { saveClass } from '../../engine/kernel/saved-class.ts';
import { memoryErrors } from './errors.ts';

/**
 * Which lines a set-associative cache under true LRU holds, and nothing about them: each set is a list in order of use, most recent
 * first, empty places (-1) last. A set of 16 ways is 64 bytes, one line of the host; a `CacheArray` with masks and stamps takes three.
 * Throws CACHE_SHAPE. @internal
 */
export class LruSets {
  readonly #ways: number;
  readonly #sets: number;
  readonly #mask: number;
  readonly #lines: Int32Array;

  constructor({ sets, ways }: { readonly sets: number; readonly ways: number }) {
    for (const [what, value] of [
      ['sets', sets],
      ['ways', ways],
    ] as const)
      if (!(Number.isSafeInteger(value) && value >= 1))
        throw memoryErrors.create('CACHE_SHAPE', { what, value, expected: 'a whole number of at least 1' });
    this.#sets = sets;
    this.#ways = ways;
    this.#mask = (sets & (sets - 1)) === 0 ? sets - 1 : -1;
    this.#lines = new Int32Array(sets * ways).fill(-1);
  }

  static {
    saveClass(
      LruSets,
      'memory.LruSets',
      (cache) => ({ sets: cache.#sets, ways: cache.#ways, lines: cache.#lines }),
      (data) => new LruSets(data).#restore(data.lines),
      (cache, { lines }) => void cache.#restore(lines),
    );
  }

  #restore(lines: Int32Array): this {
    this.#lines.set(lines);
    return this;
  }

  has(line: number): boolean {
    const lines = this.#lines;
    const first = this.#first(line);
    for (let at = first; at < first + this.#ways; at++) if (lines[at] === line) return true;
    return false;
  }

  /** Uses a line if it is held; whether it is. */
  use(line: number): boolean {
    const lines = this.#lines;
    const first = this.#first(line);
    if (lines[first] === line) return true;
    const end = first + this.#ways;
    for (let at = first + 1; at < end; at++) {
      if (lines[at] !== line) continue;
      for (; at > first; at--) lines[at] = lines[at - 1]!;
      lines[first] = line;
      return true;
    }
    return false;
  }

  /** Brings in a line that is not held; returns the one that made room, -1 when there was room. */
  add(line: number): number {
    const lines = this.#lines;
    const first = this.#first(line);
    let at = first + this.#ways - 1;
    const dropped = lines[at]!;
    for (; at > first; at--) lines[at] = lines[at - 1]!;
    lines[first] = line;
    return dropped;
  }

  /** Drops a line if it is held. */
  remove(line: number): void {
    const lines = this.#lines;
    const first = this.#first(line);
    const last = first + this.#ways - 1;
    for (let at = first; at <= last; at++) {
      if (lines[at] !== line) continue;
      for (; at < last; at++) lines[at] = lines[at + 1]!;
      lines[last] = -1;
      return;
    }
  }

  #first(line: number): number {
    return (this.#mask >= 0 ? line & this.#mask : line % this.#sets) * this.#ways;
  }
}
