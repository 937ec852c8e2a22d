import { decodeClassicSz, encodeClassicSz } from './classic-sz.ts';
import {
  type ContainerHeader,
  containerBytes,
  layoutOf,
  openContainer,
  readCode,
  readEscapes,
  readOffsets,
  sealContainer,
} from './container.ts';
import { encodeDualQuant } from './dual-quant.ts';
import { decodeDualQuant } from './dual-restore.ts';
import { codecErrors } from './errors.ts';
import { huffmanCode } from './huffman-code.ts';
import { readSymbols } from './huffman-reader.ts';
import { blockValues, payloadBits, writeSymbols } from './huffman-writer.ts';
import {
  type CheckedOptions,
  type CodecOptions,
  checkOptions,
  checkShape,
  type FieldShape,
  largestAlphabet,
} from './options.ts';
import type { SymbolField } from './symbols.ts';

/**
 * Compresses values so that no finite one moves by more than `errorBound`; NaN and infinities keep their bits, zeros come back as +0.
 * Equal inputs give equal bytes. Throws CODEC_OPTION, CODEC_SHAPE, and CODEC_SIZE when the code words take 2^32 bits or more.
 */
export function compress(values: Float32Array, shape: FieldShape, options: CodecOptions): Uint8Array<ArrayBuffer> {
  const count = checkShape(shape, values.length);
  const { field, options: checked } = encode(values, shape, options);
  const code = huffmanCode(field.counts);
  const bits = payloadBits(code, field.counts);
  if (bits >= 2 ** 32) throw codecErrors.create('CODEC_SIZE', { bits });
  const header: ContainerHeader = {
    shape: { planes: shape.planes, height: shape.height, width: shape.width },
    options: checked,
    count,
    usedSymbols: code.symbols.length,
    escapes: field.escapes.count,
    payloadBits: bits,
  };
  const bytes = new Uint8Array(containerBytes(header));
  const { payload, escapes } = layoutOf(header);
  const offsets = new Uint32Array(Math.ceil(count / blockValues));
  writeSymbols(field.symbols, code, bytes.subarray(payload, escapes), offsets);
  sealContainer(bytes, header, code, offsets, field.escapes);
  return bytes;
}

/** Escapes that a field may have, for each value of it, before it gets the largest alphabet. */
const escapesPerValue = 1 / 32;
/** Fields of fewer values keep their alphabet. */
const worthwhile = 4096;

function encode(values: Float32Array, shape: FieldShape, given: CodecOptions): Encoded {
  const options = checkOptions(given);
  if (options.variant === 'classic-sz') return { field: encodeClassicSz(values, options), options };
  const isFixed = given.bins !== undefined || values.length < worthwhile;
  const most = isFixed ? Number.POSITIVE_INFINITY : values.length * escapesPerValue;
  const field = encodeDualQuant(values, shape, options, most);
  if (field !== undefined) return { field, options };
  return encode(values, shape, { ...given, bins: largestAlphabet });
}

interface Encoded {
  readonly field: SymbolField;
  readonly options: CheckedOptions;
}

/** What a container holds, in the shape it was given. */
export interface Decompressed {
  readonly values: Float32Array<ArrayBuffer>;
  readonly shape: FieldShape;
  readonly errorBound: number;
}

/**
 * Restores the values of a container, or refuses it: bytes that `compress` did not write are never decoded. Throws CODEC_MAGIC,
 * CODEC_VERSION, CODEC_TRUNCATED, CODEC_CHECKSUM, CODEC_CORRUPT.
 */
export function decompress(container: Uint8Array): Decompressed {
  const header = openContainer(container);
  const { shape, options, count } = header;
  const code = readCode(container, header);
  const { payload, escapes: end } = layoutOf(header);
  const symbols = readSymbols(
    container.subarray(payload, end),
    header.payloadBits,
    readOffsets(container, header),
    code,
    count,
  );
  if (symbols === undefined)
    throw codecErrors.create('CODEC_CORRUPT', { reason: 'its code words do not fill the payload' });
  const escapes = readEscapes(container, header, symbols);
  const values =
    options.variant === 'classic-sz'
      ? decodeClassicSz(symbols, escapes, options)
      : decodeDualQuant(symbols, escapes, shape, options);
  if (values === undefined)
    throw codecErrors.create('CODEC_CORRUPT', {
      reason: 'its escapes and symbols disagree, or a value lies off the grid',
    });
  return { values, shape, errorBound: options.errorBound };
}

/** What a container says about itself, after checking all its bytes. Throws as `decompress` does for damaged bytes. */
export function inspectContainer(container: Uint8Array): ContainerHeader {
  return openContainer(container);
}

/** Largest distance between finite values and their restored values, in float64; 0 for none. */
export function largestError(values: Float32Array, restored: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!;
    if (!Number.isFinite(x)) continue;
    const distance = Math.abs(x - restored[i]!);
    if (!(distance <= largest)) largest = Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
  }
  return largest;
}
