import { formatErrors } from './errors.ts';
import { OpenSlices } from './open-slices.ts';
import type { Annotations, EventDetails, TraceSink, TraceTrack } from './trace-sink.ts';
import { WireWriter } from './wire.ts';

/** How a Perfetto trace is written. */
export interface PerfettoOptions {
  /** Length of a tick of the times given; 1 by default. */
  readonly picosecondsPerTick?: number;
  /**
   * What one nanosecond of the file stands for. With `ps` a picosecond is written as if it were a nanosecond and process names say so:
   * for caches and cells.
   */
  readonly unit?: 'ns' | 'ps';
  /**
   * Which slices carry their exact picoseconds as `t_ps` and `dur_ps`: `short`, the default, those that last less than the nanosecond
   * they are shown as; `all` those not of whole nanoseconds; `none`.
   */
  readonly exact?: 'short' | 'all' | 'none';
  /** Names and descriptors are sent again after this many bytes, so that a file cut at its front can be read; 4 MiB by default. */
  readonly restartBytes?: number;
  /** Identifies this writer among several whose files are concatenated; 1 by default. */
  readonly sequence?: number;
}

/** Appended to process names when a nanosecond of the file is a picosecond. */
export const picosecondTitle = ' (1 ns shown = 1 ps)';

/** One table of interned strings: ids count from 1. */
class Interned {
  readonly ids = new Map<string, number>();
  /** Strings that are not in the file yet. */
  readonly pending: string[] = [];

  id(text: string): number {
    const known = this.ids.get(text);
    if (known !== undefined) return known;
    const id = this.ids.size + 1;
    this.ids.set(text, id);
    this.pending.push(text);
    return id;
  }

  clear(): void {
    this.ids.clear();
    this.pending.length = 0;
  }
}

const type = { begin: 1, end: 2, instant: 3, counter: 4 } as const;
/** Strings longer than this, and those beyond the table's limit, are written where they are used. */
const internLength = 64;
const internLimit = 1 << 16;

/**
 * Writes a trace as Perfetto protobuf: `TracePacket` repeated as field 1. Every packet is whole once a method returns, so the bytes taken
 * so far are a readable file at any time. Throws EXPORT_TRACK, EXPORT_TIME, EXPORT_NOT_NESTED when the stream breaks a rule of `TraceSink`.
 */
export class PerfettoWriter implements TraceSink {
  readonly #out: WireWriter;
  readonly #perTick: number;
  readonly #unit: 'ns' | 'ps';
  readonly #exact: 'short' | 'all' | 'none';
  readonly #restartBytes: number;
  readonly #sequence: number;
  readonly #tracks = new Map<number, TraceTrack>();
  readonly #open = new OpenSlices();
  readonly #names = new Interned();
  readonly #categories = new Interned();
  readonly #keys = new Interned();
  readonly #texts = new Interned();
  #lastName = '';
  #lastNameId = 0;
  #lastCategory = '';
  #lastCategoryId = 0;
  #first = true;
  #lost = false;
  /** Whether this state says that processes have an order. */
  #ordered = false;
  /** Bytes taken so far, and the position at which the present incremental state began to grow. */
  #taken = 0;
  #stateStart = 0;
  #descriptorBytes = 0;

  constructor(options: PerfettoOptions = {}) {
    this.#out = new WireWriter(1 << 18);
    this.#perTick = options.picosecondsPerTick ?? 1;
    this.#unit = options.unit ?? 'ns';
    this.#exact = options.exact ?? 'short';
    this.#restartBytes = options.restartBytes ?? 4 << 20;
    this.#sequence = options.sequence ?? 1;
  }

  /** Bytes written and not yet taken. */
  get length(): number {
    return this.#out.length;
  }

  /** Bytes written since the start, taken or not. */
  get total(): number {
    return this.#taken + this.#out.length;
  }

  /** The bytes written since the last `take`: whole packets, to be appended to the file. */
  take(): Uint8Array {
    this.#taken += this.#out.length;
    return this.#out.take();
  }

