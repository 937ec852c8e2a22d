import type { RandomStream } from '../../engine/index.ts';

/** A whole number from 0 to `count` - 1. */
export function below(count: number, stream: RandomStream): number {
  return Math.min(count - 1, Math.floor(stream.uniform() * count));
}

/** An index drawn with the given probabilities, which add up to 1. */
export function pick(probabilities: readonly number[], stream: RandomStream): number {
  let left = stream.uniform();
  for (let i = 0; i < probabilities.length - 1; i++) {
    left -= probabilities[i] as number;
    if (left < 0) return i;
  }
  return probabilities.length - 1;
}

/** Orders the first `count` places of `items` at random (Fisher and Yates); the others keep what is left. */
export function shuffle<Item>(items: Item[] | Int32Array, stream: RandomStream, count: number = items.length): void {
  const list = items as Item[];
  for (let i = 0; i < Math.min(count, list.length - 1); i++) {
    const j = i + below(list.length - i, stream);
    const item = list[i] as Item;
    list[i] = list[j] as Item;
    list[j] = item;
  }
}
