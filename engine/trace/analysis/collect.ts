import { picosecondsPerTick, type Simulation } from '../../kernel/index.ts';
import { readPerfetto } from '../formats/perfetto-reader.ts';
import {
  type EventDetails,
  type TraceSink as FormatSink,
  type TraceTrack,
  waitCategory,
} from '../formats/trace-sink.ts';
import { DirectTarget, Recorder, type RecorderOptions } from '../record/recorder.ts';
import type { CounterLabel, TaskLabel, WaitLabel } from '../record/trace-chunk.ts';
import type { TraceConsumer, TraceRow } from '../record/trace-decoder.ts';
import { TableBuilder, type TraceTable } from './trace-table.ts';

class TableConsumer implements TraceConsumer {
  readonly builder: TableBuilder;

  constructor(perTick: number) {
    this.builder = new TableBuilder(perTick);
  }
  row({ track }: TraceRow): void {
    this.builder.row(track);
  }
  counter(_index: number, { path, name, unit }: CounterLabel): void {
    this.builder.counter(path, name, unit);
  }
  begins(row: number, at: number, task: number, { kind, name }: TaskLabel, parent: number): void {
    this.builder.begin(task, at, row, kind, name, parent);
  }
  waits(_row: number, at: number, task: number, wait: WaitLabel, by: number): void {
    this.builder.turn(task, at, wait, by);
  }
  works(_row: number, at: number, task: number, by: number): void {
    this.builder.turn(task, at, undefined, by);
  }
  ends(_row: number, at: number, task: number, cut: boolean): void {
    this.builder.end(task, at, cut);
  }
  note(): void {}
  counts(counter: number, at: number, value: number): void {
    this.builder.count(counter, at, value);
  }
  flows(): void {}
  marks(): void {}
}

/** Records `sim` in memory from now on; the result stops that and gives the whole trace as a table. */
export function collectTrace(sim: Simulation, options: RecorderOptions = {}): () => TraceTable {
  const consumer = new TableConsumer(picosecondsPerTick[sim.resolution]);
  const recorder = new Recorder(sim, new DirectTarget(consumer), options).start();
  return () => {
    recorder.finish();
    const table = consumer.builder.finish();
    table.makespan = Math.max(table.makespan, sim.now);
    return table;
  };
}

/** Takes what a reader of a trace file hands on; slices of other programs become tasks, those inside others their children. */
export class TableSink implements FormatSink {
  readonly #builder: TableBuilder;
  readonly #tracks = new Map<number, TraceTrack>();
  readonly #rows = new Map<number, number>();
  readonly #counters = new Map<number, number>();
  /** Of each track: the tasks whose slices are open, 0 for a wait. */
  readonly #open = new Map<number, number[]>();
  #ids = 2 ** 40;

  constructor(picosecondsPerTick: number) {
    this.#builder = new TableBuilder(picosecondsPerTick);
  }

  track(track: TraceTrack): void {
    this.#tracks.set(track.id, track);
  }

  begin(at: number, track: number, category: string, name: string, details?: EventDetails): void {
    let open = this.#open.get(track);
    if (open === undefined) {
      open = [];
      this.#open.set(track, open);
    }
    const above = open.at(-1) ?? 0;
    const notes = details?.annotations;
    if (category === waitCategory && above > 0) {
      this.#builder.turn(above, at, { cause: name as WaitLabel['cause'], what: String(notes?.what ?? '') }, 0);
      open.push(0);
      return;
    }
    const id = typeof notes?.task === 'number' ? notes.task : ++this.#ids;
    const parent = typeof notes?.parent === 'number' ? notes.parent : above;
    const kind = category === '' ? 'slice' : category;
    this.#builder.begin(id, at, this.#rowOf(track), kind, name === kind ? '' : name, parent);
    open.push(id);
  }

  end(at: number, track: number, details?: EventDetails): void {
    const open = this.#open.get(track);
    const id = open?.pop();
    if (open === undefined || id === undefined) return;
    const notes = details?.annotations;
    if (id === 0) this.#builder.turn(open.at(-1) ?? 0, at, undefined, typeof notes?.by === 'number' ? notes.by : 0);
    else this.#builder.end(id, at, notes?.cut === true || notes?.unfinished === true);
  }

  instant(): void {}

  counter(at: number, track: number, value: number): void {
    let counter = this.#counters.get(track);
    if (counter === undefined) {
      const { name = `track ${track}`, unit = '', parent } = this.#tracks.get(track) ?? {};
      counter = this.#builder.counter(parent === undefined ? '' : this.#pathOf(parent), name, unit);
      this.#counters.set(track, counter);
    }
    this.#builder.count(counter, at, value);
  }

  finish(): void {}

  table(): TraceTable {
    return this.#builder.finish();
  }

  #rowOf(track: number): number {
    let row = this.#rows.get(track);
    if (row === undefined) {
      const { name = `track ${track}`, parent } = this.#tracks.get(track) ?? {};
      const above = parent === undefined ? '' : this.#pathOf(parent);
      const last = above.slice(above.lastIndexOf('/') + 1);
      row = this.#builder.row({ path: above, lane: name === last || name === 'simulation' ? '' : name });
      this.#rows.set(track, row);
    }
    return row;
  }

  #pathOf(track: number): string {
    const known = this.#tracks.get(track);
    if (known === undefined) return `track ${track}`;
    if (known.description !== undefined) return known.description;
    if (known.parent === undefined) return known.name === 'simulation' ? '' : known.name;
    return `${this.#pathOf(known.parent)}/${known.name}`;
  }
}

/** The trace in the bytes of a Perfetto file, times in picoseconds; tasks that the file cuts off end at its end. Throws WIRE_MALFORMED. */
export function tableOfPerfetto(bytes: Uint8Array): TraceTable {
  const sink = new TableSink(1);
  readPerfetto(bytes, sink);
  return sink.table();
}
