import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openCase } from '../../../../scenarios/cli/case-file.ts';
import { loadScenario } from '../../../../scenarios/cli/load-scenario.ts';
import { resolveParams, runScenario } from '../../../../scenarios/kit/index.ts';

const test = suite('guide: test your simulation');
const guide = readFileSync(new URL('../../../../../docs/how-to/test-your-simulation.md', import.meta.url), 'utf8');

/** The code block with this mark. */
function block(mark: string): string {
  const code = new RegExp(`\`\`\`\\w+ ${mark.replace('.', '\\.')}\\n([\\s\\S]*?)\`\`\``).exec(guide)?.[1];
  assert.ok(code, `no block ${mark}`);
  return code as string;
}

/** Every block of code, by its mark. */
const marks = [...guide.matchAll(/^```(\w+) ?(\S*)$/gm)].map((match) => match[2] ?? '');

test('every block of code has a mark by which it runs below', () => {
  assert.equal(marks, [
    'file=theatre.js',
    'file=theatre.test.js',
    'file=failure',
    'fix=theatre.js',
    'file=kept.test.js',
    'file=theatre-scenario.js',
    'file=open.test.js',
  ]);
});

test('the bug is found, shrunk as printed, opened where it fails, kept, and gone with the correction', async () => {
  // Inside the package, so that its own name resolves.
  const folder = mkdtempSync(fileURLToPath(new URL('../../../../guide-', import.meta.url)));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const run = (name: string): { status: number | null; text: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--test-reporter=tap', join(folder, name)], {
      encoding: 'utf8',
      cwd: folder,
      env: { ...process.env, NODE_TEST_CONTEXT: undefined },
    });
    return { status, text: stdout + stderr };
  };
  try {
    const broken = block('file=theatre.js');
    const suiteLines = block('file=theatre.test.js').trimEnd().split('\n');
    assert.ok(suiteLines.length <= 25, `${suiteLines.length} lines`);
    for (const name of ['theatre.js', 'theatre.test.js', 'kept.test.js', 'theatre-scenario.js', 'open.test.js'])
      write(name, block(`file=${name}`));
    const failed = run('theatre.test.js');
    assert.is(failed.status, 1, failed.text);
    const report =
      /theatre fails after [^\n]*/
        .exec(failed.text)?.[0]
        .replace(/["'`]$/, '')
        .replaceAll('\\"', '"') ?? failed.text;
    assert.is(report, block('file=failure').trimEnd());
    write('theatre.case.json', /case (\{.*\})\. Run/.exec(report)?.[1] as string);
    assert.is(run('kept.test.js').status, 1);
    const opened = run('open.test.js');
    assert.is(opened.status, 1);
    assert.match(opened.text, /Open it in the viewer: escapement serve cases\/theatre-20261123\.case\.json/);
    const { scenario, params, event } = openCase(join(folder, 'cases/theatre-20261123.case.json'));
    assert.is(event, 3);
    const loaded = await loadScenario(scenario);
    let moment: unknown;
    try {
      await runScenario(loaded, resolveParams(loaded, params));
    } catch (error) {
      moment = (error as { place?: { event?: number } }).place?.event;
    }
    assert.is(moment, event, 'the scenario fails where the suite failed');
    const [timer, head, find] = block('fix=theatre.js').trimEnd().split('\n') as [string, string, string];
    const fixed = broken
      .replace(/ctx\.schedule\(ns\(guest\.patience\)[^\n]*/, timer)
      .replace(/late\(state, \{ user \}, ctx\) \{/, head)
      .replace(/const at = state\.line\.findIndex[^\n]*/, find);
    assert.is.not(fixed, broken);
    write('theatre.js', fixed);
    for (const name of ['theatre.test.js', 'kept.test.js', 'open.test.js']) {
      const passed = run(name);
      assert.is(passed.status, 0, passed.text);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();
