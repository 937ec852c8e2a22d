import { type CodecKernel, codecKernel, kernelAt } from './kernel.ts';

/** Bytes looked at in one go. */
const together = 1 << 19;
let kernel: CodecKernel | undefined;

/** CRC-32 (ISO 3309, as in gzip and PNG) of `bytes[from, to)`; `before` continues an earlier checksum. */
export function crc32(bytes: Uint8Array, from = 0, to: number = bytes.length, before = 0): number {
  kernel ??= withTables(codecKernel());
  const place = new Uint8Array(kernel.buffer, kernelAt.symbols, together);
  let crc = ~before;
  for (let at = from; at < to; at += together) {
    const part = bytes.subarray(at, Math.min(to, at + together));
    place.set(part);
    crc = kernel.checksum(kernelAt.symbols, part.length, crc);
  }
  return ~crc >>> 0;
}

/** A table for each of 16 bytes (slicing-by-16) of the reflected polynomial 0xEDB88320; no other call writes there. */
function withTables(ready: CodecKernel): CodecKernel {
  const tables = new Uint32Array(ready.buffer, kernelAt.checksums, 16 * 256);
  for (let i = 0; i < 256; i++) {
    let value = i;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    tables[i] = value;
  }
  for (let i = 256; i < tables.length; i++) {
    const before = tables[i - 256]!;
    tables[i] = (before >>> 8) ^ tables[before & 255]!;
  }
  return ready;
}
