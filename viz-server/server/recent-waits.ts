/** What a row's tasks did, stretch by stretch, oldest first. */
interface RowWaits {
  until: Float64Array;
  task: Uint32Array;
  what: Uint32Array;
  cause: Uint8Array;
  size: number;
}

const bytesPerStretch = 17;

/** The stretches of tasks, work and waits, of every row in order of time: exact, and bounded by giving up the oldest. */
export class RecentWaits {
  readonly #budget: number;
  readonly #rows: RowWaits[] = [];
  /** Tick before which stretches are no longer held. */
  exactFrom = 0;
  bytes = 0;

  constructor(budgetBytes: number) {
    this.#budget = budgetBytes;
  }

  addRow(): void {
    this.#rows.push(columns(16));
    this.bytes += 16 * bytesPerStretch;
  }

  /** A stretch of `task` that ended at `until`, not before the last one of its row. */
  add(row: number, until: number, task: number, what: number, cause: number): void {
    let waits = this.#rows[row]!;
    if (waits.size === waits.until.length) {
      if (this.bytes + waits.size * bytesPerStretch > this.#budget) this.#forget(waits);
      else waits = this.#widen(row);
    }
    const i = waits.size++;
    waits.until[i] = until;
    waits.task[i] = task;
    waits.what[i] = what;
    waits.cause[i] = cause;
  }

  /** How many stretches of a row end in [from, to], and the first; at most one more that holds `to`. */
  range(row: number, from: number, to: number): { readonly first: number; readonly count: number } {
    const { until, size } = this.#rows[row]!;
    const first = lowerBound(until, size, from);
    const last = Math.min(size, lowerBound(until, size, to) + 1);
    return { first, count: Math.max(0, last - first) };
  }

  /** The columns of a row, to be read only. */
  columns(row: number): Readonly<RowWaits> {
    return this.#rows[row]!;
  }

  /** The older half of a row goes. */
  #forget(waits: RowWaits): void {
    const gone = waits.size >>> 1;
    this.exactFrom = Math.max(this.exactFrom, waits.until[gone - 1] ?? 0);
    waits.until.copyWithin(0, gone, waits.size);
    waits.task.copyWithin(0, gone, waits.size);
    waits.what.copyWithin(0, gone, waits.size);
    waits.cause.copyWithin(0, gone, waits.size);
    waits.size -= gone;
  }

  #widen(row: number): RowWaits {
    const { until, task, what, cause, size } = this.#rows[row]!;
    const wider = columns(2 * size);
    wider.until.set(until);
    wider.task.set(task);
    wider.what.set(what);
    wider.cause.set(cause);
    wider.size = size;
    this.bytes += size * bytesPerStretch;
    this.#rows[row] = wider;
    return wider;
  }
}

function columns(room: number): RowWaits {
  return {
    until: new Float64Array(room),
    task: new Uint32Array(room),
    what: new Uint32Array(room),
    cause: new Uint8Array(room),
    size: 0,
  };
}

/** The first of `size` sorted numbers that is at least `value`. */
function lowerBound(sorted: Float64Array, size: number, value: number): number {
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
