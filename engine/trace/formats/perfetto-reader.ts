import { picosecondTitle } from './perfetto-writer.ts';
import type { AnnotationValue, EventDetails, TraceSink, TraceTrack } from './trace-sink.ts';
import { WireReader } from './wire.ts';

/** How a Perfetto trace is read. */
export interface PerfettoReadOptions {
  /** Length of a tick of the times handed on; 1 by default, which is exact up to 2.5 hours, 1000 beyond. */
  readonly picosecondsPerTick?: number;
  /**
   * Whether ends without a begin are left out and slices that are open at the end of the file are closed there, annotated `unfinished`;
   * true by default, because files are cut. A checker wants false.
   */
  readonly repair?: boolean;
}

/** What was found in a Perfetto trace. */
export interface PerfettoSummary {
  readonly packets: number;
  /** Bytes of whole packets. */
  readonly bytes: number;
  /** Bytes after them: a packet that was cut off, or is still being written. */
  readonly leftover: number;
  /** Packets left out because the names they need were in a part that is missing. */
  readonly withoutState: number;
  /** Packets that said that others before them were lost. */
  readonly lost: number;
  /** Events of kinds or clocks that are not understood, left out. */
  readonly skipped: number;
  /** Slices without a begin, left out, and without an end, closed at the last time seen. */
  readonly beginless: number;
  readonly unfinished: number;
  /** Tracks that have events and no descriptor. */
  readonly undeclared: number;
  /** Time of the last event in ticks. */
  readonly last: number;
}

/** What one sequence of packets refers to. */
interface SequenceState {
  valid: boolean;
  defaultTrack: number;
  readonly categories: Map<number, string>;
  readonly names: Map<number, string>;
  readonly keys: Map<number, string>;
  readonly texts: Map<number, string>;
}

/** Longest packet accepted; a longer one is damage. */
const packetLimit = 1 << 28;
const bootClock = 6;

/**
 * Reads a Perfetto trace in pieces of any size and hands its events to a sink in the order of the file. Exact picoseconds of our own
 * traces (`t_ps`, `dur_ps`) are put back into the times. Throws WIRE_MALFORMED at bytes that are no packet.
 */
export class PerfettoReader {
  readonly #sink: TraceSink;
  readonly #perTick: number;
  readonly #sequences = new Map<number, SequenceState>();
  readonly #tracks = new Map<number, string>();
  /** Ids above 2^53 of other writers, by their decimal digits. */
  readonly #large = new Map<bigint, number>();
  /** Exact picoseconds at which the open slices of a track began. */
  readonly #open = new Map<number, number[]>();
  #rest: Uint8Array = new Uint8Array(0);
  #restStart = 0;
  #packets = 0;
  #withoutState = 0;
  #lost = 0;
  #skipped = 0;
  #picosecondUnit = false;
  #last = 0;
  #beginless = 0;
  #unfinished = 0;
  #undeclared = 0;
  readonly #repair: boolean;

  constructor(sink: TraceSink, options: PerfettoReadOptions = {}) {
    this.#sink = sink;
    this.#perTick = options.picosecondsPerTick ?? 1;
    this.#repair = options.repair ?? true;
  }

  /** Packets read so far. */
  get packets(): number {
    return this.#packets;
  }

