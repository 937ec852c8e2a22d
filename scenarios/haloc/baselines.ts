import type { Candidate, Choice, RankSpace } from './rank-space.ts';
import { costOf } from './rank-space.ts';
import { addBack, type Repaired } from './search.ts';

/** The same share of the full rank everywhere: step * floor(share * width / step + 1/2), within the candidates; dense where that costs more. */
export function uniformChoice({ layers }: RankSpace, widths: readonly number[], step: number, share: number): Choice {
  return layers.map((candidates, l) => {
    const width = widths[l] as number;
    const rank = Math.min(Math.max(step * Math.floor((share * width) / step + 0.5), step), width);
    const found = candidates.findIndex(({ r1, r2 }) => r1 === rank && r2 === rank);
    // Index 0 is the dense layer.
    return Math.max(found, 0);
  });
}

/** The largest share in hundredths that meets the target; when none does, the cheapest of them. */
export function uniformForTarget(space: RankSpace, widths: readonly number[], step: number, target: number): Repaired {
  let cheapest: Choice | undefined;
  for (let hundredths = 100; hundredths >= 1; hundredths--) {
    const choice = uniformChoice(space, widths, step, hundredths / 100);
    if (costOf(space, choice) <= target) return { choice: [...choice], met: true };
    if (cheapest === undefined || costOf(space, choice) < costOf(space, cheapest)) cheapest = choice;
  }
  return { choice: [...(cheapest as Choice)], met: false };
}

/** The same loss everywhere (after ALDS): the smallest common loss at which each layer's cheapest candidate within it meets the target, and what is left spent. */
export function equalLoss(space: RankSpace, target: number): Repaired {
  const levels = [...new Set(space.layers.flatMap((candidates) => candidates.map(({ loss }) => loss)))].sort(
    (a, b) => a - b,
  );
  const within = (level: number): number[] => space.layers.map((candidates) => cheapestWithin(candidates, level));
  let [low, high] = [0, levels.length - 1];
  const last = within(levels[high] ?? 0);
  if (costOf(space, last) > target) return { choice: last, met: false };
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (costOf(space, within(levels[middle] as number)) <= target) high = middle;
    else low = middle + 1;
  }
  return { choice: addBack(space, within(levels[low] ?? 0), target), met: true };
}

function cheapestWithin(candidates: readonly Candidate[], level: number): number {
  let best = 0;
  for (const [i, { loss, cost }] of candidates.entries())
    if (loss <= level && cost < (candidates[best] as Candidate).cost) best = i;
  return best;
}
