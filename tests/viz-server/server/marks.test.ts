import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SimError } from '../../../engine/index.ts';
import type { Mark, ServerMessageOf } from '../../../viz-server/protocol/index.ts';
import { startServer } from '../../../viz-server/server/index.ts';
import { MarkBook } from '../../../viz-server/server/mark-book.ts';
import { bearer, get, join } from './live-client.ts';

const test = suite('server: marks');
const file = fileURLToPath(new URL('./live-scenario.js', import.meta.url));
const folder = mkdtempSync(path(tmpdir(), 'escapement-marks-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

const run = { scenario: 'a/b c', params: { gpus: 4, size: '1M' }, seed: 1 };
const add = (tick: number, text: string) => ({ type: 'mark', requestId: 1, op: 'add', tick, text }) as const;

test('12. Marks survive a restart of the server and are shared among viewers', async () => {
  const first = await startServer({ file, marks: folder });
  await first.hub.start(file, { preset: 'quick' }, false);
  await first.hub.run.ended();
  const [ann, ben] = [await join(first), await join(first, first.token)];
  const track = [...ann.held.tracks.values()].length === 0 ? 2 : [...ann.held.tracks.values()][1]!.id;
  const name = first.hub.store.track(track)?.actor;
  ann.say({ type: 'mark', requestId: 1, op: 'add', tick: 500, tick2: 700, track, text: 'here it began' });
  ann.say({ type: 'mark', requestId: 2, op: 'add', tick: 900, text: 'not this' });
  await ben.until(() => ben.held.of('marks').at(-1)?.marks.length === 2, 'both marks');
  ben.say({ type: 'mark', requestId: 1, op: 'add', tick: 1, text: 'mine' });
  const refused = await ben.result(1);
  assert.is(refused.type === 'error' && refused.code, 'LIVE_READ_ONLY');
  ann.say({ type: 'mark', requestId: 3, op: 'remove', id: 2 });
  await ben.until(() => ben.held.of('marks').at(-1)?.marks.length === 1, 'one mark');
  await first.close();

  const second = await startServer({ file, marks: folder });
  await second.hub.start(file, { preset: 'quick' }, false);
  await second.hub.run.ended();
  const late = await join(second, second.token);
  const { marks } = (await late.message('marks')) as ServerMessageOf<'marks'>;
  assert.equal(
    marks.map(({ tick, tick2, text }) => [tick, tick2, text]),
    [[500, 700, 'here it began']],
  );
  assert.is(second.hub.store.track(marks[0]?.track ?? 0)?.actor, name);
  assert.equal(JSON.parse((await get(second, '/api/v1/marks', bearer(second.token))).text), marks);
  await second.hub.start(file, { preset: 'quick', jobs: 99 }, false);
  await late.until(() => late.held.of('marks').at(-1)?.marks.length === 0, 'another run has its own');
  await second.hub.start(file, { preset: 'quick' }, false);
  await late.until(() => late.held.of('marks').at(-1)?.marks.length === 1, 'and the first one its own again');
  await second.close();
});

test('12. Lines that are cut off or not ours are left out, and the rest is written anew', () => {
  const book = new MarkBook(folder);
  book.open(run);
  for (let i = 1; i <= 3; i++) book.change(7, add(i, `note ${i}`), () => undefined);
  book.change(7, { type: 'mark', requestId: 1, op: 'remove', id: 2 }, () => undefined);
  appendFileSync(book.file!, '{"op":"add","id":9}\nnonsense\n{"op":"add","id":4,"tick":4,"tick2":null,"pla');
  const again = new MarkBook(folder);
  again.open(run);
  const told = (marks: readonly Mark[]) => marks.map(({ id, text }) => [id, text]);
  assert.equal(told(again.list([])), [
    [1, 'note 1'],
    [3, 'note 3'],
  ]);
  again.change(7, add(5, 'after all that'), () => undefined);
  const third = new MarkBook(folder);
  third.open(run);
  assert.equal(told(third.list([])), told(again.list([])));
  assert.is(readFileSync(third.file!, 'utf8').split('\n').length, 4);
  assert.ok(
    readdirSync(folder).every((name) => /^[\w-]+\.marks\.jsonl$/.test(name)),
    'no other files, no paths',
  );
});

test('12. A folder that cannot be written to is refused, and so is a mark that cannot be', () => {
  const code = (act: () => unknown): string => {
    try {
      act();
    } catch (error) {
      return error instanceof SimError ? error.code : String(error);
    }
    return 'nothing';
  };
  assert.is(
    code(() => new MarkBook(path(folder, 'missing'))),
    'LIVE_MARKS',
  );
  const gone = mkdtempSync(path(tmpdir(), 'escapement-marks-'));
  const book = new MarkBook(gone);
  book.open(run);
  rmSync(gone, { recursive: true });
  assert.is(
    code(() => book.change(1, add(1, 'lost'), () => undefined)),
    'LIVE_MARKS',
  );
  assert.equal(book.list([]), []);
  const large = new MarkBook(folder);
  large.open({ ...run, seed: 2 });
  writeFileSync(large.file!, 'x'.repeat(5 << 20));
  assert.is(
    code(() => new MarkBook(folder).open({ ...run, seed: 2 })),
    'LIVE_MARKS',
  );
});

test('12. Without a folder marks stay with the run, also when it is started again', () => {
  const book = new MarkBook();
  book.open(run);
  book.change(1, add(1, 'kept'), () => undefined);
  book.open({ ...run });
  assert.is(book.list([]).length, 1);
  book.open({ ...run, seed: 2 });
  assert.is(book.list([]).length, 0);
});

test.run();
