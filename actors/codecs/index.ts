export { type BlockDct, blockDctBytes, decodeBlockDct, encodeBlockDct } from './block-dct.ts';
export { filterZeros } from './classic-sz.ts';
export { type ContainerHeader, containerBytes } from './container.ts';
export { crc32 } from './crc32.ts';
export { compress, type Decompressed, decompress, inspectContainer, largestError } from './error-bounded.ts';
export { codecErrors } from './errors.ts';
export { type HuffmanCode, huffmanCode } from './huffman-code.ts';
export type { CodecOptions, CodecVariant, FieldShape, PredictorDims } from './options.ts';
export { packZeros, unpackZeros, zeroBitmapBytes } from './zero-bitmap.ts';
