import {
  type CounterLabel,
  TableBuilder,
  type TaskLabel,
  type TraceConsumer,
  type TraceRow,
  type TraceTable,
  type WaitLabel,
} from '../../engine/trace/index.ts';
import type { TaskFlow } from '../protocol/index.ts';

/** A whole trace with what only single tasks are asked for. */
export interface FullTable {
  readonly table: TraceTable;
  /** Index of a task in the table, by its number; open tasks are in none. */
  readonly indexOf: ReadonlyMap<number, number>;
  /** Number of the task with each index. */
  readonly numbers: readonly number[];
  readonly notes: ReadonlyMap<number, Readonly<Record<string, string | number | boolean>>>;
  /** Arrows of each task. */
  readonly flows: ReadonlyMap<number, readonly TaskFlow[]>;
}

/** Collects a decoded recording as a table. */
export class FullTableConsumer implements TraceConsumer {
  readonly #builder: TableBuilder;
  readonly #indexOf = new Map<number, number>();
  readonly #numbers: number[] = [];
  readonly #notes = new Map<number, Record<string, string | number | boolean>>();
  readonly #flows = new Map<number, TaskFlow[]>();
  readonly #open: number[] = [];
  #now = 0;

  constructor(tickPs: number) {
    this.#builder = new TableBuilder(tickPs);
  }

  row({ track }: TraceRow): void {
    this.#builder.row(track);
  }
  counter(_index: number, { path, name, unit }: CounterLabel): void {
    this.#builder.counter(path, name, unit);
  }
  begins(row: number, at: number, task: number, { kind, name }: TaskLabel, parent: number): void {
    this.#open[row] = task;
    this.#builder.begin(task, at, row, kind, name, parent);
  }
  waits(_row: number, at: number, task: number, wait: WaitLabel, by: number): void {
    this.#builder.turn(task, at, wait, by);
  }
  works(_row: number, at: number, task: number, by: number): void {
    this.#builder.turn(task, at, undefined, by);
  }
  ends(row: number, at: number, task: number, cut: boolean): void {
    this.#open[row] = 0;
    this.#indexOf.set(task, this.#numbers.push(task) - 1);
    this.#builder.end(task, at, cut);
    if (at > this.#now) this.#now = at;
  }
  note(_row: number, task: number, key: string, value: string | number | boolean): void {
    let notes = this.#notes.get(task);
    if (notes === undefined) {
      notes = {};
      this.#notes.set(task, notes);
    }
    notes[key] = value;
  }
  counts(counter: number, at: number, value: number): void {
    this.#builder.count(counter, at, value);
  }
  flows(fromRow: number, toRow: number, at: number, name: string): void {
    const [from = 0, to = 0] = [this.#open[fromRow], this.#open[toRow]];
    for (const task of new Set([from, to])) {
      const list = this.#flows.get(task);
      if (list === undefined) this.#flows.set(task, [{ from, to, at, name }]);
      else if (list.length < 100) list.push({ from, to, at, name });
    }
  }
  marks(): void {}

  finish(): FullTable {
    return {
      table: this.#builder.finish(),
      indexOf: this.#indexOf,
      numbers: this.#numbers,
      notes: this.#notes,
      flows: this.#flows,
    };
  }
}
