import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { resolveParams, runScenario } from '../../../scenarios/index.ts';
import { inProcess, sample } from '../cli/run-command.ts';
import { scenario } from './ping-pong.ts';

const test = suite('scenarios made of actors');

test('build and measure become a run', async () => {
  const report = await runScenario(scenario, resolveParams(scenario, { hits: 3, flight: '2us' }));
  assert.equal(report.metrics, { rally: 8e-6, hits: 5 });
  assert.is(report.events, 5);
});

test('a run in many slices has the same fingerprint as one on a worker thread', async () => {
  const here = await runScenario(scenario, resolveParams(scenario, { hits: '300k', replications: 2 }));
  const there = await inProcess(['run', sample('ping-pong'), '--hits', '300k', '--replications', '2', '--json']);
  assert.is(there.code, 0, there.err);
  assert.is(JSON.parse(there.out).fingerprint, here.fingerprint);
  const other = await runScenario(scenario, resolveParams(scenario, { hits: '300k', replications: 2, backend: 'cpu' }));
  assert.is.not(other.fingerprint, here.fingerprint);
});

test.run();
