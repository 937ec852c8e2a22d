import { testingErrors } from '../../../engine/testing/errors.ts';
import { startRunPool } from '../../cli/run-pool.ts';
import { resolveParams } from '../parameters.ts';
import { runReplication } from '../run-scenario.ts';
import type { ParamsInput, Scenario } from '../scenario.ts';

/** A run in a worker thread is the run in this one, event by event. `name`: id, or path of one's own file. Throws TEST_INVARIANT. */
export async function checkWorker(scenario: Scenario, params: ParamsInput, name: string = scenario.id): Promise<void> {
  const resolved = resolveParams(scenario, params);
  const pool = startRunPool(1);
  try {
    const there = JSON.stringify(await pool.replication(name, resolved, 0));
    const here = JSON.stringify(await runReplication(scenario, resolved, 0));
    if (there !== here)
      throw testingErrors.create('TEST_INVARIANT', {
        invariant: 'serial equals worker',
        detail: `${there} is not ${here}`,
      });
  } finally {
    await pool.close();
  }
}
