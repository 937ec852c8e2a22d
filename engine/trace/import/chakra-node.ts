import { WireReader } from '../formats/wire.ts';

/** An id of 64 bits: a number up to 2^53, a bigint above. */
export type NodeId = number | bigint;

/** A value of an attribute; lists are kept as arrays, bytes are dropped. */
export type AttributeValue = number | string | boolean | readonly (number | string | boolean)[];

/** A node as it stands in a Chakra file. */
export interface ChakraNode {
  readonly id: NodeId;
  readonly name: string;
  readonly type: number;
  readonly controlDeps: readonly NodeId[];
  readonly dataDeps: readonly NodeId[];
  /** Microseconds. */
  readonly start: number;
  readonly duration: number;
  readonly inputs: string;
  readonly shapes: string;
  readonly attributes: ReadonlyMap<string, AttributeValue>;
  /** Number of the node in its file, from 0. */
  readonly position: number;
}

/** Reads a `GlobalMetadata` message: its version, and its attributes. Throws WIRE_MALFORMED. */
export function readMetadata(reader: WireReader): {
  readonly version: string;
  readonly attributes: ReadonlyMap<string, AttributeValue>;
} {
  let version = '';
  const attributes = new Map<string, AttributeValue>();
  while (reader.at < reader.end) {
    const key = reader.varint();
    if (key === 0x0a) version = reader.text();
    else if (key === 0x12) readAttribute(inner(reader), attributes);
    else reader.skip(key & 7);
  }
  return { version, attributes };
}

/** Reads a `Node` message. Throws WIRE_MALFORMED. */
export function readNode(reader: WireReader, position: number): ChakraNode {
  let id: NodeId = 0;
  let name = '';
  let type = 0;
  const controlDeps: NodeId[] = [];
  const dataDeps: NodeId[] = [];
  let start = 0;
  let duration = 0;
  let inputs = '';
  let shapes = '';
  const attributes = new Map<string, AttributeValue>();
  while (reader.at < reader.end) {
    const key = reader.varint();
    if (key === 0x08) id = identifier(reader);
    else if (key === 0x12) name = reader.text();
    else if (key === 0x18) type = reader.varint();
    else if (key === 0x20) controlDeps.push(identifier(reader));
    else if (key === 0x28) dataDeps.push(identifier(reader));
    else if (key === 0x22 || key === 0x2a) {
      const packed = inner(reader);
      while (packed.at < packed.end) (key === 0x22 ? controlDeps : dataDeps).push(identifier(packed));
    } else if (key === 0x30) start = reader.varint();
    else if (key === 0x38) duration = reader.varint();
    else if (key === 0x42) {
      const io = inner(reader);
      while (io.at < io.end) {
        const part = io.varint();
        if (part === 0x0a) inputs = io.text();
        else if (part === 0x12) shapes = io.text();
        else io.skip(part & 7);
      }
    } else if (key === 0x52) readAttribute(inner(reader), attributes);
    else reader.skip(key & 7);
  }
  return { id, name, type, controlDeps, dataDeps, start, duration, inputs, shapes, attributes, position };
}

function identifier(reader: WireReader): NodeId {
  const value = reader.varint();
  return value <= Number.MAX_SAFE_INTEGER ? value : (BigInt(reader.high) << 32n) | BigInt(reader.low);
}

function inner(reader: WireReader): WireReader {
  const size = reader.size();
  const part = new WireReader(reader.bytes, reader.at, reader.at + size, reader.origin);
  reader.at += size;
  return part;
}

/** How the scalars of `AttributeProto` are read, by the field of the single value; lists have the next number. */
const scalars: Readonly<
  Record<number, { readonly type: number; readonly read: (reader: WireReader) => number | string | boolean }>
> = {
  3: { type: 1, read: (reader) => reader.double() },
  5: { type: 5, read: (reader) => reader.float() },
  7: { type: 0, read: (reader) => reader.signed() },
  9: { type: 0, read: (reader) => reader.signed() },
  11: { type: 0, read: (reader) => reader.varint() },
  13: { type: 0, read: (reader) => reader.varint() },
  15: { type: 0, read: (reader) => reader.zigzag() },
  17: { type: 0, read: (reader) => reader.zigzag() },
  19: { type: 5, read: (reader) => reader.fixed32() },
  21: { type: 1, read: (reader) => reader.fixed64() },
  23: { type: 5, read: (reader) => reader.fixed32() | 0 },
  25: {
    type: 1,
    read: (reader) => {
      reader.fixed64();
      return (reader.high | 0) * 2 ** 32 + reader.low;
    },
  },
  27: { type: 0, read: (reader) => reader.varint() !== 0 },
  29: { type: 2, read: (reader) => reader.text() },
};

function readAttribute(reader: WireReader, into: Map<string, AttributeValue>): void {
  let name = '';
  let value: AttributeValue | undefined;
  while (reader.at < reader.end) {
    const key = reader.varint();
    const field = key >>> 3;
    const scalar = scalars[field];
    const list = scalars[field - 1];
    if (key === 0x0a) name = reader.text();
    else if (scalar !== undefined && (key & 7) === scalar.type) value = scalar.read(reader);
    else if (list !== undefined && field % 2 === 0 && (key & 7) === 2) value = readList(inner(reader), list);
    else reader.skip(key & 7);
  }
  if (value !== undefined) into.set(name, value);
}

function readList(
  reader: WireReader,
  scalar: { readonly type: number; readonly read: (reader: WireReader) => number | string | boolean },
): readonly (number | string | boolean)[] {
  const values: (number | string | boolean)[] = [];
  while (reader.at < reader.end) {
    const key = reader.varint();
    if (key >>> 3 !== 1) reader.skip(key & 7);
    else if ((key & 7) === scalar.type) values.push(scalar.read(reader));
    else if ((key & 7) === 2) {
      const packed = inner(reader);
      while (packed.at < packed.end) values.push(scalar.read(packed));
    } else reader.skip(key & 7);
  }
  return values;
}
