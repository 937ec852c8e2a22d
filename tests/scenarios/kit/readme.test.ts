import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inProcess } from '../cli/run-command.ts';

const test = suite('README of the kit');

test('its example runs, compares and replays', async () => {
  const readme = readFileSync(new URL('../../../../scenarios/kit/README.md', import.meta.url), 'utf8');
  const code = /```js\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'escapement-'));
  const file = join(folder, 'my-scenario.mjs');
  writeFileSync(file, code);
  try {
    const { code: exit, out, err } = await inProcess(['run', file, '--set', 'workers=8', '--json']);
    assert.is(exit, 0, err);
    assert.equal(JSON.parse(out).metrics, { makespan: 130e-6, done: 100 });
    const compared = await inProcess(['compare', file]);
    assert.is(compared.code, 0, compared.err + compared.out);
    const replayed = await inProcess(['replay', file, '--report', join(folder, 'report.html')]);
    assert.is(replayed.code, 0, replayed.err + replayed.out);
    assert.match(readFileSync(join(folder, 'report.html'), 'utf8'), /Makespan over workers/);
    const refused = await inProcess(['run', file, '--workers', '200']);
    assert.is(refused.err, 'error: workers=200: there are only 100 jobs. Use workers=100.\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();
