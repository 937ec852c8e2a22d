import { readdirSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as streams from '../../../engine/streams/index.ts';

const test = suite('README of streams');
const root = new URL('../../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

test('every guarantee has a test that begins with its number', () => {
  const promised = [...read('engine/streams/README.md').matchAll(/^(\d+)\. /gm)].map(([, number]) => Number(number));
  assert.equal(promised, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const tests = readdirSync(new URL('tests/engine/streams', root)).map((file) => read(`tests/engine/streams/${file}`));
  for (const number of promised)
    assert.ok(
      tests.some((text) => text.includes(`test('${number} `)),
      `guarantee ${number}`,
    );
});

test('every error has a line in the README and a test', () => {
  const readme = read('engine/streams/README.md');
  const tests = readdirSync(new URL('tests/engine/streams', root)).map((file) => read(`tests/engine/streams/${file}`));
  for (const code of Object.keys(streams.streamsErrors.catalogue)) {
    assert.ok(readme.includes(code), code);
    assert.ok(
      tests.some((text) => text.includes(`'${code}'`)),
      code,
    );
  }
});

test('only this room imports rxjs, and the main entry does not import this room', () => {
  const folders = ['engine', 'actors', 'scenarios'];
  for (const folder of folders)
    for (const entry of readdirSync(new URL(folder, root), { recursive: true }) as string[]) {
      if (!entry.endsWith('.ts')) continue;
      const path = `${folder}/${entry}`;
      if (path.startsWith('engine/streams/')) continue;
      assert.not.match(read(path), /from 'rxjs|import\('rxjs/, path);
      if (folder === 'engine') assert.not.match(read(path), /streams\/(index|[a-z-]+)\.ts/, path);
    }
});

test.run();
