import { formatErrors } from './errors.ts';

/** Wire types of the protobuf encoding. */
const wireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const TWO_32 = 2 ** 32;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Writes protobuf fields into one growing array. Numbers are whole and at most 2^53; negative ones take ten bytes.
 * Keys are written as they appear in the file, `(field << 3) | type`, so that a hot loop computes none.
 */
export class WireWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacity = 1 << 16) {
    this.#bytes = new Uint8Array(Math.max(64, capacity));
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes written and not yet taken. */
  get length(): number {
    return this.#length;
  }

  /** Makes room for `count` more bytes. Every other method does so itself, apart from the `raw` ones. */
  reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  /** One byte, without a check for room: `reserve` first. */
  rawByte(value: number): void {
    this.#bytes[this.#length++] = value;
  }

  /** A varint of a whole number from 0 to 2^53, at most eight bytes, without a check for room: `reserve` first. */
  rawVarint(value: number): void {
    const bytes = this.#bytes;
    let at = this.#length;
    let rest = value;
    while (rest >= TWO_32) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest = Math.floor(rest / 128);
    }
    rest >>>= 0;
    while (rest > 0x7f) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    this.#length = at;
  }

  /**
   * A whole `TracePacket` with a slice event that brings no new names, of at most 127 bytes: what a recording consists of. `name` 0 leaves
   * out name and category; `keys` are the interned names of the annotations that follow as whole numbers, 0 for none. `reserve(128)` first.
   */
  slicePacket(
    time: number,
    sequence: number,
    kind: number,
    track: number,
    name: number,
    category: number,
    firstKey: number,
    first: number,
    secondKey: number,
    second: number,
  ): void {
    const bytes = this.#bytes;
    const packet = this.#length;
    bytes[packet] = 0x0a;
    bytes[packet + 2] = 0x40;
    let at = putVarint(bytes, packet + 3, time);
    bytes[at] = 0x50;
    at = putVarint(bytes, at + 1, sequence);
    bytes[at] = 0x68;
    bytes[at + 1] = 2;
    bytes[at + 2] = 0x5a;
    const event = at + 3;
    bytes[at + 4] = 0x48;
    bytes[at + 5] = kind;
    bytes[at + 6] = 0x58;
    at = putVarint(bytes, at + 7, track);
    if (name !== 0) {
      bytes[at] = 0x50;
      at = putVarint(bytes, at + 1, name);
      bytes[at] = 0x18;
      at = putVarint(bytes, at + 1, category);
    }
    if (firstKey !== 0) at = putAnnotation(bytes, at, firstKey, first);
    if (secondKey !== 0) at = putAnnotation(bytes, at, secondKey, second);
    bytes[event] = at - event - 1;
    bytes[packet + 1] = at - packet - 2;
    this.#length = at;
  }

  /** A varint; negative numbers as 64-bit two's complement. */
  varint(value: number): void {
    this.reserve(10);
    if (value >= 0) {
      this.rawVarint(value);
      return;
    }
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 0x7fn) {
      this.rawByte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.rawByte(Number(rest));
  }

  /** A field of one number: `key` of type 0. */
  number(key: number, value: number): void {
    this.varint(key);
    this.varint(value);
  }

  /** A field of eight bytes holding a whole number from 0 to 2^53: `key` of type 1. */
  fixed64(key: number, value: number): void {
    this.varint(key);
    this.reserve(8);
    this.#view.setUint32(this.#length, value % TWO_32, true);
    this.#view.setUint32(this.#length + 4, value / TWO_32, true);
    this.#length += 8;
  }

  /** A field of eight bytes holding a double: `key` of type 1. */
  double(key: number, value: number): void {
    this.varint(key);
    this.reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** A field of text as UTF-8: `key` of type 2. Lone surrogates become U+FFFD. */
  text(key: number, value: string): void {
    this.varint(key);
    const start = this.open();
    this.reserve(3 * value.length);
    this.#length += encoder.encodeInto(value, this.#bytes.subarray(this.#length)).written;
    this.close(start);
  }

  /** Starts the content of a length-delimited field whose key was written; returns what `close` needs. */
  open(): number {
    this.reserve(1);
    return this.#length++;
  }

  /** Ends the content started by `open`: one byte was kept for the length, longer contents move up. */
  close(start: number): void {
    const size = this.#length - start - 1;
    if (size < 0x80) {
      this.#bytes[start] = size;
      return;
    }
    const extra = size < 0x4000 ? 1 : size < 0x200000 ? 2 : size < 0x10000000 ? 3 : 4;
    this.reserve(extra);
    this.#bytes.copyWithin(start + 1 + extra, start + 1, this.#length);
    const end = this.#length + extra;
    this.#length = start;
    this.rawVarint(size);
    this.#length = end;
  }

  /** What was written since the last `take`, as a copy; the writer starts again with an empty array of the same size. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  /** What was written since the last `take` or `clear`, without a copy: valid until the next write. */
  peek(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Forgets what was written, keeping the array. */
  clear(): void {
    this.#length = 0;
  }
}

/** Reads protobuf fields from part of an array. Throws WIRE_MALFORMED, with the byte counted from `origin`, when a field does not fit. */
export class WireReader {
  readonly bytes: Uint8Array;
  readonly origin: number;
  /** Where the next read starts. */
  at: number;
  /** Where reading ends. */
  end: number;
  /** Low and high half of the varint read last. */
  low = 0;
  high = 0;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length, origin = 0) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    this.origin = origin;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  fail(problem: string): never {
    throw formatErrors.create('WIRE_MALFORMED', { byte: this.origin + this.at, problem });
  }

  /** An unsigned varint as a number; above 2^53 it is rounded, `low` and `high` stay exact. */
  varint(): number {
    const bytes = this.bytes;
    let at = this.at;
    let byte = at < this.end ? bytes[at++]! : this.fail('a number is cut off');
    if (byte < 0x80) {
      this.at = at;
      this.high = 0;
      this.low = byte;
      return byte;
    }
    let low = byte & 0x7f;
    let high = 0;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      if (shift > 63) this.fail('a number has more than ten bytes');
      byte = at < this.end ? bytes[at++]! : this.fail('a number is cut off');
      const part = byte & 0x7f;
      if (shift < 28) low |= part << shift;
      else if (shift === 28) {
        low |= part << 28;
        high = part >>> 4;
      } else high |= part << (shift - 32);
    }
    this.at = at;
    this.low = low >>> 0;
    this.high = high >>> 0;
    return this.high * TWO_32 + this.low;
  }

  /** A varint as a signed 64-bit number, rounded beyond 2^53. */
  signed(): number {
    this.varint();
    return (this.high | 0) * TWO_32 + this.low;
  }

  /** A zig-zag varint, rounded beyond 2^53. */
  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  fixed32(): number {
    this.#need(4);
    this.at += 4;
    return this.#view.getUint32(this.at - 4, true);
  }

  /** Eight bytes as an unsigned number; above 2^53 it is rounded, `low` and `high` stay exact. */
  fixed64(): number {
    this.#need(8);
    this.low = this.#view.getUint32(this.at, true);
    this.high = this.#view.getUint32(this.at + 4, true);
    this.at += 8;
    return this.high * TWO_32 + this.low;
  }

  float(): number {
    this.#need(4);
    this.at += 4;
    return this.#view.getFloat32(this.at - 4, true);
  }

  double(): number {
    this.#need(8);
    this.at += 8;
    return this.#view.getFloat64(this.at - 8, true);
  }

  /** The length of a delimited field, checked against what is left. */
  size(): number {
    const size = this.varint();
    if (size > this.end - this.at)
      this.fail(`a field of ${size} bytes does not fit into the ${this.end - this.at} left`);
    return size;
  }

  text(): string {
    const size = this.size();
    this.at += size;
    return decoder.decode(this.bytes.subarray(this.at - size, this.at));
  }

  /** Steps over a field's value. */
  skip(type: number): void {
    if (type === wireType.varint) this.varint();
    else if (type === wireType.fixed64) this.#step(8);
    else if (type === wireType.bytes) {
      const size = this.size();
      this.at += size;
    } else if (type === wireType.fixed32) this.#step(4);
    else this.fail(`a field of unknown wire type ${type}`);
  }

  #step(count: number): void {
    this.#need(count);
    this.at += count;
  }

  #need(count: number): void {
    if (count > this.end - this.at) this.fail('a number is cut off');
  }
}

/** Writes a varint of a whole number from 0 to 2^53 at `at` and returns where it ends. */
function putVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = value;
  let to = at;
  if (value >= 0x80000000) {
    const high = Math.floor(value / 0x10000000);
    rest = value - high * 0x10000000;
    bytes[to++] = (rest & 0x7f) | 0x80;
    bytes[to++] = ((rest >>> 7) & 0x7f) | 0x80;
    bytes[to++] = ((rest >>> 14) & 0x7f) | 0x80;
    bytes[to++] = (rest >>> 21) | 0x80;
    rest = high;
  }
  while (rest > 0x7f) {
    bytes[to++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[to++] = rest;
  return to;
}

function putAnnotation(bytes: Uint8Array, at: number, key: number, value: number): number {
  bytes[at] = 0x22;
  bytes[at + 2] = 0x08;
  let to = putVarint(bytes, at + 3, key);
  bytes[to] = 0x18;
  to = putVarint(bytes, to + 1, value);
  bytes[at + 1] = to - at - 2;
  return to;
}
