import type { Graph } from '../../../actors/index.ts';

/** A sparse matrix by rows; entries of a row in order of columns. */
export interface Csr {
  readonly rows: number;
  readonly columns: number;
  readonly offsets: Int32Array;
  readonly column: Int32Array;
  readonly values: Float64Array;
}

/** A dense matrix by rows, in single or double precision. */
export interface Dense {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array | Float64Array;
}

/** An empty matrix of single precision: every sum that is stored in it is rounded. */
export function singles(rows: number, columns: number): Dense {
  return { rows, columns, data: new Float32Array(rows * columns) };
}

/** An empty matrix of double precision. */
export function doubles(rows: number, columns: number): Dense {
  return { rows, columns, data: new Float64Array(rows * columns) };
}

/** D^-1/2 (A + I) D^-1/2 with the degrees D of A + I. */
export function normalisedAdjacency({ nodes, offsets, neighbours }: Graph): Csr {
  const size = (node: number): number => offsets[node + 1]! - offsets[node]! + 1;
  const starts = new Int32Array(nodes + 1);
  const column = new Int32Array(neighbours.length + nodes);
  const values = new Float64Array(column.length);
  let at = 0;
  for (let node = 0; node < nodes; node++) {
    const put = (other: number): void => {
      column[at] = other;
      values[at++] = 1 / Math.sqrt(size(node) * size(other));
    };
    let own = false;
    for (let i = offsets[node]!; i < offsets[node + 1]!; i++) {
      if (!own && neighbours[i]! > node) {
        put(node);
        own = true;
      }
      put(neighbours[i]!);
    }
    if (!own) put(node);
    starts[node + 1] = at;
  }
  return { rows: nodes, columns: nodes, offsets: starts, column, values };
}

/** Adds `matrix` times `operand` to `result`, entry by entry in the order of rows; rounds to the precision of `result` at each addition. */
export function addProduct(result: Dense, matrix: Csr, operand: Dense): Dense {
  const { columns, data: out } = result;
  const { data } = operand;
  for (let row = 0; row < matrix.rows; row++)
    for (let at = matrix.offsets[row]!; at < matrix.offsets[row + 1]!; at++) {
      const value = matrix.values[at]!;
      const from = matrix.column[at]! * columns;
      for (let c = 0; c < columns; c++) out[row * columns + c]! += value * data[from + c]!;
    }
  return result;
}

/** A sparse matrix as a dense one of double precision. */
export function toDense(matrix: Csr): Dense {
  const dense = doubles(matrix.rows, matrix.columns);
  for (let row = 0; row < matrix.rows; row++)
    for (let at = matrix.offsets[row]!; at < matrix.offsets[row + 1]!; at++)
      dense.data[row * matrix.columns + matrix.column[at]!] = matrix.values[at]!;
  return dense;
}

/** A dense product in double precision: the reference. */
export function denseProduct(left: Dense, right: Dense): Dense {
  const result = doubles(left.rows, right.columns);
  for (let i = 0; i < left.rows; i++)
    for (let k = 0; k < left.columns; k++) {
      const value = left.data[i * left.columns + k]!;
      if (value === 0) continue;
      for (let j = 0; j < right.columns; j++)
        result.data[i * right.columns + j]! += value * right.data[k * right.columns + j]!;
    }
  return result;
}

/** Largest difference of two matrices over the largest entry of the second. */
export function largestError(found: Dense, expected: Dense): number {
  let [difference, largest] = [0, 0];
  for (let i = 0; i < expected.data.length; i++) {
    difference = Math.max(difference, Math.abs(found.data[i]! - expected.data[i]!));
    largest = Math.max(largest, Math.abs(expected.data[i]!));
  }
  return largest === 0 ? difference : difference / largest;
}

/** The matrix with negative entries set to 0. */
export function rectified({ rows, columns, data }: Dense): Dense {
  return { rows, columns, data: data.map((value) => Math.max(0, value)) };
}

/** Largest eigenvalue of a symmetric matrix by power iteration from a positive start. */
export function largestEigenvalue(matrix: Csr, steps: number): number {
  let vector = doubles(matrix.rows, 1);
  vector.data.fill(1 / Math.sqrt(matrix.rows));
  let value = 0;
  for (let step = 0; step < steps; step++) {
    const next = addProduct(doubles(matrix.rows, 1), matrix, vector);
    value = Math.sqrt(Array.from(next.data).reduce((sum, one) => sum + one * one, 0));
    for (let i = 0; i < next.data.length; i++) next.data[i]! /= value;
    vector = next;
  }
  return value;
}
