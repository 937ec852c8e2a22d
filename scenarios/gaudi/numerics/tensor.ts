import type { RandomStream } from '../../../engine/kernel/random.ts';
import { normal } from '../../../engine/random/normal.ts';

/** A matrix of doubles, row after row. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

/** A matrix of zeros. */
export function zeros(rows: number, columns: number): Matrix {
  return { rows, columns, data: new Float64Array(rows * columns) };
}

/** Independent normal entries times `scale`. */
export function gaussian(random: RandomStream, rows: number, columns: number, scale = 1): Matrix {
  const matrix = zeros(rows, columns);
  const law = normal(0, 1);
  for (let i = 0; i < matrix.data.length; i++) matrix.data[i] = scale * law.sample(random);
  return matrix;
}

/** a b. */
export function product(a: Matrix, b: Matrix): Matrix {
  const result = zeros(a.rows, b.columns);
  for (let i = 0; i < a.rows; i++)
    for (let k = 0; k < a.columns; k++) {
      const factor = a.data[i * a.columns + k]!;
      for (let j = 0; j < b.columns; j++) result.data[i * b.columns + j]! += factor * b.data[k * b.columns + j]!;
    }
  return result;
}

/** a^T b. */
export function transposedProduct(a: Matrix, b: Matrix): Matrix {
  const result = zeros(a.columns, b.columns);
  for (let k = 0; k < a.rows; k++)
    for (let i = 0; i < a.columns; i++) {
      const factor = a.data[k * a.columns + i]!;
      for (let j = 0; j < b.columns; j++) result.data[i * b.columns + j]! += factor * b.data[k * b.columns + j]!;
    }
  return result;
}

/** a b^T. */
export function productTransposed(a: Matrix, b: Matrix): Matrix {
  const result = zeros(a.rows, b.rows);
  for (let i = 0; i < a.rows; i++)
    for (let j = 0; j < b.rows; j++) {
      let sum = 0;
      for (let k = 0; k < a.columns; k++) sum += a.data[i * a.columns + k]! * b.data[j * b.columns + k]!;
      result.data[i * b.rows + j] = sum;
    }
  return result;
}

/** Each entry through `map`, which also gets its row. */
export function mapped(a: Matrix, map: (value: number, row: number) => number): Matrix {
  const result = zeros(a.rows, a.columns);
  for (let row = 0, i = 0; row < a.rows; row++)
    for (let j = 0; j < a.columns; j++, i++) result.data[i] = map(a.data[i]!, row);
  return result;
}

/** Sum of each row. */
export function rowSums(a: Matrix): Float64Array {
  const sums = new Float64Array(a.rows);
  for (let i = 0; i < a.rows; i++) for (let j = 0; j < a.columns; j++) sums[i]! += a.data[i * a.columns + j]!;
  return sums;
}

/** Frobenius norm of a - b over that of b. */
export function relativeError(a: Matrix, b: Matrix): number {
  let [difference, size] = [0, 0];
  for (let i = 0; i < b.data.length; i++) {
    difference += (a.data[i]! - b.data[i]!) ** 2;
    size += b.data[i]! ** 2;
  }
  return Math.sqrt(difference / size);
}

/** Largest difference of two entries over the largest entry of b. */
export function maxRelativeError(a: Matrix, b: Matrix): number {
  let [difference, size] = [0, 0];
  for (let i = 0; i < b.data.length; i++) {
    difference = Math.max(difference, Math.abs(a.data[i]! - b.data[i]!));
    size = Math.max(size, Math.abs(b.data[i]!));
  }
  return difference / size;
}
