import type { ErrorPlace, Simulation } from '../kernel/index.ts';

/** Where the run is now, for an error. @internal */
export function placeOf(sim: Simulation): ErrorPlace {
  const { world } = sim;
  return world.place(world.cells[world.current]);
}
