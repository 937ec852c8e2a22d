import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkTraces } from '../../../engine/index.ts';
import { compareScenario, resolveParams, runScenario, type Scenario, shareRuns } from '../../../scenarios/kit/index.ts';

const test = suite('examples');
const folder = new URL('../../../scenarios/examples/', import.meta.url);
const names = readdirSync(fileURLToPath(folder)).filter((name) => name.endsWith('.js'));
const load = async (name: string): Promise<Scenario> =>
  ((await import(new URL(name, folder).href)) as { scenario: Scenario }).scenario;
const run = (scenario: Scenario, params: Record<string, unknown> = {}) =>
  runScenario(scenario, resolveParams(scenario, { preset: 'quick', ...params } as never));
const metric = async (name: string, params: Record<string, unknown>, which: string): Promise<number> =>
  Number((await run(await load(`${name}.js`), params)).metrics[which]);

test('there are five', () => {
  assert.is(names.length, 5);
});

for (const name of names)
  test(`${name}: the same seed gives the same run, and work and waits tile every task`, async () => {
    const scenario = await load(name);
    const { result, reports } = await checkTraces(() => run(scenario));
    for (const { problems, tasks } of reports) {
      assert.equal(problems, []);
      assert.ok(tasks > 0);
    }
    assert.is((await run(scenario)).fingerprint, result.fingerprint);
    const compared = await compareScenario(
      scenario,
      shareRuns(scenario, (resolved) => runScenario(scenario, resolved)),
    );
    assert.equal(compared.misses, []);
  });

test('contended training: without contention a step is its computing, and each shortage costs time', async () => {
  const name = 'contended-training';
  const ample = { card: '10TB/s', storage: '100TB/s', memory: '10TB' };
  assert.ok((await metric(name, ample, 'computeShare')) > 0.98);
  const usual = await metric(name, {}, 'stepSeconds');
  for (const short of [{ card: '3GB/s' }, { storage: '2GB/s' }, { memory: '30.5GB' }])
    assert.ok((await metric(name, short, 'stepSeconds')) > usual, JSON.stringify(short));
});

test('emergency room: the urgent wait less than the others, and a doctor more keeps people', async () => {
  const name = 'emergency-room';
  assert.ok((await metric(name, {}, 'urgentWait')) < (await metric(name, {}, 'otherWait')));
  assert.ok((await metric(name, { doctors: 4 }, 'left')) < (await metric(name, {}, 'left')));
});

test('batching server: without batches the queue grows, with them the GPU keeps up', async () => {
  const name = 'batching-server';
  assert.ok((await metric(name, { batch: 1 }, 'p99')) > 3 * (await metric(name, {}, 'p99')));
});

test('sleepy link: alone, the share of sleep is that of the formula', async () => {
  const given = { idleAfter: '10us', wake: '1ns', send: '1ns', gap: '20us', frames: 50000 };
  const share = Math.exp(-0.5);
  assert.ok(Math.abs((await metric('sleepy-link', given, 'asleep')) - share) < 0.02 * share);
});

test.run();
