import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { allPages, root } from './snippets.ts';

const test = suite('links of the pages');

/** Link targets of a page outside its code, relative to the repository. */
function linksOf(page: string): Array<{ readonly to: string; readonly anchor: string | undefined }> {
  const text = readFileSync(new URL(page, root), 'utf8')
    .replaceAll(/^```[\s\S]*?^```$/gm, '')
    .replaceAll(/`[^`\n]*`/g, 'code');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target as string)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path, anchor] = target.split('#') as [string, string | undefined];
      return { to: path === '' ? page : posix.join(posix.dirname(page), path), anchor };
    });
}

/** A heading as GitHub's anchor. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

test('every relative link leads to a file, every anchor to a heading', () => {
  let checked = 0;
  for (const page of allPages())
    for (const { to, anchor } of linksOf(page)) {
      checked++;
      assert.ok(existsSync(new URL(to, root)), `${page} links to ${to}`);
      if (anchor === undefined) continue;
      const headings = readFileSync(new URL(to, root), 'utf8').match(/(?<=^#+ ).*$/gm) ?? [];
      assert.ok(headings.map(anchorOf).includes(anchor), `${page} links to ${to}#${anchor}`);
    }
  assert.ok(checked > 150, `${checked}`);
});

test('no page keeps the marks of a merge', () => {
  for (const page of allPages()) {
    const text = readFileSync(new URL(page, root), 'utf8');
    assert.not.match(text, /^(<{7}|={7}$|>{7}|> > > > > > >)/m, page);
  }
});

test('every page can be reached from the README', () => {
  const pages = allPages();
  const reached = new Set(['README.md']);
  for (const page of reached)
    for (const { to } of linksOf(page)) {
      const readme = pages.includes(to) ? to : `${to.replace(/\/$/, '')}/README.md`;
      if (pages.includes(readme)) reached.add(readme);
    }
  assert.equal(
    pages.filter((page) => !reached.has(page)),
    [],
  );
});

test.run();
