import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileSnippets, pages, root, runSnippet, snippetsOf } from './snippets.ts';

const test = suite('code on the pages');
const folder = new URL('out/snippets/', root);
const all = (await Promise.all(pages().map(snippetsOf))).flat();
const home = process.cwd();
const place = mkdtempSync(join(tmpdir(), 'escapement-'));

test.before(() => process.chdir(place));
test.after(() => {
  process.chdir(home);
  rmSync(place, { recursive: true, force: true });
});

test('all of it compiles with types', () => {
  assert.ok(all.length >= 25, `${all.length} snippets`);
  assert.is(compileSnippets(folder, all), '');
});

for (const snippet of all)
  test(`${snippet.name} runs and gives what its comments say`, async () => {
    await runSnippet(folder, snippet);
  });

test.run();
