import type { Duration } from '../../engine/kernel/time.ts';

/** A stretch of time. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** How the time of a rank is used. Overlapping work counts once. */
export interface RankTimes {
  readonly makespan: Duration;
  /** Kernels and copies. */
  readonly compute: Duration;
  /** Collectives and messages after their partners had arrived. */
  readonly communication: Duration;
  /** Communication during which nothing is computed. */
  readonly exposed: Duration;
}

/** Time covered by any of the stretches. */
function covered(stretches: readonly Stretch[]): readonly Stretch[] {
  const sorted = stretches.filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start || a.end - b.end);
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}

/** Sums up computation and communication of a rank. */
export function rankTimes(makespan: number, compute: readonly Stretch[], communication: readonly Stretch[]): RankTimes {
  const busy = covered(compute);
  const talking = covered(communication);
  let hidden = 0;
  for (let i = 0, j = 0; i < busy.length && j < talking.length; ) {
    const a = busy[i]!;
    const b = talking[j]!;
    hidden += Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start));
    if (a.end < b.end) i++;
    else j++;
  }
  const sum = (list: readonly Stretch[]): number => list.reduce((total, { start, end }) => total + end - start, 0);
  const total = sum(talking);
  return {
    makespan: makespan as Duration,
    compute: sum(busy) as Duration,
    communication: total as Duration,
    exposed: (total - hidden) as Duration,
  };
}
