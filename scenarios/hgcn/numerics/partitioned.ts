import { type TileThresholds, tileClass } from '../../../actors/index.ts';
import { type Csr, type Dense, singles } from './sparse.ts';

/** Adds a tile, given by its entries, times `operand`: one nonzero after the other. */
export function sparseTile(
  result: Dense,
  entries: readonly number[],
  matrix: Csr,
  rows: Int32Array,
  operand: Dense,
): void {
  const { columns, data: out } = result;
  for (const at of entries) {
    const to = rows[at]! * columns;
    const from = matrix.column[at]! * columns;
    for (let c = 0; c < columns; c++) out[to + c]! += matrix.values[at]! * operand.data[from + c]!;
  }
}

/** The same with the tile laid out densely: every entry is multiplied, zeros too. */
export function denseTile(
  result: Dense,
  entries: readonly number[],
  matrix: Csr,
  rows: Int32Array,
  operand: Dense,
  edge: number,
): void {
  const { columns, data: out } = result;
  const [first] = entries;
  if (first === undefined) return;
  const top = rows[first]! - (rows[first]! % edge);
  const left = matrix.column[first]! - (matrix.column[first]! % edge);
  const block = new Float32Array(edge * edge);
  for (const at of entries) block[(rows[at]! - top) * edge + matrix.column[at]! - left] = matrix.values[at]!;
  for (let r = 0; r < Math.min(edge, matrix.rows - top); r++)
    for (let k = 0; k < Math.min(edge, matrix.columns - left); k++)
      for (let c = 0; c < columns; c++)
        out[(top + r) * columns + c]! += block[r * edge + k]! * operand.data[(left + k) * columns + c]!;
}

/** The three partial products of a matrix with `operand`, in single precision: scattered entries, loose tiles by nonzero, tight tiles densely. */
export function partitionedProduct(
  matrix: Csr,
  operand: Dense,
  edge: number,
  thresholds: TileThresholds,
): readonly [scattered: Dense, loose: Dense, tight: Dense] {
  const parts = [0, 1, 2].map(() => singles(matrix.rows, operand.columns)) as [Dense, Dense, Dense];
  const rows = new Int32Array(matrix.values.length);
  const side = Math.ceil(matrix.columns / edge);
  for (let top = 0; top < matrix.rows; top += edge) {
    const tiles = new Map<number, number[]>();
    for (let row = top; row < Math.min(matrix.rows, top + edge); row++)
      for (let at = matrix.offsets[row]!; at < matrix.offsets[row + 1]!; at++) {
        rows[at] = row;
        const tile = Math.floor(matrix.column[at]! / edge);
        const entries = tiles.get(tile);
        if (entries === undefined) tiles.set(tile, [at]);
        else entries.push(at);
      }
    for (let tile = 0; tile < side; tile++) {
      const entries = tiles.get(tile);
      if (entries === undefined) continue;
      const kind = tileClass(entries.length, edge, thresholds);
      if (kind === 2) denseTile(parts[2], entries, matrix, rows, operand, edge);
      else sparseTile(parts[kind], entries, matrix, rows, operand);
    }
  }
  return parts;
}

/** The sum of partial products, in single precision. */
export function mergeParts(parts: readonly Dense[]): Dense {
  const [first] = parts;
  const sum = singles(first?.rows ?? 0, first?.columns ?? 0);
  for (const { data } of parts) for (let i = 0; i < data.length; i++) sum.data[i]! += data[i]!;
  return sum;
}
