import { type Annotations, type TraceSink as FormatSink, waitCategory } from '../formats/trace-sink.ts';
import type { CounterLabel, TaskLabel, WaitLabel } from './trace-chunk.ts';
import type { TraceConsumer, TraceRow } from './trace-decoder.ts';

export interface FormatConsumerOptions {
  /** Whether tasks carry their numbers, parents and releasers, which analysis needs; true by default. */
  readonly ids?: boolean | undefined;
}

/** Category of arrows. */
const flowCategory = 'flow';

/**
 * Passes a decoded recording on to a writer of a format: top-level actors become processes, actors tracks below them in order of first
 * use, rows lanes; tasks become slices whose waits are slices inside them.
 */
export class FormatConsumer implements TraceConsumer {
  readonly #sink: FormatSink;
  readonly #ids: boolean;
  readonly #paths = new Map<string, number>();
  #rowTracks = new Int32Array(256);
  readonly #counterTracks: number[] = [];
  #tracks = 0;
  #flows = 0;
  /** Of each row: the time of the last event, whether the task has something of the two below, the wait that is open, what was noted. */
  #last = new Float64Array(256);
  #hasMore = new Uint8Array(256);
  readonly #wait: Array<WaitLabel | undefined> = [];
  readonly #notes: Array<Record<string, string | number | boolean> | undefined> = [];

  constructor(sink: FormatSink, options: FormatConsumerOptions = {}) {
    this.#sink = sink;
    this.#ids = options.ids ?? true;
  }

  row({ index, track: { path, lane }, place }: TraceRow): void {
    const parent = this.#trackOf(path);
    const id = ++this.#tracks;
    const name = lane !== '' ? lane : lastPart(path);
    this.#sink.track({ id, kind: place === 0 ? 'track' : 'lane', name, parent, order: id });
    if (index >= this.#last.length) this.#grow();
    this.#rowTracks[index] = id;
    this.#wait[index] = undefined;
    this.#notes[index] = undefined;
  }

  counter(index: number, { path, name, unit }: CounterLabel): void {
    const id = ++this.#tracks;
    this.#sink.track({ id, kind: 'counter', name, parent: this.#trackOf(path), unit, order: id });
    this.#counterTracks[index] = id;
  }

  begins(row: number, at: number, task: number, { kind, name }: TaskLabel, parent: number): void {
    this.#last[row] = at;
    if (this.#sink.beginTask !== undefined) {
      const shown = name === '' ? kind : name;
      if (this.#ids) this.#sink.beginTask(at, this.#rowTracks[row]!, kind, shown, task, parent);
      else this.#sink.beginTask(at, this.#rowTracks[row]!, kind, shown, 0, 0);
      return;
    }
    const annotations: Annotations | undefined = !this.#ids ? undefined : parent === 0 ? { task } : { task, parent };
    this.#sink.begin(at, this.#rowTracks[row]!, kind, name === '' ? kind : name, annotations && { annotations });
  }

  waits(row: number, at: number, _task: number, wait: WaitLabel, by: number): void {
    const from = this.#clamp(row, at);
    const before = this.#wait[row];
    // The same wait said again is one wait.
    if (before !== undefined && before.cause === wait.cause && before.what === wait.what && by === 0) return;
    this.#endWait(row, from, by);
    this.#sink.begin(from, this.#rowTracks[row]!, waitCategory, wait.cause, { annotations: { what: wait.what } });
    this.#wait[row] = wait;
    this.#hasMore[row] = 1;
  }

  works(row: number, at: number, _task: number, by: number): void {
    this.#endWait(row, this.#clamp(row, at), by);
  }

  ends(row: number, at: number, _task: number, cut: boolean): void {
    const until = this.#clamp(row, at);
    if (this.#hasMore[row] === 0 && !cut) {
      this.#sink.end(until, this.#rowTracks[row]!);
      return;
    }
    this.#hasMore[row] = 0;
    this.#endWait(row, until, 0);
    let annotations = this.#notes[row];
    if (cut) annotations = { ...annotations, cut: true };
    this.#sink.end(until, this.#rowTracks[row]!, annotations && { annotations });
    this.#notes[row] = undefined;
  }

  note(row: number, _task: number, key: string, value: string | number | boolean): void {
    const notes = this.#notes[row] ?? {};
    notes[key] = value;
    this.#notes[row] = notes;
    this.#hasMore[row] = 1;
  }

  counts(counter: number, at: number, value: number): void {
    this.#sink.counter(at, this.#counterTracks[counter]!, value);
  }

  flows(fromRow: number, toRow: number, at: number, name: string): void {
    const flow = ++this.#flows;
    const called = name === '' ? 'flow' : name;
    this.#sink.instant(this.#clamp(fromRow, at), this.#rowTracks[fromRow]!, flowCategory, called, { flows: [flow] });
    this.#sink.instant(this.#clamp(toRow, at), this.#rowTracks[toRow]!, flowCategory, called, { endingFlows: [flow] });
  }

  marks(row: number, at: number, name: string): void {
    this.#sink.instant(this.#clamp(row, at), this.#rowTracks[row]!, 'instant', name);
  }

  #endWait(row: number, at: number, by: number): void {
    if (this.#wait[row] === undefined) return;
    this.#wait[row] = undefined;
    this.#sink.end(at, this.#rowTracks[row]!, this.#ids && by !== 0 ? { annotations: { by } } : undefined);
  }

  /** Stretches that become known late may lie before an instant that was already written. */
  #clamp(row: number, at: number): number {
    const last = this.#last[row]!;
    if (at < last) return last;
    this.#last[row] = at;
    return at;
  }

  #grow(): void {
    const size = 2 * this.#last.length;
    const last = new Float64Array(size);
    last.set(this.#last);
    this.#last = last;
    const tracks = new Int32Array(size);
    tracks.set(this.#rowTracks);
    this.#rowTracks = tracks;
    const more = new Uint8Array(size);
    more.set(this.#hasMore);
    this.#hasMore = more;
  }

  /** The track of an actor, below those of the parts of its path. */
  #trackOf(path: string): number {
    const known = this.#paths.get(path);
    if (known !== undefined) return known;
    const slash = path.lastIndexOf('/');
    const parent = slash < 0 ? undefined : this.#trackOf(path.slice(0, slash));
    const id = ++this.#tracks;
    const name = path === '' ? 'simulation' : lastPart(path);
    const description = path === '' ? undefined : path;
    const kind = parent === undefined ? 'process' : 'track';
    this.#sink.track({ id, kind, name, parent, description, order: id, ordersChildren: true });
    this.#paths.set(path, id);
    return id;
  }
}

function lastPart(path: string): string {
  return path === '' ? 'simulation' : path.slice(path.lastIndexOf('/') + 1);
}
