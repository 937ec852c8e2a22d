import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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
  assert.not.match(saved.err, /moment only/);
  assert.equal(withoutClock(saved.out), withoutClock(plain.out));
  const resumed = await inProcess(['run', 'ulysses', '--resume', file, '--json']);
  assert.is(resumed.code, 0, resumed.err);
  assert.match(resumed.err, /states put back at event \d+, same fingerprint/);
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
  const cut = await inProcess(['branch', join(folder, 'cut.ckpt'), '--set', 'nicBandwidth=8GB/s']);
  assert.is(cut.code, 2);
  assert.match(cut.err, /cut off: 200 bytes/);
  const none = await inProcess(['run', 'ulysses', '--resume', join(folder, 'none.ckpt')]);
  assert.match(none.err, /there is no checkpoint/);
  for (const args of [
    ['--checkpoint-every', 'soon'],
    ['--checkpoint-file', file],
    ['--checkpoint-every', '1ms', '--checkpoint-simulation', 'first'],
    ['--checkpoint-simulation', '2'],
    ['--serve', '--resume', file],
    ['--serve', '--checkpoint-every', '1ms'],
  ])
    assert.is((await inProcess(['run', 'ulysses', ...args])).code, 2);
});

test('an edit that no state takes, or that no future survives, is refused in one line', async () => {
  for (const [edit, message] of [
    ['gpu0:speed=fast', /speed of gpu0 is 1, and "fast" is of another type/],
    ['gpu0:speed=-1', /the changed future fails: cannot schedule/],
    ['gpu0:colour=1', /the state of gpu0 has no colour/],
    ['gpu0:__proto__.toString=1', /the state of gpu0 has no __proto__.toString/],
    ['gpu0:speed.of.light=1', /the state of gpu0 has no speed.of.light/],
    ['nobody:speed=1', /there is no actor 'nobody'/],
  ] as const) {
    const { code, out, err } = await inProcess(['branch', file, '--edit', edit]);
    assert.is(code, 2);
    assert.is(out, '');
    assert.match(err, message);
    assert.match(err, /^error: [^\n]+\n$/);
  }
});

test('a full disk ends the checkpoints, not the run', async () => {
  const full = join(folder, 'full.ckpt');
  symlinkSync('/dev/full', `${full}.part`);
  const every = ['--checkpoint-every', '500ms', '--checkpoint-file', full];
  const { code, out, err } = await inProcess(['run', 'ulysses', '--preset', 'quick', '--json', ...every]);
  assert.is(code, 2);
  assert.ok(JSON.parse(out));
  assert.match(
    err,
    /^error: no further checkpoint: --checkpoint-file .*full\.ckpt cannot be written: the disk is full/m,
  );
});

test('a run with generator processes is resumed by replay, and says so', async () => {
  const week = join(folder, 'p.ckpt');
  const params = ['--students', '20', '--qualityEssays', '10', '--json'];
  const every = ['--checkpoint-every', '40000s', '--checkpoint-file', week];
  const saved = await inProcess(['run', 'papagai', ...params, ...every]);
  assert.is(saved.code, 0, saved.err);
  assert.match(saved.err, /it holds the moment only, --resume runs up to it again: store 'worker' and the processes/);
  const resumed = await inProcess(['run', 'papagai', '--resume', week, '--json']);
  assert.match(
    resumed.err,
    /replayed to event \d+ \(store 'worker' and the processes that use it cannot be saved, only run again\), same fingerprint/,
  );
  assert.equal(withoutClock(resumed.out), withoutClock(saved.out));
  const { out } = await inProcess(['list', '--json']);
  const resumes = new Map(
    (JSON.parse(out) as { id: string; resumes: string }[]).map((each) => [each.id, each.resumes]),
  );
  assert.is(resumes.get('papagai'), 'by replay');
  assert.is(resumes.get('ulysses'), 'by state');
});

interface Ends {
  readonly start: number;
  readonly end: number;
}

