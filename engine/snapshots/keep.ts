import type { Simulation } from '../kernel/index.ts';

const kept = new WeakMap<Simulation, object[]>();

/**
 * Has checkpoints of `sim` hold `object`, and restores put its contents back where it is: for what handlers change outside their states, such
 * as a tally in a closure. A plain object, or an instance of a class that `saveClass` declares with `put`. To be called by set-up, in the same
 * order each time; returns the object.
 */
export function keep<Kept extends object>(sim: Simulation, object: Kept): Kept {
  const list = kept.get(sim) ?? [];
  list.push(object);
  kept.set(sim, list);
  return object;
}

/** What `keep` was given. @internal */
export function keptBy(sim: Simulation): readonly object[] {
  return kept.get(sim) ?? [];
}
