import { exp } from '../../../engine/kernel/elementary.ts';

/** Inputs of causal attention on one device: head after head, token after token. */
export interface AttentionInputs {
  readonly q: Float32Array;
  readonly k: Float32Array;
  readonly v: Float32Array;
  readonly gradOutput: Float32Array;
}

/** Output and gradients in double precision. */
export interface AttentionResult {
  readonly output: Float64Array;
  readonly gradQ: Float64Array;
  readonly gradK: Float64Array;
  readonly gradV: Float64Array;
}

/** Causal softmax attention of all heads on one device in double precision, with the gradients of its inputs. */
export function referenceAttention(
  inputs: AttentionInputs,
  shape: { readonly heads: number; readonly tokens: number; readonly headSize: number },
): AttentionResult {
  const { heads, tokens, headSize: D } = shape;
  const make = (): Float64Array => new Float64Array(heads * tokens * D);
  const result = { output: make(), gradQ: make(), gradK: make(), gradV: make() };
  const weights = new Float64Array(tokens);
  const { q, k, v, gradOutput } = inputs;
  const scale = 1 / Math.sqrt(D);
  for (let head = 0; head < heads; head++) {
    const base = head * tokens * D;
    for (let i = 0; i < tokens; i++) {
      const qi = base + i * D;
      let largest = Number.NEGATIVE_INFINITY;
      for (let j = 0; j <= i; j++) {
        weights[j] = dot(q, qi, k, base + j * D, D) * scale;
        largest = Math.max(largest, weights[j]!);
      }
      let sum = 0;
      for (let j = 0; j <= i; j++) {
        weights[j] = exp(weights[j]! - largest);
        sum += weights[j]!;
      }
      let delta = 0;
      for (let j = 0; j <= i; j++) {
        weights[j]! /= sum;
        for (let d = 0; d < D; d++) result.output[qi + d]! += weights[j]! * v[base + j * D + d]!;
      }
      for (let d = 0; d < D; d++) delta += gradOutput[qi + d]! * result.output[qi + d]!;
      for (let j = 0; j <= i; j++) {
        const kj = base + j * D;
        const gradScore = weights[j]! * (dot(gradOutput, qi, v, kj, D) - delta) * scale;
        for (let d = 0; d < D; d++) {
          result.gradV[kj + d]! += weights[j]! * gradOutput[qi + d]!;
          result.gradQ[qi + d]! += gradScore * k[kj + d]!;
          result.gradK[kj + d]! += gradScore * q[qi + d]!;
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
