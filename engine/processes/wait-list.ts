/** What a wait list needs of its entries: the links are theirs, so that leaving from the middle costs nothing. */
export interface Queued<E> {
  readonly priority: number;
  before: E | undefined;
  after: E | undefined;
}

interface Level<E> {
  readonly priority: number;
  first: E | undefined;
  last: E | undefined;
}

/** Those who wait, smaller priority numbers first, first come first served among equals. @internal */
export class WaitList<E extends Queued<E>> {
  readonly #levels: Array<Level<E>> = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The one to be served next. */
  get first(): E | undefined {
    return this.#length === 0 ? undefined : this.#levels[0]!.first;
  }

  /** Adds behind its equals, or with `ahead` before them. */
  add(entry: E, ahead: boolean): void {
    const level = this.#level(entry.priority);
    this.#length++;
    if (level.first === undefined) {
      level.first = entry;
      level.last = entry;
    } else if (ahead) {
      entry.after = level.first;
      level.first.before = entry;
      level.first = entry;
    } else {
      const last = level.last as E;
      entry.before = last;
      last.after = entry;
      level.last = entry;
    }
  }

  remove(entry: E): void {
    const at = this.#find(entry.priority);
    const level = this.#levels[at] as Level<E>;
    const { before, after } = entry;
    if (before === undefined) level.first = after;
    else before.after = after;
    if (after === undefined) level.last = before;
    else after.before = before;
    entry.before = undefined;
    entry.after = undefined;
    this.#length--;
    if (level.first === undefined && this.#levels.length > 1) this.#levels.splice(at, 1);
  }

  /** In the order in which they would be served. */
  *[Symbol.iterator](): Generator<E> {
    for (const level of this.#levels)
      for (let entry = level.first; entry !== undefined; entry = entry.after) yield entry;
  }

  #level(priority: number): Level<E> {
    const levels = this.#levels;
    const at = this.#find(priority);
    const found = levels[at];
    if (found !== undefined && found.priority === priority) return found;
    const level = { priority, first: undefined, last: undefined };
    // The one level that may stay behind empty makes room.
    if (this.#length === 0) levels.length = 0;
    levels.splice(this.#length === 0 ? 0 : at, 0, level);
    return level;
  }

  /** Index of the first level not before `priority`. */
  #find(priority: number): number {
    const levels = this.#levels;
    let low = 0;
    let high = levels.length;
    if (high === 1) return levels[0]!.priority >= priority ? 0 : 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (levels[middle]!.priority < priority) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
