import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('guide: test your simulation');
const guide = readFileSync(new URL('../../../../../docs/how-to/test-your-simulation.md', import.meta.url), 'utf8');

/** The code block with this mark. */
function block(mark: string): string {
  const code = new RegExp(`\`\`\`\\w+ ${mark.replace('.', '\\.')}\\n([\\s\\S]*?)\`\`\``).exec(guide)?.[1];
  assert.ok(code, `no block ${mark}`);
  return code as string;
}

test('the bug is found, shrunk as printed, and gone with the correction', () => {
  // Inside the package, so that its own name resolves.
  const folder = mkdtempSync(fileURLToPath(new URL('../../../../guide-', import.meta.url)));
  const run = (): { status: number | null; text: string } => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--test-reporter=tap', join(folder, 'theatre.test.js')],
      {
        encoding: 'utf8',
        env: { ...process.env, NODE_TEST_CONTEXT: undefined },
      },
    );
    return { status, text: stdout + stderr };
  };
  try {
    const broken = block('file=theatre.js');
    const lines = block('file=theatre.test.js').trimEnd().split('\n');
    assert.ok(lines.length <= 25, `${lines.length} lines`);
    writeFileSync(join(folder, 'theatre.js'), broken);
    writeFileSync(join(folder, 'theatre.test.js'), block('file=theatre.test.js'));
    const failed = run();
    assert.is(failed.status, 1, failed.text);
    const report =
      /theatre fails after [^\n]*/
        .exec(failed.text)?.[0]
        .replace(/["'`]$/, '')
        .replaceAll('\\"', '"') ?? failed.text;
    assert.is(report, block('file=failure').trimEnd());
    const [timer, head, find] = block('fix=theatre.js').trimEnd().split('\n') as [string, string, string];
    const fixed = broken
      .replace(/ctx\.schedule\(ns\(guest\.patience\)[^\n]*/, timer)
      .replace(/late\(state, \{ user \}, ctx\) \{/, head)
      .replace(/const at = state\.line\.findIndex[^\n]*/, find);
    assert.is.not(fixed, broken);
    writeFileSync(join(folder, 'theatre.js'), fixed);
    const passed = run();
    assert.is(passed.status, 0, passed.text);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();
