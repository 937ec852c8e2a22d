/** A cache hierarchy as a textbook draws it: lists in order of use, sets of holders. Slow, obvious, and shares no code with the library. */
export interface TextbookLevel {
  readonly sets: number;
  readonly ways: number;
  readonly inclusion: 'inclusive' | 'exclusive' | 'non-inclusive';
}

interface Copy {
  readonly line: number;
  dirty: boolean;
}

class List {
  readonly rows = new Map<number, Copy[]>();
  readonly level: TextbookLevel;

  constructor(level: TextbookLevel) {
    this.level = level;
  }

  row(line: number): Copy[] {
    const set = line % this.level.sets;
    const row = this.rows.get(set) ?? [];
    this.rows.set(set, row);
    return row;
  }

  get(line: number): Copy | undefined {
    return this.row(line).find((copy) => copy.line === line);
  }

  remove(line: number): Copy | undefined {
    const row = this.row(line);
    const at = row.findIndex((copy) => copy.line === line);
    return at < 0 ? undefined : row.splice(at, 1)[0];
  }

  /** Most recent first; returns what falls off the end. */
  push(copy: Copy): Copy | undefined {
    const row = this.row(copy.line);
    row.unshift(copy);
    return row.length > this.level.ways ? row.pop() : undefined;
  }

  use(line: number): void {
    const copy = this.remove(line);
    if (copy !== undefined) this.push(copy);
  }
}

export class TextbookCaches {
  readonly misses: number[][];
  memoryReads = 0;
  memoryWrites = 0;
  transfers = 0;
  upgrades = 0;
  invalidations = 0;
  readonly #cores: List[][];
  readonly #shared: List | undefined;
  /** Who may write a line: nobody else holds it. */
  readonly #exclusive = new Map<number, number>();

  constructor(cores: number, levels: readonly TextbookLevel[], shared: TextbookLevel | undefined) {
    this.#cores = Array.from({ length: cores }, () => levels.map((level) => new List(level)));
    this.#shared = shared === undefined ? undefined : new List(shared);
    this.misses = Array.from({ length: levels.length + (shared === undefined ? 0 : 1) }, () => [0, 0]);
  }

  access(core: number, line: number, write: boolean): void {
    const kind = write ? 1 : 0;
    const mine = this.#cores[core] as List[];
    let dirty = false;
    let found = mine.findIndex((list) => list.get(line) !== undefined);
    const reached = found < 0 ? mine.length : found;
    for (let level = 0; level < reached; level++) this.#countMiss(level, kind);
    if (found >= 0) {
      if (write && this.#exclusive.get(line) !== core) {
        this.upgrades++;
        this.#invalidate(line, core);
        this.#exclusive.set(line, core);
      }
      if (found > 0 && (mine[found] as List).level.inclusion === 'exclusive')
        dirty = (mine[found] as List).remove(line)?.dirty ?? false;
      else (mine[found] as List).use(line);
    } else {
      found = mine.length;
      dirty = this.#bring(core, line, write);
    }
    for (let level = found - 1; level >= 1; level--)
      if ((mine[level] as List).level.inclusion !== 'exclusive') this.#push(core, level, { line, dirty: false });
    if (found > 0) this.#push(core, 0, { line, dirty });
    if (write) ((mine[0] as List).get(line) as Copy).dirty = true;
    if (found === mine.length) {
      const alone = this.#holders(line).every((holder) => holder === core);
      if (write || alone) this.#exclusive.set(line, core);
    }
  }

  state(core: number, line: number): string {
    const copies = (this.#cores[core] as List[]).map((list) => list.get(line)).filter((copy) => copy !== undefined);
    if (copies.length === 0) return 'I';
    if (copies.some((copy) => copy.dirty)) return 'M';
    return this.#exclusive.get(line) === core ? 'E' : 'S';
  }

  #countMiss(level: number, kind: number): void {
    const row = this.misses[level] as number[];
    row[kind] = (row[kind] as number) + 1;
  }

  #holders(line: number): number[] {
    return this.#cores.flatMap((lists, core) => (lists.some((list) => list.get(line) !== undefined) ? [core] : []));
  }

  /** Removes all other copies; whether one was dirty. */
  #invalidate(line: number, core: number): boolean {
    let dirty = false;
    for (const holder of this.#holders(line)) {
      if (holder === core) continue;
      for (const list of this.#cores[holder] as List[]) dirty = list.remove(line)?.dirty === true || dirty;
      this.invalidations++;
    }
    this.#exclusive.delete(line);
    return dirty;
  }

  /** Finds the line beyond the private caches; whether it arrives dirty. */
  #bring(core: number, line: number, write: boolean): boolean {
    if (write && this.#invalidate(line, core)) {
      this.transfers++;
      return true;
    }
    const owner = this.#exclusive.get(line);
    if (!write && owner !== undefined) {
      this.#exclusive.delete(line);
      let dirty = false;
      for (const list of this.#cores[owner] as List[]) {
        const copy = list.get(line);
        if (copy?.dirty === true) dirty = true;
        if (copy !== undefined) copy.dirty = false;
      }
      if (dirty) {
        this.transfers++;
        this.#receive(line, true);
        return false;
      }
    }
    if (this.#shared?.get(line) !== undefined) {
      if (this.#shared.level.inclusion === 'exclusive') return this.#shared.remove(line)?.dirty ?? false;
      this.#shared.use(line);
      return false;
    }
    if (this.#shared !== undefined) this.#countMiss(this.misses.length - 1, write ? 1 : 0);
    this.memoryReads++;
    if (this.#shared !== undefined && this.#shared.level.inclusion !== 'exclusive') this.#receive(line, false);
    return false;
  }

  /** A line arrives at the shared cache, or at memory when there is none. */
  #receive(line: number, dirty: boolean): void {
    const shared = this.#shared;
    if (shared === undefined) {
      if (dirty) this.memoryWrites++;
      return;
    }
    const copy = shared.get(line);
    if (copy !== undefined) {
      copy.dirty ||= dirty;
      return;
    }
    const fallen = shared.push({ line, dirty });
    if (fallen === undefined) return;
    let changed = fallen.dirty;
    if (shared.level.inclusion === 'inclusive') {
      for (const lists of this.#cores)
        for (const list of lists) changed = list.remove(fallen.line)?.dirty === true || changed;
      this.#exclusive.delete(fallen.line);
    }
    if (changed) this.memoryWrites++;
  }

  #push(core: number, level: number, copy: Copy): void {
    const lists = this.#cores[core] as List[];
    const fallen = (lists[level] as List).push(copy);
    if (fallen === undefined) return;
    let { dirty } = fallen;
    if ((lists[level] as List).level.inclusion === 'inclusive')
      for (const inner of lists.slice(0, level)) dirty = inner.remove(fallen.line)?.dirty === true || dirty;
    const next = lists[level + 1];
    const inclusion = next?.level.inclusion ?? this.#shared?.level.inclusion;
    if (dirty || inclusion === 'exclusive') {
      const known = next?.get(fallen.line);
      if (next === undefined) this.#receive(fallen.line, dirty);
      else if (known !== undefined) known.dirty ||= dirty;
      else this.#push(core, level + 1, { line: fallen.line, dirty });
    }
    if (!this.#holders(fallen.line).includes(core) && this.#exclusive.get(fallen.line) === core)
      this.#exclusive.delete(fallen.line);
  }
}
