import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkTraces } from '../../engine/index.ts';
import { registry } from '../../scenarios/index.ts';
import { resolveParams, runScenario } from '../../scenarios/kit/index.ts';

const test = suite('traces of scenarios');

/** Presets looked at instead of `quick`, where that trains a network and simulates nothing. */
const simulating: Readonly<Record<string, string>> = { comet: 'comet' };

for (const { id, load } of registry)
  test(`${id}: work and waits tile each task exactly, children inside parents, nothing leaked`, async () => {
    const scenario = await load();
    const resolved = resolveParams(scenario, { preset: simulating[id] ?? 'quick' });
    const { result, reports } = await checkTraces(() => runScenario(scenario, resolved));
    for (const { problems } of reports) assert.equal(problems, []);
    const tasks = reports.reduce((sum, report) => sum + report.tasks, 0);
    assert.ok(tasks > 0 || reports.length === 0, 'its actors tell nothing');
    const unwatched = await runScenario(scenario, resolved);
    assert.is(result.fingerprint, unwatched.fingerprint);
  });

test.run();
