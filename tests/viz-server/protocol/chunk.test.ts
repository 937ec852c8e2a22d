import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SimError } from '../../../engine/index.ts';
import {
  type ChunkHeader,
  type ColumnKind,
  chunkBytes,
  chunkKinds,
  decodeChunk,
  encodeStrings,
  headerBytes,
  newChunk,
} from '../../../viz-server/protocol/index.ts';

const test = suite('protocol: chunks');
const options = { seed: 20261123, numRuns: 200 };
const kinds: readonly ColumnKind[] = ['slices', 'milestones', 'counters', 'counterLevels', 'flows', 'instants'];
const header: ChunkHeader = { flags: 4, level: 7, track: 3, view: 1, storeSeq: 12, from: 0, to: 99, wallMs: 5 };

const anyTime = fc.oneof(
  fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER, 2 ** 32, 2 ** 32 - 1),
  fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
);
const anyHeader = fc.record({
  flags: fc.integer({ min: 0, max: 255 }),
  track: fc.constantFrom(0, 1, 2 ** 32 - 1),
  view: fc.constantFrom(0, 7, 2 ** 32 - 1),
  storeSeq: anyTime,
  from: anyTime,
  to: anyTime,
  wallMs: fc.double({ noNaN: true }),
});

/** Fills every column with `values`, over and over. */
function fill(columns: object, values: readonly number[]): void {
  let next = 0;
  for (const column of Object.values(columns) as Array<Float64Array | Uint32Array>)
    for (let i = 0; i < column.length; i++) column[i] = values[next++ % values.length] as number;
}

test('1. Chunks are read as they were written, every field at its limits', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...kinds),
      fc.integer({ min: 0, max: 20 }),
      anyHeader,
      fc.array(fc.constantFrom(0, 1, 255, 65_535, 2 ** 32 - 1, 2 ** 53 - 1), { minLength: 1, maxLength: 20 }),
      (kind, count, head, values) => {
        const level = kind === 'counters' ? 255 : 9;
        const made = newChunk(kind, count, { ...head, level });
        fill(made.columns, values);
        assert.is(made.bytes.length, chunkBytes(kind, count));
        assert.is(made.bytes.length % 8, 0);
        const read = decodeChunk(made.bytes);
        if (read.kind === 'unknown' || read.kind === 'strings') throw new Error('another kind');
        assert.is(read.kind, kind);
        assert.is(read.count, count);
        assert.equal(read.columns, made.columns);
        assert.equal({ ...head, level }, pick(read, [...Object.keys(head), 'level']));
      },
    ),
    options,
  );
});

test('1. Strings are read as they were written', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.nat(), (strings, first) => {
      const read = decodeChunk(encodeStrings(first, strings));
      if (read.kind !== 'strings') throw new Error('another kind');
      assert.equal(read.strings, strings);
      assert.is(read.track, first);
    }),
    options,
  );
});

test('a chunk may lie anywhere in a larger buffer', () => {
  const { bytes, columns } = newChunk('counters', 3, { ...header, level: 255 });
  columns.value.set([1.5, 2.5, -3]);
  const larger = new Uint8Array(bytes.length + 5);
  larger.set(bytes, 5);
  const read = decodeChunk(larger.subarray(5));
  assert.equal(read.kind === 'counters' && [...read.columns.value], [1.5, 2.5, -3]);
});

test('2. A chunk cut at any byte, or longer than it should be, is refused', () => {
  const whole = [...kinds.map((kind) => newChunk(kind, 3, header).bytes), encodeStrings(0, ['a', 'bc', 'déf'])];
  for (const bytes of whole) {
    for (let length = 0; length < bytes.length; length++) refused(bytes.slice(0, length));
    const longer = new Uint8Array(bytes.length + 8);
    longer.set(bytes);
    refused(longer);
  }
});

test('2. Any bytes are a chunk, an unknown kind, or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 0, max: 6 }), (noise, kind) => {
      const bytes = new Uint8Array(noise);
      bytes[0] = kind;
      bytes[3] = 1;
      try {
        decodeChunk(bytes);
      } catch (error) {
        assert.ok(error instanceof SimError && error.code === 'PROTOCOL_CHUNK', String(error));
      }
    }),
    { ...options, numRuns: 500 },
  );
});

test('3. Chunks of unknown kinds and layouts are named, not refused', () => {
  const { bytes } = newChunk('slices', 1, header);
  for (const [at, value] of [
    [0, 77],
    [3, 2],
  ] as const) {
    const other = bytes.slice();
    other[at] = value;
    assert.equal(decodeChunk(other), { kind: 'unknown', number: at === 0 ? 77 : chunkKinds.slices });
  }
  assert.is(headerBytes, 48);
});

function refused(bytes: Uint8Array<ArrayBuffer>): void {
  try {
    decodeChunk(bytes);
  } catch (error) {
    assert.ok(error instanceof SimError && error.code === 'PROTOCOL_CHUNK', String(error));
    return;
  }
  assert.unreachable(`${bytes.length} bytes were read`);
}

function pick(from: object, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(from).filter(([key]) => keys.includes(key)));
}

test.run();
