import { appendFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunResult } from '../../../scenarios/sweep/engine.ts';
import { Journal } from '../../../scenarios/sweep/journal.ts';

const test = suite('sweep/journal');

const owner = { study: 's', code: 'c' };
const folder = mkdtempSync(join(tmpdir(), 'escapement-journal-'));
let number = 0;
const fresh = (): string => join(folder, `${number++}.jsonl`);
test.after(() => rmSync(folder, { recursive: true }));

const result = (n: number): RunResult =>
  n % 5 === 4
    ? { kind: 'failed', error: `no ${n}` }
    : { kind: 'done', replication: { outcome: { metrics: { n, text: 'ü\n' }, events: n }, warnings: [] } };

function fill(file: string, count: number): void {
  const journal = new Journal(file, owner);
  for (let i = 0; i < count; i++) assert.ok(journal.add(i, i % 3, result(i)));
  journal.close();
}

test('a journalled run is read back and counts once', () => {
  const file = fresh();
  fill(file, 20);
  const journal = new Journal(file, owner);
  assert.is(journal.runs, 20);
  for (let i = 0; i < 20; i++) assert.equal(journal.read(i, i % 3), result(i));
  assert.not.ok(journal.add(7, 1, result(8)));
  assert.equal(journal.read(7, 1), result(7));
  assert.ok(journal.hasFailed(4, 1));
  assert.not.ok(journal.has(4, 2));
  journal.close();
});

test('cut off at any byte, whole lines survive and the rest is computed again', () => {
  const whole = fresh();
  fill(whole, 4);
  const bytes = readFileSync(whole);
  const ends = [...bytes.entries()].filter(([, byte]) => byte === 10).map(([i]) => i + 1);
  const file = fresh();
  for (let length = 0; length <= bytes.length; length++) {
    writeFileSync(file, bytes.subarray(0, length));
    const journal = new Journal(file, owner);
    const lines = ends.filter((end) => end <= length).length;
    assert.is(journal.runs, Math.max(0, lines - 1));
    for (let i = 0; i < 4; i++) journal.add(i, i % 3, result(i));
    for (let i = 0; i < 4; i++) assert.equal(journal.read(i, i % 3), result(i));
    journal.close();
    assert.equal(readFileSync(file), bytes);
  }
});

test('any damaged byte costs one line at most, never a wrong result', () => {
  const whole = fresh();
  fill(whole, 6);
  const bytes = readFileSync(whole);
  const start = bytes.indexOf(10) + 1;
  const file = fresh();
  fc.assert(
    fc.property(fc.integer({ min: start, max: bytes.length - 2 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] as number) ^ change;
      writeFileSync(file, damaged);
      const journal = new Journal(file, owner);
      assert.ok(journal.runs >= 4 && journal.runs <= 5, String(journal.runs));
      assert.ok(journal.recovery.damaged + journal.recovery.torn > 0);
      for (let i = 0; i < 6; i++) if (journal.has(i, i % 3)) assert.equal(journal.read(i, i % 3), result(i));
      journal.close();
    }),
    { seed: 20261123, numRuns: 200 },
  );
});

test('of two lines for one run the first counts', () => {
  const file = fresh();
  fill(file, 3);
  const lines = readFileSync(file, 'utf8').split('\n');
  appendFileSync(file, `${lines[2]}\n${lines[2]}\n`);
  const journal = new Journal(file, owner);
  assert.is(journal.runs, 3);
  assert.is(journal.recovery.repeated, 2);
  journal.close();
});

test('failures can be forgotten, for good', () => {
  const file = fresh();
  fill(file, 10);
  const first = new Journal(file, owner);
  assert.is(first.forgetFailures(), 2);
  assert.not.ok(first.has(4, 1));
  assert.ok(first.add(4, 1, result(1)));
  first.close();
  const second = new Journal(file, owner);
  assert.is(second.runs, 9);
  assert.equal(second.read(4, 1), result(1));
  second.close();
});

test('another study, other code and other files are refused', () => {
  const file = fresh();
  fill(file, 1);
  assert.throws(() => new Journal(file, { ...owner, study: 't' }), /belongs to another study/);
  assert.throws(() => new Journal(file, { ...owner, code: 'd' }), /begun by other code/);
  for (const text of ['a,b\n1,2\n', '{"json": 1}\n', 'x'.repeat(10_000)]) {
    const other = fresh();
    writeFileSync(other, text);
    assert.throws(() => new Journal(other, owner), /is no journal of a study/);
    assert.is(readFileSync(other, 'utf8'), text);
  }
});

test('a full disk is said with the file and what to do', () => {
  const full = fresh();
  symlinkSync('/dev/full', full);
  assert.throws(
    () => new Journal(full, owner),
    /jsonl: cannot be written: the disk is full. Make room; the same command continues./,
  );
});

test.run();
