import { freeResources, type Simulation, watchSimulations } from '../../engine/kernel/index.ts';
import { resolveParams } from '../../scenarios/kit/parameters.ts';
import { runReplication } from '../../scenarios/kit/run-scenario.ts';
import type { ParamsInput, Scenario } from '../../scenarios/kit/scenario.ts';
import { liveErrors } from './errors.ts';

class SetUpDone extends Error {}

/**
 * The `number`th simulation that a scenario makes, as set-up leaves it before its first event; whoever gets it runs it. What has the names
 * in `free` is free in its set-up and in its run. Throws LIVE_REQUEST for a scenario that makes no such simulation.
 */
export async function setUp(
  scenario: Scenario,
  params: ParamsInput,
  free: readonly string[],
  number = 1,
): Promise<Simulation> {
  let found: Simulation | undefined;
  let count = 0;
  let isDone = false;
  const stopWatching = watchSimulations((sim) => {
    if (++count !== number) return;
    found = sim;
    const stop = (): never => {
      isDone = true;
      throw new SetUpDone();
    };
    Object.assign(sim, { run: stop, step: stop });
  });
  const freed = freeResources(free);
  try {
    await runReplication(scenario, resolveParams(scenario, params), 0);
  } catch (error) {
    // A scenario may wrap what its simulation throws.
    if (!isDone) throw error;
  } finally {
    freed.restore();
    stopWatching();
  }
  if (found === undefined || !isDone)
    throw liveErrors.create('LIVE_REQUEST', {
      problem: `this scenario makes no simulation ${number}`,
      hint: 'It computes without one.',
    });
  const sim = found;
  Reflect.deleteProperty(sim, 'run');
  Reflect.deleteProperty(sim, 'step');
  if (free.length === 0) return sim;
  // Both runs of a comparison live in one thread: names are free only while this one runs.
  const run = sim.run.bind(sim);
  sim.run = (options) => {
    const again = freeResources(free);
    try {
      return run(options);
    } finally {
      again.restore();
    }
  };
  return sim;
}
