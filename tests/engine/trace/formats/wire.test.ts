import fc from 'fast-check';
import protobuf from 'protobufjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WireReader, WireWriter } from '../../../../engine/trace/formats/wire.ts';
import { runs } from './random-trace.ts';

const test = suite('wire');

const edges = fc.constantFrom(0, 127, 128, 16383, 16384, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 35, 2 ** 49, 2 ** 53 - 1);

test('numbers are encoded as protobufjs encodes them', () => {
  fc.assert(
    fc.property(fc.oneof(fc.maxSafeNat(), edges), fc.boolean(), (value, negative) => {
      const signed = negative ? -value : value;
      const out = new WireWriter();
      out.varint(signed === 0 ? 0 : signed);
      const bytes = out.take();
      const other = new protobuf.Writer().int64(signed).finish();
      assert.equal([...bytes], [...other]);
      const reader = new WireReader(bytes);
      assert.is(reader.signed(), signed === 0 ? 0 : signed);
      assert.is(reader.at, bytes.length);
    }),
    runs,
  );
});

test('fields of every type are read back', () => {
  const out = new WireWriter(1);
  out.fixed64(0x09, 2 ** 52 + 5);
  out.double(0x11, -1.5);
  out.text(0x1a, 'ä€😀'.repeat(100));
  const reader = new WireReader(out.take());
  assert.is(reader.varint(), 0x09);
  assert.is(reader.fixed64(), 2 ** 52 + 5);
  assert.is(reader.varint(), 0x11);
  assert.is(reader.double(), -1.5);
  assert.is(reader.varint(), 0x1a);
  assert.is(reader.text(), 'ä€😀'.repeat(100));
  assert.is(reader.at, reader.end);
});

test('contents of any length get the shortest length before them', () => {
  for (const size of [0, 127, 128, 16383, 16384, 2097151, 2097152]) {
    const out = new WireWriter(1);
    out.text(0x0a, 'x'.repeat(size));
    assert.equal(
      out.peek().subarray(0, 6),
      new protobuf.Writer().uint32(0x0a).string('x'.repeat(size)).finish().subarray(0, 6),
    );
    const reader = new WireReader(out.take(), 1);
    assert.is(reader.text().length, size);
  }
});

test('zig-zag and 32-bit numbers', () => {
  const bytes = new protobuf.Writer()
    .sint32(-3)
    .sint64(2 ** 40)
    .fixed32(7)
    .float(0.5)
    .finish();
  const reader = new WireReader(bytes);
  assert.is(reader.zigzag(), -3);
  assert.is(reader.zigzag(), 2 ** 40);
  assert.is(reader.fixed32(), 7);
  assert.is(reader.float(), 0.5);
});

test('what does not fit is refused with its byte', () => {
  const refused = (bytes: number[], read: (reader: WireReader) => void, message: RegExp): void => {
    assert.throws(() => read(new WireReader(Uint8Array.from(bytes), 0, bytes.length, 100)), message);
  };
  refused([0x80], (r) => r.varint(), /byte 100: a number is cut off/);
  refused(Array(11).fill(0xff), (r) => r.varint(), /more than ten bytes/);
  refused([5, 1], (r) => r.text(), /byte 101: a field of 5 bytes does not fit into the 1 left/);
  refused([1, 2, 3], (r) => r.fixed64(), /cut off/);
  refused([0], (r) => r.skip(3), /unknown wire type 3/);
});

test.run();