  /** The next bytes of the file. */
  push(chunk: Uint8Array): void {
    let bytes = chunk;
    if (this.#rest.length > 0) {
      bytes = new Uint8Array(this.#rest.length + chunk.length);
      bytes.set(this.#rest);
      bytes.set(chunk, this.#rest.length);
    }
    const reader = new WireReader(bytes, 0, bytes.length, this.#restStart);
    let whole = 0;
    for (;;) {
      const size = packetSize(reader);
      if (size < 0) break;
      const next = reader.at + size;
      this.#packet(reader, next);
      this.#packets++;
      reader.at = next;
      reader.end = bytes.length;
      whole = next;
    }
    this.#rest = bytes.slice(whole);
    this.#restStart += whole;
  }

  /** The end of the file: tells the sink and sums up. */
  finish(): PerfettoSummary {
    if (this.#repair)
      for (const [track, open] of this.#open)
        for (; open.length > 0; open.pop()) {
          this.#sink.end(this.#last, track, { annotations: { unfinished: true } });
          this.#unfinished++;
        }
    this.#sink.finish();
    return {
      packets: this.#packets,
      bytes: this.#restStart,
      leftover: this.#rest.length,
      withoutState: this.#withoutState,
      lost: this.#lost,
      skipped: this.#skipped,
      beginless: this.#beginless,
      unfinished: this.#unfinished,
      undeclared: this.#undeclared,
      last: this.#last,
    };
  }

  #packet(reader: WireReader, end: number): void {
    let time = 0;
    let clock = bootClock;
    let sequence = 0;
    let flags = 0;
    let event = -1;
    let interned = -1;
    let descriptor = -1;
    let defaults = -1;
    reader.end = end;
    while (reader.at < end) {
      const key = reader.varint();
      if (key === 0x40) time = reader.varint();
      else if (key === 0x50) sequence = reader.varint();
      else if (key === 0x68) flags = reader.varint();
      else if (key === 0x1d0) clock = reader.varint();
      else if (key === 0x150) this.#lost += reader.varint() === 0 ? 0 : 1;
      else {
        if (key === 0x5a) event = reader.at;
        else if (key === 0x62) interned = reader.at;
        else if (key === 0x1da) defaults = reader.at;
        else if (key === 0x1e2) descriptor = reader.at;
        reader.skip(key & 7);
      }
    }
    const state = this.#sequence(sequence);
    if ((flags & 1) !== 0) {
      state.valid = true;
      state.defaultTrack = 0;
      for (const table of [state.categories, state.names, state.keys, state.texts]) table.clear();
    }
    if (descriptor >= 0) this.#descriptor(nested(reader, descriptor, end));
    if ((flags & 2) !== 0 && !state.valid) {
      this.#withoutState++;
      return;
    }
    if (interned >= 0) readInterned(nested(reader, interned, end), state);
    if (defaults >= 0) this.#defaults(nested(reader, defaults, end), state);
    if (event < 0) return;
    if (clock !== bootClock) this.#skipped++;
    else this.#event(nested(reader, event, end), time, state);
  }

  #sequence(id: number): SequenceState {
    let state = this.#sequences.get(id);
    if (state === undefined) {
      state = {
        valid: false,
        defaultTrack: 0,
        categories: new Map(),
        names: new Map(),
        keys: new Map(),
        texts: new Map(),
      };
      this.#sequences.set(id, state);
    }
    return state;
  }

  #defaults(reader: WireReader, state: SequenceState): void {
    fields(reader, (key) => {
      if (key !== 0x5a) return false;
      fields(inner(reader), (event, within) => {
        if (event !== 0x58) return false;
        state.defaultTrack = this.#id(within.varint(), within);
        return true;
      });
      return true;
    });
  }

  #descriptor(reader: WireReader): void {
    let id = 0;
    let name: string | undefined;
    let parent: number | undefined;
    let kind = 'track' as TraceTrack['kind'];
    let pid: number | undefined;
    let unit: string | undefined;
    let description: string | undefined;
    let order: number | undefined;
    let ordersChildren = false;
    fields(reader, (key) => {
      if (key === 0x08) id = this.#id(reader.varint(), reader);
      else if (key === 0x12) name = reader.text();
      else if (key === 0x28) parent = this.#id(reader.varint(), reader);
      else if (key === 0x72) description = reader.text();
      else if (key === 0x60) order = reader.signed();
      else if (key === 0x58) ordersChildren = reader.varint() === 3;
      else if (key === 0x78) {
        if (reader.varint() === 2) kind = 'lane';
      } else if (key === 0x1a || key === 0x22) {
        const process = key === 0x1a;
        if (process) kind = 'process';
        fields(inner(reader), (part, within) => {
          if (part === 0x08) pid = within.signed();
          else if (part === (process ? 0x32 : 0x2a)) name ??= within.text();
          else return false;
          return true;
        });
      } else if (key === 0x42) {
        kind = 'counter';
        fields(inner(reader), (part, within) => {
          if (part !== 0x32) return false;
          unit = within.text();
          return true;
        });
      } else return false;
      return true;
    });
    if (id === 0) return;
    if (kind === 'process' && name?.endsWith(picosecondTitle)) {
      name = name.slice(0, -picosecondTitle.length);
      this.#picosecondUnit = true;
    }
    this.#declare({
      id,
      kind,
      name: name ?? `track ${id}`,
      ...(parent === undefined || parent === 0 ? {} : { parent }),
      ...(description === undefined ? {} : { description }),
      ...(order === undefined ? {} : { order }),
      ...(ordersChildren ? { ordersChildren } : {}),
      ...(kind === 'process' && pid !== undefined ? { pid } : {}),
      ...(unit === undefined ? {} : { unit }),
    });
  }

