import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PerfettoWriter } from '../../../engine/trace/formats/index.ts';
import { chakraBytes, compute, goldenChakra, minimalKineto } from '../../engine/trace/import/traces.ts';
import { inProcess } from './run-command.ts';

const test = suite('escapement import and export');
const folder = mkdtempSync(join(tmpdir(), 'escapement-'));

test.after(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, bytes: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

mkdirSync(join(folder, 'job'));
for (const rank of [0, 1]) file(`job/gemm.${rank}.et`, goldenChakra);
const kineto = file('rank0.json.gz', gzipSync(minimalKineto));

function recording(): Uint8Array {
  const writer = new PerfettoWriter();
  writer.track({ id: 1, kind: 'process', name: 'run' });
  writer.track({ id: 2, kind: 'track', name: 'gpu', parent: 1 });
  for (let i = 0; i < 100; i++) {
    writer.begin(i * 1e6, 2, 'kernel', 'gemm');
    writer.begin(i * 1e6, 2, 'wait', 'link', { annotations: { what: 'nvlink' } });
    writer.end(i * 1e6 + 100, 2);
    writer.end(i * 1e6 + 5e5, 2);
  }
  return writer.take();
}

const trace = file('run.pftrace', recording());

test('import prints each rank beside its trace, and what was assumed', async () => {
  const { code, out, err } = await inProcess(['import', kineto, '--system', 'dgx-a100']);
  assert.is(code, 0, err);
  assert.match(out, /^kineto trace of 1 rank on NVIDIA DGX A100 80GB/);
  assert.match(out, /makespan \S+ us, 75\.00 us in the trace, \S+x as fast/);
  assert.match(out, /^ +0 +replay( +\S+ us){4}$/m);
  assert.match(out, /^ +trace +75\.00 us +12\.25 us +40\.00 us +40\.00 us$/m);
  assert.match(out, /Assumed\n.*KINETO_CORRELATION_MISSING/);
});

test('import reads a folder, scales it and prints JSON', async () => {
  const { code, out, err } = await inProcess(['import', join(folder, 'job'), '--ranks', '4', '--json']);
  assert.is(code, 0, err);
  const replay = JSON.parse(out) as { format: string; ranks: unknown[]; makespan: number; priced: object };
  assert.is(replay.format, 'chakra');
  assert.is(replay.ranks.length, 4);
  assert.ok(replay.makespan > 0);
  assert.equal(Object.keys(replay.priced), ['ratio', 'model', 'bandwidth', 'kept']);
});

test('import --trace records the replay, and its file passes the check', async () => {
  const out = join(folder, 'replay.pftrace');
  const first = await inProcess(['import', join(folder, 'job'), '--trace', out]);
  assert.is(first.code, 0, first.err);
  const check = await inProcess(['export', out, '--check']);
  assert.is(check.code, 0, check.out + check.err);
  assert.match(check.out, /No rule is broken/);
});

test('bad input is one line and exit code 2', async () => {
  const cycle = file('cycle.0.et', chakraBytes([compute(0, [1]), compute(1, [0])]));
  const cases: [string[], RegExp][] = [
    [['import', cycle], /nodes wait for each other in a circle: 'compute 0' \(id 0\) waits for 'compute 1'/],
    [['import', kineto, '--system', 'abacus'], /unknown system preset "abacus"\. Known: dgx-a100/],
    [['import', join(folder, 'nothing.et')], /does not exist/],
    [['import', kineto, '--ranks', 'many'], /'many' is no whole number/],
    [['import', kineto, '--group', 'tp'], /'tp' is no group.*--group tp=0\.\.7/],
    [['import', kineto, '--group', 'tp=7..0'], /is no group/],
    [['import', kineto, '--trace', join(folder, 'replay.txt')], /written as \.pftrace or \.json/],
    [
      ['import', join(folder, 'job', 'gemm.0.et'), join(folder, 'job', 'gemm.1.et'), '--ranks', '3'],
      /cannot be scaled to 3/,
    ],
    [['export', trace], /nothing to do/],
    [['export', trace, '--to', 'xml'], /no format 'xml'.*chrome, speedscope, csv, parquet, perfetto/],
    [['export', kineto, '--to', 'csv'], /looks like JSON.*escapement import/],
    [['export', file('noise', Uint8Array.from([0x0a, 0x03, 0xff, 0xff, 0xff])), '--check'], /byte \d+: /],
    [['export', file('empty.pftrace', ''), '--check'], /no whole packet/],
    [['export', trace, '--to', 'chrome', '--out', join(folder, 'no', 'where.json')], /no folder/],
  ];
  for (const [args, message] of cases) {
    const { code, out, err } = await inProcess(args);
    assert.is(code, 2, `${args.join(' ')}: ${err}`);
    assert.is(out, '');
    assert.match(err, message);
    assert.is(err.trimEnd().split('\n').length, 1, err);
  }
});

test('a full disk is said, by import and by export', async () => {
  const full = join(folder, 'full.pftrace');
  symlinkSync('/dev/full', full);
  const replay = await inProcess(['import', join(folder, 'job'), '--trace', full]);
  assert.is(replay.code, 2);
  assert.match(replay.out, /^makespan/m);
  assert.match(replay.err, /error: the trace is not whole: recording ended after 0 bytes: ENOSPC/);
  mkdirSync(join(folder, 'tables'));
  symlinkSync('/dev/full', join(folder, 'tables', 'tasks.csv'));
  symlinkSync('/dev/full', join(folder, 'one.json.part'));
  for (const [format, out] of [
    ['csv', join(folder, 'tables')],
    ['chrome', join(folder, 'one.json')],
  ] as const) {
    const { code, err } = await inProcess(['export', trace, '--to', format, '--out', out]);
    assert.is(code, 2);
    assert.match(err, /^error: --out \S+ cannot be written: the disk is full\. [^\n]+\n$/);
  }
});

test('export writes every format', async () => {
  for (const [format, name] of [
    ['chrome', 'run.json'],
    ['speedscope', 'run.speedscope.json'],
    ['csv', 'run-csv/tasks.csv'],
    ['parquet', 'run-parquet/waits.parquet'],
    ['perfetto', 'run.copy.pftrace'],
  ] as const) {
    const { code, out, err } = await inProcess(['export', trace, '--to', format]);
    assert.is(code, 0, err);
    assert.match(out, /100 tasks, 100 waits/);
    assert.ok(existsSync(join(folder, name)), name);
    assert.not.ok(existsSync(`${join(folder, name)}.part`));
  }
  const { traceEvents } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as {
    traceEvents: { ph: string }[];
  };
  assert.is(traceEvents.filter(({ ph }) => ph === 'X').length, 200);
  assert.is(
    readFileSync(join(folder, 'run-csv', 'tasks.csv'), 'utf8')
      .trim()
      .split('\n').length,
    101,
  );
  assert.equal(readFileSync(join(folder, 'run.copy.pftrace')), Buffer.from(recording()));
});

test('a trace cut anywhere is exported up to its last whole packet', async () => {
  const whole = recording();
  const cut = file('cut.pftrace', whole.subarray(0, 3001));
  const { code, out, err } = await inProcess(['export', cut, '--to', 'chrome', '--json']);
  assert.is(code, 0, err);
  const report = JSON.parse(out) as { file: { leftover: number; packets: number }; written: { path: string } };
  assert.ok(report.file.leftover > 0 && report.file.packets > 50);
  assert.ok(JSON.parse(readFileSync(report.written.path, 'utf8')));
});

test('--check says which rule is broken and exits with 1', async () => {
  const writer = new PerfettoWriter();
  writer.track({ id: 2, kind: 'track', name: 'gpu' });
  writer.begin(1e6, 2, 'task', 'a', { flows: [5] });
  const { code, out } = await inProcess(['export', file('bad.pftrace', writer.take()), '--check']);
  assert.is(code, 1);
  assert.match(
    out,
    /nesting: 'a' begun at 1000 on track 2 'gpu' never ends\nflow: flow 5 has one end only\n2 rules are broken/,
  );
});

test.run();
