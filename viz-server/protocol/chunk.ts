import { exactLevel } from './constants.ts';
import { protocolErrors } from './errors.ts';

/** Bytes before the columns. */
export const headerBytes = 48;

/** Version of the columns. */
const layoutVersion = 1;

/** What a chunk holds, by its first byte. */
export const chunkKinds = { slices: 1, milestones: 2, counters: 3, flows: 4, strings: 5, instants: 6 } as const;

/** Flags of a chunk. */
export const chunkFlags = { coarse: 1, last: 2, replaces: 4, follow: 8 } as const;

/**
 * Flags of a slice: it has not ended (its length is up to now), it failed, it is marked, the recording cut it, and it stands for several
 * tasks that end in a bucket (its start and length are the bucket's, `task` and `name` those of the longest).
 */
export const sliceFlags = { open: 1, failed: 2, marked: 4, cut: 8, collapsed: 16 } as const;

type Column = Float64Array | Uint32Array | Uint16Array | Uint8Array;
type ColumnType = 'f64' | 'u32' | 'u16' | 'u8';

const width: Readonly<Record<ColumnType, number>> = { f64: 8, u32: 4, u16: 2, u8: 1 };

const layouts = {
  slices: {
    start: 'f64',
    duration: 'f64',
    /** Share of the stretch in which a task was there, 0 to 1; 1 for a single task. */
    busy: 'f64',
    task: 'u32',
    name: 'u32',
    count: 'u32',
    depth: 'u16',
    cause: 'u8',
    flags: 'u8',
  },
  milestones: { until: 'f64', task: 'u32', what: 'u32', cause: 'u8' },
  counters: { at: 'f64', value: 'f64' },
  counterLevels: { at: 'f64', min: 'f64', max: 'f64', last: 'f64', area: 'f64' },
  flows: {
    fromAt: 'f64',
    toAt: 'f64',
    fromTask: 'u32',
    toTask: 'u32',
    fromTrack: 'u32',
    toTrack: 'u32',
    name: 'u32',
    id: 'u32',
  },
  instants: { at: 'f64', name: 'u32', task: 'u32' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, ColumnType>>>>;

type ArrayOf<Type> = Type extends 'f64'
  ? Float64Array
  : Type extends 'u32'
    ? Uint32Array
    : Type extends 'u16'
      ? Uint16Array
      : Uint8Array;
type ColumnsOf<Layout> = { readonly [Name in keyof Layout]: ArrayOf<Layout[Name]> };

export type SliceColumns = ColumnsOf<(typeof layouts)['slices']>;
export type MilestoneColumns = ColumnsOf<(typeof layouts)['milestones']>;
export type CounterColumns = ColumnsOf<(typeof layouts)['counters']>;
export type CounterLevelColumns = ColumnsOf<(typeof layouts)['counterLevels']>;
export type FlowColumns = ColumnsOf<(typeof layouts)['flows']>;
export type InstantColumns = ColumnsOf<(typeof layouts)['instants']>;

/** What stands before the columns. Times are ticks. */
export interface ChunkHeader {
  /** Sum of `chunkFlags`. */
  readonly flags: number;
  /** Buckets are 2^level ticks wide; 255: items are exact. */
  readonly level: number;
  /** Of strings: the id of the first. */
  readonly track: number;
  /** 0: none. */
  readonly view: number;
  readonly storeSeq: number;
  /** The chunk speaks for [from, to): what the page held there for the track goes. */
  readonly from: number;
  readonly to: number;
  /** Wall time, in ms since 1970, at which the newest item was recorded. */
  readonly wallMs: number;
}

interface ChunkBody<Kind, Columns> extends ChunkHeader {
  readonly kind: Kind;
  readonly count: number;
  readonly columns: Columns;
}

/** A decoded chunk: columns are views of its bytes. `unknown`: of a kind of a later version, to be skipped and counted. */
export type Chunk =
  | ChunkBody<'slices', SliceColumns>
  | ChunkBody<'milestones', MilestoneColumns>
  | ChunkBody<'counters', CounterColumns>
  | ChunkBody<'counterLevels', CounterLevelColumns>
  | ChunkBody<'flows', FlowColumns>
  | ChunkBody<'instants', InstantColumns>
  | (ChunkHeader & { readonly kind: 'strings'; readonly count: number; readonly strings: readonly string[] })
  | { readonly kind: 'unknown'; readonly number: number };

/** Kinds of chunks that are columns of numbers; `counterLevels` are counters of a level that is not exact. */
export type ColumnKind = keyof typeof layouts;

/** A chunk to be filled: columns of zeros that are views of its bytes. */
export interface NewChunk<Kind extends ColumnKind> {
  readonly columns: ColumnsOf<(typeof layouts)[Kind]>;
  /** The whole chunk: fill the columns, then send this. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Makes a chunk of `count` items; the caller fills the columns in place. */
export function newChunk<Kind extends ColumnKind>(kind: Kind, count: number, header: ChunkHeader): NewChunk<Kind> {
  const bytes = new Uint8Array(headerBytes + columnBytes(kind, count));
  writeHeader(new DataView(bytes.buffer), kind, count, header);
  return { bytes, columns: columnsOf(kind, count, bytes) as ColumnsOf<(typeof layouts)[Kind]> };
}

/** Bytes of a chunk of `count` items. */
export function chunkBytes(kind: ColumnKind, count: number): number {
  return headerBytes + columnBytes(kind, count);
}

/** Makes a chunk of the strings with ids from `first` on. */
export function encodeStrings(first: number, strings: readonly string[], storeSeq = 0): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const texts = strings.map((text) => encoder.encode(text));
  const offsets = padded(4 * strings.length);
  const total = texts.reduce((sum, text) => sum + text.length, 0);
  const bytes = new Uint8Array(headerBytes + offsets + padded(total));
  const view = new DataView(bytes.buffer);
  writeHeader(view, 'strings', strings.length, {
    flags: 0,
    level: exactLevel,
    track: first,
    view: 0,
    storeSeq,
    from: 0,
    to: 0,
    wallMs: 0,
  });
  let end = 0;
  for (const [i, text] of texts.entries()) {
    bytes.set(text, headerBytes + offsets + end);
    end += text.length;
    view.setUint32(headerBytes + 4 * i, end, true);
  }
  return bytes;
}

/**
 * Reads a chunk without copying its columns. Unknown kinds and layouts come back as `unknown`. Throws PROTOCOL_CHUNK for bytes that are no
 * chunk: cut, too long, strings out of bounds.
 */
export function decodeChunk(data: ArrayBuffer | Uint8Array<ArrayBuffer>): Chunk {
  const given = data instanceof Uint8Array ? data : new Uint8Array(data);
  // Typed arrays need their alignment; a chunk inside a larger buffer may lie anywhere.
  const bytes = given.byteOffset % 8 === 0 ? given : given.slice();
  const refuse = (problem: string) => protocolErrors.create('PROTOCOL_CHUNK', { bytes: bytes.length, problem });
  if (bytes.length < headerBytes) throw refuse('it ends inside the header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const number = view.getUint8(0);
  const kind = kindOf(number, view.getUint8(2));
  if (kind === undefined || view.getUint8(3) !== layoutVersion) return { kind: 'unknown', number };
  const header: ChunkHeader = {
    flags: view.getUint8(1),
    level: view.getUint8(2),
    track: view.getUint32(8, true),
    view: view.getUint32(12, true),
    storeSeq: view.getFloat64(16, true),
    from: view.getFloat64(24, true),
    to: view.getFloat64(32, true),
    wallMs: view.getFloat64(40, true),
  };
  const count = view.getUint32(4, true);
  if (kind === 'strings') {
    const offsets = padded(4 * count);
    if (bytes.length < headerBytes + offsets) throw refuse(`${count} strings do not fit`);
    const strings: string[] = [];
    const decoder = new TextDecoder();
    let from = 0;
    for (let i = 0; i < count; i++) {
      const end = view.getUint32(headerBytes + 4 * i, true);
      if (end < from || headerBytes + offsets + end > bytes.length) throw refuse(`string ${i} is out of bounds`);
      strings.push(decoder.decode(bytes.subarray(headerBytes + offsets + from, headerBytes + offsets + end)));
      from = end;
    }
    if (bytes.length !== headerBytes + offsets + padded(from)) throw refuse('something follows the strings');
    return { ...header, kind, count, strings };
  }
  const expected = chunkBytes(kind, count);
  if (bytes.length !== expected) throw refuse(`${count} ${kind} take ${expected} bytes`);
  return { ...header, kind, count, columns: columnsOf(kind, count, bytes) } as Chunk;
}

function kindOf(number: number, level: number): ColumnKind | 'strings' | undefined {
  if (number === chunkKinds.counters) return level === exactLevel ? 'counters' : 'counterLevels';
  if (number === chunkKinds.strings) return 'strings';
  if (number === chunkKinds.slices) return 'slices';
  if (number === chunkKinds.milestones) return 'milestones';
  if (number === chunkKinds.flows) return 'flows';
  if (number === chunkKinds.instants) return 'instants';
  return undefined;
}

function writeHeader(view: DataView, kind: ColumnKind | 'strings', count: number, header: ChunkHeader): void {
  view.setUint8(0, chunkKinds[kind === 'counterLevels' ? 'counters' : kind]);
  view.setUint8(1, header.flags);
  view.setUint8(2, header.level);
  view.setUint8(3, layoutVersion);
  view.setUint32(4, count, true);
  view.setUint32(8, header.track, true);
  view.setUint32(12, header.view, true);
  view.setFloat64(16, header.storeSeq, true);
  view.setFloat64(24, header.from, true);
  view.setFloat64(32, header.to, true);
  view.setFloat64(40, header.wallMs, true);
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

function columnBytes(kind: ColumnKind, count: number): number {
  return Object.values(layouts[kind]).reduce((sum, type) => sum + padded(width[type] * count), 0);
}

function columnsOf(kind: ColumnKind, count: number, bytes: Uint8Array<ArrayBuffer>): Readonly<Record<string, Column>> {
  const columns: Record<string, Column> = {};
  let at = bytes.byteOffset + headerBytes;
  for (const [name, type] of Object.entries(layouts[kind]) as Array<[string, ColumnType]>) {
    columns[name] = columnOf(type, bytes.buffer, at, count);
    at += padded(width[type] * count);
  }
  return columns;
}

function columnOf(type: ColumnType, buffer: ArrayBuffer, at: number, count: number): Column {
  switch (type) {
    case 'f64':
      return new Float64Array(buffer, at, count);
    case 'u32':
      return new Uint32Array(buffer, at, count);
    case 'u16':
      return new Uint16Array(buffer, at, count);
    case 'u8':
      return new Uint8Array(buffer, at, count);
    default:
      return type satisfies never;
  }
}