  /** Hands a track on, unless it is known and the same: descriptors are repeated. */
  #declare(track: TraceTrack): void {
    const text = JSON.stringify(track);
    if (this.#tracks.get(track.id) === text) return;
    this.#tracks.set(track.id, text);
    this.#sink.track(track);
  }

  #event(reader: WireReader, nanoseconds: number, state: SequenceState): void {
    let type = 0;
    let track = state.defaultTrack;
    let name = '';
    let category = '';
    let value = 0;
    let annotations: Record<string, AnnotationValue> | undefined;
    let flows: number[] | undefined;
    let endingFlows: number[] | undefined;
    fields(reader, (key) => {
      if (key === 0x48) type = reader.varint();
      else if (key === 0x58) track = this.#id(reader.varint(), reader);
      else if (key === 0x50) name = lookUp(reader, state.names);
      else if (key === 0x18) category ||= lookUp(reader, state.categories);
      else if (key === 0xba) name = reader.text();
      else if (key === 0xb2) {
        const text = reader.text();
        category ||= text;
      } else if (key === 0xf0) value = reader.signed();
      else if (key === 0x161) value = reader.double();
      else if (key === 0x22) {
        annotations ??= {};
        readAnnotation(inner(reader), state, annotations);
      } else if (key === 0x179 || key === 0x181) {
        const flow = this.#id(reader.fixed64(), reader);
        if (key === 0x179) {
          flows ??= [];
          flows.push(flow);
        } else {
          endingFlows ??= [];
          endingFlows.push(flow);
        }
      } else if (key === 0x17a || key === 0x182 || key === 0x1a) {
        const packed = inner(reader);
        while (packed.at < packed.end) {
          if (key === 0x1a) category ||= lookUp(packed, state.categories);
          else {
            const flow = this.#id(packed.fixed64(), packed);
            if (key === 0x17a) flows = [...(flows ?? []), flow];
            else endingFlows = [...(endingFlows ?? []), flow];
          }
        }
      } else return false;
      return true;
    });
    if (type < 1 || type > 4 || track === 0) {
      this.#skipped++;
      return;
    }
    if (!this.#tracks.has(track)) {
      this.#undeclared++;
      this.#declare({ id: track, kind: type === 4 ? 'counter' : 'track', name: `track ${track}` });
    }
    let open = this.#open.get(track);
    if (open === undefined) {
      open = [];
      this.#open.set(track, open);
    }
    if (type === 2 && open.length === 0) {
      this.#beginless++;
      if (this.#repair) return;
    }
    const picoseconds = this.#picosecondUnit
      ? nanoseconds
      : exactTime(nanoseconds, type === 2 ? open.at(-1) : 0, annotations);
    const at = (picoseconds - (picoseconds % this.#perTick)) / this.#perTick;
    if (at > this.#last) this.#last = at;
    if (type === 1) open.push(picoseconds);
    else if (type === 2) open.pop();
    else if (type === 4) {
      this.#sink.counter(at, track, value);
      return;
    }
    if (annotations !== undefined && Object.keys(annotations).length === 0) annotations = undefined;
    const details: EventDetails | undefined =
      annotations === undefined && flows === undefined && endingFlows === undefined
        ? undefined
        : {
            ...(annotations === undefined ? {} : { annotations }),
            ...(flows === undefined ? {} : { flows }),
            ...(endingFlows === undefined ? {} : { endingFlows }),
          };
    if (type === 1) this.#sink.begin(at, track, category, name, details);
    else if (type === 2) this.#sink.end(at, track, details);
    else this.#sink.instant(at, track, category, name, details);
  }

  /** A 64-bit id as a number: itself up to 2^53, else one above 2^52 kept for it. */
  #id(value: number, reader: WireReader): number {
    if (value <= Number.MAX_SAFE_INTEGER) return value;
    const exact = (BigInt(reader.high) << 32n) | BigInt(reader.low);
    let id = this.#large.get(exact);
    if (id === undefined) {
      id = 2 ** 52 + this.#large.size;
      this.#large.set(exact, id);
    }
    return id;
  }
}

/** Reads a whole Perfetto trace; see `PerfettoReader`. */
export function readPerfetto(bytes: Uint8Array, sink: TraceSink, options?: PerfettoReadOptions): PerfettoSummary {
  const reader = new PerfettoReader(sink, options);
  reader.push(bytes);
  return reader.finish();
}

/**
 * The time of an event in picoseconds: exact when our own annotations say so, which are taken out then. An end says how long its slice
 * lasted after `began`; one that also says `t_ps` belongs to a begin that did not, and is left as it is.
 */
function exactTime(
  nanoseconds: number,
  began: number | undefined,
  annotations: Record<string, AnnotationValue> | undefined,
): number {
  const floor = nanoseconds * 1000;
  const { t_ps: exact, dur_ps: length } = annotations ?? {};
  const value =
    typeof length !== 'number' ? exact : typeof exact === 'number' || began === undefined ? undefined : began + length;
  if (annotations === undefined || typeof value !== 'number' || !(value >= floor && value < floor + 1000)) return floor;
  delete annotations.t_ps;
  delete annotations.dur_ps;
  return value;
}

/** Length of the packet at the reader, which stands at its content then; -1, and nothing read, when it is not all there. */
function packetSize(reader: WireReader): number {
  const start = reader.at;
  const { bytes, end } = reader;
  if (start >= end) return -1;
  if (bytes[start] !== 0x0a) reader.fail('no trace packet begins here');
  let size = 0;
  let scale = 1;
  for (let at = start + 1; at < end; at++) {
    const byte = bytes[at]!;
    size += (byte & 0x7f) * scale;
    if (size > packetLimit) reader.fail(`a packet of ${size} bytes is longer than any`);
    if (byte < 0x80) {
      if (size > end - at - 1) return -1;
      reader.at = at + 1;
      return size;
    }
    scale *= 128;
    if (at - start > 9) reader.fail('the length of a packet has more than ten bytes');
  }
  return -1;
}

/** A reader of the delimited field whose length stands at `at`. */
function nested(reader: WireReader, at: number, end: number): WireReader {
  const part = new WireReader(reader.bytes, at, end, reader.origin);
  const size = part.size();
  part.end = part.at + size;
  return part;
}

/** A reader of the delimited field at `reader`, which steps over it. */
function inner(reader: WireReader): WireReader {
  const part = nested(reader, reader.at, reader.end);
  reader.at = part.end;
  return part;
}

/** Calls `read` with each key; it reads the value and returns true, or returns false to have it skipped. */
function fields(reader: WireReader, read: (key: number, reader: WireReader) => boolean): void {
  while (reader.at < reader.end) {
    const key = reader.varint();
    if (!read(key, reader)) reader.skip(key & 7);
  }
}

function lookUp(reader: WireReader, table: ReadonlyMap<number, string>): string {
  const id = reader.varint();
  return table.get(id) ?? `name ${id}`;
}

function readInterned(reader: WireReader, state: SequenceState): void {
  fields(reader, (key) => {
    const table =
      key === 0x0a
        ? state.categories
        : key === 0x12
          ? state.names
          : key === 0x1a
            ? state.keys
            : key === 0xea
              ? state.texts
              : undefined;
    if (table === undefined) return false;
    let id = 0;
    let text = '';
    fields(inner(reader), (part, within) => {
      if (part === 0x08) id = within.varint();
      else if (part === 0x12) text = within.text();
      else return false;
      return true;
    });
    table.set(id, text);
    return true;
  });
}

function readAnnotation(reader: WireReader, state: SequenceState, into: Record<string, AnnotationValue>): void {
  let name = '';
  let value: AnnotationValue | undefined;
  fields(reader, (key) => {
    if (key === 0x08) name = lookUp(reader, state.keys);
    else if (key === 0x52) name = reader.text();
    else if (key === 0x10) value = reader.varint() !== 0;
    else if (key === 0x18 || key === 0x38) value = reader.varint();
    else if (key === 0x20) value = reader.signed();
    else if (key === 0x29) value = reader.double();
    else if (key === 0x32 || key === 0x4a) value = reader.text();
    else if (key === 0x88) value = lookUp(reader, state.texts);
    else return false;
    return true;
  });
  if (value !== undefined && name !== '__proto__') into[name] = value;
}
