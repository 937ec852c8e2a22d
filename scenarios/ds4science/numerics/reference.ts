import { exp } from '../../../engine/kernel/elementary.ts';
import type { CaseInputs, CaseResult, CaseShape } from './case.ts';

/** softmax(q k^T / sqrt(D) + mask + pair) v and its gradients in double precision, with all scores of a row and head at once. */
export function referenceAttention(inputs: CaseInputs, shape: CaseShape): CaseResult<Float64Array> {
  const { n1, n2, heads, headDim: D } = shape;
  const { q, k, v, gradOutput, mask, pair } = inputs;
  const size = n1 * heads * n2 * D;
  const result = {
    output: new Float64Array(size),
    gradQ: new Float64Array(size),
    gradK: new Float64Array(size),
    gradV: new Float64Array(size),
    gradPair: new Float64Array(heads * n2 * n2),
  };
  const scale = 1 / Math.sqrt(D);
  const weights = new Float64Array(n2);
  for (let row = 0; row < n1; row++)
    for (let head = 0; head < heads; head++) {
      const base = (row * heads + head) * n2 * D;
      for (let i = 0; i < n2; i++) {
        const qi = base + i * D;
        const biases = (head * n2 + i) * n2;
        let largest = Number.NEGATIVE_INFINITY;
        for (let j = 0; j < n2; j++) {
          weights[j] = dot(q, qi, k, base + j * D, D) * scale + mask[row * n2 + j]! + pair[biases + j]!;
          largest = Math.max(largest, weights[j]!);
        }
        let sum = 0;
        for (let j = 0; j < n2; j++) {
          weights[j] = exp(weights[j]! - largest);
          sum += weights[j]!;
        }
        let delta = 0;
        for (let j = 0; j < n2; j++) {
          weights[j]! /= sum;
          for (let d = 0; d < D; d++) result.output[qi + d]! += weights[j]! * v[base + j * D + d]!;
        }
        for (let d = 0; d < D; d++) delta += gradOutput[qi + d]! * result.output[qi + d]!;
        for (let j = 0; j < n2; j++) {
          const kj = base + j * D;
          const gradScore = weights[j]! * (dot(gradOutput, qi, v, kj, D) - delta);
          result.gradPair[biases + j]! += gradScore;
          for (let d = 0; d < D; d++) {
            result.gradV[kj + d]! += weights[j]! * gradOutput[qi + d]!;
            result.gradQ[qi + d]! += gradScore * scale * k[kj + d]!;
            result.gradK[kj + d]! += gradScore * scale * q[qi + d]!;
          }
        }
      }
    }
  return result;
}

function dot(a: Float32Array, aStart: number, b: Float32Array, bStart: number, length: number): number {
  let sum = 0;
  for (let d = 0; d < length; d++) sum += a[aStart + d]! * b[bStart + d]!;
  return sum;
}
