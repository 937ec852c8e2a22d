import { type RandomStream, uniformInteger } from '../../../engine/index.ts';

/** A small data set with structure: users like the items of their cluster. */
export interface DataSpec {
  readonly users: number;
  readonly items: number;
  readonly clusters: number;
  readonly interactionsPerUser: number;
  /** Share of items that are from anywhere. */
  readonly noise: number;
}

export interface GeneratedData {
  /** Training items of each user, in order. */
  readonly train: readonly Int32Array[];
  /** Two items of each user that training does not see. */
  readonly test: readonly Int32Array[];
}

/** Generates different items for each user: user u and item i belong to clusters u and i modulo their number. */
export function generateData(
  { users, items, clusters, interactionsPerUser, noise }: DataSpec,
  stream: RandomStream,
): GeneratedData {
  const any = uniformInteger(0, items - 1);
  const train: Int32Array[] = [];
  const test: Int32Array[] = [];
  for (let user = 0; user < users; user++) {
    const cluster = user % clusters;
    const members = uniformInteger(0, Math.ceil((items - cluster) / clusters) - 1);
    const chosen = new Set<number>();
    while (chosen.size < interactionsPerUser + 2)
      chosen.add(stream.uniform() < noise ? any.sample(stream) : cluster + clusters * members.sample(stream));
    const all = Int32Array.from(chosen);
    train.push(all.slice(0, interactionsPerUser));
    test.push(all.slice(interactionsPerUser));
  }
  return { train, test };
}
