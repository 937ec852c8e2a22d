import type { Annotations, EventDetails, TraceSink, TraceTrack } from './trace-sink.ts';
import { TrackTree } from './track-tree.ts';

/** How Chrome Trace Event JSON is written. */
export interface ChromeOptions {
  /** Takes the text piece by piece, in order. */
  readonly write: (text: string) => void;
  /** Length of a tick of the times given; 1 by default. */
  readonly picosecondsPerTick?: number;
}

/** Above this many bytes viewers fail on JSON; the protobuf export is the way out. */
export const chromeSizeLimit = 200e6;

interface OpenSlice {
  readonly at: number;
  readonly name: string;
  readonly category: string;
  readonly details: EventDetails | undefined;
}

/**
 * Writes Chrome Trace Event JSON: complete slices, instants, counters, flows and names. A top-level track is a process, every other one
 * a thread; times are microseconds with three decimals, written from whole nanoseconds. A slice is written when it ends.
 */
export class ChromeWriter implements TraceSink {
  readonly #write: (text: string) => void;
  readonly #perTick: number;
  readonly #tree = new TrackTree();
  readonly #open = new Map<number, OpenSlice[]>();
  readonly #flows = new Set<number>();
  #started = false;
  #bytes = 0;

  constructor(options: ChromeOptions) {
    this.#write = options.write;
    this.#perTick = options.picosecondsPerTick ?? 1;
  }

  /** Characters written so far. */
  get length(): number {
    return this.#bytes;
  }

  track(track: TraceTrack): void {
    this.#tree.add(track);
    const pid = this.#process(track.id);
    const root = this.#tree.root(track.id) === track.id;
    const name = root ? track.name : this.#tree.path(track.id, true);
    if (name === '' || (track.kind === 'counter' && !root)) return;
    const kind = root ? 'process' : 'thread';
    const where = root ? `"pid":${pid}` : `"pid":${pid},"tid":${track.id}`;
    this.#line(`{"ph":"M",${where},"name":"${kind}_name","args":{"name":${quote(name)}}}`);
    if (track.order !== undefined)
      this.#line(`{"ph":"M",${where},"name":"${kind}_sort_index","args":{"sort_index":${track.order}}}`);
    if (root && track.description !== undefined)
      this.#line(`{"ph":"M",${where},"name":"process_labels","args":{"labels":${quote(track.description)}}}`);
  }

  begin(at: number, track: number, category: string, name: string, details?: EventDetails): void {
    let open = this.#open.get(track);
    if (open === undefined) {
      open = [];
      this.#open.set(track, open);
    }
    open.push({ at: this.#nanoseconds(at), name, category, details });
  }

  end(at: number, track: number, details?: EventDetails): void {
    const slice = this.#open.get(track)?.pop();
    if (slice === undefined) return;
    const { at: from, name, category } = slice;
    const to = this.#nanoseconds(at);
    const annotations = { ...slice.details?.annotations, ...details?.annotations };
    this.#line(
      `{"ph":"X",${this.#where(track)},"name":${quote(name)}${kindOf(category)},"ts":${micro(from)},"dur":${micro(to - from)}${argsOf(annotations)}}`,
    );
    this.#writeFlows(from, track, slice.details);
    this.#writeFlows(to, track, details);
  }

  instant(at: number, track: number, category: string, name: string, details?: EventDetails): void {
    const time = this.#nanoseconds(at);
    this.#line(
      `{"ph":"i","s":"t",${this.#where(track)},"name":${quote(name)}${kindOf(category)},"ts":${micro(time)}${argsOf(details?.annotations)}}`,
    );
    this.#writeFlows(time, track, details);
  }

  counter(at: number, track: number, value: number): void {
    const unit = this.#tree.get(track)?.unit;
    const path = this.#tree.path(track, true);
    const name = unit === undefined || unit === '' || path.endsWith(unit) ? path : `${path} ${unit}`;
    this.#line(
      `{"ph":"C","pid":${this.#process(track)},"name":${quote(name)},"ts":${micro(this.#nanoseconds(at))},"args":{"value":${numeral(value)}}}`,
    );
  }

  finish(): void {
    if (!this.#started) this.#put('{"traceEvents":[');
    this.#put('\n]}\n');
  }

  #writeFlows(at: number, track: number, details: EventDetails | undefined): void {
    const flow = (head: string, id: number): void =>
      this.#line(
        `{${head},${this.#where(track)},"id":"${id.toString(16)}","cat":"message","name":"m","ts":${micro(at)}}`,
      );
    for (const id of details?.flows ?? []) {
      flow(this.#flows.has(id) ? '"ph":"t"' : '"ph":"s"', id);
      this.#flows.add(id);
    }
    for (const id of details?.endingFlows ?? []) {
      flow('"ph":"f","bp":"e"', id);
      this.#flows.delete(id);
    }
  }

  #where(track: number): string {
    return `"pid":${this.#process(track)},"tid":${track}`;
  }

  #process(track: number): number {
    const root = this.#tree.root(track);
    return this.#tree.get(root)?.pid ?? root;
  }

  #nanoseconds(at: number): number {
    const picoseconds = at * this.#perTick;
    return (picoseconds - (picoseconds % 1000)) / 1000;
  }

  #line(text: string): void {
    this.#put(this.#started ? `,\n${text}` : `{"traceEvents":[\n${text}`);
    this.#started = true;
  }

  #put(text: string): void {
    this.#bytes += text.length;
    this.#write(text);
  }
}

/** Whole nanoseconds as microseconds with three decimals, without a division that rounds. */
function micro(nanoseconds: number): string {
  const rest = nanoseconds % 1000;
  return `${(nanoseconds - rest) / 1000}.${String(rest).padStart(3, '0')}`;
}

const quote = (text: string): string => JSON.stringify(text);

const numeral = (value: number): string => (Number.isFinite(value) ? String(value) : 'null');

const kindOf = (category: string): string => (category === '' ? '' : `,"cat":${quote(category)}`);

function argsOf(annotations: Annotations | undefined): string {
  if (annotations === undefined) return '';
  const parts = Object.entries(annotations).map(
    ([key, value]) => `${quote(key)}:${typeof value === 'number' ? numeral(value) : JSON.stringify(value)}`,
  );
  return parts.length === 0 ? '' : `,"args":{${parts.join(',')}}`;
}
