import { exactLevel, type Segment } from './columns.ts';

/** Part of a view, and the segment that is best for it. */
export interface Piece<C> {
  readonly from: number;
  readonly to: number;
  readonly segment: Segment<C>;
}

const maxSegments = 24;
type Column = Float64Array | Uint32Array | Uint16Array | Uint8Array;

/** Whether item `i` of a segment still belongs to what is left of the segment. */
export type Belongs<C> = (segment: Segment<C>, i: number) => boolean;

/**
 * The stretches of one track and kind by level. New data replaces what was held in its range at its level; a view is answered by the
 * level nearest to what it asks for, so that there is something to draw until the right one arrives.
 */
export class Segments<C> {
  readonly #levels = new Map<number, Array<Segment<C>>>();
  /** Whether an item still belongs to its segment. */
  readonly belongs: Belongs<C>;

  constructor(belongs: Belongs<C>) {
    this.belongs = belongs;
  }

  get size(): number {
    let size = 0;
    for (const list of this.#levels.values()) for (const segment of list) size += segment.n;
    return size;
  }

  get levels(): number[] {
    return [...this.#levels.keys()];
  }

  put(segment: Segment<C>): void {
    const kept: Array<Segment<C>> = [];
    for (const old of this.#levels.get(segment.level) ?? []) {
      if (old.to <= segment.from || old.from >= segment.to) {
        kept.push(old);
        continue;
      }
      if (old.from < segment.from) kept.push({ ...old, to: segment.from, isCut: true });
      if (old.to > segment.to) kept.push({ ...old, from: segment.to });
    }
    kept.push(segment);
    kept.sort((a, b) => a.from - b.from);
    // Follow adds a sliver a flush: neighbours grow together.
    this.#levels.set(segment.level, kept.length > maxSegments ? this.#join(kept) : kept);
  }

  /** Covers [from, to) as far as anything is held: the wished level first, then exact data, then coarser levels, then finer ones. */
  pieces(from: number, to: number, level: number): Array<Piece<C>> {
    const found: Array<Piece<C>> = [];
    let gaps: Array<readonly [number, number]> = [[from, to]];
    const order = [...this.#levels.keys()].sort((a, b) => rank(a, level) - rank(b, level));
    for (const key of order) {
      if (gaps.length === 0) break;
      for (const segment of this.#levels.get(key)!) {
        if (segment.to <= from || segment.from >= to) continue;
        const left: Array<readonly [number, number]> = [];
        for (const [a, b] of gaps) {
          const [x, y] = [Math.max(a, segment.from), Math.min(b, segment.to)];
          if (x >= y) {
            left.push([a, b]);
            continue;
          }
          found.push({ from: x, to: y, segment });
          if (a < x) left.push([a, x]);
          if (y < b) left.push([y, b]);
        }
        gaps = left;
      }
    }
    return found.sort((a, b) => a.from - b.from);
  }

  /** Forgets what a view of this range and level does not need. */
  evict(from: number, to: number, level: number): void {
    for (const [key, list] of this.#levels) {
      const kept = list.filter(
        (segment) => segment.to > from && segment.from < to && Math.abs(rank(key, level)) < 1000,
      );
      if (kept.length === 0) this.#levels.delete(key);
      else this.#levels.set(key, kept);
    }
  }

  clear(): void {
    this.#levels.clear();
  }

  /** Joins each run of segments that follow each other without a gap into one. */
  #join(list: ReadonlyArray<Segment<C>>): Array<Segment<C>> {
    const joined: Array<Segment<C>> = [];
    for (let i = 0; i < list.length; ) {
      let end = i + 1;
      while (end < list.length && list[end]!.from === list[end - 1]!.to) end++;
      joined.push(end === i + 1 ? list[i]! : this.#concatenate(list.slice(i, end)));
      i = end;
    }
    return joined;
  }

  #concatenate(run: ReadonlyArray<Segment<C>>): Segment<C> {
    const kept = run.map((segment) => {
      const indices: number[] = [];
      for (let i = 0; i < segment.n; i++) if (this.belongs(segment, i)) indices.push(i);
      return indices;
    });
    const n = kept.reduce((sum, { length }) => sum + length, 0);
    const [first, last] = [run[0]!, run[run.length - 1]!];
    const columns: Record<string, Column> = {};
    for (const [name, sample] of Object.entries(first.columns as Record<string, Column>)) {
      const column = new (sample.constructor as new (length: number) => Column)(n);
      let at = 0;
      for (const [k, segment] of run.entries()) {
        const source = (segment.columns as Record<string, Column>)[name]!;
        for (const i of kept[k]!) column[at++] = source[i]!;
      }
      columns[name] = column;
    }
    return { from: first.from, to: last.to, isCut: last.isCut, level: first.level, n, columns: columns as C };
  }
}

function rank(level: number, wished: number): number {
  if (level === wished) return 0;
  if (level === exactLevel) return 0.5;
  return level > wished ? level - wished : 1000 + wished - level;
}
