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
  const reader = new BlockReader(payload, code, count);
  const blocks = Math.ceil(count / blockValues);
  for (let block = 0; block < blocks; block++) {
    const from = offsets[block]!;
    if (from > totalBits || (block === 0 && from !== 0)) return undefined;
  }
  // Two blocks at a time: each code hides the latency of the other.
  for (let block = 0; block < blocks; block += 2) {
    const [first, second] = [offsets[block]!, offsets[block + 1] ?? totalBits];
    if (!reader.readTwo(block * blockValues, first, second)) return undefined;
    if (reader.firstEnd !== second || reader.secondEnd !== (offsets[block + 2] ?? totalBits)) return undefined;
  }
  return reader.symbols.subarray(0, count);
}

class BlockReader {
  readonly symbols: Uint16Array;
  /** Bits after the last codes of the two blocks read last. */
  firstEnd = 0;
  secondEnd = 0;
  readonly #count: number;
  readonly #view: DataView;
  readonly #table: LookUp;
  readonly #long: LongCodes;

  constructor(payload: Uint8Array, code: HuffmanCode, count: number) {
    this.symbols = new Uint16Array(count + most);
    this.#count = count;
    const bytes = new Uint8Array(payload.length + padding);
    bytes.set(payload);
    this.#view = new DataView(bytes.buffer);
    this.#table = lookUp(code, count);
    this.#long = new LongCodes(code);
  }

  /** Reads the block whose first value is `from`, at bit `first`, and the one after it, if any, at bit `second`; whether all codes exist. */
  readTwo(from: number, first: number, second: number): boolean {
    const { symbols } = this;
    const view = this.#view;
    const { steps, symbols: found, bits } = this.#table;
    const down = 32 - bits;
    const middle = Math.min(this.#count, from + blockValues);
    const end = Math.min(this.#count, middle + blockValues);
    let [i, a] = [from, first];
    let [j, b] = [middle, second];
    while (i <= middle - most && j <= end - most) {
      const prefix = (view.getUint32(a >>> 3) << (a & 7)) >>> down;
      const other = (view.getUint32(b >>> 3) << (b & 7)) >>> down;
      const step = steps[prefix]!;
      const stride = steps[other]!;
      if (step === 0 || stride === 0) {
        a = this.#readOne(i++, a);
        b = this.#readOne(j++, b);
        if (a < 0 || b < 0) return false;
        continue;
      }
      const at = prefix * most;
      symbols[i] = found[at]!;
      symbols[i + 1] = found[at + 1]!;
      symbols[i + 2] = found[at + 2]!;
      symbols[i + 3] = found[at + 3]!;
      i += step & 7;
      a += step >>> 3;
      const place = other * most;
      symbols[j] = found[place]!;
      symbols[j + 1] = found[place + 1]!;
      symbols[j + 2] = found[place + 2]!;
      symbols[j + 3] = found[place + 3]!;
      j += stride & 7;
      b += stride >>> 3;
    }
    while (i < middle && a >= 0) a = this.#readOne(i++, a);
    while (j < end && b >= 0) b = this.#readOne(j++, b);
    this.firstEnd = a;
    this.secondEnd = b;
    return a >= 0 && b >= 0;
  }

  /** Reads the code at `bit` into value `at`; the bit after it, or -1 when there is no such code. */
  #readOne(at: number, bit: number): number {
    const { firstBits, symbols, bits } = this.#table;
    const prefix = (this.#view.getUint32(bit >>> 3) << (bit & 7)) >>> (32 - bits);
    const length = firstBits[prefix]!;
    if (length === 0) return this.#long.read(this.#view, bit, bits + 1, this.symbols, at);
    this.symbols[at] = symbols[prefix * most]!;
    return bit + length;
  }
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

/** Codes longer than the look-up table, by comparing with the first code of each length. */
class LongCodes {
  readonly #inOrder: Uint16Array;
  readonly #starts = new Float64Array(longestCode + 1);
  readonly #counts = new Uint32Array(longestCode + 1);
  readonly #places = new Uint32Array(longestCode + 1);

  constructor(code: HuffmanCode) {
    this.#inOrder = Uint16Array.from(canonicalOrder(code), (i) => code.symbols[i]!);
    for (const length of code.lengths) this.#counts[length]!++;
    let next = 0;
    let place = 0;
    for (let length = 1; length <= longestCode; length++) {
      next *= 2;
      this.#starts[length] = next;
      this.#places[length] = place;
      next += this.#counts[length]!;
      place += this.#counts[length]!;
    }
  }

  /** Reads the code at `bit`, known to have `shortest` bits or more, into `into[at]`; the bit after it, or -1. */
  read(view: DataView, bit: number, shortest: number, into: Uint16Array, at: number): number {
    const skip = bit & 7;
    const byte = bit >>> 3;
    const window = ((view.getUint32(byte) << skip) | (view.getUint8(byte + 4) >>> (8 - skip))) >>> 0;
    for (let length = shortest; length <= longestCode; length++) {
      const rank = (window >>> (32 - length)) - this.#starts[length]!;
      if (rank < this.#counts[length]!) {
        if (rank < 0) return -1;
        into[at] = this.#inOrder[this.#places[length]! + rank]!;
        return bit + length;
      }
    }
    return -1;
  }
}
