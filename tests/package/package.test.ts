import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../docs/snippets.ts';
import { follow, keeps } from '../docs/tutorial.ts';
import { installPacked, type Packed } from '../packed.ts';

const test = suite('the package');
const top = fileURLToPath(root);
const home = mkdtempSync(join(tmpdir(), 'escapement-package-'));
const project = join(home, 'serving');
const entries = ['', '/actors', '/scenarios', '/testing', '/viz', '/streams', '/formats', '/import', '/trace-files'];

let packed: Packed | undefined;

test.before(() => {
  packed = installPacked(home, 'serving').packed;
});
test.after(() => rmSync(home, { recursive: true, force: true }));

test('installs into an empty project and every entry is imported', () => {
  for (const entry of entries) {
    const code = `const names = Object.keys(await import('escapement${entry}')); if (names.length === 0) process.exit(1);`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      cwd: project,
      encoding: 'utf8',
    });
    assert.is(status, 0, `escapement${entry}: ${stderr}`);
  }
});

test('its declarations compile with skipLibCheck off', () => {
  const names = entries.map((entry, i) => `import * as m${i} from 'escapement${entry}';\nexport { m${i} };`);
  writeFileSync(join(project, 'all.ts'), names.join('\n'));
  const compilerOptions = {
    target: 'es2022',
    module: 'nodenext',
    lib: ['es2023'],
    types: ['node'],
    typeRoots: [join(top, 'node_modules/@types')],
    strict: true,
    skipLibCheck: false,
    noEmit: true,
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['all.ts'] }));
  const compiler = join(top, 'node_modules/typescript/bin/tsc');
  assert.is(spawnSync(process.execPath, [compiler, '-p', project], { encoding: 'utf8' }).stdout, '');
});

test('the tutorial runs in the project, command by command', () => {
  for (const { command, promised, printed, status } of follow('docs/tutorial/first-scenario.md', project)) {
    assert.is(status, promised?.startsWith('error: ') ? 2 : 0, `${command}: ${printed}`);
    if (promised !== undefined) assert.ok(keeps(printed, promised), `${command} printed ${printed}`);
  }
});

test('is as small and as quick to load as CONTRIBUTING.md says', () => {
  const { size, unpackedSize } = packed as Packed;
  console.log(`    ${(size / 1e6).toFixed(1)} MB packed, ${(unpackedSize / 1e6).toFixed(1)} MB unpacked`);
  for (const entry of entries) {
    const code = `const t = performance.now(); await import('escapement${entry}'); console.log(performance.now() - t);`;
    const times = [0, 1, 2].map(() =>
      Number(
        spawnSync(process.execPath, ['--input-type=module', '-e', code], { cwd: project, encoding: 'utf8' }).stdout,
      ),
    );
    console.log(`    escapement${entry}: ${Math.min(...times).toFixed(0)} ms`);
  }
  assert.ok(size < 6e6, `${size}`);
});

test.run();
