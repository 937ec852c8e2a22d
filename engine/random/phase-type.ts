import { log } from '../kernel/elementary.ts';
import type { RandomStream } from '../kernel/random.ts';
import { check, checkPositive, checkProbability, type Distribution, makeDistribution } from './distribution.ts';

/** One of several exponentials, each chosen with its `probability` (sum 1): more variable than one alone. Two uniforms a draw. */
export function hyperexponential(
  branches: ReadonlyArray<{ readonly probability: number; readonly mean: number }>,
): Distribution {
  const probabilities = branches.map((branch) => branch.probability);
  const means = branches.map((branch) => branch.mean);
  for (const branchMean of means) checkPositive('hyperexponential', 'mean', branchMean);
  const cumulative = cumulate('hyperexponential', 'probability', probabilities, true);
  let mean = 0;
  let square = 0;
  for (let i = 0; i < means.length; i++) {
    mean += probabilities[i]! * means[i]!;
    square += 2 * probabilities[i]! * means[i]! * means[i]!;
  }
  return makeDistribution(
    'hyperexponential',
    { probabilities, means },
    { mean, variance: square - mean * mean, low: 0 },
    (stream) => {
      const u = stream.uniform();
      let i = 0;
      while (u >= cumulative[i]!) i++;
      return -means[i]! * log(1 - stream.uniform());
    },
  );
}

/** Exponential phases in a row; after each it goes on with probability `next` (0 after the last), else it ends. */
export function coxian(phases: ReadonlyArray<{ readonly mean: number; readonly next?: number }>): Distribution {
  const last = phases.length - 1;
  check(last >= 0, 'coxian', 'phases', [], 'one phase or more');
  for (const phase of phases) checkProbability('coxian', 'next', phase.next ?? 0);
  check((phases[last]!.next ?? 0) === 0, 'coxian', 'next', phases[last]!.next ?? 0, '0 after the last phase');
  const means = phases.map((phase) => phase.mean);
  const next = phases.map((phase, i) => phases.map((_, j) => (j === i + 1 ? (phase.next ?? 0) : 0)));
  return fromChain(
    'coxian',
    { means, next: phases.map((phase) => phase.next ?? 0) },
    means.map((_, i) => (i === 0 ? 1 : 0)),
    means,
    next,
  );
}

/**
 * General phase-type law: begins in phase i with probability `start[i]`, stays an exponential time of mean `means[i]`, then moves to phase j with
 * probability `next[i][j]` or ends with what is left to 1. Throws RANDOM_BAD_PARAMETER when it may never end.
 */
export function phaseType(options: {
  readonly start: readonly number[];
  readonly means: readonly number[];
  readonly next: ReadonlyArray<readonly number[]>;
}): Distribution {
  const { start, means, next } = options;
  check(start.length === means.length, 'phaseType', 'start', start, `${means.length} probabilities, one for each mean`);
  return fromChain('phaseType', { start, means, next: next.flat() }, start, means, next);
}

function fromChain(
  kind: string,
  parameters: Readonly<Record<string, number | readonly number[]>>,
  start: readonly number[],
  means: readonly number[],
  next: ReadonlyArray<readonly number[]>,
): Distribution {
  const count = means.length;
  for (const mean of means) checkPositive(kind, 'mean', mean);
  check(
    next.length === count && next.every((row) => row.length === count),
    kind,
    'next',
    next.flat(),
    `${count} rows of ${count}`,
  );
  const first = cumulate(kind, 'start', start, true);
  const moves = next.map((row) => cumulate(kind, 'next', row, false));
  const once = solveChain(next, means);
  const ends = once.length === count && once.every((time) => time > 0 && Number.isFinite(time));
  check(ends, kind, 'next', next.flat(), 'such that every phase can lead to the end');
  // E[T^2] = 2 mu^2 + 2 mu sum_j P_ij m_j + sum_j P_ij E[T_j^2], where sum_j P_ij m_j = m_i - mu_i.
  const twice = solveChain(
    next,
    means.map((mu, i) => 2 * mu * once[i]!),
  );
  let mean = 0;
  let square = 0;
  for (let i = 0; i < count; i++) {
    mean += start[i]! * once[i]!;
    square += start[i]! * twice[i]!;
  }
  return makeDistribution(kind, parameters, { mean, variance: square - mean * mean, low: 0 }, (stream) => {
    let phase = pick(first, stream);
    let time = 0;
    while (phase < count) {
      time -= means[phase]! * log(1 - stream.uniform());
      phase = pick(moves[phase]!, stream);
    }
    return time;
  });
}

/** First index whose cumulative probability passes a uniform; the length of the list when none does. */
function pick(cumulative: Float64Array, stream: RandomStream): number {
  const u = stream.uniform();
  let i = 0;
  while (i < cumulative.length && u >= cumulative[i]!) i++;
  return i;
}

function cumulate(kind: string, parameter: string, probabilities: readonly number[], whole: boolean): Float64Array {
  const valid = probabilities.length > 0 && probabilities.every((p) => p >= 0 && p <= 1);
  let sum = 0;
  const cumulative = Float64Array.from(probabilities, (p) => {
    sum += p;
    return sum;
  });
  check(
    valid && sum <= 1 + 1e-9 && (!whole || sum >= 1 - 1e-9),
    kind,
    parameter,
    probabilities,
    whole ? 'probabilities of sum 1' : 'probabilities of sum at most 1',
  );
  // A sum within rounding of 1 is 1: no uniform may fall past the last possible choice.
  if (sum >= 1 - 1e-9)
    cumulative.fill(
      1,
      probabilities.findLastIndex((p) => p > 0),
    );
  return cumulative;
}

/** x = P x + b by Gaussian elimination with partial pivoting; empty when singular. */
function solveChain(next: ReadonlyArray<readonly number[]>, b: readonly number[]): number[] {
  const n = b.length;
  const rows = next.map((row, i) => [...row.map((p, j) => (i === j ? 1 - p : -p)), b[i]!]);
  for (let column = 0; column < n; column++) {
    let best = column;
    for (let i = column + 1; i < n; i++) if (Math.abs(rows[i]![column]!) > Math.abs(rows[best]![column]!)) best = i;
    if (Math.abs(rows[best]![column]!) < 1e-14) return [];
    [rows[column], rows[best]] = [rows[best]!, rows[column]!];
    const pivot = rows[column]!;
    for (let i = 0; i < n; i++) {
      if (i === column) continue;
      const factor = rows[i]![column]! / pivot[column]!;
      for (let j = column; j <= n; j++) rows[i]![j]! -= factor * pivot[j]!;
    }
  }
  return rows.map((row, i) => row[n]! / row[i]!);
}
