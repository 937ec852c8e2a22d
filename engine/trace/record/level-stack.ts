/** The buckets of one level, in order of time, in columns. */
export interface LevelColumns {
  readonly bucket: Float64Array;
  readonly start: Float64Array;
  readonly length: Float64Array;
  readonly task: Float64Array;
  readonly busy: Float64Array;
  readonly causeTicks: Float64Array;
  readonly label: Uint32Array;
  readonly count: Uint32Array;
  readonly cause: Uint8Array;
}

interface Level {
  columns: LevelColumns;
  size: number;
}

const bytesPerEntry = 6 * 8 + 2 * 4 + 1;
/** Entries of the finest level between two looks at whether it is too fine. */
const look = 256;
/** Items that a bucket of the finest level holds on average at least, after a while. */
const fewest = 4;
const mostLevels = 54;

/** Buckets of 2^k ticks for rising k, of things that come in order of time. The finest k rises until a bucket holds several things. */
export class LevelStack {
  readonly #join: (to: LevelColumns, at: number, from: LevelColumns, i: number) => void;
  readonly #one = emptyColumns(1);
  readonly #levels: Level[] = [];
  /** k of the first level. */
  #finest = 0;
  /** Things added. */
  total = 0;

  /** Of tasks, or of the values of a counter: there `start` is the least, `length` the greatest, `task` the last, `busy` the area. */
  constructor(holds: 'tasks' | 'values') {
    this.#join = holds === 'tasks' ? joinTasks : joinValues;
  }

  get bytes(): number {
    return this.#levels.reduce((sum, { columns }) => sum + columns.bucket.length * bytesPerEntry, 0);
  }

  get finest(): number {
    return this.#finest;
  }

