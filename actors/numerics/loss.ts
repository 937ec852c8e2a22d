import { exp, log } from '../../engine/kernel/elementary.ts';
import type { Tensor } from './tensor.ts';

/** Mean cross-entropy of a batch with the gradient of the scores. */
export interface Loss {
  readonly loss: number;
  /** Samples whose highest score is that of their class. */
  readonly correct: number;
  readonly gradient: Tensor;
}

/** Softmax cross-entropy of scores (samples x classes) against classes; natural logarithm, mean over the batch. */
export function crossEntropy(scores: Tensor, labels: Uint8Array): Loss {
  const [samples, classes] = scores.shape as [number, number];
  const gradient = new Float32Array(scores.data.length);
  let [loss, correct] = [0, 0];
  const powers = new Float64Array(classes);
  for (let i = 0; i < samples; i++) {
    const at = i * classes;
    let best = 0;
    for (let j = 1; j < classes; j++) if (scores.data[at + j]! > scores.data[at + best]!) best = j;
    const largest = scores.data[at + best]!;
    let sum = 0;
    for (let j = 0; j < classes; j++) {
      powers[j] = exp(scores.data[at + j]! - largest);
      sum += powers[j]!;
    }
    const label = labels[i]!;
    loss += log(sum) - (scores.data[at + label]! - largest);
    if (best === label) correct++;
    for (let j = 0; j < classes; j++) gradient[at + j] = (powers[j]! / sum - (j === label ? 1 : 0)) / samples;
  }
  return { loss: loss / samples, correct, gradient: { shape: scores.shape, data: gradient } };
}
