import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { noTask, Simulation } from '../../../engine/kernel/index.ts';
import { checkPerfetto, readPerfetto } from '../../../engine/trace/formats/index.ts';
import { criticalPath, Recorder, TableSink } from '../../../engine/trace/index.ts';
import { FileTarget, readTraceFile, ThreadTarget } from '../../../engine/trace/node/index.ts';
import { tracedPhold } from '../../bench/trace-phold.ts';

const test = suite('trace files');
let folder = '';
test.before(() => {
  folder = mkdtempSync(join(tmpdir(), 'escapement-trace-'));
});
test.after(() => rmSync(folder, { recursive: true, force: true }));

const perTick = { picosecondsPerTick: 1 };

function record(events: number, target: FileTarget | ThreadTarget): void {
  const sim = tracedPhold(64);
  const recorder = new Recorder(sim, target).start();
  sim.run({ maxEvents: events });
  recorder.finish();
}

test('a thread writes the same bytes as the simulation itself, within its budget', () => {
  const [direct, thread] = [join(folder, 'direct.pftrace'), join(folder, 'thread.pftrace')];
  const target = new FileTarget({ file: direct, ...perTick });
  record(20_000, target);
  const threaded = new ThreadTarget({ file: thread, ...perTick, budgetBytes: 1 << 19 });
  record(20_000, threaded);
  assert.equal(readFileSync(thread), readFileSync(direct));
  assert.equal({ ...threaded.report(), file: '' }, { ...target.report(), file: '' });
  assert.is(target.report().tasks, 20_000);
  assert.is(target.report().lost, undefined);
  const { problems } = checkPerfetto([readFileSync(direct)]);
  assert.equal(problems, []);
});

test('a file reads back whole, and cut at any byte up to its last whole packet', () => {
  const file = join(folder, 'cut.pftrace');
  record(100, new FileTarget({ file, ...perTick }));
  const { table } = readTraceFile(file);
  assert.is(table.tasks, 100);
  assert.is(criticalPath(table).length, table.makespan);
  const bytes = readFileSync(file);
  let packets = 0;
  for (let length = 0; length < bytes.length; length++) {
    const sink = new TableSink(1);
    const summary = readPerfetto(bytes.subarray(0, length), sink);
    assert.is(summary.bytes + summary.leftover, length);
    assert.ok(summary.packets >= packets);
    packets = summary.packets;
    const cut = sink.table();
    if (length % 20 === 0) assert.is(criticalPath(cut).length, cut.makespan);
  }
});

test('a full disk ends the recording, not the run; what is missing is said and what was written is kept', () => {
  const file = join(folder, 'full.pftrace');
  let left = 100_000;
  const target = new FileTarget({ file, ...perTick }, (_fd, bytes, offset, length) => {
    if (left <= 0) throw new Error('ENOSPC: no space left on device, write');
    const written = Math.min(length, left, 4096);
    left -= written;
    writeFileSync(file, bytes.subarray(offset, offset + written), { flag: 'a' });
    return written;
  });
  const sim = tracedPhold(64);
  const recorder = new Recorder(sim, target, { chunkBytes: 1 << 14 }).start();
  sim.run({ maxEvents: 50_000 });
  recorder.finish();
  assert.is(sim.events, 50_000);
  const { lost, tasks, bytes } = target.report();
  assert.match(lost ?? '', /recording ended after 100000 bytes: ENOSPC.*; about \d+ tasks are missing/);
  assert.is(bytes, 100_000);
  assert.ok(tasks > 500 && tasks < 50_000);
  assert.ok(readTraceFile(file).table.tasks > tasks / 2);
});

test('a file that cannot be opened is said, and the run goes on', () => {
  const target = new ThreadTarget({ file: join(folder, 'none', 'x.pftrace'), ...perTick });
  record(1000, target);
  assert.match(target.report().lost ?? '', /ENOENT/);
});

test('nothing told makes no file', () => {
  const file = join(folder, 'empty.pftrace');
  const recorder = new Recorder(new Simulation(), new FileTarget({ file, ...perTick })).start();
  recorder.finish();
  assert.not(existsSync(file));
});

test('chrome JSON is whole when the recording ends', () => {
  const file = join(folder, 'x.json');
  const sim = new Simulation();
  const recorder = new Recorder(sim, new FileTarget({ file, format: 'chrome', ...perTick, unit: 'ps' })).start();
  const task = sim.trace.begin('job', 'a', noTask);
  sim.run({ until: 5 as never });
  sim.trace.wait(task, 'link', 'nic');
  sim.run({ until: 7 as never });
  sim.trace.end(task);
  recorder.finish();
  const { traceEvents } = JSON.parse(readFileSync(file, 'utf8')) as {
    traceEvents: Array<{ ph: string; name: string; ts: number; dur: number }>;
  };
  assert.equal(
    traceEvents.filter(({ ph }) => ph === 'X').map(({ name, ts, dur }) => [name, ts, dur]),
    [
      ['link', 0.005, 0.002],
      ['a', 0, 0.007],
    ],
  );
});

test('after kill -9 the file is read up to its last whole packet', async () => {
  const file = join(folder, 'killed.pftrace');
  const child = fork(fileURLToPath(new URL('./killed-recorder.js', import.meta.url)), [file], { stdio: 'ignore' });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  await new Promise<void>((resolve) => {
    const look = setInterval(() => {
      if (!existsSync(file) || readFileSync(file).length < 500_000) return;
      clearInterval(look);
      resolve();
    }, 10);
  });
  child.kill('SIGKILL');
  assert.is(await ended, 'SIGKILL');
  const { table, summary } = readTraceFile(file);
  assert.ok(table.tasks > 5000);
  assert.is(summary.lost + summary.skipped + summary.withoutState, 0);
});

test.run();
