import { readFileSync, writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';

/** Compares `text` with tests/golden/`name`; `npm run golden` writes the files anew, and the diff is reviewed. */
export function matchGolden(name: string, text: string): void {
  const file = new URL(`../../tests/golden/${name}`, import.meta.url);
  if (process.env.ESCAPEMENT_GOLDEN === 'write') writeFileSync(file, text);
  assert.fixture(text, readFileSync(file, 'utf8'));
}
