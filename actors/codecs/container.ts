import { crc32 } from './crc32.ts';
import { codecErrors } from './errors.ts';
import { type HuffmanCode, isComplete } from './huffman-code.ts';
import { blockValues } from './huffman-writer.ts';
import {
  type CheckedOptions,
  type CodecVariant,
  checkOptions,
  type FieldShape,
  type PredictorDims,
} from './options.ts';
import { EscapeList, escapeRaw } from './symbols.ts';

/** Bytes of the header: magic, version, dims, variant, shape, bins, bound, counts, payload bits, reserved zeros, checksum. */
const headerBytes = 64;
const magic = 0x31434145; // EAC1, little endian
const version = 1;
const checksumAt = 60;
const variants: readonly CodecVariant[] = ['dual-quant', 'classic-sz'];

/** Everything a container says about itself. */
export interface ContainerHeader {
  readonly shape: FieldShape;
  readonly options: CheckedOptions;
  /** Values in it. */
  readonly count: number;
  readonly usedSymbols: number;
  readonly escapes: number;
  readonly payloadBits: number;
}

/** Bytes of a container: header, 3 per used symbol, 4 per block of 4096 values, payload, 9 per escape. */
export function containerBytes(
  header: Pick<ContainerHeader, 'count' | 'usedSymbols' | 'escapes' | 'payloadBits'>,
): number {
  const { count, usedSymbols, escapes, payloadBits } = header;
  return headerBytes + 3 * usedSymbols + 4 * Math.ceil(count / blockValues) + Math.ceil(payloadBits / 8) + 9 * escapes;
}

/** Where the parts of a container begin. */
export interface ContainerLayout {
  readonly code: number;
  readonly offsets: number;
  readonly payload: number;
  readonly escapes: number;
  readonly end: number;
}

/** Byte positions of the parts. */
export function layoutOf(header: ContainerHeader): ContainerLayout {
  const offsets = headerBytes + 3 * header.usedSymbols;
  const payload = offsets + 4 * Math.ceil(header.count / blockValues);
  const escapes = payload + Math.ceil(header.payloadBits / 8);
  return { code: headerBytes, offsets, payload, escapes, end: escapes + 9 * header.escapes };
}

/** Writes everything but the payload, which must be in place already, and seals it with the checksum. */
export function sealContainer(
  bytes: Uint8Array,
  header: ContainerHeader,
  code: HuffmanCode,
  offsets: Uint32Array,
  escapes: EscapeList,
): void {
  const { shape, options } = header;
  const layout = layoutOf(header);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint32(0, magic, true);
  view.setUint16(4, version, true);
  view.setUint8(6, options.dims);
  view.setUint8(7, variants.indexOf(options.variant));
  view.setUint32(8, shape.planes, true);
  view.setUint32(12, shape.height, true);
  view.setUint32(16, shape.width, true);
  view.setUint32(20, options.bins, true);
  view.setFloat64(24, options.errorBound, true);
  view.setUint32(32, header.usedSymbols, true);
  view.setUint32(36, header.escapes, true);
  view.setBigUint64(40, BigInt(header.payloadBits), true);
  for (let i = 0; i < header.usedSymbols; i++) {
    view.setUint16(layout.code + 3 * i, code.symbols[i]!, true);
    view.setUint8(layout.code + 3 * i + 2, code.lengths[i]!);
  }
  offsets.forEach((bit, block) => {
    view.setUint32(layout.offsets + 4 * block, bit, true);
  });
  for (let i = 0; i < escapes.count; i++) {
    const at = layout.escapes + 9 * i;
    view.setUint32(at, escapes.indexes[i]!, true);
    view.setUint8(at + 4, escapes.kinds[i]!);
    view.setInt32(at + 5, escapes.values[i]!, true);
  }
  view.setUint32(checksumAt, checksum(bytes), true);
}

/** CRC-32 of all bytes but its own. */
function checksum(bytes: Uint8Array): number {
  return crc32(bytes, headerBytes, bytes.length, crc32(bytes, 0, checksumAt));
}

function corrupt(reason: string): Error {
  return codecErrors.create('CODEC_CORRUPT', { reason });
}