  /** As `take`, without a copy: `use` must be done with the bytes when it returns. */
  drain(use: (bytes: Uint8Array) => void): void {
    this.#taken += this.#out.length;
    use(this.#out.peek());
    this.#out.clear();
  }

  /** Declares a track; again with other values it replaces them. */
  track(track: TraceTrack): void {
    const { id, parent } = track;
    if (!Number.isSafeInteger(id) || id < 1)
      throw formatErrors.create('EXPORT_TRACK', { track: id, problem: 'an id is a whole number from 1 to 2^53' });
    if (parent === id) throw formatErrors.create('EXPORT_TRACK', { track: id, problem: 'it is its own parent' });
    this.#tracks.set(id, track);
    this.#open.add(id);
    const start = this.#out.length;
    this.#descriptor(track);
    this.#descriptorBytes += this.#out.length - start;
  }

  begin(at: number, track: number, category: string, name: string, details?: EventDetails): void {
    this.#open.push(this.#enter(track, at), at);
    this.#event(type.begin, at, track, category, name, details, this.#withTime(at, details?.annotations));
  }

  beginTask(at: number, track: number, category: string, name: string, task: number, parent: number): void {
    this.#open.push(this.#enter(track, at), at);
    if (name !== this.#lastName) {
      this.#lastNameId = this.#names.id(name);
      this.#lastName = name;
    }
    if (category !== this.#lastCategory) {
      this.#lastCategoryId = this.#categories.id(category);
      this.#lastCategory = category;
    }
    const isPlain = !this.#first && this.#exact !== 'all' && name !== '' && category !== '' && this.#hasNothingNew();
    const taskKey = task === 0 ? 0 : (this.#keys.ids.get('task') ?? 0);
    const parentKey = parent === 0 ? 0 : (this.#keys.ids.get('parent') ?? 0);
    if (!isPlain || (task !== 0 && taskKey === 0) || (parent !== 0 && parentKey === 0)) {
      const annotations = task === 0 ? undefined : parent === 0 ? { task } : { task, parent };
      this.#event(type.begin, at, track, category, name, undefined, this.#withTime(at, annotations));
      return;
    }
    const out = this.#out;
    out.reserve(128);
    out.slicePacket(
      this.#time(at),
      this.#sequence,
      type.begin,
      track,
      this.#lastNameId,
      this.#lastCategoryId,
      taskKey,
      task,
      parentKey,
      parent,
    );
  }

  end(at: number, track: number, details?: EventDetails): void {
    const began = this.#open.pop(this.#enter(track, at));
    if (began < 0)
      throw formatErrors.create('EXPORT_NOT_NESTED', {
        track: this.#tracks.get(track)?.name ?? track,
        outer: 'nothing',
        inner: 'nothing',
        at,
      });
    if (
      details === undefined &&
      !this.#first &&
      (this.#exact === 'none' ||
        this.#unit === 'ps' ||
        (this.#exact === 'short' && (at - began) * this.#perTick >= 1000)) &&
      this.#hasNothingNew()
    ) {
      this.#out.reserve(128);
      this.#out.slicePacket(this.#time(at), this.#sequence, type.end, track, 0, 0, 0, 0, 0, 0);
      return;
    }
    const annotations =
      this.#exact === 'none' || this.#unit === 'ps'
        ? details?.annotations
        : this.#withExact(began, at, details?.annotations);
    this.#event(type.end, at, track, '', '', details, annotations);
  }

  instant(at: number, track: number, category: string, name: string, details?: EventDetails): void {
    this.#enter(track, at);
    this.#event(type.instant, at, track, category, name, details, this.#withTime(at, details?.annotations));
  }

  /** The value of a counter from `at` on. */
  counter(at: number, track: number, value: number): void {
    this.#enter(track, at);
    const out = this.#out;
    const packet = this.#packet(at);
    if (this.#first) this.#flags(1);
    out.rawByte(0x5a);
    const event = out.open();
    out.rawByte(0x48);
    out.rawByte(type.counter);
    out.rawByte(0x58);
    out.rawVarint(track);
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) out.number(0xf0, value);
    else out.double(0x161, value);
    out.close(event);
    out.close(packet);
  }

  /** Says that events before the next one were lost. */
  lost(): void {
    this.#lost = true;
  }

  finish(): void {}

  /** Where the slices of a track are, which has an event now. */
  #enter(track: number, at: number): number {
    const slot = this.#open.slot(track);
    if (slot < 0) throw formatErrors.create('EXPORT_TRACK', { track, problem: 'it was never declared' });
    if (!this.#open.moveTo(slot, at)) {
      const { name } = this.#tracks.get(track) as TraceTrack;
      throw formatErrors.create('EXPORT_TIME', { track: name, at, before: this.#open.last(slot) });
    }
    if (this.total - this.#stateStart > this.#restartBytes + 8 * this.#descriptorBytes) this.#restart();
    return slot;
  }

  /** Sends everything again that later packets refer to. */
  #restart(): void {
    for (const table of [this.#names, this.#categories, this.#keys, this.#texts]) table.clear();
    this.#lastName = '';
    this.#lastCategory = '';
    this.#first = true;
    this.#ordered = false;
    const start = this.total;
    for (const track of this.#tracks.values()) this.#descriptor(track);
    this.#descriptorBytes = this.total - start;
    this.#stateStart = this.total;
  }

  #withTime(at: number, annotations: Annotations | undefined): Annotations | undefined {
    if (this.#exact !== 'all' || this.#unit === 'ps' || (at * this.#perTick) % 1000 === 0) return annotations;
    return { ...annotations, t_ps: at * this.#perTick };
  }

  #withExact(began: number, at: number, annotations: Annotations | undefined): Annotations | undefined {
    const from = began * this.#perTick;
    const to = at * this.#perTick;
    if (this.#exact === 'short' && (to === from || to - from >= 1000)) return annotations;
    if (this.#exact === 'all')
      return from % 1000 === 0 && to % 1000 === 0 ? annotations : { ...annotations, dur_ps: to - from };
    return from % 1000 === 0 && to % 1000 === 0 ? annotations : { ...annotations, t_ps: from, dur_ps: to - from };
  }

  /** Nanoseconds of the file, or picoseconds where they are written as such. */
  #time(at: number): number {
    const picoseconds = at * this.#perTick;
    if (this.#unit === 'ps') return picoseconds;
    const time = Math.floor(picoseconds / 1000);
    // The quotient may have been rounded up to a whole number.
    return time * 1000 > picoseconds ? time - 1 : time;
  }

  /** Whether every name given so far is in the file. */
  #hasNothingNew(): boolean {
    return (
      this.#names.pending.length +
        this.#categories.pending.length +
        this.#keys.pending.length +
        this.#texts.pending.length ===
      0
    );
  }

  /** Opens a packet and writes its time and sequence; 64 bytes of room are left. */
  #packet(at: number): number {
    const out = this.#out;
    out.reserve(96);
    out.rawByte(0x0a);
    const packet = out.open();
    out.rawByte(0x40);
    out.rawVarint(this.#time(at));
    out.rawByte(0x50);
    out.rawVarint(this.#sequence);
    return packet;
  }

  #flags(flags: number): void {
    const out = this.#out;
    out.rawByte(0x68);
    out.rawByte(flags);
    this.#first = false;
    if (!this.#lost) return;
    out.number(42 << 3, 1);
    out.reserve(64);
    this.#lost = false;
  }

  #event(
    kind: number,
    at: number,
    track: number,
    category: string,
    name: string,
    details: EventDetails | undefined,
    annotations: Annotations | undefined,
  ): void {
    const out = this.#out;
    const nameId = name === '' ? 0 : this.#names.id(name);
    const categoryId = category === '' ? 0 : this.#categories.id(category);
    if (annotations !== undefined) this.#internAnnotations(annotations);
    const packet = this.#packet(at);
    this.#flags(this.#first ? 3 : 2);
    this.#writePending();
    out.rawByte(0x5a);
    const event = out.open();
    out.rawByte(0x48);
    out.rawByte(kind);
    out.rawByte(0x58);
    out.rawVarint(track);
    if (nameId !== 0) {
      out.rawByte(0x50);
      out.rawVarint(nameId);
    }
    if (categoryId !== 0) {
      out.rawByte(0x18);
      out.rawVarint(categoryId);
    }
    if (annotations !== undefined) this.#writeAnnotations(annotations);
    if (details?.flows !== undefined) for (const flow of details.flows) out.fixed64(0x179, flow);
    if (details?.endingFlows !== undefined) for (const flow of details.endingFlows) out.fixed64(0x181, flow);
    out.close(event);
    out.close(packet);
  }

  #internAnnotations(annotations: Annotations): void {
    for (const key in annotations) {
      this.#keys.id(key);
      const value = annotations[key];
      if (typeof value === 'string' && value.length <= internLength && this.#texts.ids.size < internLimit)
        this.#texts.id(value);
    }
  }

  #writeAnnotations(annotations: Annotations): void {
    const out = this.#out;
    for (const key in annotations) {
      const value = annotations[key]!;
      out.varint(0x22);
      const annotation = out.open();
      out.number(0x08, this.#keys.id(key));
      if (typeof value === 'string') {
        const id = value.length <= internLength ? this.#texts.ids.get(value) : undefined;
        if (id === undefined) out.text(0x32, value);
        else out.number(0x88, id);
      } else if (typeof value === 'boolean') out.number(0x10, value ? 1 : 0);
      else if (!Number.isSafeInteger(value) || Object.is(value, -0)) out.double(0x29, value);
      else if (value >= 0) out.number(0x18, value);
      else out.number(0x20, value);
      out.close(annotation);
    }
  }

  /** Writes the strings that this packet uses for the first time. */
  #writePending(): void {
    const categories = this.#categories.pending;
    const names = this.#names.pending;
    const keys = this.#keys.pending;
    const texts = this.#texts.pending;
    if (names.length + categories.length + keys.length + texts.length === 0) return;
    const out = this.#out;
    out.rawByte(0x62);
    const interned = out.open();
    this.#writeTable(0x0a, this.#categories);
    this.#writeTable(0x12, this.#names);
    this.#writeTable(0x1a, this.#keys);
    this.#writeTable(0xea, this.#texts);
    out.close(interned);
    out.reserve(64);
  }

  #writeTable(key: number, table: Interned): void {
    const out = this.#out;
    let id = table.ids.size - table.pending.length;
    for (const text of table.pending) {
      out.varint(key);
      const entry = out.open();
      out.number(0x08, ++id);
      out.text(0x12, text);
      out.close(entry);
    }
    table.pending.length = 0;
  }

  #descriptor(track: TraceTrack): void {
    const out = this.#out;
    if (track.kind === 'process' && track.order !== undefined && !this.#ordered) this.#orderProcesses();
    this.#trackPacket(() => {
      out.number(0x08, track.id);
      if (track.parent !== undefined) out.number(0x28, track.parent);
      const name = track.kind === 'process' && this.#unit === 'ps' ? `${track.name}${picosecondTitle}` : track.name;
      if (track.kind !== 'process') out.text(0x12, name);
      else {
        out.varint(0x1a);
        const process = out.open();
        out.number(0x08, track.pid ?? track.id % 0x7fffffff);
        out.text(0x32, name);
        out.close(process);
      }
      if (track.kind === 'counter') {
        out.varint(0x42);
        const counter = out.open();
        if (track.unit !== undefined) out.text(0x32, track.unit);
        out.close(counter);
      }
      if (track.ordersChildren === true) out.number(0x58, 3);
      if (track.order !== undefined) out.number(0x60, track.order);
      if (track.description !== undefined) out.text(0x72, track.description);
      if (track.kind === 'lane') out.number(0x78, 2);
    });
  }

  /** A packet with one track descriptor, which `write` fills. */
  #trackPacket(write: () => void): void {
    const out = this.#out;
    out.reserve(64);
    out.rawByte(0x0a);
    const packet = out.open();
    out.number(0x50, this.#sequence);
    if (this.#first) this.#flags(1);
    out.varint((60 << 3) | 2);
    const descriptor = out.open();
    write();
    out.close(descriptor);
    out.close(packet);
  }

  /** Viewers heed the order of processes only when the root, track 0, says that there is one. */
  #orderProcesses(): void {
    const out = this.#out;
    this.#ordered = true;
    this.#trackPacket(() => {
      out.number(0x08, 0);
      out.number(0x98, 1);
    });
  }
}
