import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readTraceFile } from '../../../engine/trace/node/index.ts';
import { inProcess } from './run-command.ts';

const test = suite('escapement run --trace and analyze');
let folder = '';
test.before(() => {
  folder = mkdtempSync(join(tmpdir(), 'escapement-cli-trace-'));
});
test.after(() => rmSync(folder, { recursive: true, force: true }));

const run = ['run', 'ds4science', '--set', 'preset=quick'];

test('a run is recorded without changing its result, and the file is analysed', async () => {
  const file = join(folder, 'run.pftrace');
  const plain = await inProcess([...run, '--json']);
  const traced = await inProcess([...run, '--json', '--trace', file]);
  assert.is(traced.code, 0, traced.err);
  const result = (text: string): unknown => ({ ...JSON.parse(text), wallSeconds: 0 });
  assert.equal(result(traced.out), result(plain.out));
  assert.match(traced.err, /trace: .*run\.pftrace, \d+ tasks, [0-9.]+ MB/);
  const text = await inProcess(['analyze', file, '--rows', '3']);
  assert.is(text.code, 0, text.err);
  for (const title of ['Critical path', 'Waited for most', 'Where the time of each row went', 'Counters over time'])
    assert.ok(text.out.includes(title), title);
  const json = await inProcess(['analyze', file, '--json']);
  const analysis = JSON.parse(json.out) as {
    makespan: number;
    criticalPath: { length: number };
    bottlenecks: unknown[];
  };
  assert.is(analysis.criticalPath.length, analysis.makespan);
  assert.ok(analysis.bottlenecks.length > 0);
  writeFileSync(file, readFileSync(file).subarray(0, -5));
  const cut = await inProcess(['analyze', file]);
  assert.is(cut.code, 0);
  assert.match(cut.err, /ends inside a packet/);
});

test('kinds, a window and picoseconds are chosen', async () => {
  const file = join(folder, 'part.pftrace');
  const { code, err } = await inProcess([
    ...run,
    ...[
      '--trace',
      file,
      '--trace-kind',
      'kernel',
      '--trace-from',
      '100ms',
      '--trace-until',
      '200ms',
      '--trace-unit',
      'ps',
    ],
  ]);
  assert.is(code, 0, err);
  const { table } = readTraceFile(file);
  assert.ok(table.tasks > 0);
  assert.equal([...new Set(table.labels.map(({ kind }) => kind))], ['kernel']);
  assert.ok(Math.min(...table.start) >= 0.1e12);
  assert.ok(table.makespan <= 0.2e12);
});

test('chrome JSON is written for .json', async () => {
  const file = join(folder, 'run.json');
  assert.is((await inProcess([...run, '--trace', file])).code, 0);
  assert.ok((JSON.parse(readFileSync(file, 'utf8')) as { traceEvents: unknown[] }).traceEvents.length > 100);
});

test('what if something were free is another run; a name that nothing bears is said', async () => {
  const plain = await inProcess([...run, '--json']);
  const free = await inProcess([...run, '--json', '--free', 'rank0/*']);
  assert.match(free.err, /another run than without --free/);
  const fingerprint = (text: string): string => (JSON.parse(text) as { fingerprint: string }).fingerprint;
  assert.is.not(fingerprint(free.out), fingerprint(plain.out));
  const none = await inProcess([...run, '--json', '--free', 'no-such']);
  assert.match(none.err, /nothing that could be waited for is called 'no-such'/);
  assert.is(fingerprint(none.out), fingerprint(plain.out));
});

test('a full disk is said, and the result is printed all the same', async () => {
  const file = join(folder, 'full.pftrace');
  symlinkSync('/dev/full', file);
  const { code, out, err } = await inProcess([...run, '--json', '--trace', file]);
  assert.is(code, 2);
  assert.ok(JSON.parse(out));
  assert.match(err, /^error: the trace is not whole: recording ended after 0 bytes: ENOSPC.* tasks are missing$/m);
});

test('bad options are refused in one line', async () => {
  const refused = async (problem: RegExp, ...args: readonly string[]): Promise<void> => {
    const { code, err } = await inProcess(args);
    assert.is(code, 2, err);
    assert.match(err, problem);
    assert.is(err.trim().split('\n').length, 1, err);
  };
  await refused(/written as \.pftrace or \.json/, ...run, '--trace', 'x.txt');
  await refused(
    /--trace .*x\.pftrace cannot be written: there is no folder/,
    ...run,
    '--trace',
    join(folder, 'none', 'x.pftrace'),
  );
  await refused(/no trace is recorded/, ...run, '--trace-unit', 'ps');
  await refused(/--trace-unit is ns or ps/, ...run, '--trace', join(folder, 'x.pftrace'), '--trace-unit', 'us');
  await refused(/is no time/, ...run, '--trace', join(folder, 'x.pftrace'), '--trace-from', 'noon');
  await refused(/is no amount/, ...run, '--trace', join(folder, 'x.pftrace'), '--trace-memory', '3');
  await refused(/for one run/, ...run, '--trace', join(folder, 'x.pftrace'), '--set', 'replications=3');
  await refused(/cannot read/, 'analyze', join(folder, 'none.pftrace'));
  writeFileSync(join(folder, 'bad.pftrace'), 'this is no trace');
  await refused(/cannot read/, 'analyze', join(folder, 'bad.pftrace'));
  writeFileSync(join(folder, 'empty.pftrace'), '');
  await refused(/has no task/, 'analyze', join(folder, 'empty.pftrace'));
  await refused(/is no count/, 'analyze', join(folder, 'bad.pftrace'), '--rows', 'many');
  assert.not(existsSync(join(folder, 'x.pftrace')));
});

test.run();
