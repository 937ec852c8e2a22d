import type { RandomStream } from '../../engine/kernel/random.ts';
import type { Backend } from './backend.ts';
import { type Batch, batchOf, type Samples } from './dataset.ts';
import type { ActivationStore } from './layer.ts';
import { crossEntropy } from './loss.ts';
import type { Network } from './network.ts';
import type { Optimizer } from './optimizer.ts';

/** How to train; equal options, streams at the same place, data and backend give the same weights, bit for bit. */
export interface TrainOptions {
  readonly backend: Backend;
  readonly optimizer: Optimizer;
  /** Draws the order of the samples, anew in each epoch. */
  readonly shuffle: RandomStream;
  readonly epochs: number;
  /** Samples a step; the last step of an epoch takes what is left, a single sample too. Default 64. */
  readonly batch?: number;
  /** A rate, or a function of the epoch counted from 0. */
  readonly learningRate: number | ((epoch: number) => number);
  /** Keeps the activations of step `step`; default as they are. */
  readonly store?: ActivationStore;
  /** Called when the gradients of a step are set and no parameter has changed. */
  readonly onGradients?: (step: TrainStep, batch: Batch) => void;
}

/** One step of training. */
export interface TrainStep {
  /** Counted from 0 over all epochs. */
  readonly step: number;
  readonly epoch: number;
  /** Steps in all. */
  readonly steps: number;
  readonly loss: number;
  readonly correct: number;
  readonly samples: number;
}

/** Trains step by step: each step is computed when asked for, and yielded after the parameters have changed. */
export function* trainSteps(net: Network, data: Samples, options: TrainOptions): Generator<TrainStep, void> {
  const { backend, optimizer, shuffle, epochs, batch = 64, learningRate, store, onGradients } = options;
  const perEpoch = Math.ceil(data.count / batch);
  const order = Int32Array.from({ length: data.count }, (_, i) => i);
  for (let epoch = 0, step = 0; epoch < epochs; epoch++) {
    shuffled(order, shuffle);
    const rate = typeof learningRate === 'number' ? learningRate : learningRate(epoch);
    for (let k = 0; k < perEpoch; k++, step++) {
      const taken = batchOf(data, order.subarray(k * batch, Math.min(data.count, (k + 1) * batch)));
      const { output, backward } = net.forward(taken.images, backend, store);
      const { loss, correct, gradient } = crossEntropy(output, taken.labels);
      backward(gradient);
      const done = { step, epoch, steps: perEpoch * epochs, loss, correct, samples: taken.labels.length };
      onGradients?.(done, taken);
      optimizer.step(net.parameters, rate);
      yield done;
    }
  }
}

/** Trains to the end and returns the mean loss of the last epoch (NaN when there was none). */
export function train(net: Network, data: Samples, options: TrainOptions): number {
  let [sum, samples] = [0, 0];
  for (const { epoch, loss, samples: count } of trainSteps(net, data, options))
    if (epoch === options.epochs - 1) {
      sum += loss * count;
      samples += count;
    }
  return sum / samples;
}

/** Share of samples that are classified right, and mean cross-entropy. */
export function evaluate(
  net: Network,
  data: Samples,
  backend: Backend,
  batch = 200,
): { readonly accuracy: number; readonly loss: number } {
  let [right, sum] = [0, 0];
  for (let from = 0; from < data.count; from += batch) {
    const count = Math.min(batch, data.count - from);
    const { images, labels } = batchOf(
      data,
      Int32Array.from({ length: count }, (_, i) => from + i),
    );
    const { loss, correct } = crossEntropy(net.predict(images, backend), labels);
    right += correct;
    sum += loss * count;
  }
  return { accuracy: right / data.count, loss: sum / data.count };
}

/** Shuffles in place (Fisher and Yates). */
function shuffled(order: Int32Array, stream: RandomStream): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(stream.uniform() * (i + 1));
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
}
