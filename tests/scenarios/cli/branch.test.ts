import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inProcess } from './run-command.ts';

const test = suite('checkpoints of the command');
const folder = mkdtempSync(join(tmpdir(), 'escapement-'));
const file = join(folder, 'a.ckpt');
test.after(() => rmSync(folder, { recursive: true, force: true }));

const withoutClock = (out: string): unknown => ({ ...JSON.parse(out), wallSeconds: 0 });

test('a resumed run ends as the run that was saved', async () => {
  const plain = await inProcess(['run', 'ulysses', '--preset', 'quick', '--json']);
  const saved = await inProcess([
    'run',
    'ulysses',
    '--preset',
    'quick',
    '--checkpoint-every',
    '500ms',
    '--checkpoint-file',
    file,
    '--json',
  ]);
  assert.match(saved.err, /checkpoints: \d+ taken/);
  assert.equal(withoutClock(saved.out), withoutClock(plain.out));
  const resumed = await inProcess(['run', 'ulysses', '--resume', file, '--json']);
  assert.is(resumed.code, 0, resumed.err);
  assert.match(resumed.err, /replayed to event \d+, same fingerprint/);
  assert.equal(withoutClock(resumed.out), withoutClock(plain.out));
});

test('a checkpoint of other parameters, cut off or altered is refused in one line', async () => {
  const other = await inProcess(['run', 'ulysses', '--resume', file, '--gpus', '4']);
  assert.is(other.code, 2);
  assert.match(other.err, /^error: [^\n]*gpus is 4, was 16[^\n]*\n$/);
  const scenario = await inProcess(['run', 'solar', '--resume', file]);
  assert.match(scenario.err, /the scenario is solar, was ulysses/);
  const bytes = readFileSync(file);
  writeFileSync(join(folder, 'cut.ckpt'), bytes.subarray(0, 200));
  const cut = await inProcess(['branch', join(folder, 'cut.ckpt'), '--set', 'gpus=8']);
  assert.is(cut.code, 2);
  assert.match(cut.err, /cut off: 200 bytes/);
  const none = await inProcess(['run', 'ulysses', '--resume', join(folder, 'none.ckpt')]);
  assert.match(none.err, /there is no checkpoint/);
  for (const args of [
    ['--checkpoint-every', 'soon'],
    ['--checkpoint-file', file],
  ])
    assert.is((await inProcess(['run', 'ulysses', ...args])).code, 2);
});

test('branch compares both futures metric by metric and task by task', async () => {
  const { code, out, err } = await inProcess([
    'branch',
    file,
    '--set',
    'nicBandwidth=2GB/s',
    '--set',
    'gpus=8',
    '--json',
  ]);
  assert.is(code, 0, err);
  const { before, after, tasks } = JSON.parse(out);
  assert.is.not(before.fingerprint, after.fingerprint);
  assert.ok(tasks.different > 0 && tasks.largest.length === 10);
  const table = await inProcess(['branch', file, '--set', 'gpus=8', '--tasks', '2']);
  assert.match(table.out, /tasks are the same, \d+ are not/);
  assert.match(table.out, /iterationSeconds/);
});

test('an edit of a state holds from the checkpoint on, and wrong ones are refused', async () => {
  const own = join(folder, 'counter.mjs');
  writeFileSync(
    own,
    `import { defineActor, us } from 'escapement';
import { defineScenario, param } from 'escapement/scenarios';
const counter = defineActor({
  kind: 'counter',
  init(_, ctx) { ctx.schedule(us(1), ctx.self, { type: 'tick' }); return { ticks: 0, step: 1, sum: 0 }; },
  on: { tick(state, _, ctx) { state.sum += state.step; if (++state.ticks < 100) ctx.schedule(us(1), ctx.self, { type: 'tick' }); } },
});
export default defineScenario({
  id: 'counter', title: 'Counter', paper: { title: 'none', reference: 'none' },
  params: {}, metrics: { sum: { unit: '', describe: 'sum' } }, presets: { quick: { describe: 'all' } },
  build: (sim) => sim.spawn('counter', counter, undefined),
  measure: (ref, _, sim) => ({ sum: sim.stateOf(ref).sum }),
});
`,
  );
  const saved = join(folder, 'c.ckpt');
  const run = await inProcess(['run', own, '--checkpoint-every', '40us', '--checkpoint-file', saved]);
  assert.is(run.code, 0, run.err);
  const { out, err, code } = await inProcess(['branch', saved, '--edit', 'counter:step=3', '--json']);
  assert.is(code, 0, err);
  const { before, after } = JSON.parse(out);
  assert.equal([before.metrics.sum, after.metrics.sum], [100, 100 + 2 * 20]);
  const refused = async (edit: string): Promise<string> => (await inProcess(['branch', saved, '--edit', edit])).err;
  assert.match(await refused('counter:stride=3'), /has no stride. It has ticks, step, sum/);
  assert.match(await refused('nobody:step=3'), /there is no actor 'nobody'/);
  assert.match(await refused('step'), /is no change/);
  assert.match((await inProcess(['branch', saved])).err, /nothing is changed/);
});

test.run();
