import { codeWords, type HuffmanCode } from './huffman-code.ts';
import { type CodecKernel, codecKernel, kernelAt, kernelBlocks } from './kernel.ts';

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
  const kernel = codecKernel();
  placeWords(kernel, code);
  const bytes = new Uint8Array(kernel.buffer);
  const place = new Uint16Array(kernel.buffer, kernelAt.symbols, kernelBlocks * blockValues);
  let done = 0;
  for (let from = 0; from < offsets.length; from += kernelBlocks) {
    const to = Math.min(offsets.length, from + kernelBlocks);
    const window = symbols.subarray(from * blockValues, to * blockValues);
    place.set(window);
    // A byte that the window before did not fill is carried over.
    const first = Math.floor(done / 8);
    const skip = done % 8;
    bytes[kernelTop - 1] = skip === 0 ? 0 : out[first]!;
    let bit = BigInt(skip);
    for (let block = from; block < to; block++) {
      offsets[block] = 8 * first + Number(bit);
      const at = (block - from) * blockValues;
      bit = kernel.write(kernelAt.symbols + 2 * at, Math.min(blockValues, window.length - at), kernelTop, bit);
    }
    const length = Math.ceil(Number(bit) / 8);
    const whole = (length + 31) & -32;
    kernel.reverse(kernelTop - whole, whole);
    out.set(bytes.subarray(kernelTop - whole, kernelTop - whole + length), first);
    done = 8 * first + Number(bit);
  }
}

/** The end of the payload in the memory of the kernel, where it is written from the back. */
const kernelTop = kernelAt.symbols;

/** Writes a code where the kernel looks for it: code word << 8 + length for each symbol. */
function placeWords({ buffer }: CodecKernel, code: HuffmanCode): void {
  const words = codeWords(code);
  const place = new Uint32Array(buffer, kernelAt.words, 2 * 65536);
  for (let i = 0; i < words.length; i++) {
    const at = 2 * code.symbols[i]!;
    place[at] = (words[i]! << 8) | code.lengths[i]!;
    place[at + 1] = words[i]! >>> 24;
  }
}
