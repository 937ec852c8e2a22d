import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkTraces } from '../../engine/index.ts';
import { resolveParams, runScenario } from '../../scenarios/kit/index.ts';
import { simulatedRuns } from './kit/testing/quick-works.ts';

const test = suite('traces of scenarios');

for (const { entry, scenario, runs } of await simulatedRuns(false))
  test(`${entry.id}: work and waits tile each task exactly, children inside parents, nothing leaked`, async () => {
    for (const { params } of runs) {
      const resolved = resolveParams(scenario, params);
      const { result, reports } = await checkTraces(() => runScenario(scenario, resolved));
      for (const { problems } of reports) assert.equal(problems, []);
      const tasks = reports.reduce((sum, report) => sum + report.tasks, 0);
      assert.ok(tasks > 0, 'its actors tell nothing');
      const unwatched = await runScenario(scenario, resolved);
      assert.is(result.fingerprint, unwatched.fingerprint);
    }
  });

test.run();
