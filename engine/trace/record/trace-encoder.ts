import type { AnyRef, QuietSink, TaskRef, Time, TraceSink, WaitCause } from '../../kernel/index.ts';
import { type Definitions, MOST_WORDS, nameShift, ops, sameTime, type TraceChunk } from './trace-chunk.ts';

export interface EncoderOptions {
  /** Path of a living actor. */
  readonly pathOf: (actor: AnyRef) => string;
  /** Kinds of tasks to record; all by default. */
  readonly kinds?: readonly string[] | undefined;
  /** Takes a full chunk and gives the words for the next one. */
  readonly flush: (chunk: TraceChunk) => Uint32Array;
  /** Words of the first chunk. */
  readonly words: Uint32Array;
}

/** Names kept at once; beyond, numbering starts over, so that millions of different names need no memory. */
const nameLimit = 1 << 16;
const indexMask = 2 ** 26 - 1;
const filtered = -1;

/**
 * Writes what it hears as records of 8 to 24 bytes into chunks of words, with names as numbers: all that a simulation pays for its
 * recording. Who reads the chunks is `TraceDecoder`.
 */
export class TraceEncoder implements TraceSink, QuietSink {
  readonly quietly: QuietSink = this;
  /** Time of the record to be written and of the last one, NaN at the begin of a chunk; doubles that stay off the heap. */
  readonly at: Float64Array = Float64Array.of(0, Number.NaN);
  /** What taking a chunk threw first; nothing is handed over any more then. */
  failure: unknown = undefined;
  readonly #options: EncoderOptions;
  #words: Uint32Array;
  #room: number;
  #length = 0;
  readonly #double = new Float64Array(1);
  readonly #halves = new Uint32Array(this.#double.buffer);
  #definitions: Definitions = noDefinitions(false);
  readonly #kinds: ReadonlySet<string> | undefined;

  /** The task that began last. */
  #lastTask = 0;
  readonly #labels = new Map<string, Map<string, number>>();
  #labelCount = 0;
  #lastKind = '';
  #lastName = '';
  #lastLabel = filtered;
  readonly #waits = new Map<string, Map<string, number>>();
  #waitCount = 0;
  #lastCause = '';
  #lastWhat = '';
  #lastWait = 0;
  /** Of each index of an actor: the actor that had it last, and its track without a lane. */
  #known = new Float64Array(2048).fill(-1);
  readonly #lanes = new Map<number, Map<string, number>>();
  #trackCount = 0;
  readonly #counters = new Map<number, Map<string, number>>();
  #counterCount = 0;
  readonly #texts = new Map<string, number>();

  constructor(options: EncoderOptions) {
    this.#options = options;
    this.#words = options.words;
    this.#room = options.words.length - MOST_WORDS;
    this.#kinds = options.kinds === undefined ? undefined : new Set(options.kinds);
  }

  taskBegins(task: TaskRef, at: Time, actor: AnyRef, kind: string, name: string, parent: TaskRef, lane: string): void {
    this.at[0] = at;
    this.begins(task, actor, kind, name, parent, lane);
  }

  taskWaits(task: TaskRef, at: Time, cause: WaitCause, what: string, by: TaskRef): void {
    this.at[0] = at;
    this.waits(task, cause, what, by);
  }

  taskWorks(task: TaskRef, at: Time, by: TaskRef): void {
    this.at[0] = at;
    this.works(task, by);
  }

  taskEnds(task: TaskRef, at: Time): void {
    this.at[0] = at;
    this.ends(task);
  }

