/** One result of a benchmark, as the runner prints it. */
export interface BenchLine {
  readonly bench: string;
  readonly engine: 'escapement';
  readonly value: number;
  readonly unit: string;
}

const ROUNDS = 5;

/** Nanoseconds an operation, the fastest of five rounds of `operations`; `round` returns a sum that must be finite, so that nothing is optimised away. */
export function timeOperations(bench: string, operations: number, unit: string, round: () => number): BenchLine {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < ROUNDS; i++) {
    const start = performance.now();
    const sum = round();
    const nanoseconds = ((performance.now() - start) * 1e6) / operations;
    if (!Number.isFinite(sum)) throw new Error(`${bench}: the checksum is ${sum}`);
    best = Math.min(best, nanoseconds);
  }
  return { bench, engine: 'escapement', value: Math.round(best * 10) / 10, unit };
}
