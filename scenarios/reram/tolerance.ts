import { drawBits, drawKey } from '../../actors/index.ts';
import { power } from '../../engine/kernel/elementary.ts';

/** Grid of fault rates of the search: 10^(-4 + k/6), k from 0 to 21. */
export const rateGrid: readonly number[] = Array.from({ length: 22 }, (_, k) => power(10, -4 + k / 6));

/** A rate that was found, and whether the crossing lay outside the grid. */
export interface Crossing {
  readonly rate: number;
  readonly isSaturated: boolean;
}

/**
 * The rate at which mean accuracy falls below `target`: bisection over the grid, then linear in the logarithm of the rate
 * between its neighbours. Outside the grid its end is reported.
 */
export function toleratedRate(meanAt: (k: number) => number, target: number): Crossing {
  const last = rateGrid.length - 1;
  if (meanAt(0) < target) return { rate: rateGrid[0]!, isSaturated: true };
  if (meanAt(last) >= target) return { rate: rateGrid[last]!, isSaturated: true };
  let [low, high] = [0, last];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (meanAt(middle) >= target) low = middle;
    else high = middle;
  }
  const [above, below] = [meanAt(low), meanAt(high)];
  const share = above > below ? (above - target) / (above - below) : 0;
  return { rate: power(10, -4 + (low + share) / 6), isSaturated: false };
}

/** Mean over all chips, or over the chips that a resample names, in its order. */
export function meanOf(values: Float64Array, chips?: Int32Array): number {
  let sum = 0;
  if (chips === undefined) for (let i = 0; i < values.length; i++) sum += values[i]!;
  else for (let i = 0; i < chips.length; i++) sum += values[chips[i]!]!;
  return sum / values.length;
}

const RESAMPLES = 400;

/** Percentile interval over resamples of the chips, the same chips for everything `statistic` looks at. */
export function bootstrap(
  chips: number,
  seed: number,
  statistic: (chips: Int32Array) => number,
  confidence = 0.95,
): readonly [number, number] {
  const key = drawKey('bootstrap', seed, 0, 0);
  const resample = new Int32Array(chips);
  const values = Float64Array.from({ length: RESAMPLES }, (_, b) => {
    for (let i = 0; i < chips; i++) resample[i] = Math.floor((drawBits(key, b * chips + i) / 4294967296) * chips);
    return statistic(resample);
  }).sort();
  const tail = (1 - confidence) / 2;
  const at = (share: number) => values[Math.min(RESAMPLES - 1, Math.floor(share * RESAMPLES))]!;
  return [at(tail), at(1 - tail)];
}
