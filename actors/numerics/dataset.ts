import type { Tensor } from './tensor.ts';

/** Labelled images, sample after sample. */
export interface Samples {
  readonly count: number;
  /** Rows, columns, channels of an image. */
  readonly shape: readonly [number, number, number];
  readonly images: Float32Array;
  readonly labels: Uint8Array;
  readonly classes: number;
}

/** What to train and what to test on; no sample is in both. */
export interface Dataset {
  readonly name: string;
  readonly train: Samples;
  readonly test: Samples;
}

/** Some samples as a network takes them. */
export interface Batch {
  readonly images: Tensor;
  readonly labels: Uint8Array;
}

/** How many samples of each class to train and to test on, or the share of each class to train on (the rest tests). */
export type Split = { readonly trainPerClass: number; readonly testPerClass: number } | { readonly trainShare: number };

/** The samples at `indices`, in that order. */
export function batchOf({ shape, images, labels }: Samples, indices: Int32Array): Batch {
  const size = shape[0] * shape[1] * shape[2];
  const data = new Float32Array(indices.length * size);
  const own = new Uint8Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i]!;
    data.set(images.subarray(from * size, (from + 1) * size), i * size);
    own[i] = labels[from]!;
  }
  return { images: { shape: [indices.length, ...shape], data }, labels: own };
}

/** The first `count` samples. */
export function firstOf(samples: Samples, count: number): Samples {
  const size = samples.shape[0] * samples.shape[1] * samples.shape[2];
  const kept = Math.min(count, samples.count);
  return {
    ...samples,
    count: kept,
    images: samples.images.subarray(0, kept * size),
    labels: samples.labels.subarray(0, kept),
  };
}

/** Images of each class, dealt in turn: one of class 0, one of class 1, …, classes that have run out left out. @internal */
export function dealt(
  classes: readonly Float32Array[],
  shape: Samples['shape'],
  range: (have: number) => readonly [number, number],
): Samples {
  const size = shape[0] * shape[1] * shape[2];
  const ranges = classes.map((images) => range(images.length / size));
  const count = ranges.reduce((sum, [from, to]) => sum + to - from, 0);
  const images = new Float32Array(count * size);
  const labels = new Uint8Array(count);
  for (let turn = 0, at = 0; at < count; turn++)
    for (const [label, [from, to]] of ranges.entries()) {
      if (from + turn >= to) continue;
      const start = (from + turn) * size;
      images.set((classes[label] as Float32Array).subarray(start, start + size), at * size);
      labels[at++] = label;
    }
  return { count, shape, images, labels, classes: classes.length };
}
