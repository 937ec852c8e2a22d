import { exp, log } from '../../../engine/kernel/elementary.ts';
import type { Arena } from './arena.ts';
import type { CaseInputs, CaseResult, CaseShape } from './case.ts';

const { fround } = Math;

interface Rows extends CaseShape {
  readonly inputs: CaseInputs;
  readonly tile: number;
  readonly arena: Arena;
  readonly scale: number;
}

/**
 * Biased attention in single precision as the fused kernel does it: tiles of `tile` queries and keys, running maximum and sum; the
 * forward pass keeps the output and one number for each query, the backward pass computes scores again tile by tile. Sums run in a fixed
 * order. All arrays come from `arena`: inputs and results aside, none grows with the square of the positions.
 */
export function tiledAttention(
  inputs: CaseInputs,
  shape: CaseShape,
  tile: number,
  arena: Arena,
): CaseResult<Float32Array> {
  const { n1, n2, heads, headDim } = shape;
  const size = n1 * heads * n2 * headDim;
  const result = {
    output: new Float32Array(size),
    gradQ: new Float32Array(size),
    gradK: new Float32Array(size),
    gradV: new Float32Array(size),
    gradPair: new Float32Array(heads * n2 * n2),
  };
  const rows: Rows = { ...shape, inputs, tile, arena, scale: fround(1 / Math.sqrt(headDim)) };
  const logSums = arena.take(n1 * heads * n2);
  const workspace = arena.take(size);
  for (let row = 0; row < n1; row++)
    for (let head = 0; head < heads; head++) {
      forward(rows, row, head, result.output, logSums);
      backward(rows, row, head, result, workspace, logSums);
    }
  result.gradQ.set(workspace);
  arena.give(workspace);
  arena.give(logSums);
  return result;
}

/** Scores of one tile of queries against one tile of keys, with both biases. */
function scoreTile(rows: Rows, row: number, head: number, i0: number, j0: number, scores: Float32Array): void {
  const { n2, heads, headDim: D, tile, scale, inputs } = rows;
  const base = (row * heads + head) * n2 * D;
  for (let i = i0; i < Math.min(n2, i0 + tile); i++)
    for (let j = j0; j < Math.min(n2, j0 + tile); j++) {
      const product = fround(dot(inputs.q, base + i * D, inputs.k, base + j * D, D) * scale);
      const masked = fround(product + inputs.mask[row * n2 + j]!);
      scores[(i - i0) * tile + j - j0] = fround(masked + inputs.pair[(head * n2 + i) * n2 + j]!);
    }
}

function forward(rows: Rows, row: number, head: number, output: Float32Array, logSums: Float32Array): void {
  const { n2, heads, headDim: D, tile, arena, inputs } = rows;
  const base = (row * heads + head) * n2 * D;
  const scores = arena.take(tile * tile);
  const largest = arena.take(tile);
  const sums = arena.take(tile);
  for (let i0 = 0; i0 < n2; i0 += tile) {
    largest.fill(Number.NEGATIVE_INFINITY);
    sums.fill(0);
    const end = Math.min(n2, i0 + tile);
    for (let j0 = 0; j0 < n2; j0 += tile) {
      scoreTile(rows, row, head, i0, j0, scores);
      const keys = Math.min(n2, j0 + tile) - j0;
      for (let i = i0; i < end; i++) {
        const own = (i - i0) * tile;
        const before = largest[i - i0]!;
        let most = before;
        for (let j = 0; j < keys; j++) most = Math.max(most, scores[own + j]!);
        const keep = fround(exp(fround(before - most)));
        let sum = fround(sums[i - i0]! * keep);
        const at = base + i * D;
        for (let d = 0; d < D; d++) output[at + d]! *= keep;
        for (let j = 0; j < keys; j++) {
          const weight = fround(exp(fround(scores[own + j]! - most)));
          sum = fround(sum + weight);
          addScaled(output, at, weight, inputs.v, base + (j0 + j) * D, D);
        }
        largest[i - i0] = most;
        sums[i - i0] = sum;
      }
    }
    for (let i = i0; i < end; i++) {
      const inverse = fround(1 / sums[i - i0]!);
      for (let d = 0; d < D; d++) output[base + i * D + d]! *= inverse;
      logSums[(row * heads + head) * n2 + i] = fround(largest[i - i0]! + fround(log(sums[i - i0]!)));
    }
  }
  for (const array of [scores, largest, sums]) arena.give(array);
}

function backward(
  rows: Rows,
  row: number,
  head: number,
  result: CaseResult<Float32Array>,
  workspace: Float32Array,
  logSums: Float32Array,
): void {
  const { n2, heads, headDim: D, tile, arena, scale, inputs } = rows;
  const { q, k, v, gradOutput } = inputs;
  const base = (row * heads + head) * n2 * D;
  const sums = (row * heads + head) * n2;
  const scores = arena.take(tile * tile);
  const deltas = arena.take(n2);
  for (let i = 0; i < n2; i++) deltas[i] = dot(gradOutput, base + i * D, result.output, base + i * D, D);
  for (let j0 = 0; j0 < n2; j0 += tile)
    for (let i0 = 0; i0 < n2; i0 += tile) {
      scoreTile(rows, row, head, i0, j0, scores);
      for (let i = i0; i < Math.min(n2, i0 + tile); i++)
        for (let j = j0; j < Math.min(n2, j0 + tile); j++) {
          const [qi, kj] = [base + i * D, base + j * D];
          const weight = fround(exp(fround(scores[(i - i0) * tile + j - j0]! - logSums[sums + i]!)));
          const slope = fround(dot(gradOutput, qi, v, kj, D) - deltas[i]!);
          const gradBias = fround(weight * slope);
          const gradScore = fround(gradBias * scale);
          const bias = (head * n2 + i) * n2 + j;
          result.gradPair[bias] = fround(result.gradPair[bias]! + gradBias);
          addScaled(result.gradV, kj, weight, gradOutput, qi, D);
          addScaled(workspace, qi, gradScore, k, kj, D);
          addScaled(result.gradK, kj, gradScore, q, qi, D);
        }
    }
  arena.give(scores);
  arena.give(deltas);
}

function addScaled(
  to: Float32Array,
  toStart: number,
  factor: number,
  from: Float32Array,
  fromStart: number,
  length: number,
): void {
  for (let d = 0; d < length; d++) to[toStart + d] = fround(to[toStart + d]! + fround(factor * from[fromStart + d]!));
}

function dot(a: Float32Array, aStart: number, b: Float32Array, bStart: number, length: number): number {
  let sum = 0;
  for (let d = 0; d < length; d++) sum = fround(sum + fround(a[aStart + d]! * b[bStart + d]!));
  return sum;
}
