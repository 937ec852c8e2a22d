import fc from 'fast-check';
import { type Draw, runScenario, type Scenario, shareRuns } from '../../../scenarios/index.ts';

const seed = 20261123;

/** Runs a scenario's invariants over random parameters; throws with the shrunk counterexample of the first that fails. */
export async function checkInvariants(scenario: Scenario, runs?: number): Promise<void> {
  for (const invariant of scenario.invariants) {
    const run = shareRuns(scenario, (resolved) => runScenario(scenario, resolved));
    const property = fc.asyncProperty(fc.gen(), async (gen) => {
      const draw: Draw = {
        integer: (min, max) => gen(fc.integer, { min, max }),
        real: (min, max) => gen(fc.double, { min, max, noNaN: true }),
        pick: (values) => values[gen(fc.nat, { max: values.length - 1 })] as (typeof values)[number],
      };
      const params = invariant.draw(draw);
      const verdict = await invariant.holds(params, run);
      if (verdict !== true)
        throw new Error(`${scenario.id}, ${invariant.id}: ${verdict} for ${JSON.stringify(params)}`);
    });
    await fc.assert(property, { seed, numRuns: runs ?? invariant.runs ?? 100 });
  }
}
