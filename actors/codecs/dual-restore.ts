import { type FieldPart, partsOf, runsOf } from './field-parts.ts';
import { type CodecKernel, codecKernel, kernelAt, kernelValues } from './kernel.ts';
import { type CheckedOptions, type FieldShape, gridLimit, gridStep } from './options.ts';
import { type EscapeList, escapeRaw } from './symbols.ts';

/**
 * Undoes `encodeDualQuant`. Returns undefined when escapes and symbols disagree or a value lies off the grid, which `encodeDualQuant`
 * never writes. Every escape must stand at a symbol 0, in ascending order.
 */
export function decodeDualQuant(
  symbols: Uint16Array,
  escapes: EscapeList,
  shape: FieldShape,
  options: CheckedOptions,
): Float32Array<ArrayBuffer> | undefined {
  const values = new Float32Array(symbols.length);
  const work = new Workplace(options);
  for (const part of partsOf(shape, options.dims)) if (!work.restore(symbols, escapes, part, values)) return undefined;
  if (work.met !== escapes.count) return undefined;
  const bits = new Int32Array(values.buffer);
  for (let i = 0; i < escapes.count; i++)
    if (escapes.kinds[i] === escapeRaw) bits[escapes.indexes[i]!] = escapes.values[i]!;
  return values;
}

/** The memory of the kernel in which parts are restored one after another. */
class Workplace {
  /** Symbols 0 so far. */
  met = 0;
  readonly #kernel: CodecKernel = codecKernel();
  readonly #middle: number;
  readonly #step: number;
  /** Escapes of a part: address in the grid and grid value; -1 ends the list. */
  readonly #list: Int32Array;
  readonly #codes: Uint16Array;
  readonly #grid: Int32Array;
  readonly #floats: Float32Array;

  constructor({ bins, errorBound }: CheckedOptions) {
    this.#middle = bins / 2;
    this.#step = gridStep(errorBound);
    const { buffer } = this.#kernel;
    this.#list = new Int32Array(buffer, kernelAt.list, 2 * kernelValues + 1);
    this.#codes = new Uint16Array(buffer, kernelAt.codes, kernelValues + 8);
    this.#grid = new Int32Array(buffer, kernelAt.grid, kernelValues + 4);
    this.#floats = new Float32Array(buffer, kernelAt.grid, kernelValues);
  }

  /** Restores a part into its places in `values`; whether all its values lie on the grid. */
  restore(symbols: Uint16Array, escapes: EscapeList, part: FieldPart, values: Float32Array): boolean {
    const kernel = this.#kernel;
    let count = 0;
    let listed = 0;
    for (const { from, length } of runsOf(part)) {
      this.#codes.set(symbols.subarray(from, from + length), count);
      listed = listEscapes(this.#list, escapes, from, from + length, count, listed);
      count += length;
    }
    this.#list[listed] = -1;
    this.#codes.fill(1, count, count + 8);
    this.met += kernel.escapes(kernelAt.codes, count);
    if (part.side === 1) kernel.unpredicted(kernelAt.codes, count, kernelAt.grid, this.#middle, kernelAt.list);
    else this.#sum(part);
    this.#grid.fill(0, count, count + 4);
    const isOnGrid = kernel.scale(kernelAt.grid, count, this.#step, gridLimit) !== 0;
    count = 0;
    for (const { from, length } of runsOf(part)) {
      values.set(this.#floats.subarray(count, count + length), from);
      count += length;
    }
    return isOnGrid;
  }

  /** Undoes the prediction: in a plane by rows of chunks, then, in three dimensions, by adding the plane behind. */
  #sum({ planes, rows, columns, side, band, deep }: FieldPart): void {
    const kernel = this.#kernel;
    const list = this.#list;
    const area = rows * columns;
    let due: number = kernelAt.list;
    let from: number = kernelAt.codes;
    let at: number = kernelAt.grid;
    for (let plane = 0; plane < planes; plane++) {
      const isBehind = plane % deep !== 0;
      if (isBehind)
        // The plane behind is added later, also to what stands in place of its escapes.
        for (let i = (due - kernelAt.list) / 4; list[i] !== -1 && list[i]! < at + 4 * area; i += 2)
          list[i + 1]! -= this.#grid[(list[i]! - kernelAt.grid) / 4 - area]!;
      for (let row = 0; row < rows; row += band) {
        const some = Math.min(band, rows - row);
        due = kernel.predicted(from, some, columns, side, at, kernelAt.zeros, this.#middle, due);
        from += 2 * some * columns;
        at += 4 * some * columns;
      }
      if (isBehind) kernel.add(at - 8 * area, at - 4 * area, area);
    }
  }
}

/** Lists the escapes of values [from, to), which stand in the grid from `place` on; the length of the list then. */
function listEscapes(
  list: Int32Array,
  { indexes, kinds, values, count }: EscapeList,
  from: number,
  to: number,
  place: number,
  listed: number,
): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (indexes[middle]! < from) low = middle + 1;
    else high = middle;
  }
  let used = listed;
  for (let next = low; next < count && indexes[next]! < to; next++) {
    list[used++] = kernelAt.grid + 4 * (indexes[next]! - from + place);
    list[used++] = kinds[next] === escapeRaw ? 0 : values[next]!;
  }
  return used;
}
