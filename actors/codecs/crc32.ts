/** Four tables for four bytes at a time (slicing-by-4) of the reflected polynomial 0xEDB88320. */
const tables = (() => {
  const found = new Uint32Array(1024);
  for (let i = 0; i < 256; i++) {
    let value = i;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    found[i] = value;
  }
  for (let i = 256; i < 1024; i++) {
    const before = found[i - 256] as number;
    found[i] = (before >>> 8) ^ (found[before & 255] as number);
  }
  return found;
})();

/** CRC-32 (ISO 3309, as in gzip and PNG) of `bytes[from, to)`; `before` continues an earlier checksum. */
export function crc32(bytes: Uint8Array, from = 0, to: number = bytes.length, before = 0): number {
  const t = tables;
  let crc = ~before;
  let i = from;
  for (; i + 4 <= to; i += 4) {
    crc ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    crc = t[768 + (crc & 255)]! ^ t[512 + ((crc >>> 8) & 255)]! ^ t[256 + ((crc >>> 16) & 255)]! ^ t[crc >>> 24]!;
  }
  for (; i < to; i++) crc = (crc >>> 8) ^ t[(crc ^ bytes[i]!) & 255]!;
  return ~crc >>> 0;
}
