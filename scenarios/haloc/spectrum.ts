const tables = new Map<string, Float64Array>();

/** Share of the energy in the first `r` of `n` directions when singular values fall as j^-q. */
export function keptEnergy(r: number, n: number, q: number): number {
  const key = `${n} ${q}`;
  let sums = tables.get(key);
  if (sums === undefined) {
    sums = new Float64Array(n + 1);
    for (let j = 1; j <= n; j++) sums[j] = sums[j - 1]! + j ** (-2 * q);
    tables.set(key, sums);
  }
  return sums[r]! / sums[n]!;
}
