import { editWorld, type Simulation } from '../../engine/index.ts';

/**
 * Writes `change` into the specs that the actors at `paths` keep in their states, for a `WorldChange`; returns `absent` when this world has no
 * such actor.
 */
export function editSpecs(
  sim: Simulation,
  paths: RegExp,
  change: Readonly<Record<string, number>>,
  absent: string,
): string | undefined {
  const found = sim.actors().filter((path) => paths.test(path));
  editWorld(sim, (world) => {
    for (const path of found) Object.assign(world.actor<{ spec: object }>(path).state.spec, change);
  });
  return found.length === 0 ? absent : undefined;
}
