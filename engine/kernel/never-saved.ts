import type { Simulation } from './simulation.ts';

const reasons = new WeakMap<Simulation, string>();
const names = new Map<unknown, string>();

/**
 * Declares that `sim` has something outside its states that no checkpoint can hold, so that it is replayed; `reason` tells people what, and the
 * first one given is told. For whatever set-up or handlers make and share among actors.
 */
export function neverSaved(sim: Simulation, reason: string): void {
  if (!reasons.has(sim)) reasons.set(sim, reason);
}

/** What `neverSaved` was told first of `sim`. */
export function whyNeverSaved(sim: Simulation): string | undefined {
  return reasons.get(sim);
}

/** Declares what people are told an instance of `type` is, where a checkpoint cannot hold one. */
export function unsavedClass(type: abstract new (...args: never) => object, what: string): void {
  names.set(type.prototype, what);
}

/** What `value`, which a checkpoint cannot hold, is to people. */
export function unsavedName(value: object): string {
  return names.get(Object.getPrototypeOf(value)) ?? `an instance of ${value.constructor?.name ?? 'a class'}`;
}