/** Both futures as JSON: the same up to the checkpoint, tasks and metrics. */
async function futures(from: string, ...args: string[]) {
  const { code, out, err } = await inProcess(['branch', from, ...args, '--tasks', '100000', '--json']);
  assert.is(code, 0, err);
  const found = JSON.parse(out);
  assert.is(found.parts, 'at the checkpoint');
  assert.ok(found.tasks.same > 0 && found.tasks.different > 0, `${found.tasks.same}, ${found.tasks.different}`);
  for (const { before, after } of found.tasks.largest as { before?: Ends; after?: Ends }[])
    for (const { start, end } of [before, after].filter((each) => each !== undefined))
      assert.ok(Math.max(start, end) >= found.checkpoint.at, `${start} ${end} before ${found.checkpoint.at}`);
  return found;
}

test('branch --set parts the futures at the checkpoint, and compares them metric by metric and task by task', async () => {
  const { before, after } = await futures(file, '--set', 'nicBandwidth=2GB/s');
  const whole = JSON.parse(
    (await inProcess(['run', 'ulysses', '--preset', 'quick', '--nicBandwidth', '2GB/s', '--json'])).out,
  );
  const seconds = (report: { metrics: { iterationSeconds: number } }): number => report.metrics.iterationSeconds;
  assert.ok(seconds(before) < seconds(after) && seconds(after) < seconds(whole), 'slower from the checkpoint on only');
  const edited = await futures(file, '--set', 'nvlinkBandwidth=20GB/s', '--edit', 'gpu0:speed=0.5');
  assert.ok(seconds(edited.after) > seconds(before));
  const table = await inProcess(['branch', file, '--set', 'nicEfficiency=0.2', '--tasks', '2']);
  assert.match(table.out, /event \d+: the futures part there/);
  assert.match(table.out, /tasks are the same, \d+ are not/);
  assert.match(table.out, /iterationSeconds/);
});

test('a parameter that shapes the set-up is refused by name, or compared from the start when asked for', async () => {
  const refused = await inProcess(['branch', file, '--set', 'gpus=8']);
  assert.is(refused.code, 2);
  assert.match(
    refused.err,
    /^error: gpus shapes the set-up of ulysses and cannot change [^\n]*--from-start[^\n]* nicBandwidth[^\n]*\n$/,
  );
  const whole = await inProcess(['branch', file, '--set', 'gpus=8', '--from-start', '--json']);
  const { before, after, tasks, parts } = JSON.parse(whole.out);
  assert.is(parts, 'from the start');
  assert.is.not(before.fingerprint, after.fingerprint);
  assert.ok(tasks.different > 0 && tasks.largest.length === 10);
  const table = await inProcess(['branch', file, '--set', 'gpus=8', '--from-start', '--tasks', '2']);
  assert.match(table.out, /two whole runs: [^\n]* the checkpoint plays no part/);
  assert.match((await inProcess(['branch', file, '--edit', 'gpu0:speed=2', '--from-start'])).err, /--from-start/);
});

