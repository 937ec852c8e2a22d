import { Worker } from 'node:worker_threads';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { matchGolden } from '../../golden.ts';
import { referenceRun, referenceSimulation } from '../../reference-run.ts';

const test = suite('reference run');
const print = (result: unknown) => `${JSON.stringify(result, undefined, 2)}\n`;

test('its fingerprint is the stated one', () => {
  matchGolden('reference-run.json', print(referenceRun()));
});

test('its fingerprint is the same in a worker thread', async () => {
  const module = JSON.stringify(new URL('../../reference-run.js', import.meta.url).href);
  const code = `import(${module}).then((m) => require('node:worker_threads').parentPort.postMessage(m.referenceRun()))`;
  const worker = new Worker(code, { eval: true });
  const result = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  await worker.terminate();
  matchGolden('reference-run.json', print(result));
});

test('it has what it is meant to cover: restarts, cancelled timers, children, drops', () => {
  const sim = referenceSimulation();
  const seen = { starts: 0, children: 0, zeroDelay: 0 };
  let last = -1;
  sim.probe({
    eventBegins(_, __, time, ___, message) {
      if (time === last) seen.zeroDelay++;
      if (message.type === 'late') seen.starts++;
      last = time;
    },
    actorSpawned: () => void seen.children++,
  });
  sim.run();
  assert.ok(seen.starts > 10 && seen.children > 1000 && seen.zeroDelay > 1000, print(seen));
  assert.is(sim.pending, 0);
  assert.is.not(referenceRun({ seed: 8 }).fingerprint, referenceRun().fingerprint);
});

test.run();
