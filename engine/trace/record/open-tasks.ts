/** Task numbers and the rows they are open on: open addressing over typed arrays, since a map costs more than all the rest of reading a record. */
export class OpenTasks {
  #keys = new Uint32Array(1024);
  #rows = new Int32Array(1024);
  #mask = 1023;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Task numbers are at least 1 and not in the table. */
  add(task: number, row: number): void {
    if (2 * ++this.#size > this.#mask) this.#grow();
    const keys = this.#keys;
    const mask = this.#mask;
    let at = spread(task) & mask;
    while (keys[at] !== 0) at = (at + 1) & mask;
    keys[at] = task;
    this.#rows[at] = row;
  }

  /** The row of a task; -1 when it is not open. */
  get(task: number): number {
    const keys = this.#keys;
    const mask = this.#mask;
    let at = spread(task) & mask;
    while (keys[at] !== task) {
      if (keys[at] === 0) return -1;
      at = (at + 1) & mask;
    }
    return this.#rows[at]!;
  }

  /** Takes a task out and returns its row; -1 when it was not there. */
  remove(task: number): number {
    const keys = this.#keys;
    const rows = this.#rows;
    const mask = this.#mask;
    let at = spread(task) & mask;
    while (keys[at] !== task) {
      if (keys[at] === 0) return -1;
      at = (at + 1) & mask;
    }
    const row = rows[at]!;
    this.#size--;
    // Whatever stands behind and could stand here moves up, so that no probe stops at a hole.
    let next = (at + 1) & mask;
    while (keys[next] !== 0) {
      const home = spread(keys[next]!) & mask;
      if (((next - home) & mask) >= ((next - at) & mask)) {
        keys[at] = keys[next]!;
        rows[at] = rows[next]!;
        at = next;
      }
      next = (next + 1) & mask;
    }
    keys[at] = 0;
    return row;
  }

  /** Every open task with its row, in order of task numbers. */
  entries(): Array<readonly [number, number]> {
    const found: Array<readonly [number, number]> = [];
    for (let at = 0; at <= this.#mask; at++) if (this.#keys[at] !== 0) found.push([this.#keys[at]!, this.#rows[at]!]);
    return found.sort((a, b) => a[0] - b[0]);
  }

  #grow(): void {
    const keys = this.#keys;
    const rows = this.#rows;
    this.#keys = new Uint32Array(2 * keys.length);
    this.#rows = new Int32Array(2 * keys.length);
    this.#mask = 2 * keys.length - 1;
    this.#size = 1;
    for (let at = 0; at < keys.length; at++) if (keys[at] !== 0) this.#readd(keys[at]!, rows[at]!);
  }

  #readd(task: number, row: number): void {
    this.#size++;
    let at = spread(task) & this.#mask;
    while (this.#keys[at] !== 0) at = (at + 1) & this.#mask;
    this.#keys[at] = task;
    this.#rows[at] = row;
  }
}

function spread(task: number): number {
  return Math.imul(task, 0x9e3779b1) >>> 7;
}
