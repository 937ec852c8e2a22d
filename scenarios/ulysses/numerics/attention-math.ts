import { exp, log } from '../../../engine/kernel/elementary.ts';

const { fround } = Math;

/** Rows of one tensor for some heads: head after head, token after token, `headSize` numbers each. */
export type Rows = Float32Array;

/** The running result of causal attention for one head: output not yet divided, largest score and sum of exponentials of every query. */
export interface Running {
  readonly output: Rows;
  readonly largest: Float32Array;
  readonly sum: Float32Array;
}

/** Nothing attended yet, for `tokens` queries. */
export function emptyRunning(tokens: number, headSize: number): Running {
  return {
    output: new Float32Array(tokens * headSize),
    largest: new Float32Array(tokens).fill(Number.NEGATIVE_INFINITY),
    sum: new Float32Array(tokens),
  };
}

/**
 * Attends the queries of one head to a block of keys and values and merges the result into `running`, in single precision. Query i sees
 * key j when `keyTokens[j] <= queryTokens[i]`.
 */
export function attendBlock(
  running: Running,
  q: Rows,
  k: Rows,
  v: Rows,
  queryTokens: Int32Array,
  keyTokens: Int32Array,
  headSize: number,
): void {
  const scale = fround(1 / Math.sqrt(headSize));
  const scores = new Float32Array(keyTokens.length);
  for (let i = 0; i < queryTokens.length; i++) {
    const own = queryTokens[i]!;
    let largest = running.largest[i]!;
    let seen = 0;
    for (let j = 0; j < keyTokens.length; j++) {
      if (keyTokens[j]! > own) {
        scores[j] = Number.NEGATIVE_INFINITY;
        continue;
      }
      seen++;
      const score = fround(dot(q, i * headSize, k, j * headSize, headSize) * scale);
      scores[j] = score;
      if (score > largest) largest = score;
    }
    if (seen === 0) continue;
    const keep = fround(exp(fround(running.largest[i]! - largest)));
    running.largest[i] = largest;
    let sum = fround(running.sum[i]! * keep);
    const row = running.output.subarray(i * headSize, (i + 1) * headSize);
    for (let d = 0; d < headSize; d++) row[d]! *= keep;
    for (let j = 0; j < keyTokens.length; j++) {
      const weight = fround(exp(fround(scores[j]! - largest)));
      if (weight === 0) continue;
      sum = fround(sum + weight);
      for (let d = 0; d < headSize; d++) row[d] = fround(row[d]! + fround(weight * v[j * headSize + d]!));
    }
    running.sum[i] = sum;
  }
}

/** Divides the running output and returns the logarithm of the sum of exponentials of every query, for the backward pass. */
export function finishAttention(running: Running, headSize: number): Float32Array {
  const logSums = new Float32Array(running.sum.length);
  for (let i = 0; i < running.sum.length; i++) {
    const inverse = fround(1 / running.sum[i]!);
    for (let d = 0; d < headSize; d++) running.output[i * headSize + d]! *= inverse;
    logSums[i] = fround(running.largest[i]! + fround(log(running.sum[i]!)));
  }
  return logSums;
}

/** What the backward pass of one head knows of its queries. */
export interface Queries {
  readonly q: Rows;
  readonly gradOutput: Rows;
  readonly output: Rows;
  readonly logSums: Float32Array;
  readonly tokens: Int32Array;
}

/** Adds the gradients of one head's queries against a block of keys and values, in single precision. */
export function backwardBlock(
  queries: Queries,
  k: Rows,
  v: Rows,
  keyTokens: Int32Array,
  headSize: number,
  gradQ: Rows,
  gradK: Rows,
  gradV: Rows,
): void {
  const { q, gradOutput, output, logSums, tokens } = queries;
  const scale = fround(1 / Math.sqrt(headSize));
  for (let i = 0; i < tokens.length; i++) {
    const qi = i * headSize;
    const delta = dot(gradOutput, qi, output, qi, headSize);
    for (let j = 0; j < keyTokens.length; j++) {
      if (keyTokens[j]! > tokens[i]!) continue;
      const kj = j * headSize;
      const score = fround(dot(q, qi, k, kj, headSize) * scale);
      const weight = fround(exp(fround(score - logSums[i]!)));
      const slope = fround(dot(gradOutput, qi, v, kj, headSize) - delta);
      const gradScore = fround(fround(weight * slope) * scale);
      for (let d = 0; d < headSize; d++) {
        gradV[kj + d] = fround(gradV[kj + d]! + fround(weight * gradOutput[qi + d]!));
        gradQ[qi + d] = fround(gradQ[qi + d]! + fround(gradScore * k[kj + d]!));
        gradK[kj + d] = fround(gradK[kj + d]! + fround(gradScore * q[qi + d]!));
      }
    }
  }
}

function dot(a: Rows, aStart: number, b: Rows, bStart: number, length: number): number {
  let sum = 0;
  for (let d = 0; d < length; d++) sum = fround(sum + fround(a[aStart + d]! * b[bStart + d]!));
  return sum;
}
