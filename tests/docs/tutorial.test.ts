import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { main } from '../scenarios/cli/run-command.ts';
import { blocksOf, pages } from './snippets.ts';
import { follow, freshFolder, keeps, rewrite } from './tutorial.ts';

const test = suite('pages that are followed');

for (const page of pages().filter((each) => blocksOf(each).some(({ words }) => words.includes('run'))))
  test(`${page}: its commands print what it says`, () => {
    const steps = follow(page, freshFolder(page.replaceAll(/\W+/g, '-')), main);
    if (process.env.ESCAPEMENT_GOLDEN === 'write') rewrite(page, steps);
    for (const { command, promised, printed, status } of steps) {
      const isRefused = promised?.startsWith('error: ') ?? false;
      assert.is(status, isRefused ? 2 : 0, `${command}: ${printed}`);
      if (promised !== undefined && process.env.ESCAPEMENT_GOLDEN !== 'write')
        assert.ok(keeps(printed, promised), `${command} printed ${printed}`);
    }
  });

test.run();
