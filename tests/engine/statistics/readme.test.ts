import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { us } from '../../../engine/index.ts';
import * as random from '../../../engine/random/index.ts';
import * as statistics from '../../../engine/statistics/index.ts';

const test = suite('examples of the random and statistics READMEs');

/** The last TypeScript block of a README, and the value that the comment behind its last expression promises. */
function example(room: string): { code: string; promised: string } {
  const text = readFileSync(new URL(`../../../../engine/${room}/README.md`, import.meta.url), 'utf8');
  const block = text.split('```ts\n').at(-1)!.split('```')[0]!.trimEnd();
  const [, body, last, promised] = /^([\s\S]*\n)(.*); \/\/ (.*)$/.exec(block)!;
  return { code: `${body}return ${last};`, promised: promised! };
}

for (const room of ['random', 'statistics'])
  test(`${room}: the example gives what its comment says`, () => {
    const { code, promised } = example(room);
    const names = { us, ...random, ...statistics };
    const value: unknown = new Function(...Object.keys(names), code)(...Object.values(names));
    assert.is(typeof value === 'string' ? `'${value}'` : String(value), promised);
  });

test.run();
