import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { blocksOf, compileSnippets, pages, root, runSnippet, snippetsOf, strangersIn } from './snippets.ts';

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

const blocks = pages().flatMap(blocksOf);

test('a listing of signatures names what its folder has', () => {
  const listings = blocks.filter(({ words }) => words.includes('signatures'));
  for (const listing of listings) assert.equal(strangersIn(listing), [], `${listing.page}:${listing.line}`);
  assert.equal(strangersIn({ ...(listings[0] as (typeof listings)[0]), text: 'neverWritten(x): void' }), [
    'neverWritten',
  ]);
});

test('an excerpt stands in the file that it is of', () => {
  for (const { page, line, words, text } of blocks) {
    const file = words.find((word) => word.startsWith('excerpt='))?.slice(8);
    if (file !== undefined) assert.ok(readFileSync(new URL(file, root), 'utf8').includes(text), `${page}:${line}`);
  }
});

test.run();
