import { OpenTasks } from './open-tasks.ts';
import {
  type CounterLabel,
  nameShift,
  ops,
  sameTime,
  type TaskLabel,
  type TraceChunk,
  type TraceTrackLabel,
  type WaitLabel,
} from './trace-chunk.ts';

/** A row of a trace: one of those that a track needs because its tasks overlap. At most one task is open on it at a time. */
export interface TraceRow {
  /** Counts from 0 in order of first use. */
  readonly index: number;
  readonly track: TraceTrackLabel;
  /** Place among the rows of its track, from 0. */
  readonly place: number;
}

/** Where a decoded recording goes. Times are ticks; those of one row never go back. */
export interface TraceConsumer {
  row(row: TraceRow): void;
  counter(index: number, label: CounterLabel): void;
  /** A task of `row`, working. `parent` 0: none. */
  begins(row: number, at: number, task: number, label: TaskLabel, parent: number): void;
  waits(row: number, at: number, task: number, wait: WaitLabel, by: number): void;
  works(row: number, at: number, task: number, by: number): void;
  /** `cut`: it had not ended when the recording stopped. */
  ends(row: number, at: number, task: number, cut: boolean): void;
  note(row: number, task: number, key: string, value: string | number | boolean): void;
  counts(counter: number, at: number, value: number): void;
  /** An arrow from one open task to another. */
  flows(fromRow: number, toRow: number, at: number, name: string): void;
  /** `row`: of the task, or of the actor without one. */
  marks(row: number, at: number, name: string): void;
}

interface Track {
  readonly label: TraceTrackLabel;
  readonly rows: number[];
}

/** Reads the chunks of a `TraceEncoder`, gives overlapping tasks rows of their own, and passes on what belongs to tasks whose beginning was recorded. */
export class TraceDecoder {
  readonly #consumers: readonly TraceConsumer[];
  #labels: TaskLabel[] = [];
  #waits: WaitLabel[] = [];
  #texts: string[] = [];
  readonly #tracks: Track[] = [];
  /** Of each track: its row at place 0 or -1, and the place before which none is free. */
  #firstRow = new Int32Array(256).fill(-1);
  #freeFrom = new Int32Array(256);
  readonly #open = new OpenTasks();
  /** The task that began last. */
  #lastTask = 0;
  #rows = 0;
  /** Of each row: its open task or 0, its place on its track, and when it was used last. */
  #taskOf = new Uint32Array(256);
  #trackOf = new Int32Array(256);
  #placeOf = new Int32Array(256);
  #last = new Float64Array(256);
  #counters = 0;
  /** Time of the last record, in ticks. */
  now = 0;
  /** Tasks begun, and records for tasks that had begun before the recording or were filtered. */
  tasks = 0;
  unknown = 0;
  readonly #double = new Float64Array(1);
  readonly #halves = new Uint32Array(this.#double.buffer);

  constructor(consumers: readonly TraceConsumer[]) {
    this.#consumers = consumers;
  }

  /** Tasks open now. */
  get openTasks(): number {
    return this.#open.size;
  }

