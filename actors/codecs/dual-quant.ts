import { type FieldPart, partsOf, runsOf } from './field-parts.ts';
import { type CodecKernel, codecKernel, kernelAt, kernelValues } from './kernel.ts';
import { type CheckedOptions, type FieldShape, gridLimit, gridStep } from './options.ts';
import { EscapeList, escapeInteger, escapeRaw, type SymbolField } from './symbols.ts';

/** Largest alphabet that is counted in four tables. */
const fourTables = 16384;

/**
 * Quantises to the grid of step 2 eb in float64, checks every value against the bound, and predicts on whole numbers (dual
 * quantisation of cuSZ, PACT 2020): only the grid loses information. What fails the check or leaves the grid becomes a raw escape.
 * Undefined as soon as more than `mostBeyond` differences lie beyond the alphabet.
 */
export function encodeDualQuant(
  values: Float32Array,
  shape: FieldShape,
  options: CheckedOptions,
  mostBeyond: number = Number.POSITIVE_INFINITY,
): SymbolField | undefined {
  const work = new Workplace(options);
  const symbols = new Uint16Array(values.length);
  const escapes = new EscapeList();
  for (const part of partsOf(shape, options.dims)) {
    work.encode(values, part, symbols, escapes);
    if (work.beyond > mostBeyond) return undefined;
  }
  escapes.sort();
  return { symbols, counts: work.counts(), escapes };
}

/** The memory of the kernel in which parts are encoded one after another. */
class Workplace {
  /** Differences beyond the alphabet so far. */
  beyond = 0;
  readonly #kernel: CodecKernel = codecKernel();
  readonly #options: CheckedOptions;
  /** Values of a part, then their places on the grid. */
  readonly #floats: Float32Array;
  readonly #grid: Int32Array;
  readonly #codes: Uint16Array;
  /** Indices of values that are kept raw, and addresses of those without a symbol. */
  readonly #raw: Int32Array;
  readonly #unlisted: Int32Array;
  readonly #tables: Uint32Array;
  /** Bytes between tables. */
  readonly #apart: number;

  constructor(options: CheckedOptions) {
    const { buffer } = this.#kernel;
    const isFour = options.bins <= fourTables;
    this.#options = options;
    this.#floats = new Float32Array(buffer, kernelAt.grid, kernelValues + 4);
    this.#grid = new Int32Array(buffer, kernelAt.grid, kernelValues);
    this.#codes = new Uint16Array(buffer, kernelAt.codes, kernelValues);
    this.#raw = new Int32Array(buffer, kernelAt.list, kernelValues);
    this.#unlisted = new Int32Array(buffer, kernelAt.list + 4 * kernelValues, kernelValues);
    this.#apart = isFour ? 4 * options.bins : 0;
    this.#tables = new Uint32Array(buffer, kernelAt.counts, (isFour ? 4 : 1) * options.bins).fill(0);
  }

  /** Writes the symbols of a part into their places, and adds its escapes. */
  encode(values: Float32Array, part: FieldPart, symbols: Uint16Array, escapes: EscapeList): void {
    const kernel = this.#kernel;
    const { errorBound } = this.#options;
    let count = 0;
    for (const { from, length } of runsOf(part)) {
      this.#floats.set(values.subarray(from, from + length), count);
      count += length;
    }
    this.#floats.fill(0, count, count + 4);
    const { grid, list } = kernelAt;
    const step = gridStep(errorBound);
    const raw = (kernel.quantise(grid, count, step, errorBound, gridLimit + 1, list) - list) / 4;
    const unlisted = this.#predict(part);
    this.beyond += unlisted;
    for (let i = 0; i < raw; i++) this.#codes[this.#raw[i]!] = 0;
    kernel.count(kernelAt.codes, count, kernelAt.counts, this.#apart);
    const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
    let place = 0;
    let nextRaw = 0;
    let next = 0;
    for (const { from, length } of runsOf(part)) {
      symbols.set(this.#codes.subarray(place, place + length), from);
      const end = place + length;
      for (;;) {
        const rawPlace = nextRaw < raw ? this.#raw[nextRaw]! : end;
        const otherPlace = next < unlisted ? (this.#unlisted[next]! - grid) / 4 : end;
        const first = Math.min(rawPlace, otherPlace);
        if (first >= end) break;
        const index = from + first - place;
        if (first === rawPlace) escapes.push(index, escapeRaw, bits[index]!);
        else escapes.push(index, escapeInteger, this.#gridValue(part, first));
        if (first === rawPlace) nextRaw++;
        if (first === otherPlace) next++;
      }
      place = end;
    }
  }

  /** How often each symbol occurred. */
  counts(): Uint32Array {
    const { bins } = this.#options;
    const counts = this.#tables.slice(0, bins);
    for (let at = bins; at < this.#tables.length; at += bins)
      for (let i = 0; i < bins; i++) counts[i]! += this.#tables[at + i]!;
    return counts;
  }

  /** Symbols of a part on the grid; how many values have none. In three dimensions a plane becomes what differs from that behind. */
  #predict({ planes, rows, columns, side, band, deep }: FieldPart): number {
    const kernel = this.#kernel;
    const { bins, dims } = this.#options;
    const area = rows * columns;
    for (let plane = planes - 1; plane >= 0 && deep > 1; plane--) {
      const at = kernelAt.grid + 4 * plane * area;
      if (plane % deep !== 0) kernel.subtract(at - 4 * area, at, area);
    }
    const start: number = kernelAt.list + 4 * kernelValues;
    const along = dims === 0 ? 0 : -1;
    const chunk = dims === 0 ? columns : side;
    let list = start;
    let at: number = kernelAt.grid;
    let to: number = kernelAt.codes;
    for (let plane = 0; plane < planes; plane++)
      for (let row = 0; row < rows; row += band) {
        const some = Math.min(band, rows - row);
        list = kernel.predict(at, some, columns, chunk, kernelAt.zeros, along, to, bins, list);
        at += 4 * some * columns;
        to += 2 * some * columns;
      }
    return (list - start) / 4;
  }

  /** The grid value at a place of a part, also when planes became differences. */
  #gridValue({ rows, columns, deep }: FieldPart, place: number): number {
    const area = rows * columns;
    let sum = 0;
    for (let behind = Math.floor(place / area) % deep; behind >= 0; behind--) sum += this.#grid[place - behind * area]!;
    return sum;
  }
}
