import { quantise } from './adc.ts';
import { type CrossbarSpec, slicesOfInput } from './costs.ts';
import { levelsOf, type MappingSpec, slicesOf } from './mapping.ts';
import type { Tile, Tiling } from './tiling.ts';

/** A matrix on arrays with what is needed to read it. */
export interface SlicedRead {
  readonly tiling: Tiling;
  readonly mapping: MappingSpec;
  readonly crossbar: CrossbarSpec;
}

/**
 * Sums of one slice on the columns of an array: input digit times cell level, over its rows. `levels` lie row by row,
 * `rowStep` apart from `at` on; `inputs` holds the rows of one window from `from` on.
 */
export function columnSums(
  { dacBits }: CrossbarSpec,
  { rows, columns }: Tile,
  levels: Float32Array,
  at: number,
  rowStep: number,
  inputs: Int32Array,
  from: number,
  slice: number,
  into: Float64Array,
): void {
  const shift = dacBits * slice;
  const mask = (1 << dacBits) - 1;
  into.fill(0, 0, columns);
  for (let row = 0; row < rows; row++) {
    const digit = (inputs[from + row]! >> shift) & mask;
    if (digit === 0) continue;
    const first = at + row * rowStep;
    for (let column = 0; column < columns; column++) into[column]! += digit * levels[first + column]!;
  }
}

/** Adds the codes of one slice of an array to the outputs of its window: by input bit, cell slice and sign. */
export function addCodes(
  { tiling, mapping, crossbar }: SlicedRead,
  { firstColumn, columns }: Tile,
  slice: number,
  codes: Float64Array,
  values: Float64Array,
  window: number,
): void {
  const perSign = slicesOf(mapping);
  const m = tiling.cellsPerWeight;
  const place = 2 ** (crossbar.dacBits * slice) * (mapping.mapping === 'offset' ? 2 : 1);
  const first = window * tiling.shape.outputs;
  for (let column = 0; column < columns; column++) {
    const at = firstColumn + column;
    const cell = at % m;
    const weight = 2 ** (mapping.cellBits * (cell % perSign)) * place;
    values[first + Math.floor(at / m)]! += (cell < perSign ? weight : -weight) * codes[column]!;
  }
}

/** The part of an offset read that is known beforehand: L times the inputs of a window, with a minus. */
export function offsetConstant({ mapping, bits }: MappingSpec, sum: number): number {
  return mapping === 'offset' ? -levelsOf(bits) * sum : 0;
}

/**
 * Reads a whole matrix at once, outside of time: the same sums, codes and places as by events. `levels` holds all cells row by
 * row, `inputs` whole numbers window by window; `step` is that of the converter, 0 for one that loses nothing.
 */
export function readMatrix(read: SlicedRead, levels: Float32Array, inputs: Int32Array, step: number): Float64Array {
  const { tiling, mapping, crossbar } = read;
  const { shape, tiles, cellsPerWeight } = tiling;
  const width = shape.outputs * cellsPerWeight;
  const windows = inputs.length / shape.inputs;
  const values = new Float64Array(windows * shape.outputs);
  const sums = new Float64Array(crossbar.columns);
  const slices = slicesOfInput(crossbar);
  for (let window = 0; window < windows; window++) {
    let total = 0;
    for (let i = 0; i < shape.inputs; i++) total += inputs[window * shape.inputs + i]!;
    const constant = offsetConstant(mapping, total);
    values.fill(constant, window * shape.outputs, (window + 1) * shape.outputs);
    for (const tile of tiles)
      for (let slice = 0; slice < slices; slice++) {
        const at = tile.firstRow * width + tile.firstColumn;
        const from = window * shape.inputs + tile.firstRow;
        columnSums(crossbar, tile, levels, at, width, inputs, from, slice, sums);
        if (step > 0)
          for (let column = 0; column < tile.columns; column++) sums[column] = quantise(sums[column]!, step);
        addCodes(read, tile, slice, sums, values, window);
      }
  }
  return values;
}