test('each scenario changes what it says it can in a running world', async () => {
  const cases: ReadonlyArray<readonly [string, readonly string[], string, ReadonlyArray<readonly string[]>]> = [
    [
      'ds4science',
      ['--preset', 'quick', '--gpus', '16'],
      '70ms',
      [['nicBandwidth=1GB/s'], ['nvlinkBandwidth=10GB/s'], ['nicEfficiency=0.1']],
    ],
    [
      'solar',
      ['--preset', 'quick', '--loader', 'pytorch', '--peerFetch', 'true'],
      '8s',
      [
        ['fsLatencySeconds=10ms'],
        ['ioDepth=4'],
        ['hitSecondsPerSample=1ms'],
        ['computeSecondsPerSample=20ms'],
        ['allReduceSeconds=5ms'],
        ['prefetchDepth=3'],
      ],
    ],
    [
      'solar',
      ['--preset', 'quick', '--loader', 'nopfs', '--checkpoint-simulation', '1'],
      '8s',
      [['networkLatencySeconds=1ms'], ['networkBytesPerSecond=10MB/s']],
    ],
    ['gaudi', [], '100ms', [['hbmBandwidth=10GB/s']]],
    ['gaudi', ['--hostIssueSeconds', '60ms'], '350ms', [['hostIssueSeconds=80ms']]],
    [
      'papagai',
      [
        '--system',
        'llm',
        '--llm',
        'gpt-4',
        '--students',
        '20',
        '--qualityEssays',
        '10',
        '--deadlineShape',
        'burst',
        '--burstSeconds',
        '60',
      ],
      '50s',
      [['rateLimit=1']],
    ],
  ];
  for (const [id, params, every, sets] of cases) {
    const from = join(folder, `${id}.ckpt`);
    const saved = await inProcess(['run', id, ...params, '--checkpoint-every', every, '--checkpoint-file', from]);
    assert.is(saved.code, 0, saved.err);
    assert.match(saved.err, /checkpoints: \d+ taken/, id);
    for (const set of sets) await futures(from, ...set.flatMap((each) => ['--set', each]));
  }
});

test('of a run that makes several simulations a branch changes the one that was saved, and says so', async () => {
  const two = join(folder, 'two.mjs');
  writeFileSync(
    two,
    `import { defineActor, Simulation, us } from 'escapement';
import { defineScenario, param } from 'escapement/scenarios';
const counter = defineActor({
  kind: 'counter',
  init(times, ctx) { ctx.schedule(us(1), ctx.self, { type: 'tick' }); return { times, ticks: 0, step: 1, sum: 0 }; },
  on: { tick(state, _, ctx) { state.sum += state.step; if (++state.ticks < state.times) ctx.schedule(us(1), ctx.self, { type: 'tick' }); } },
});
export default defineScenario({
  id: 'two', title: 'Two counters', paper: { title: 'none', reference: 'none' },
  params: { times: param.integer({ min: 1, max: 1000, default: 100, describe: 'ticks' }) },
  metrics: { first: { unit: '', describe: 'sum' }, second: { unit: '', describe: 'sum' } },
  presets: { quick: { describe: 'all' } },
  run({ times }, { seed }) {
    const [first, second] = [times, 2 * times].map((each) => {
      const sim = new Simulation({ seed });
      const ref = sim.spawn('counter', counter, each);
      sim.run();
      return sim.stateOf(ref).sum;
    });
    return { metrics: { first, second }, events: 3 * times };
  },
});
`,
  );
  const saved = join(folder, 'two.ckpt');
  const save = ['run', two, '--checkpoint-every', '30us', '--checkpoint-file', saved];
  assert.match((await inProcess(save)).err, /checkpoints: 9 taken, the latest of simulation 2 of 2 is /);
  for (const [simulation, metrics] of [
    [1, { first: 100 + 2 * 10, second: 200 }],
    [2, { first: 100, second: 200 + 2 * 20 }],
  ] as const) {
    await inProcess([...save, '--checkpoint-simulation', `${simulation}`]);
    const { out, err, code } = await inProcess(['branch', saved, '--edit', 'counter:step=3', '--json']);
    assert.is(code, 0, err);
    const found = JSON.parse(out);
    assert.equal([found.simulation, found.simulations], [simulation, 2]);
    assert.equal(found.before.metrics, { first: 100, second: 200 });
    assert.equal(found.after.metrics, metrics);
    const table = await inProcess(['branch', saved, '--edit', 'counter:step=3']);
    assert.match(
      table.out,
      new RegExp(`simulation ${simulation} of the 2 of the run is changed, the others are as they`),
    );
  }
  const whole = await inProcess(['branch', saved, '--set', 'times=50', '--from-start']);
  assert.match(whole.out, /the runs make 2 simulations: metrics are of whole runs, tasks of simulation 2/);
  const one = await inProcess(['branch', file, '--edit', 'gpu0:speed=0.5']);
  assert.not.match(one.out, /others|simulation 1/);
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
