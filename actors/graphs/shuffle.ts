import type { RandomStream } from '../../engine/kernel/random.ts';

/** A whole number in 0 to count - 1. */
export function below(stream: RandomStream, count: number): number {
  return Math.floor(stream.uniform() * count);
}

/** Puts the first `length` entries into random order, in place. */
export function shuffle(values: Int32Array, stream: RandomStream, length = values.length): void {
  for (let i = length - 1; i > 0; i--) {
    const j = below(stream, i + 1);
    const value = values[i]!;
    values[i] = values[j]!;
    values[j] = value;
  }
}
