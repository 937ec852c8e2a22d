import { canonicalOrder, codeWords, type HuffmanCode, longestCode } from './huffman-code.ts';
import { blockValues } from './huffman-writer.ts';
import { type CodecKernel, codecKernel, kernelAt, kernelBlocks } from './kernel.ts';

/** Symbols one look-up can give. */
const together = 3;

/**
 * Reads `count` symbols written by `writeSymbols`. Returns undefined when a block does not begin at its offset, the last bit is
 * not the last of the payload, or a code is none.
 */
export function readSymbols(
  payload: Uint8Array,
  totalBits: number,
  offsets: Uint32Array,
  code: HuffmanCode,
  count: number,
): Uint16Array | undefined {
  if (offsets[0] !== 0) return undefined;
  const blocks = offsets.length;
  for (let block = 0; block < blocks; block++) {
    const bits = (offsets[block + 1] ?? totalBits) - offsets[block]!;
    if (bits < 0 || bits > blockValues * longestCode) return undefined;
  }
  const symbols = new Uint16Array(count);
  const kernel = codecKernel();
  const bits = placeCode(kernel, code, count);
  const list = new Uint32Array(kernel.buffer, kernelAt.offsets, kernelBlocks + 1);
  const bytes = new Uint8Array(kernel.buffer);
  for (let from = 0; from < blocks; from += kernelBlocks) {
    const to = Math.min(blocks, from + kernelBlocks);
    const [first, last] = [offsets[from]! >>> 3, Math.ceil((offsets[to] ?? totalBits) / 8)];
    for (let block = from; block <= to; block++) list[block - from] = (offsets[block] ?? totalBits) - 8 * first;
    bytes.set(payload.subarray(first, last), kernelAt.payload);
    const length = (last - first + 31) & -32;
    kernel.reverse(kernelAt.payload, length);
    const values = Math.min(count, to * blockValues) - from * blockValues;
    const [out, top] = [kernelAt.symbols, kernelAt.payload + length - 8];
    if (kernel.decode(kernelAt.offsets, out, out + 2 * values, top, BigInt(61 - bits)) === 0) return undefined;
    symbols.set(new Uint16Array(kernel.buffer, out, values), from * blockValues);
  }
  return symbols;
}

/** Bits of the table for most codes, and of the one for codes of which a share of `mostRare` is longer. */
const [smallTable, largeTable, mostRare] = [12, 15, 0.05];

/** Writes the tables of a code where the kernel looks for them; bits of a prefix. */
function placeCode({ buffer }: CodecKernel, code: HuffmanCode, count: number): number {
  let longest = 0;
  let rare = 0;
  for (let i = 0; i < code.lengths.length; i++) {
    const length = code.lengths[i]!;
    longest = Math.max(longest, length);
    if (length > smallTable) rare += 1 / (1 << (length - smallTable));
  }
  // A table pays for itself only when more symbols than entries are read; the large one does not fit the first cache.
  const most = rare / (1 << smallTable) > mostRare ? largeTable : smallTable;
  const bits = Math.max(1, Math.min(most, longest * together, Math.ceil(Math.log2(count)) - 1));
  const size = 1 << bits;
  const table = new Uint16Array(buffer, 0, 4 * size);
  const lengths = new Uint8Array(buffer, kernelAt.lengths, size).fill(0);
  const order = new Uint16Array(buffer, kernelAt.order, code.symbols.length);
  const [firsts, numbers, places] = [kernelAt.first, kernelAt.number, kernelAt.place].map((at) =>
    new Uint32Array(buffer, at, longestCode + 1).fill(0),
  ) as [Uint32Array, Uint32Array, Uint32Array];
  const heads = new Uint16Array(size);
  let place = 0;
  let word = 0;
  let before = 0;
  for (const i of canonicalOrder(code)) {
    const length = code.lengths[i]!;
    const symbol = code.symbols[i]!;
    if (length !== before) word *= 2 ** (length - before);
    before = length;
    if (numbers[length]! === 0) {
      firsts[length] = word;
      places[length] = place;
    }
    numbers[length]!++;
    order[place++] = symbol;
    if (length <= bits) {
      const from = word << (bits - length);
      const to = from + (1 << (bits - length));
      for (let at = from; at < to; at++) {
        heads[at] = symbol;
        lengths[at] = length;
      }
    }
    word++;
  }
  for (let prefix = 0; prefix < size; prefix++) {
    const at = 4 * prefix;
    let used = 0;
    let n = 0;
    while (n < together) {
      const rest = (prefix << used) & (size - 1);
      const length = lengths[rest]!;
      if (length === 0 || used + length > bits) break;
      table[at + n++] = heads[rest]!;
      used += length;
    }
    table[at + 3] = (used << 8) | (2 * n);
    if (n === 0) table.set(noFurther, at);
  }
  placeFurther(buffer, code, bits, table);
  return bits;
}

const furtherEntries = 131072;
/** Bits of a further table at most: code words that are longer still are rare. */
const furtherBits = 10;
/** What a prefix has whose code words are looked for one length after another: two entries of 0. */
const noFurther = [kernelAt.further & 0xffff, kernelAt.further >>> 16, 63, 0];

/** Tables of the bits behind each prefix that is shorter than its code words, as long as there is room. */
function placeFurther(buffer: ArrayBuffer, code: HuffmanCode, bits: number, table: Uint16Array): void {
  const entries = new Uint32Array(buffer, kernelAt.further, furtherEntries);
  entries.fill(0, 0, 2);
  const words = codeWords(code);
  const order = canonicalOrder(code);
  const prefixOf = (i: number): number => words[i]! >>> (code.lengths[i]! - bits);
  let used = 2;
  let first = 0;
  while (first < order.length && code.lengths[order[first]!]! <= bits) first++;
  while (first < order.length) {
    const prefix = prefixOf(order[first]!);
    let end = first;
    while (end < order.length && prefixOf(order[end]!) === prefix) end++;
    const more = Math.min(furtherBits, code.lengths[order[end - 1]!]! - bits);
    const size = 1 << more;
    if (used + size > furtherEntries) return;
    entries.fill(0, used, used + size);
    for (let k = first; k < end; k++) {
      const i = order[k]!;
      const length = code.lengths[i]!;
      const spare = bits + more - length;
      if (spare < 0) break;
      const from = used + (((words[i]! << spare) >>> 0) & (size - 1));
      const entry = code.symbols[i]! | (length << 16);
      for (let at = from + (1 << spare) - 1; at >= from; at--) entries[at] = entry;
    }
    const address = kernelAt.further + 4 * used;
    table.set([address & 0xffff, address >>> 16, 64 - more, 0], 4 * prefix);
    used += size;
    first = end;
  }
}
