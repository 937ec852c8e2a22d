import type { Population } from '../../engine/charts/index.ts';
import { log } from '../../engine/kernel/elementary.ts';
import { normalProbability } from '../../engine/kernel/normal-law.ts';
import type { RandomStream } from '../../engine/kernel/random.ts';
import { type DrawKey, drawBits, stuck } from './cell-faults.ts';
import { checkReal } from './errors.ts';

/** The life of a cell in cycles is lognormal. */
export interface Endurance {
  readonly medianCycles: number;
  /** Standard deviation of the logarithm. */
  readonly sigma: number;
  /** Share of worn cells that end stuck on, 0 to 1. */
  readonly onShare: number;
}

/** Share of cells worn out after `cycles`: Phi(ln(cycles / median) / sigma), 0 for none. */
export function wornShare({ medianCycles, sigma }: Endurance, cycles: number): number {
  if (!(cycles > 0)) return 0;
  if (sigma === 0) return cycles >= medianCycles ? 1 : 0;
  return normalProbability(log(cycles / medianCycles) / sigma);
}

/** Marks cells worn out after `cycles` in `into`, each with its own life; stuck ones keep their end. Nested in `cycles`. */
export function drawWear(into: Uint8Array, endurance: Endurance, cycles: number, life: DrawKey, end: DrawKey): void {
  const bound = wornShare(endurance, cycles) * 4294967296;
  const on = endurance.onShare * 4294967296;
  if (bound === 0) return;
  for (let i = 0; i < into.length; i++)
    if (into[i] === stuck.no && drawBits(life, i) < bound) into[i] = drawBits(end, i) < on ? stuck.on : stuck.off;
}

/**
 * Ages a population from one number of cycles to a higher one: every cell that lives wears out with its hazard of that
 * interval, (F(to) - F(from)) / (1 - F(from)). Returns how many did. Settled cells only: cells in flight and pristine ones
 * stay. Throws RERAM_SPEC when `to` < `from`.
 */
export function age(cells: Population, endurance: Endurance, from: number, to: number, random: RandomStream): number {
  checkReal('end of an ageing interval in cycles', to, from, Number.MAX_VALUE);
  const [before, after] = [wornShare(endurance, from), wornShare(endurance, to)];
  if (!(after > before)) return 0;
  const hazard = (after - before) / (1 - before);
  const on = hazard * endurance.onShare;
  return cells.sendRandomly(
    [
      { event: 'WEAR_SHORT', probability: on },
      { event: 'WEAR_OPEN', probability: hazard - on },
    ],
    random,
  );
}