/** Reads and checks a header, and the checksum of all bytes. Throws CODEC_TRUNCATED, CODEC_MAGIC, CODEC_VERSION, CODEC_CHECKSUM, CODEC_CORRUPT. */
export function openContainer(bytes: Uint8Array): ContainerHeader {
  const truncated = (expected: number) =>
    codecErrors.create('CODEC_TRUNCATED', { found: bytes.length, expected: `${expected} or more` });
  if (bytes.length < 4) throw truncated(headerBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const mark = view.getUint32(0, true);
  if (mark !== magic) throw codecErrors.create('CODEC_MAGIC', { found: `0x${mark.toString(16)}` });
  if (bytes.length < headerBytes) throw truncated(headerBytes);
  const found = view.getUint16(4, true);
  if (found !== version) throw codecErrors.create('CODEC_VERSION', { found, known: version });
  const header = readHeader(view);
  const { end } = layoutOf(header);
  if (bytes.length !== end) throw codecErrors.create('CODEC_TRUNCATED', { found: bytes.length, expected: end });
  const sum = view.getUint32(checksumAt, true);
  const expected = checksum(bytes);
  if (sum !== expected)
    throw codecErrors.create('CODEC_CHECKSUM', { found: sum.toString(16), expected: expected.toString(16) });
  return header;
}

function readHeader(view: DataView): ContainerHeader {
  const shape = {
    planes: view.getUint32(8, true),
    height: view.getUint32(12, true),
    width: view.getUint32(16, true),
  };
  const count = shape.planes * shape.height * shape.width;
  if (!(count > 0 && count < 2 ** 31)) throw corrupt(`it claims ${count} values`);
  const variant = variants[view.getUint8(7)];
  if (variant === undefined) throw corrupt(`variant ${view.getUint8(7)} is unknown`);
  const given = { errorBound: view.getFloat64(24, true), dims: view.getUint8(6) as PredictorDims, variant };
  const options = optionsOf({ ...given, bins: view.getUint32(20, true) });
  const usedSymbols = view.getUint32(32, true);
  const escapes = view.getUint32(36, true);
  const payloadBits = Number(view.getBigUint64(40, true));
  if (!(usedSymbols > 0 && usedSymbols <= Math.min(options.bins, count)))
    throw corrupt(`${usedSymbols} symbols for ${count} values`);
  if (escapes > count) throw corrupt(`${escapes} escapes for ${count} values`);
  if (!(payloadBits >= count && payloadBits < 2 ** 32)) throw corrupt(`${payloadBits} bits for ${count} values`);
  if (view.getUint32(48, true) !== 0 || view.getBigUint64(52, true) !== 0n)
    throw corrupt('reserved bytes are not zero');
  return { shape, options, count, usedSymbols, escapes, payloadBits };
}

function optionsOf(given: CheckedOptions): CheckedOptions {
  try {
    return checkOptions(given);
  } catch (error) {
    throw corrupt((error as Error).message);
  }
}

/** The code of an opened container. Throws CODEC_CORRUPT when it is no complete prefix code of the alphabet. */
export function readCode(bytes: Uint8Array, header: ContainerHeader): HuffmanCode {
  const symbols = new Uint16Array(header.usedSymbols);
  const lengths = new Uint8Array(header.usedSymbols);
  let at = headerBytes;
  for (let i = 0; i < symbols.length; i++, at += 3) {
    symbols[i] = bytes[at]! | (bytes[at + 1]! << 8);
    lengths[i] = bytes[at + 2]!;
    if (i > 0 && symbols[i]! <= symbols[i - 1]!) throw corrupt('its symbols do not ascend');
  }
  if (symbols.at(-1)! >= header.options.bins) throw corrupt('a symbol lies outside the alphabet');
  if (!isComplete(lengths)) throw corrupt('its code lengths are those of no complete code');
  return { symbols, lengths };
}

/** Bit at which each block begins. */
export function readOffsets(bytes: Uint8Array, header: ContainerHeader): Uint32Array {
  const { offsets, payload } = layoutOf(header);
  const view = new DataView(bytes.buffer, bytes.byteOffset + offsets, payload - offsets);
  return Uint32Array.from({ length: (payload - offsets) / 4 }, (_, block) => view.getUint32(4 * block, true));
}

/** The escapes of an opened container; each must stand where a symbol is 0. Throws CODEC_CORRUPT. */
export function readEscapes(bytes: Uint8Array, header: ContainerHeader, symbols: Uint16Array): EscapeList {
  const { escapes: from } = layoutOf(header);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = new EscapeList();
  let before = -1;
  for (let i = 0, at = from; i < header.escapes; i++, at += 9) {
    const index = view.getUint32(at, true);
    const kind = view.getUint8(at + 4);
    if (index <= before || symbols[index] !== 0) throw corrupt(`escape ${i} stands at value ${index}`);
    if (kind > escapeRaw || (kind !== escapeRaw && header.options.variant === 'classic-sz'))
      throw corrupt(`escape ${i} is of kind ${kind}`);
    found.push(index, kind, view.getInt32(at + 5, true));
    before = index;
  }
  return found;
}
