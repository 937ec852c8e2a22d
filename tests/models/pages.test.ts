import { readdirSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('model pages');

const root = new URL('../../../', import.meta.url);
const pages = new URL('docs/models/', root);
const sources = new URL('tests/models/', root);

test('the code on the pages is the code that is tested', () => {
  const code = readdirSync(sources)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(new URL(name, sources), 'utf8'));
  let blocks = 0;
  for (const page of readdirSync(pages)) {
    const text = readFileSync(new URL(page, pages), 'utf8');
    for (const [, block] of text.matchAll(/```ts\n([\s\S]*?)```/g)) {
      blocks++;
      const isTested = code.some((each) => each.includes((block as string).trimEnd()));
      assert.ok(isTested, `${page}: the block that begins with "${block?.split('\n')[0]}" is in no model`);
    }
  }
  assert.ok(blocks >= 10);
});

test.run();
