import { exp } from '../../../engine/kernel/elementary.ts';
import type { RandomStream } from '../../../engine/kernel/random.ts';
import {
  gaussian,
  type Matrix,
  mapped,
  product,
  productTransposed,
  rowSums,
  transposedProduct,
  zeros,
} from './tensor.ts';

/** Queries, keys and values of one head: tokens x head width. */
export interface Head {
  readonly q: Matrix;
  readonly k: Matrix;
  readonly v: Matrix;
}

/** Softmax of every row, in two passes: the largest entry, then exponentials over their sum. */
export function softmaxRows(scores: Matrix): Matrix {
  const result = zeros(scores.rows, scores.columns);
  for (let i = 0; i < scores.rows; i++) {
    const row = scores.data.subarray(i * scores.columns, (i + 1) * scores.columns);
    const largest = row.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    let sum = 0;
    for (let j = 0; j < row.length; j++) {
      const value = exp(row[j]! - largest);
      result.data[i * scores.columns + j] = value;
      sum += value;
    }
    for (let j = 0; j < row.length; j++) result.data[i * scores.columns + j]! /= sum;
  }
  return result;
}

/** Softmax of one row, block by block with a running maximum and sum, as a kernel does that cannot hold the row. */
export function onlineSoftmax(row: Float64Array, block: number): Float64Array {
  let [largest, sum] = [Number.NEGATIVE_INFINITY, 0];
  for (let start = 0; start < row.length; start += block) {
    const end = Math.min(start + block, row.length);
    let most = largest;
    for (let j = start; j < end; j++) most = Math.max(most, row[j]!);
    sum *= largest === Number.NEGATIVE_INFINITY ? 0 : exp(largest - most);
    for (let j = start; j < end; j++) sum += exp(row[j]! - most);
    largest = most;
  }
  return row.map((value) => exp(value - largest) / sum);
}

/** softmax(q k^T / sqrt(D)) v. */
export function softmaxAttention({ q, k, v }: Head): Matrix {
  const scale = 1 / Math.sqrt(q.columns);
  return product(softmaxRows(mapped(productTransposed(q, k), (score) => score * scale)), v);
}

/** The feature map elu + 1: x + 1 above zero, exp x below. */
export function eluFeatures(x: Matrix): Matrix {
  return mapped(x, (value) => (value > 0 ? value + 1 : exp(value)));
}

/** phi(q) (phi(k)^T v) over phi(q) times the sum of phi(k): the order of the graph, linear in tokens. */
export function linearAttention(phiQ: Matrix, phiK: Matrix, v: Matrix): Matrix {
  const sum = zeros(phiK.columns, 1);
  for (let i = 0; i < phiK.rows; i++)
    for (let j = 0; j < phiK.columns; j++) sum.data[j]! += phiK.data[i * phiK.columns + j]!;
  const z = product(phiQ, sum).data;
  return mapped(product(phiQ, transposedProduct(phiK, v)), (value, row) => value / z[row]!);
}

/** The same by its definition: weights phi(q) phi(k)^T of every pair of tokens, each row divided by its sum. */
export function explicitLinearAttention(phiQ: Matrix, phiK: Matrix, v: Matrix): Matrix {
  const weights = productTransposed(phiQ, phiK);
  const sums = rowSums(weights);
  return mapped(product(weights, v), (value, row) => value / sums[row]!);
}

/** Random directions in blocks of orthogonal ones, each as long as an independent normal vector: `count` x `width`. */
export function orthogonalFeatures(random: RandomStream, count: number, width: number): Matrix {
  const result = zeros(count, width);
  for (let first = 0; first < count; first += width) {
    const basis = orthonormal(gaussian(random, width, width));
    const lengths = gaussian(random, width, width);
    for (let i = first; i < Math.min(first + width, count); i++) {
      let length = 0;
      for (let j = 0; j < width; j++) length += lengths.data[(i - first) * width + j]! ** 2;
      for (let j = 0; j < width; j++)
        result.data[i * width + j] = Math.sqrt(length) * basis.data[(i - first) * width + j]!;
    }
  }
  return result;
}

/** Rows made orthonormal, one after another, twice for the digits lost. */
function orthonormal(a: Matrix): Matrix {
  const { rows, columns: n, data } = a;
  for (let pass = 0; pass < 2; pass++)
    for (let i = 0; i < rows; i++) {
      for (let k = 0; k < i; k++) {
        let dot = 0;
        for (let j = 0; j < n; j++) dot += data[i * n + j]! * data[k * n + j]!;
        for (let j = 0; j < n; j++) data[i * n + j]! -= dot * data[k * n + j]!;
      }
      let length = 0;
      for (let j = 0; j < n; j++) length += data[i * n + j]! ** 2;
      for (let j = 0; j < n; j++) data[i * n + j]! /= Math.sqrt(length);
    }
  return a;
}

/**
 * Positive random features exp(w x / D^(1/4) - |x|^2 / (2 sqrt D) - s): s is the largest exponent of the row (queries) or of all rows
 * (keys), which cancels in the quotient.
 */
function positiveFeatures(x: Matrix, directions: Matrix, stabiliser: 'row' | 'all'): Matrix {
  const root = Math.sqrt(x.columns);
  const squares = rowSums(mapped(x, (value) => (value * value) / (2 * root)));
  const projected = productTransposed(
    mapped(x, (value) => value / Math.sqrt(root)),
    directions,
  );
  const exponents = mapped(projected, (value, row) => value - squares[row]!);
  const largest = new Float64Array(x.rows).fill(Number.NEGATIVE_INFINITY);
  for (let row = 0, i = 0; row < x.rows; row++)
    for (let j = 0; j < exponents.columns; j++, i++)
      if (exponents.data[i]! > largest[row]!) largest[row] = exponents.data[i]!;
  const overall = largest.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return mapped(exponents, (value, row) => exp(value - (stabiliser === 'row' ? largest[row]! : overall)));
}

/** Performer: linear attention on positive random features, an unbiased estimate of the softmax kernel. */
export function performerAttention({ q, k, v }: Head, directions: Matrix): Matrix {
  return linearAttention(positiveFeatures(q, directions, 'row'), positiveFeatures(k, directions, 'all'), v);
}
