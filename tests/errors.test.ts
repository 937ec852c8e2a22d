import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Catalogue, errorCatalogues } from './error-catalogues.ts';
import { matchGolden } from './golden.ts';

const test = suite('error catalogues');

test('every code belongs to one room', async () => {
  const seen = new Map<string, string>();
  for (const { folder, room } of await errorCatalogues())
    for (const code of Object.keys(room.catalogue)) {
      assert.match(code, /^[A-Z][A-Z0-9_]+$/);
      assert.is(seen.get(code), undefined, `${code} of ${folder}`);
      seen.set(code, folder);
    }
  assert.ok(seen.size > 20);
});

test('every code has its line in docs/reference/errors.md', async () => {
  matchGolden('../../docs/reference/errors.md', page(await errorCatalogues()));
});

function page(catalogues: readonly Catalogue[]): string {
  const lines = [
    '# Errors',
    '',
    'Every error is a `SimError` with a stable `code`, the received values, the place (time, actor, event, seed) where there is one, and a hint. After a fatal one a run cannot continue. `%name` stands for a received value. Written from the catalogues by `npm run golden`.',
  ];
  for (const folder of [...new Set(catalogues.map((catalogue) => catalogue.folder))]) {
    lines.push('', `## ${folder}`);
    for (const { room } of catalogues.filter((catalogue) => catalogue.folder === folder))
      for (const [code, { text, hint, fatal }] of Object.entries(room.catalogue)) {
        lines.push('', `### ${code}${fatal ? ' (fatal)' : ''}`, '', '```text', `${text}.`, hint, '```');
      }
  }
  return `${lines.join('\n')}\n`;
}

test.run();
