import { codecErrors } from './errors.ts';

/** Bytes of `count` values of which `nonZero` are not +0: a bit for each, 4 bytes for each of the others. */
export function zeroBitmapBytes(count: number, nonZero: number): number {
  return Math.ceil(count / 8) + 4 * nonZero;
}

/** Lossless: one bit a value, then the values whose bits are not all zero (-0 is kept). */
export function packZeros(values: Float32Array): Uint8Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  let kept = 0;
  for (let i = 0; i < bits.length; i++) if (bits[i] !== 0) kept++;
  const packed = new Uint8Array(zeroBitmapBytes(bits.length, kept));
  const view = new DataView(packed.buffer);
  let at = Math.ceil(bits.length / 8);
  for (let i = 0; i < bits.length; i++) {
    const value = bits[i]!;
    if (value === 0) continue;
    packed[i >>> 3]! |= 1 << (i & 7);
    view.setUint32(at, value, true);
    at += 4;
  }
  return packed;
}

/** Restores `count` values, bit by bit the same. Throws CODEC_TRUNCATED, CODEC_CORRUPT. */
export function unpackZeros(packed: Uint8Array, count: number): Float32Array<ArrayBuffer> {
  const map = Math.ceil(count / 8);
  const values = new Float32Array(count);
  const bits = new Uint32Array(values.buffer);
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const truncated = (expected: number) => codecErrors.create('CODEC_TRUNCATED', { found: packed.length, expected });
  if (packed.length < map) throw truncated(map);
  let at = map;
  for (let i = 0; i < count; i++) {
    if (((packed[i >>> 3]! >>> (i & 7)) & 1) === 0) continue;
    if (at + 4 > packed.length) throw truncated(at + 4);
    bits[i] = view.getUint32(at, true);
    if (bits[i] === 0) throw codecErrors.create('CODEC_CORRUPT', { reason: `value ${i} is marked and zero` });
    at += 4;
  }
  if (at !== packed.length) throw truncated(at);
  return values;
}
