import { type Annotations, type EventDetails, type TraceSink, type TraceTrack, waitCategory } from './trace-sink.ts';
import { TrackTree } from './track-tree.ts';

/** A column: its name carries the unit. `integer` columns hold whole numbers up to 2^53. */
export interface TableColumn {
  readonly name: string;
  readonly type: 'text' | 'integer' | 'number';
}

const text = (name: string): TableColumn => ({ name, type: 'text' });
const integer = (name: string): TableColumn => ({ name, type: 'integer' });
const number = (name: string): TableColumn => ({ name, type: 'number' });

/** The tables of a trace. `task` numbers tasks from 1 in the order of their begins; 0 stands for none. */
export const traceTables = {
  tracks: [integer('track'), integer('parent'), text('kind'), text('path'), text('description')],
  tasks: [
    integer('task'),
    integer('parent'),
    integer('track'),
    text('path'),
    text('kind'),
    text('name'),
    integer('start_ps'),
    integer('duration_ps'),
    integer('waiting_ps'),
    text('arguments'),
  ],
  waits: [
    integer('task'),
    integer('track'),
    text('path'),
    text('cause'),
    text('what'),
    integer('start_ps'),
    integer('duration_ps'),
  ],
  marks: [integer('track'), text('path'), text('kind'), text('name'), integer('at_ps'), text('arguments')],
  counters: [integer('track'), text('path'), text('unit'), integer('at_ps'), number('value')],
  links: [integer('track'), text('path'), integer('at_ps'), number('rate_B_per_s')],
  memory: [integer('track'), text('path'), integer('at_ps'), number('bytes')],
  flows: [integer('flow'), integer('from_track'), integer('from_ps'), integer('to_track'), integer('to_ps')],
} as const satisfies Record<string, readonly TableColumn[]>;

/** Name of a table of a trace. */
export type TableName = keyof typeof traceTables;

/** A cell; missing ones are empty in CSV and null in Parquet. */
export type Cell = string | number | undefined;

/** Takes the rows of the tables, each in the order of its columns. */
export interface TableWriter {
  row(table: TableName, cells: readonly Cell[]): void;
  finish(): void;
}

interface OpenTask {
  readonly at: number;
  readonly task: number;
  readonly category: string;
  readonly name: string;
  readonly annotations: Annotations | undefined;
  waiting: number;
}

/**
 * Turns a trace into rows. A row is written when its slice ends, so files can be read at any moment. Counters in bytes a second are the
 * `links`, those in bytes the `memory`, all others `counters`.
 */
export class TableSink implements TraceSink {
  readonly #writer: TableWriter;
  readonly #perTick: number;
  readonly #tree = new TrackTree();
  readonly #open = new Map<number, OpenTask[]>();
  readonly #flows = new Map<number, { readonly track: number; readonly at: number }>();
  #tasks = 0;

  constructor(writer: TableWriter, options: { readonly picosecondsPerTick?: number } = {}) {
    this.#writer = writer;
    this.#perTick = options.picosecondsPerTick ?? 1;
  }

  track(track: TraceTrack): void {
    this.#tree.add(track);
    this.#writer.row('tracks', [
      track.id,
      track.parent ?? 0,
      track.kind,
      this.#tree.path(track.id),
      track.description ?? '',
    ]);
  }

  begin(at: number, track: number, category: string, name: string, details?: EventDetails): void {
    let open = this.#open.get(track);
    if (open === undefined) {
      open = [];
      this.#open.set(track, open);
    }
    const task = category === waitCategory ? (open.at(-1)?.task ?? 0) : ++this.#tasks;
    open.push({ at: at * this.#perTick, task, category, name, annotations: details?.annotations, waiting: 0 });
    this.#useFlows(at, track, details);
  }

  end(at: number, track: number, details?: EventDetails): void {
    const open = this.#open.get(track);
    const slice = open?.pop();
    if (open === undefined || slice === undefined) return;
    this.#useFlows(at, track, details);
    const annotations: Record<string, string | number | boolean> = { ...slice.annotations, ...details?.annotations };
    const exact = typeof annotations.t_ps === 'number' && typeof annotations.dur_ps === 'number';
    const start = exact ? (annotations.t_ps as number) : slice.at;
    const duration = exact ? (annotations.dur_ps as number) : at * this.#perTick - slice.at;
    delete annotations.t_ps;
    delete annotations.dur_ps;
    const path = this.#tree.path(track);
    const outer = open.at(-1);
    if (slice.category === waitCategory) {
      if (outer !== undefined) outer.waiting += duration;
      const what = annotations.what ?? '';
      this.#writer.row('waits', [slice.task, track, path, slice.name, String(what), start, duration]);
    } else
      this.#writer.row('tasks', [
        slice.task,
        outer?.task ?? 0,
        track,
        path,
        slice.category,
        slice.name,
        start,
        duration,
        slice.waiting,
        asText(annotations),
      ]);
  }

  instant(at: number, track: number, category: string, name: string, details?: EventDetails): void {
    const path = this.#tree.path(track);
    this.#writer.row('marks', [track, path, category, name, at * this.#perTick, asText(details?.annotations)]);
    this.#useFlows(at, track, details);
  }

  counter(at: number, track: number, value: number): void {
    const path = this.#tree.path(track);
    const unit = this.#tree.get(track)?.unit ?? '';
    const time = at * this.#perTick;
    const scale = byteScales[unit.endsWith('/s') ? unit.slice(0, -2) : unit];
    if (scale === undefined) this.#writer.row('counters', [track, path, unit, time, value]);
    else this.#writer.row(unit.endsWith('/s') ? 'links' : 'memory', [track, path, time, value * scale]);
  }

  finish(): void {
    this.#writer.finish();
  }

  #useFlows(at: number, track: number, details: EventDetails | undefined): void {
    if (details === undefined) return;
    for (const id of details.flows ?? []) this.#useFlow(id, at * this.#perTick, track);
    for (const id of details.endingFlows ?? []) {
      this.#useFlow(id, at * this.#perTick, track);
      this.#flows.delete(id);
    }
  }

  #useFlow(id: number, at: number, track: number): void {
    const from = this.#flows.get(id);
    if (from !== undefined) this.#writer.row('flows', [id, from.track, from.at, track, at]);
    this.#flows.set(id, { track, at });
  }
}

/** Bytes in the units that counters of links and memory come in. */
const byteScales: Readonly<Record<string, number>> = {
  B: 1,
  bytes: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
  bit: 1 / 8,
  kbit: 125,
  Mbit: 125e3,
  Gbit: 125e6,
  Tbit: 125e9,
};

function asText(annotations: Annotations | undefined): string {
  if (annotations === undefined || Object.keys(annotations).length === 0) return '';
  return JSON.stringify(annotations);
}