  read({ words, length, definitions }: TraceChunk): void {
    if (definitions.restarts) {
      this.#labels = [];
      this.#waits = [];
      this.#texts = [];
    }
    for (const label of definitions.labels) this.#labels.push(label);
    for (const wait of definitions.waits) this.#waits.push(wait);
    for (const text of definitions.texts) this.#texts.push(text);
    for (const label of definitions.tracks) this.#tracks.push({ label, rows: [] });
    this.#makeRoomForTracks();
    for (const label of definitions.counters) this.#each((consumer) => consumer.counter(this.#counters, label), true);
    let now = this.now;
    for (let i = 0; i < length; ) {
      const head = words[i++]!;
      const id = head >>> nameShift;
      if ((head & sameTime) === 0) now += words[i++]!;
      switch (head & 15) {
        case ops.time:
          now = words[i]! * 4294967296 + words[i - 1]!;
          i++;
          break;
        case ops.beginNext:
          this.#begin(now, ++this.#lastTask, this.#labels[id]!, words[i]!, 0);
          i++;
          break;
        case ops.begin: {
          const task = words[i]!;
          this.#lastTask = task;
          const parent = words[i + 2] === 0 ? 0 : task - words[i + 2]!;
          this.#begin(now, task, this.#labels[id]!, words[i + 1]!, parent);
          i += 3;
          break;
        }
        case ops.end: {
          const task = words[i]!;
          const row = this.#open.remove(task);
          if (row < 0) this.unknown++;
          else this.#end(row, now, task, false);
          i++;
          break;
        }
        case ops.wait: {
          const task = words[i]!;
          const row = this.#open.get(task);
          if (row < 0) this.unknown++;
          else {
            const by = words[i + 1]!;
            const wait = this.#waits[id]!;
            for (let c = 0; c < this.#consumers.length; c++) this.#consumers[c]!.waits(row, now, task, wait, by);
          }
          i += 2;
          break;
        }
        case ops.work: {
          const task = words[i]!;
          const row = this.#open.get(task);
          if (row < 0) this.unknown++;
          else {
            const by = words[i + 1]!;
            for (let c = 0; c < this.#consumers.length; c++) this.#consumers[c]!.works(row, now, task, by);
          }
          i += 2;
          break;
        }
        case ops.count: {
          const value = this.#value(words[i]!, words[i + 1]!);
          this.#each((consumer) => consumer.counts(id, now, value));
          i += 2;
          break;
        }
        case ops.flow: {
          const from = this.#open.get(words[i]!);
          const to = this.#open.get(words[i + 1]!);
          if (from < 0 || to < 0) this.unknown++;
          else this.#each((consumer) => consumer.flows(from, to, now, this.#texts[id]!));
          i += 2;
          break;
        }
        case ops.mark: {
          const task = words[i]!;
          const open = task === 0 ? -1 : this.#open.get(task);
          const row = open < 0 ? this.#rowFor(words[i + 1]!, now, 0) : open;
          this.#last[row] = now;
          this.#each((consumer) => consumer.marks(row, now, this.#texts[id]!));
          i += 2;
          break;
        }
        case ops.note: {
          const task = words[i]!;
          const row = this.#open.get(task);
          const number = this.#value(words[i + 2]!, words[i + 3]!);
          const kind = words[i + 1]!;
          const value = kind === 0 ? this.#texts[number]! : kind === 1 ? number : number !== 0;
          if (row < 0) this.unknown++;
          else this.#each((consumer) => consumer.note(row, task, this.#texts[id]!, value));
          i += 4;
          break;
        }
        case ops.cut:
          this.#cut(now);
          break;
        default:
          throw new RangeError(`a chunk holds an unknown record, ${head & 15}`);
      }
    }
    this.now = now;
  }

  #cut(at: number): void {
    for (const [task, row] of this.#open.entries()) {
      this.#open.remove(task);
      this.#end(row, Math.max(at, this.#last[row]!), task, true);
    }
  }

  #begin(at: number, task: number, label: TaskLabel, track: number, parent: number): void {
    const above = parent === 0 ? -1 : this.#open.get(parent);
    const from = above >= 0 && this.#trackOf[above] === track ? this.#placeOf[above]! + 1 : 0;
    // Nearly always the first row, and it is free.
    const first = from === 0 ? this.#firstRow[track]! : -1;
    const isFree = first >= 0 && this.#taskOf[first] === 0 && this.#last[first]! <= at;
    const row = isFree ? first : this.#rowFor(track, at, from);
    this.#taskOf[row] = task;
    this.#last[row] = at;
    this.#open.add(task, row);
    this.tasks++;
    for (let c = 0; c < this.#consumers.length; c++) this.#consumers[c]!.begins(row, at, task, label, parent);
  }

  #end(row: number, at: number, task: number, cut: boolean): void {
    this.#taskOf[row] = 0;
    this.#last[row] = at;
    const track = this.#trackOf[row]!;
    if (this.#placeOf[row]! < this.#freeFrom[track]!) this.#freeFrom[track] = this.#placeOf[row]!;
    for (let c = 0; c < this.#consumers.length; c++) this.#consumers[c]!.ends(row, at, task, cut);
  }

  /** The first row of a track, from place `from` on, with no open task and nothing after `at`. */
  #rowFor(number: number, at: number, from: number): number {
    const track = this.#tracks[number]!;
    const { rows, label } = track;
    for (let place = Math.max(from, this.#freeFrom[number]!); place < rows.length; place++) {
      const row = rows[place]!;
      if (this.#taskOf[row] === 0) {
        if (this.#last[row]! <= at) return row;
      } else if (place === this.#freeFrom[number]) this.#freeFrom[number] = place + 1;
    }
    const row = this.#rows++;
    if (rows.length === 0) this.#firstRow[number] = row;
    if (row === this.#taskOf.length) this.#grow();
    this.#trackOf[row] = number;
    this.#placeOf[row] = rows.length;
    rows.push(row);
    const { length } = rows;
    this.#each((consumer) => consumer.row({ index: row, track: label, place: length - 1 }));
    return row;
  }

  #makeRoomForTracks(): void {
    const before = this.#firstRow.length;
    if (this.#tracks.length <= before) return;
    const size = Math.max(2 * before, this.#tracks.length);
    this.#firstRow = wider(this.#firstRow, new Int32Array(size).fill(-1, before));
    this.#freeFrom = wider(this.#freeFrom, new Int32Array(size));
  }

  #grow(): void {
    const size = 2 * this.#taskOf.length;
    this.#taskOf = wider(this.#taskOf, new Uint32Array(size));
    this.#trackOf = wider(this.#trackOf, new Int32Array(size));
    this.#placeOf = wider(this.#placeOf, new Int32Array(size));
    this.#last = wider(this.#last, new Float64Array(size));
  }

  #value(low: number, high: number): number {
    this.#halves[0] = low;
    this.#halves[1] = high;
    return this.#double[0]!;
  }

  #each(tell: (consumer: TraceConsumer) => void, counts = false): void {
    for (const consumer of this.#consumers) tell(consumer);
    if (counts) this.#counters++;
  }
}

function wider<A extends Uint32Array | Int32Array | Float64Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
