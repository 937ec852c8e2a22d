/** A stretch of time. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Stretches in order of time, those that touch joined. */
export function joined(stretches: readonly Stretch[]): readonly Stretch[] {
  const result: { start: number; end: number }[] = [];
  for (const { start, end } of [...stretches].sort((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else result.push({ start, end });
  }
  return result;
}

/** Length of all stretches together; they must not overlap. */
export function lengthOf(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** Length of the time that is in a stretch of both; each list joined. */
export function overlapOf(one: readonly Stretch[], two: readonly Stretch[]): number {
  let [i, j, sum] = [0, 0, 0];
  while (i < one.length && j < two.length) {
    const [a, b] = [one[i] as Stretch, two[j] as Stretch];
    sum += Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start));
    if (a.end < b.end) i++;
    else j++;
  }
  return sum;
}

/** What lies between joined stretches. */
export function gapsOf(stretches: readonly Stretch[]): readonly Stretch[] {
  return stretches.slice(1).map(({ start }, index) => ({ start: (stretches[index] as Stretch).end, end: start }));
}
