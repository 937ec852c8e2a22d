import { canonicalOrder, type HuffmanCode, longestCode } from './huffman-code.ts';
import { blockValues } from './huffman-writer.ts';

/** Symbols one look-up can give. */
const most = 4;
/** Bytes that a damaged block can run past the end. */
const padding = (blockValues * longestCode) / 8 + 16;

/** For each prefix of `bits` bits: the symbols that are complete in it, their number and their length. */
interface LookUp {
  readonly bits: number;
  readonly symbols: Uint16Array;
  /** Bits consumed times 8 plus the number of symbols; 0 when the first code is longer than the prefix. */
  readonly steps: Uint8Array;
  /** The same for the first symbol alone. */
  readonly firstBits: Uint8Array;
}

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
  const table = lookUp(code, count);
  const slow = longCodes(code);
  const bytes = new Uint8Array(payload.length + padding);
  bytes.set(payload);
  const view = new DataView(bytes.buffer);
  const symbols = new Uint16Array(count + most);
  const { steps, symbols: found, firstBits } = table;
  const down = 32 - table.bits;
  let bit = 0;
  for (let from = 0, block = 0; from < count; from += blockValues, block++) {
    if (offsets[block] !== bit || bit > totalBits) return undefined;
    const end = Math.min(count, from + blockValues);
    let i = from;
    while (i <= end - most) {
      const prefix = (view.getUint32(bit >>> 3) << (bit & 7)) >>> down;
      const step = steps[prefix]!;
      if (step === 0) {
        const length = slow.read(view, bit);
        if (length === 0) return undefined;
        symbols[i++] = slow.symbol;
        bit += length;
        continue;
      }
      const at = prefix * most;
      symbols[i] = found[at]!;
      symbols[i + 1] = found[at + 1]!;
      symbols[i + 2] = found[at + 2]!;
      symbols[i + 3] = found[at + 3]!;
      i += step & 7;
      bit += step >>> 3;
    }
    while (i < end) {
      const prefix = (view.getUint32(bit >>> 3) << (bit & 7)) >>> down;
      let length = firstBits[prefix]!;
      if (length > 0) symbols[i++] = found[prefix * most]!;
      else {
        length = slow.read(view, bit);
        if (length === 0) return undefined;
        symbols[i++] = slow.symbol;
      }
      bit += length;
    }
  }
  return bit === totalBits ? symbols.subarray(0, count) : undefined;
}

function lookUp(code: HuffmanCode, count: number): LookUp {
  const longest = code.lengths.reduce((a, b) => Math.max(a, b), 0);
  // A table pays for itself only when more symbols than entries are read.
  const bits = Math.max(1, Math.min(12, longest * 2, Math.ceil(Math.log2(count)) - 1));
  const size = 1 << bits;
  const first = new Uint16Array(size);
  const firstBits = new Uint8Array(size);
  let next = 0;
  for (const i of canonicalOrder(code)) {
    const length = code.lengths[i]!;
    if (length > bits) break;
    const run = 1 << (bits - length);
    first.fill(code.symbols[i]!, next, next + run);
    firstBits.fill(length, next, next + run);
    next += run;
  }
  const symbols = new Uint16Array(size * most);
  const steps = new Uint8Array(size);
  for (let prefix = 0; prefix < size; prefix++) {
    let used = 0;
    let n = 0;
    while (n < most) {
      const rest = (prefix << used) & (size - 1);
      const length = firstBits[rest]!;
      if (length === 0 || used + length > bits) break;
      symbols[prefix * most + n++] = first[rest]!;
      used += length;
    }
    steps[prefix] = used * 8 + n;
  }
  return { bits, symbols, steps, firstBits };
}

/** Decodes one code of any length by comparing with the first code of each length. */
function longCodes(code: HuffmanCode): { symbol: number; read(view: DataView, bit: number): number } {
  const order = canonicalOrder(code);
  const starts = new Float64Array(longestCode + 1);
  const counts = new Uint32Array(longestCode + 1);
  const places = new Uint32Array(longestCode + 1);
  for (const length of code.lengths) counts[length]!++;
  let next = 0;
  let place = 0;
  for (let length = 1; length <= longestCode; length++) {
    next *= 2;
    starts[length] = next;
    places[length] = place;
    next += counts[length]!;
    place += counts[length]!;
  }
  return {
    symbol: 0,
    read(view, bit) {
      const at = bit >>> 3;
      const skip = bit & 7;
      const window = ((view.getUint32(at) << skip) | (view.getUint8(at + 4) >>> (8 - skip))) >>> 0;
      for (let length = 1; length <= longestCode; length++) {
        const rank = (window >>> (32 - length)) - starts[length]!;
        if (rank >= 0 && rank < counts[length]!) {
          this.symbol = code.symbols[order[places[length]! + rank]!]!;
          return length;
        }
      }
      return 0;
    },
  };
}