  begins(task: TaskRef, actor: AnyRef, kind: string, name: string, parent: TaskRef, lane: string): void {
    if (this.#length > this.#room) this.#handOver();
    const label = kind === this.#lastKind && name === this.#lastName ? this.#lastLabel : this.#label(kind, name);
    if (label === filtered) return;
    const known = this.#known;
    const at = 2 * (actor & indexMask);
    const track = lane === '' && at < known.length && known[at] === actor ? known[at + 1]! : this.#track(actor, lane);
    if (task === this.#lastTask + 1 && parent === 0)
      this.#words[this.#record(ops.beginNext | (label << nameShift), 3)] = track;
    else this.#beginOther(task, label, track, parent);
    this.#lastTask = task;
  }

  #beginOther(task: TaskRef, label: number, track: number, parent: TaskRef): void {
    const i = this.#record(ops.begin | (label << nameShift), 5);
    const words = this.#words;
    words[i] = task;
    words[i + 1] = track;
    words[i + 2] = parent === 0 ? 0 : task - parent;
  }

  waits(task: TaskRef, cause: WaitCause, what: string, by: TaskRef): void {
    if (this.#length > this.#room) this.#handOver();
    const wait = what === this.#lastWhat && cause === this.#lastCause ? this.#lastWait : this.#wait(cause, what);
    const i = this.#record(ops.wait | (wait << nameShift), 4);
    this.#words[i] = task;
    this.#words[i + 1] = by;
  }

  works(task: TaskRef, by: TaskRef): void {
    if (this.#length > this.#room) this.#handOver();
    const i = this.#record(ops.work, 4);
    this.#words[i] = task;
    this.#words[i + 1] = by;
  }

  ends(task: TaskRef): void {
    if (this.#length > this.#room) this.#handOver();
    this.#words[this.#record(ops.end, 3)] = task;
  }

  annotated(task: TaskRef, key: string, value: string | number | boolean): void {
    if (this.#length > this.#room) this.#handOver();
    const kind = typeof value === 'string' ? 0 : typeof value === 'number' ? 1 : 2;
    const name = this.#text(key);
    this.#double[0] = typeof value === 'string' ? this.#text(value) : Number(value);
    const i = this.#record(ops.note | (name << nameShift), 6);
    this.#words[i] = task;
    this.#words[i + 1] = kind;
    this.#words[i + 2] = this.#halves[0]!;
    this.#words[i + 3] = this.#halves[1]!;
  }

  counted(at: Time, actor: AnyRef, name: string, value: number, unit: string): void {
    this.at[0] = at;
    if (this.#length > this.#room) this.#handOver();
    const counter = this.#counter(actor, name, unit);
    this.#double[0] = value;
    const i = this.#record(ops.count | (counter << nameShift), 4);
    this.#words[i] = this.#halves[0]!;
    this.#words[i + 1] = this.#halves[1]!;
  }

  flowed(at: Time, from: TaskRef, to: TaskRef, name: string): void {
    this.at[0] = at;
    if (this.#length > this.#room) this.#handOver();
    const text = this.#text(name);
    const i = this.#record(ops.flow | (text << nameShift), 4);
    this.#words[i] = from;
    this.#words[i + 1] = to;
  }

  marked(at: Time, actor: AnyRef, name: string, task: TaskRef): void {
    this.at[0] = at;
    if (this.#length > this.#room) this.#handOver();
    const text = this.#text(name);
    const track = this.#track(actor, '');
    const i = this.#record(ops.mark | (text << nameShift), 4);
    this.#words[i] = task;
    this.#words[i + 1] = track;
  }

  /** Says that recording pauses at `at`: what is open is cut there. */
  cut(at: Time): void {
    this.at[0] = at;
    if (this.#length > this.#room) this.#handOver();
    this.#record(ops.cut, 2);
  }

  /** Hands over what is written so far. */
  flush(): void {
    if (this.#length > 0) this.#handOver();
  }

  // Every listener's method makes room first: handing over may restart the numbers of names, so that none may be in hand then.

  /** Begins a record of what happens at `at[0]` and returns where the word behind its time goes. */
  #record(head: number, size: number): number {
    const times = this.at;
    const at = times[0]!;
    const last = times[1]!;
    if (at === last) {
      const i = this.#length;
      this.#words[i] = head | sameTime;
      this.#length = i + size - 1;
      return i + 1;
    }
    const since = at - last;
    const ticks = since >>> 0;
    if (ticks !== since) return this.#recordAfterTime(head, size);
    times[1] = at;
    const words = this.#words;
    const i = this.#length;
    words[i] = head;
    words[i + 1] = ticks;
    this.#length = i + size;
    return i + 2;
  }

  /** As `#record`, at the begin of a chunk, back in time, or a long time later. */
  #recordAfterTime(head: number, size: number): number {
    const at = this.at[0]!;
    const words = this.#words;
    const i = this.#length;
    words[i] = ops.time;
    words[i + 1] = at;
    words[i + 2] = at / 4294967296;
    words[i + 3] = head | sameTime;
    this.at[1] = at;
    this.#length = i + 2 + size;
    return i + 4;
  }

  #handOver(): void {
    const definitions = this.#definitions;
    const restarts = Math.max(this.#labelCount, this.#waitCount, this.#texts.size) > nameLimit;
    if (restarts) this.#forgetNames();
    this.#definitions = noDefinitions(restarts);
    if (this.failure === undefined) {
      const { flush } = this.#options;
      try {
        this.#words = flush({ words: this.#words, length: this.#length, definitions });
      } catch (error) {
        this.failure = error;
      }
    }
    this.#room = this.#words.length - MOST_WORDS;
    this.#length = 0;
    this.at[1] = Number.NaN;
  }

  #forgetNames(): void {
    this.#labels.clear();
    this.#waits.clear();
    this.#texts.clear();
    this.#labelCount = 0;
    this.#waitCount = 0;
    this.#lastKind = '';
    this.#lastName = '';
    this.#lastLabel = filtered;
    this.#lastCause = '';
  }

  #label(kind: string, name: string): number {
    if (this.#kinds !== undefined && !this.#kinds.has(kind)) return filtered;
    let names = this.#labels.get(kind);
    if (names === undefined) {
      names = new Map();
      this.#labels.set(kind, names);
    }
    let label = names.get(name);
    if (label === undefined) {
      label = this.#labelCount++;
      names.set(name, label);
      this.#definitions.labels.push({ kind, name });
    }
    this.#lastKind = kind;
    this.#lastName = name;
    this.#lastLabel = label;
    return label;
  }

  #wait(cause: WaitCause, what: string): number {
    let whats = this.#waits.get(cause);
    if (whats === undefined) {
      whats = new Map();
      this.#waits.set(cause, whats);
    }
    let wait = whats.get(what);
    if (wait === undefined) {
      wait = this.#waitCount++;
      whats.set(what, wait);
      this.#definitions.waits.push({ cause, what });
    }
    this.#lastCause = cause;
    this.#lastWhat = what;
    this.#lastWait = wait;
    return wait;
  }

  #track(actor: AnyRef, lane: string): number {
    if (lane !== '') {
      let lanes = this.#lanes.get(actor);
      if (lanes === undefined) {
        lanes = new Map();
        this.#lanes.set(actor, lanes);
      }
      let track = lanes.get(lane);
      if (track === undefined) {
        track = this.#newTrack(actor, lane);
        lanes.set(lane, track);
      }
      return track;
    }
    const at = 2 * (actor & indexMask);
    if (at >= this.#known.length) {
      const known = new Float64Array(2 * at).fill(-1);
      known.set(this.#known);
      this.#known = known;
    }
    if (this.#known[at] !== actor) {
      this.#known[at + 1] = this.#newTrack(actor, '');
      this.#known[at] = actor;
    }
    return this.#known[at + 1]!;
  }

  #newTrack(actor: AnyRef, lane: string): number {
    this.#definitions.tracks.push({ path: this.#options.pathOf(actor), lane });
    return this.#trackCount++;
  }

  #counter(actor: AnyRef, name: string, unit: string): number {
    let counters = this.#counters.get(actor);
    if (counters === undefined) {
      counters = new Map();
      this.#counters.set(actor, counters);
    }
    let counter = counters.get(name);
    if (counter === undefined) {
      counter = this.#counterCount++;
      counters.set(name, counter);
      this.#definitions.counters.push({ path: this.#options.pathOf(actor), name, unit });
    }
    return counter;
  }

  #text(text: string): number {
    let known = this.#texts.get(text);
    if (known === undefined) {
      known = this.#texts.size;
      this.#texts.set(text, known);
      this.#definitions.texts.push(text);
    }
    return known;
  }
}

function noDefinitions(restarts: boolean): Definitions {
  return { labels: [], waits: [], tracks: [], counters: [], texts: [], restarts };
}
