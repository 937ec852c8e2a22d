import type { GemmConstants } from '../presets/gpu/load.ts';

/** What the law needs to know of a GPU, in SI units. */
export interface GemmMachine {
  readonly processors: number;
  readonly tensorPeak: number;
  readonly hbm: number;
}

/** Sides of the output tiles a library chooses from. */
const TILES = [
  [256, 128],
  [128, 256],
  [128, 128],
  [128, 64],
  [64, 128],
  [64, 64],
  [64, 256],
  [256, 64],
] as const;

/** Ways in which K is split among processors. */
const SPLITS = [1, 2, 4, 8] as const;

/** The winning candidate; times in seconds. */
export interface GemmLawResult {
  readonly total: number;
  readonly tensor: number;
  readonly l2: number;
  readonly hbm: number;
  readonly launch: number;
  readonly reduce: number;
  readonly tileM: number;
  readonly tileN: number;
  readonly split: number;
  readonly waves: number;
}

/**
 * Seconds of C[m,n] += A[m,k] B[k,n] for `batch` matrices of 2-byte elements: the least, over tiles and splits of K, of the largest of
 * tensor, L2 and memory time, plus launch. Never decreasing in m, n, k and batch: every candidate is, and the least keeps it.
 * @internal
 */
export function gemmLaw(
  machine: GemmMachine,
  c: GemmConstants,
  m: number,
  n: number,
  k: number,
  batch: number,
  sustained: number,
): GemmLawResult {
  const flop = 2 * batch * m * n * k;
  const share = c.steadyShare * sustained * (1 - (c.clockLoss * flop) / (flop + c.clockLossHalf));
  const perProcessor = machine.tensorPeak / machine.processors;
  const memory = machine.hbm * c.hbmShare;
  const once = 2 * batch * (m * k + k * n + m * n);
  let best = Number.POSITIVE_INFINITY;
  let tile = 0;
  let split = 0;
  let tensor = 0;
  let l2 = 0;
  let hbm = 0;
  let waves = 0;
  for (let t = 0; t < TILES.length; t++) {
    const [tm, tn] = TILES[t]!;
    const tiles = batch * Math.ceil(m / tm) * Math.ceil(n / tn);
    const intensity = (tm * tn) / (tm + tn);
    const rate = (perProcessor * share * intensity) / (intensity + c.intensityHalf);
    const fed = (2 * tiles * k * (tm + tn)) / c.l2Rate;
    for (let s = 0; s < SPLITS.length; s++) {
      const parts = SPLITS[s]!;
      const w = Math.ceil((tiles * parts) / machine.processors);
      const mma = (w * 2 * tm * tn * (Math.ceil(k / parts) + c.fillK)) / rate;
      const moved = (once + (parts > 1 ? 8 * batch * m * n * parts : 0)) / memory;
      const time = Math.max(mma, fed, moved) + (parts > 1 ? c.reduce : 0);
      if (time < best) {
        best = time;
        tile = t;
        split = s;
        tensor = mma;
        l2 = fed;
        hbm = moved;
        waves = w;
      }
    }
  }
  const [tileM, tileN] = TILES[tile]!;
  const parts = SPLITS[split]!;
  const reduce = parts > 1 ? c.reduce : 0;
  return { total: best + c.launch, tensor, l2, hbm, launch: c.launch, reduce, tileM, tileN, split: parts, waves };
}
