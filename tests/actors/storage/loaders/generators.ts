import fc from 'fast-check';
import {
  type AccessTrace,
  accessTrace,
  type LoaderName,
  loaderParts,
  type Ranks,
  uniformTrace,
} from '../../../../actors/index.ts';
import { createRandomSource, type RandomStream } from '../../../../engine/index.ts';

export const options = { seed: 20261123, numRuns: 200 } as const;

export function stream(seed: number): RandomStream {
  return createRandomSource({ seed }).stream('test', 'draws');
}

/** A training of a few ranks. */
export interface Case {
  readonly trace: AccessTrace;
  readonly shape: Ranks;
}

/** Traces of whole epochs on 1 to 8 ranks. */
export const cases: fc.Arbitrary<Case> = fc
  .record({
    samples: fc.integer({ min: 1, max: 80 }),
    epochs: fc.integer({ min: 1, max: 5 }),
    ranks: fc.integer({ min: 1, max: 8 }),
    batch: fc.integer({ min: 1, max: 4 }),
    capacity: fc.integer({ min: 0, max: 20 }),
    seed: fc.integer({ min: 1, max: 1e6 }),
  })
  .map(({ samples, epochs, ranks, batch, capacity, seed }) => ({
    trace: uniformTrace(stream(seed), samples, epochs),
    shape: { ranks, batch, capacity },
  }));

/** Traces in which epochs leave samples out. */
export const partial: fc.Arbitrary<AccessTrace> = fc
  .array(fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 20 }), { minLength: 1, maxLength: 6 })
  .map((orders) => accessTrace(31, orders));

export const loaderNames: readonly LoaderName[] = Object.keys(loaderParts) as LoaderName[];
