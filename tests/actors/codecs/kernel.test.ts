import { readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import wabt from 'wabt';

const test = suite('codec kernel');
const folder = new URL('../../../../actors/codecs/', import.meta.url);

/** The text of kernel-bytes.ts for kernel.wat as it stands. */
async function assembled(): Promise<string> {
  const { parseWat } = await wabt();
  const module = parseWat('kernel.wat', readFileSync(new URL('kernel.wat', folder)), { simd: true });
  module.validate();
  const base64 = Buffer.from(module.toBinary({}).buffer).toString('base64');
  return `/** kernel.wat in binary, base64. */\nexport const kernelBytes =\n  '${base64}';\n`;
}

test('the stored bytes are those of the text (else npm run golden)', async () => {
  const file = new URL('kernel-bytes.ts', folder);
  const text = await assembled();
  if (process.env.ESCAPEMENT_GOLDEN === 'write') writeFileSync(file, text);
  assert.ok(readFileSync(file, 'utf8') === text);
});

test.run();