  /** The level whose buckets are the narrowest that are at least `width` ticks wide. */
  levelFor(width: number): number {
    const wanted = width <= 1 ? 0 : Math.ceil(Math.log2(width));
    return Math.min(Math.max(wanted, this.#finest), mostLevels);
  }

  /** Adds a thing of the time `at`, which never goes back. */
  add(
    at: number,
    start: number,
    length: number,
    task: number,
    label: number,
    busy: number,
    cause: number,
    causeTicks: number,
  ): void {
    const one = this.#one;
    one.start[0] = start;
    one.length[0] = length;
    one.task[0] = task;
    one.label[0] = label;
    one.count[0] = 1;
    one.busy[0] = busy;
    one.cause[0] = cause;
    one.causeTicks[0] = causeTicks;
    this.total++;
    const level = this.#open(0, Math.floor(at / 2 ** this.#finest));
    this.#join(level.columns, level.size - 1, one, 0);
  }

  /** Adds to the busy ticks of the newest bucket. */
  grow(area: number): void {
    const level = this.#levels[0];
    if (level !== undefined && level.size > 0) level.columns.busy[level.size - 1]! += area;
  }

  /** Calls `use` for the buckets of a level from the one that holds `from` on, until it says false. */
  visit(k: number, from: number, use: (columns: LevelColumns, index: number) => boolean): void {
    const at = k - this.#finest;
    const width = 2 ** k;
    const first = Math.floor(from / width);
    const level = this.#levels[at];
    const [tail, tailSize] = this.#tail(at, k);
    if (level !== undefined) {
      // The last bucket is still open: what lower levels have not handed up may belong to it.
      const closed = level.size - 1;
      let low = 0;
      let high = Math.max(0, closed);
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (level.columns.bucket[middle]! < first) low = middle + 1;
        else high = middle;
      }
      for (let i = low; i < closed; i++) if (!use(level.columns, i)) return;
    }
    for (let i = 0; i < tailSize; i++) if (tail.bucket[i]! >= first && !use(tail, i)) return;
  }

  /** Gives up the finest level; false when only one is left. */
  coarsen(): boolean {
    const level = this.#levels[0];
    if (level === undefined || level.size === 0) return false;
    this.#feed(0);
    this.#levels.shift();
    this.#finest++;
    return true;
  }

  /** The open buckets of level `at` and of those below, as buckets of level `k`. */
  #tail(at: number, k: number): [LevelColumns, number] {
    const tail = openBuckets;
    let size = 0;
    for (let j = Math.min(at, this.#levels.length - 1); j >= 0; j--) {
      const { columns, size: filled } = this.#levels[j]!;
      if (filled === 0) continue;
      const i = filled - 1;
      const bucket = Math.floor(columns.bucket[i]! / 2 ** (k - this.#finest - j));
      if (size === 0 || tail.bucket[size - 1] !== bucket) {
        reset(tail, size, bucket);
        size++;
      }
      this.#join(tail, size - 1, columns, i);
    }
    return [tail, size];
  }

  /** The level with `bucket` as its last, after closing the one before. */
  #open(at: number, bucket: number): Level {
    let level = this.#levels[at];
    if (level === undefined) {
      level = { columns: emptyColumns(8), size: 0 };
      this.#levels.push(level);
    }
    if (level.size > 0 && level.columns.bucket[level.size - 1] === bucket) return level;
    if (level.size > 0) {
      if (at === 0 && level.size % look === 0 && this.total < fewest * level.size && this.coarsen())
        return this.#open(0, Math.floor(bucket / 2));
      this.#feed(at);
    }
    if (level.size === level.columns.bucket.length) level.columns = wider(level.columns);
    reset(level.columns, level.size, bucket);
    level.size++;
    return level;
  }

  /** Hands the last bucket of a level up. */
  #feed(at: number): void {
    if (at + this.#finest >= mostLevels) return;
    const { columns, size } = this.#levels[at]!;
    const above = this.#open(at + 1, Math.floor(columns.bucket[size - 1]! / 2));
    this.#join(above.columns, above.size - 1, columns, size - 1);
  }
}

function emptyColumns(size: number): LevelColumns {
  return {
    bucket: new Float64Array(size),
    start: new Float64Array(size),
    length: new Float64Array(size),
    task: new Float64Array(size),
    busy: new Float64Array(size),
    causeTicks: new Float64Array(size),
    label: new Uint32Array(size),
    count: new Uint32Array(size),
    cause: new Uint8Array(size),
  };
}

function wider(from: LevelColumns): LevelColumns {
  const to = emptyColumns(2 * from.bucket.length);
  for (const key of Object.keys(from) as Array<keyof LevelColumns>) to[key].set(from[key]);
  return to;
}

const noCause = 255;
/** Holds what `visit` shows last while it does: nothing is made anew for each of many small looks. */
const openBuckets = emptyColumns(mostLevels + 2);

function reset(columns: LevelColumns, i: number, bucket: number): void {
  columns.bucket[i] = bucket;
  columns.start[i] = 0;
  columns.length[i] = 0;
  columns.task[i] = 0;
  columns.busy[i] = 0;
  columns.causeTicks[i] = 0;
  columns.label[i] = 0;
  columns.count[i] = 0;
  columns.cause[i] = noCause;
}

/** The longest stays, of equals the first; the cause with most ticks stays, those of the same cause add up. */
function joinTasks(to: LevelColumns, at: number, from: LevelColumns, i: number): void {
  if (to.count[at] === 0 || from.length[i]! > to.length[at]!) {
    to.start[at] = from.start[i]!;
    to.length[at] = from.length[i]!;
    to.task[at] = from.task[i]!;
    to.label[at] = from.label[i]!;
  }
  to.count[at]! += from.count[i]!;
  to.busy[at]! += from.busy[i]!;
  if (from.cause[i] === to.cause[at]) to.causeTicks[at]! += from.causeTicks[i]!;
  else if (from.causeTicks[i]! > to.causeTicks[at]!) {
    to.cause[at] = from.cause[i]!;
    to.causeTicks[at] = from.causeTicks[i]!;
  }
}

function joinValues(to: LevelColumns, at: number, from: LevelColumns, i: number): void {
  const isFirst = to.count[at] === 0;
  to.start[at] = isFirst ? from.start[i]! : Math.min(to.start[at]!, from.start[i]!);
  to.length[at] = isFirst ? from.length[i]! : Math.max(to.length[at]!, from.length[i]!);
  to.task[at] = from.task[i]!;
  to.count[at]! += from.count[i]!;
  to.busy[at]! += from.busy[i]!;
}
