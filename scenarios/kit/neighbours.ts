/** The divisors of a whole `n` >= 1, ascending. */
export function divisors(n: number): readonly number[] {
  const found = [];
  for (let d = 1; d <= n; d++) if (n % d === 0) found.push(d);
  return found;
}

/** The two values nearest to `wanted`, the nearer first, of equally near ones the smaller. */
export function nearest(values: readonly number[], wanted: number): readonly number[] {
  return [...values].sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted) || a - b).slice(0, 2);
}

/** The one or two multiples of `step` above 0 that are nearest to `value`. */
export function multiplesNear(value: number, step: number): readonly number[] {
  const below = Math.floor(value / step) * step;
  return nearest(below > 0 ? [below, below + step] : [below + step], value);
}
