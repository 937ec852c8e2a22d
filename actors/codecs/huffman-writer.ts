import { codeWords, type HuffmanCode } from './huffman-code.ts';

/** Values in a block: every block can be decoded by itself. */
export const blockValues = 4096;

/** Bits the symbols take in a code. */
export function payloadBits(code: HuffmanCode, counts: Uint32Array): number {
  let bits = 0;
  for (let i = 0; i < code.symbols.length; i++) bits += counts[code.symbols[i]!]! * code.lengths[i]!;
  return bits;
}

/** Writes the code words of `symbols` at the start of `out`, first bit highest, and the bit at which each block begins into `offsets`. */
export function writeSymbols(symbols: Uint16Array, code: HuffmanCode, out: Uint8Array, offsets: Uint32Array): void {
  const last = code.symbols.at(-1)! + 1;
  const words = new Uint32Array(last);
  const lengths = new Uint8Array(last);
  const packed = codeWords(code);
  for (let i = 0; i < code.symbols.length; i++) {
    words[code.symbols[i]!] = packed[i]!;
    lengths[code.symbols[i]!] = code.lengths[i]!;
  }
  const view = new DataView(out.buffer, out.byteOffset, out.byteLength);
  let word = 0;
  let free = 32;
  let at = 0;
  for (let from = 0, block = 0; from < symbols.length; from += blockValues, block++) {
    offsets[block] = at * 8 + 32 - free;
    const to = Math.min(symbols.length, from + blockValues);
    for (let i = from; i < to; i++) {
      const symbol = symbols[i]!;
      const length = lengths[symbol]!;
      const bits = words[symbol]!;
      if (length < free) {
        free -= length;
        word |= bits << free;
      } else {
        const over = length - free;
        view.setInt32(at, word | (bits >>> over));
        at += 4;
        free = 32 - over;
        word = over === 0 ? 0 : bits << free;
      }
    }
  }
  for (; free < 32; free += 8, word <<= 8) out[at++] = word >>> 24;
}
