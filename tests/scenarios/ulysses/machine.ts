/** What the closed form needs to know of one GPU; written apart from the device library so that the oracle shares no code with it. */
export interface Machine {
  readonly peak: number;
  readonly hbm: number;
  readonly processors: number;
  readonly nvlink: number;
  readonly capacity: number;
  readonly elementwise: number;
  readonly sustained: number;
}

export const machines: Readonly<Record<string, Machine>> = {
  'a100-40gb': {
    peak: 312e12,
    hbm: 1555e9,
    processors: 108,
    nvlink: 300e9,
    capacity: 40536 * 2 ** 20,
    elementwise: 0.89,
    sustained: 0.93,
  },
  'a100-80gb': {
    peak: 312e12,
    hbm: 2039e9,
    processors: 108,
    nvlink: 300e9,
    capacity: 80 * 2 ** 30,
    elementwise: 0.85,
    sustained: 0.93,
  },
};

const tiles = [
  [256, 128],
  [128, 256],
  [128, 128],
  [128, 64],
  [64, 128],
  [64, 64],
  [64, 256],
  [256, 64],
] as const;
const known = new Map<string, number>();

/** Seconds of a matrix product on an A100 in continuous training: tile, wave and split-K law. */
export function gemmSeconds(machine: Machine, m: number, n: number, k: number): number {
  const key = `${machine.hbm},${m},${n},${k}`;
  const hit = known.get(key);
  if (hit !== undefined) return hit;
  let best = Number.POSITIVE_INFINITY;
  for (const [tm, tn] of tiles)
    for (const split of [1, 2, 4, 8]) {
      const count = Math.ceil(m / tm) * Math.ceil(n / tn);
      const rate = (machine.peak / machine.processors) * 0.971 * machine.sustained;
      const tensor =
        (Math.ceil((count * split) / machine.processors) * 2 * tm * tn * (Math.ceil(k / split) + 346)) / rate;
      const l2 = (2 * count * k * (tm + tn)) / 3.4e12;
      const hbm = (2 * (m * k + k * n + m * n) + (split > 1 ? 8 * m * n * split : 0)) / (machine.hbm * 0.72);
      best = Math.min(best, Math.max(tensor, l2, hbm) + 3.89e-6 + (split > 1 ? 2.06e-6 : 0));
    }
  known.set(key, best);
  return best;
}
