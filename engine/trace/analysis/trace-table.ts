import type { TaskLabel, TraceTrackLabel, WaitLabel } from '../record/trace-chunk.ts';

/** Values of one counter, in order of time. */
export interface CounterTrack {
  /** Path of its actor; '' for the simulation itself. */
  readonly path: string;
  readonly name: string;
  readonly unit: string;
  readonly times: number[];
  readonly values: number[];
}

/**
 * A whole trace in columns, for analysis: task `i` is `start[i]`, `end[i]`, `row[i]`, `label[i]`, `parent[i]` and the stretches from
 * `firstStretch[i]` on. Times are ticks.
 */
export class TraceTable {
  readonly picosecondsPerTick: number;
  readonly rows: TraceTrackLabel[] = [];
  readonly labels: TaskLabel[] = [];
  readonly waits: WaitLabel[] = [];
  readonly counters: CounterTrack[] = [];

  readonly start: number[] = [];
  readonly end: number[] = [];
  readonly row: number[] = [];
  readonly label: number[] = [];
  /** Index of the parent; -1 for none. */
  readonly parent: number[] = [];
  readonly firstStretch: number[] = [];
  readonly stretchCount: number[] = [];

  /** Of each stretch: where it ends, what is waited for or -1 for work, and the task that ended it or -1. */
  readonly until: number[] = [];
  readonly wait: number[] = [];
  readonly by: number[] = [];
  /** Tasks that the trace cut off. */
  cut = 0;
  /** The end of the last task, or of what was told last. */
  makespan = 0;

  constructor(picosecondsPerTick: number) {
    this.picosecondsPerTick = picosecondsPerTick;
  }

  get tasks(): number {
    return this.start.length;
  }

  /** Path of the actor of a task. */
  pathOf(task: number): string {
    return this.rows[this.row[task]!]!.path;
  }

  /** Kind and name of a task as people read it. */
  nameOf(task: number): string {
    const { kind, name } = this.labels[this.label[task]!]!;
    return name === '' || name === kind ? kind : `${kind} ${name}`;
  }

  /** Calls `visit` for each stretch of a task: from, until, index of the wait or -1, task that ended it or -1. */
  stretches(task: number, visit: (from: number, until: number, wait: number, by: number) => void): void {
    let from = this.start[task]!;
    const first = this.firstStretch[task]!;
    for (let s = first; s < first + this.stretchCount[task]!; s++) {
      visit(from, this.until[s]!, this.wait[s]!, this.by[s]!);
      from = this.until[s]!;
    }
  }
}

interface OpenTask {
  readonly id: number;
  readonly parent: number;
  readonly row: number;
  readonly label: number;
  readonly start: number;
  mark: number;
  wait: number;
  readonly until: number[];
  readonly waits: number[];
  readonly by: number[];
}

/** Fills a `TraceTable`; tasks go by numbers of the trace here. */
export class TableBuilder {
  readonly table: TraceTable;
  readonly #labels = new Map<string, number>();
  readonly #waits = new Map<string, number>();
  readonly #open = new Map<number, OpenTask>();
  readonly #indexes = new Map<number, number>();

  constructor(picosecondsPerTick: number) {
    this.table = new TraceTable(picosecondsPerTick);
  }

  row(track: TraceTrackLabel): number {
    return this.table.rows.push(track) - 1;
  }

  counter(path: string, name: string, unit: string): number {
    return this.table.counters.push({ path, name, unit, times: [], values: [] }) - 1;
  }

  begin(id: number, at: number, row: number, kind: string, name: string, parent: number): void {
    const key = `${kind}\0${name}`;
    let label = this.#labels.get(key);
    if (label === undefined) {
      label = this.table.labels.push({ kind, name }) - 1;
      this.#labels.set(key, label);
    }
    this.#open.set(id, { id, parent, row, label, start: at, mark: at, wait: -1, until: [], waits: [], by: [] });
  }

  /** From `at` on the task waits, or works when `wait` is undefined. */
  turn(id: number, at: number, wait: WaitLabel | undefined, by: number): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    this.#close(open, at, by);
    if (wait === undefined) {
      open.wait = -1;
      return;
    }
    const key = `${wait.cause}\0${wait.what}`;
    let index = this.#waits.get(key);
    if (index === undefined) {
      index = this.table.waits.push({ cause: wait.cause, what: wait.what }) - 1;
      this.#waits.set(key, index);
    }
    open.wait = index;
  }

  end(id: number, at: number, cut: boolean): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    this.#open.delete(id);
    this.#close(open, at, 0);
    const { table } = this;
    if (cut) table.cut++;
    this.#indexes.set(id, table.start.length);
    table.start.push(open.start);
    table.end.push(at);
    table.row.push(open.row);
    table.label.push(open.label);
    table.parent.push(open.parent);
    table.firstStretch.push(table.until.length);
    table.stretchCount.push(open.until.length);
    for (let i = 0; i < open.until.length; i++) {
      table.until.push(open.until[i]!);
      table.wait.push(open.waits[i]!);
      table.by.push(open.by[i]!);
    }
    if (at > table.makespan) table.makespan = at;
  }

  count(counter: number, at: number, value: number): void {
    const { times, values } = this.table.counters[counter]!;
    times.push(at);
    values.push(value);
  }

  /** Numbers of tasks become indices; tasks still open are left out. */
  finish(): TraceTable {
    const { parent, by } = this.table;
    const indexOf = (id: number): number => (id <= 0 ? -1 : (this.#indexes.get(id) ?? -1));
    for (let i = 0; i < parent.length; i++) parent[i] = indexOf(parent[i]!);
    for (let i = 0; i < by.length; i++) by[i] = indexOf(by[i]!);
    return this.table;
  }

  #close(open: OpenTask, at: number, by: number): void {
    if (at <= open.mark) return;
    const last = open.until.length - 1;
    // Equal stretches one after the other are one.
    if (last >= 0 && open.waits[last] === open.wait && open.by[last] === 0) open.until.pop();
    else {
      open.waits.push(open.wait);
      open.by.push(0);
    }
    open.until.push(at);
    open.by[open.by.length - 1] = by;
    open.mark = at;
  }
}
