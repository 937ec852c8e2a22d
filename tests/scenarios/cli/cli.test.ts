import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { matchGolden } from '../../golden.ts';
import { escapement, inProcess, main, sample } from './run-command.ts';

const test = suite('escapement command');
const mm1 = sample('mm1');
const folder = mkdtempSync(join(tmpdir(), 'escapement-'));

test.after(() => rmSync(folder, { recursive: true, force: true }));

const refusals: ReadonlyArray<readonly [readonly string[], RegExp]> = [
  [[], /no command given/],
  [['lst'], /unknown command 'lst'. Did you mean 'list'\?/],
  [['list', '--foo'], /unknown option '--foo'/],
  [['list', 'extra'], /too many arguments/],
  [['run'], /no scenario given/],
  [['run', 'nope'], /there is no scenario 'nope'/],
  [['run', '--load', '0.5', mm1], /no scenario given. Put its name first/],
  [['run', './missing.js'], /there is no such file/],
  [['run', '.'], /there is no scenario '\.'/],
  [['run', './folder/'], /is not a file/],
  [['run', './text.js'], /cannot be loaded: SyntaxError/],
  [['run', './throws.mjs'], /cannot be loaded: Error: on purpose/],
  [['run', './nothing.mjs'], /exports no scenario/],
  [['run', './object.mjs'], /exports something else than a scenario/],
  [['run', './typed.ts'], /is TypeScript/],
  [['run', mm1, '--set', 'servers=0'], /^error: servers=0: must be a whole number, 1 to 1024. The nearest is 1.$/m],
  [['run', mm1, '--set', 'servers=-1'], /servers=-1: must be/],
  [['run', mm1, '--set', 'servers=1e99'], /The nearest is 1024/],
  [['run', mm1, '--set', 'servers=NaN'], /servers=NaN: must be/],
  [['run', mm1, '--set', 'load=Infinity'], /load=Infinity: must be/],
  [['run', mm1, '--set', 'servers='], /the value is empty/],
  [['run', mm1, '--set', 'servers'], /Write servers=VALUE/],
  [['run', mm1, '--set'], /argument missing/],
  [['run', mm1, '--set', 'servers=2', '--set', 'servers=4'], /servers is given twice, as 2 and as 4/],
  [['run', mm1, '--set', 'servers=2', '--servers', '4'], /servers is given twice/],
  [['run', mm1, '--set', 'seed=2', '--seed', '2'], /seed is given twice/],
  [['run', mm1, '--preset', 'quick', '--preset', 'busy'], /preset is given twice/],
  [['run', mm1, '--preset', 'bussy'], /Did you mean 'busy'\?/],
  [['run', mm1, '--set', 'server_s=2'], /unknown parameter 'server_s'. Did you mean 'servers'\?/],
  [['run', mm1, '--srvers', '2'], /Did you mean 'servers'\?/],
  [['run', mm1, '--jsn'], /unknown option '--jsn'. Did you mean '--json'\?/],
  [['run', mm1, '--checkpoint-evry', '1ms'], /Did you mean '--checkpoint-every'\?/],
  [['run', mm1, '--until-event', '5'], /unknown parameter 'untilEvent'/],
  [['run', mm1, '--servers'], /--servers has no value/],
  [['run', mm1, 'servers=2'], /Write --set servers=2/],
  [['run', mm1, '--set', 'groups=33'], /groups=33: 1 servers must be divisible by groups. Use groups=1/],
  [['run', mm1, '--seed', '-1'], /seed=-1: must be/],
  [['run', mm1, '--backend', 'gpu'], /backend=gpu/],
  [['run', mm1, '--set', 'service=1\n2us'], /service=1\\u000a2us/],
  [['run', mm1, '--port', '8080'], /--port goes with --serve/],
  [['compare'], /missing required argument 'scenario'. See 'escapement compare --help'/],
  [['compare', mm1, '--threads', '0'], /threads=0: must be a whole number, 1 to 256/],
  [['compare', mm1, '--seed', 'x'], /seed=x/],
  [['replay', mm1, '--report', './none/report.html'], /there is no folder/],
  [['replay', mm1, '--report', './folder'], /it is a folder/],
  [['replay', mm1, '--report', ''], /the name is empty/],
  [['run', './reads.mjs'], /cannot be opened: there is no such file or folder/],
  [
    ['run', mm1, '--trace', 'x.pftrace', '--trace-from', '5ms', '--trace-until', '2ms'],
    /--trace-until 2ms is not after/,
  ],
  [['run', mm1, '--trace', 'x.pftrace', '--trace-from=-1ms'], /--trace-from -1ms is no time/],
  [['run', mm1, '--trace', 'x.pftrace', '--trace-memory', '9TiB'], /9TiB is no amount from 1MiB to 4GiB/],
  [['run', mm1, '--trace', 'x.pftrace', '--trace-kind', ''], /--trace-kind has an empty name/],
  [['run', mm1, '--free', ''], /--free has an empty name/],
  [['export', './text.js', '--check'], /is no Perfetto trace/],
  [['analyze', './text.js'], /[^.]\. Give a \.pftrace file/],
  [['analyze', './folder'], /cannot read [^ ]+: it is a folder/],
  [['worker', '--redis', 'redis://host', '--concurrency', '0'], /concurrency=0: must be/],
  [['sweep', 'ulysses/nope'], /ulysses has no study 'nope'. It has four-systems/],
  [
    ['sweep', mm1, '--vary', 'servers=1,2', '--where', 'servers>9', '--out', './none-left'],
    /no setting holds 'servers>9'/,
  ],
  [['sweep', mm1, '--vary', 'servers=1,2', '--out', './text.js'], /cannot be made: there is a file of that name/],
];

const scenarioThat = (does: string): string => `import { readFileSync } from 'node:fs';
import { defineScenario } from 'escapement/scenarios';
export default defineScenario({
  id: 'own', title: 'Own', paper: { title: '', reference: 'none' }, params: {}, metrics: {},
  presets: { quick: { describe: 'all' } },
  run: () => ${does},
});`;

test('bad input: one line, what would be right, exit code 2, no stack', async () => {
  mkdirSync(join(folder, 'folder'));
  writeFileSync(join(folder, 'text.js'), 'this is no program');
  writeFileSync(join(folder, 'reads.mjs'), scenarioThat("readFileSync('/no/such')"));
  writeFileSync(join(folder, 'throws.mjs'), "throw new Error('on purpose');");
  writeFileSync(join(folder, 'nothing.mjs'), 'export const other = 1;');
  writeFileSync(join(folder, 'object.mjs'), 'export default { id: 1 };');
  writeFileSync(join(folder, 'typed.ts'), 'export default 1;');
  for (const [texts, expected] of refusals) {
    const args = texts.map((text) => text.replace(/^\.\//, `${folder}/`));
    const { code, out, err } = await inProcess(args);
    const what = `${args.join(' ')} -> ${err}`;
    assert.is(code, 2, what);
    assert.is(out, '', what);
    assert.match(err, expected, what);
    assert.match(err, /^error: [^\n]+\n$/, what);
    assert.not.match(err, /^\s+at /m, what);
  }
});

test('any command line prints a result or one line of refusal', async () => {
  const token = fc.oneof(
    fc.constantFrom(
      'run',
      'list',
      mm1,
      '--set',
      '--preset',
      'busy',
      '--seed',
      '--json',
      '--help',
      '--',
      '-x',
      '--no-audit',
    ),
    fc.constantFrom(
      'servers=4',
      'load=2',
      '--servers',
      '--servers=8',
      '--audit',
      '--window',
      '128K',
      '7',
      '',
      '=',
      '--=',
    ),
    fc.string({ maxLength: 8 }),
  );
  const line = fc.tuple(fc.constantFrom(['run', mm1], ['run'], ['list'], []), fc.array(token, { maxLength: 5 }));
  await fc.assert(
    fc.asyncProperty(line, async ([head, tail]) => {
      const { code, out, err } = await inProcess([...head, ...tail]);
      if (code === 0) assert.ok(out.length > 0);
      else {
        assert.is(code, 2, err);
        assert.is(out, '');
        assert.match(err, /^error: [^\n]+\n$/);
      }
    }),
    { seed: 20261123, numRuns: 150 },
  );
});

test('bad input as a person sees it', async () => {
  for (const [set, expected] of [
    ['servers=33x', /^error: servers=33x: [^\n]+\n$/],
    ['groups=33', /^error: groups=33: 1 servers must be divisible by groups\. Use groups=1\.\n$/],
  ] as const) {
    const { code, out, err } = await escapement(['run', mm1, '--set', set]);
    assert.is(code, 2);
    assert.is(out, '');
    assert.match(err, expected);
  }
});

test('run prints the same JSON for equal inputs, apart from wallSeconds', async () => {
  const first = await inProcess(['run', mm1, '--set', 'load=90%', '--seed', '7', '--json']);
  const second = await escapement(['run', mm1, '--seed', '7', '--load', '0.9', '--json']);
  const bare = (text: string): string => text.replace(/"wallSeconds": [^,]+/, '');
  assert.is(first.code, 0);
  assert.is(bare(first.out), bare(second.out));
  assert.is(first.err, '');
  const report = JSON.parse(first.out) as Record<string, unknown>;
  assert.equal(Object.keys(report), [
    'scenario',
    'params',
    'metrics',
    'intervals',
    'seed',
    'fingerprint',
    'events',
    'wallSeconds',
    'warnings',
  ]);
  const other = await inProcess(['run', mm1, '--set', 'load=90%', '--seed', '8', '--json']);
  assert.is.not(JSON.parse(other.out).fingerprint, report.fingerprint);
});

test('run prints a table with units, warnings on stderr', async () => {
  const { code, out, err } = await inProcess(['run', mm1, '--load', '96%', '--audit', '--no-audit']);
  assert.is(code, 2, 'audit is given twice');
  assert.is(out, '');
  assert.match(err, /audit is given twice, as true and as false/);
  const fine = await inProcess(['run', mm1, '--load', '96%', '--audit']);
  assert.is(fine.code, 0);
  assert.match(fine.out, /^wait +240 us +mean time in queue$/m);
  assert.match(fine.out, /^agrees +yes/m);
  assert.match(fine.err, /^warning: the load is above 95 %/);
  assert.not.ok(fine.out.includes('\u001b'));
});

test('compare exits with 0 when nothing misses and 1 when something does', async () => {
  const fine = await escapement(['compare', mm1, '--threads', '1']);
  assert.is(fine.code, 0, fine.err);
  matchGolden('compare-mm1.txt', fine.out);
  const json = await inProcess(['compare', mm1, '--json', '--threads', '1']);
  assert.equal(JSON.parse(json.out).misses, []);
  assert.is((await inProcess(['compare', sample('wrong'), '--threads', '1'])).code, 1);
});

test('replay prints one table and writes a self-contained report', async () => {
  const { code, out } = await escapement(['replay', mm1], { cwd: folder });
  assert.is(code, 0);
  assert.match(out, /^paper +claim +published +simulated +error/);
  const html = readFileSync(join(folder, 'escapement-report.html'), 'utf8');
  assert.ok(out.includes(join(folder, 'escapement-report.html')));
  assert.is(html.match(/<svg/g)?.length, 2);
  assert.not.match(html, /<script|<link|@import|src=|https?:\/\/(?!www\.w3\.org\/)/);
  assert.not.ok(readdirSync(folder).some((name) => name.endsWith('.part')));
  const none = await escapement(['replay', mm1, '--no-report', '--json'], { cwd: join(folder, 'folder') });
  assert.is(JSON.parse(none.out).length, 1);
  assert.equal(readdirSync(join(folder, 'folder')), []);
});

test('replay shows a miss, and only --strict makes it exit code 1', async () => {
  const words = ['replay', sample('wrong'), '--no-report', '--json', '--threads', '1'];
  const plain = await inProcess(words);
  assert.is(plain.code, 0);
  assert.is(JSON.parse(plain.out)[0].misses.length, 1);
  assert.is((await inProcess([...words, '--strict'])).code, 1);
});

test('Ctrl-C prints what is done and exits with 130', async () => {
  const { code, out, err } = await escapement(['compare', sample('endless'), '--threads', '1'], {
    onErr: (text, kill) => {
      if (text.endsWith('started\n')) kill('SIGINT');
    },
  });
  assert.is(code, 130, err);
  assert.match(out, /^first .* pass$/m);
  assert.not.match(out, /^second/m);
  assert.match(err, /interrupted: 1 of 2 cells are above/);
});

test('Ctrl-C during a replay says what is above, and claims nothing of what was not done', async () => {
  const { code, out, err } = await escapement(['replay', sample('endless'), '--threads', '1', '--no-report'], {
    onErr: (text, kill) => {
      if (text.endsWith('started\n')) kill('SIGINT');
    },
  });
  assert.is(code, 130, err);
  assert.not.match(out, /all hold|replay --full/);
  assert.match(err, /\ninterrupted[^\n]*, no report was written\n$/);
});

test('a reader that goes away is no error', () => {
  const script = `"${process.execPath}" "${main}" run "${mm1}" --help | head -n 1; echo \${PIPESTATUS[0]}`;
  const text = execFileSync('bash', ['-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  assert.match(text, /^Usage: [^\n]+\n0\n$/);
});

test('a file anywhere can import the package by its name', async () => {
  writeFileSync(
    join(folder, 'own.mjs'),
    `import { defineScenario, param } from 'escapement/scenarios';
export const scenario = defineScenario({
  id: 'own', title: 'Own', paper: { title: '', reference: 'none' },
  params: { n: param.integer({ min: 0, default: 3, describe: 'a number' }) },
  metrics: { square: { unit: '', describe: 'n squared' } },
  presets: { quick: { describe: 'n = 1', set: { n: 1 } } },
  run: ({ n }) => { if (n === 13) throw new Error('unlucky'); return { metrics: { square: n * n }, events: 0 }; },
});`,
  );
  const { code, out, err } = await escapement(['run', './own.mjs', '--n', '5', '--json'], { cwd: folder });
  assert.is(code, 0, err);
  assert.equal(JSON.parse(out).metrics, { square: 25 });
  const failed = await inProcess(['run', join(folder, 'own.mjs'), '--n', '13']);
  assert.is(failed.code, 70);
  assert.match(failed.err, /^internal error: unlucky [^\n]+--debug[^\n]+\n$/);
  const debug = await inProcess(['run', join(folder, 'own.mjs'), '--n', '13', '--debug']);
  assert.match(debug.err, /^\s+at .*own\.mjs/m);
});

test('help is generated and current', async () => {
  const cases: ReadonlyArray<readonly [string, readonly string[]]> = [
    ['help.txt', ['--help']],
    ['help-list.txt', ['list', '--help']],
    ['help-run.txt', ['run', '--help']],
    ['help-compare.txt', ['help', 'compare']],
    ['help-replay.txt', ['replay', '-h']],
    ['help-validate.txt', ['validate', '--help']],
    ['help-import.txt', ['import', '--help']],
    ['help-export.txt', ['export', '--help']],
  ];
  for (const [name, args] of cases) {
    const { code, out } = await inProcess(args);
    assert.is(code, 0, name);
    matchGolden(name, out);
  }
  const { out } = await inProcess(['run', mm1, '--help']);
  matchGolden('help-run-mm1.txt', out.replaceAll(mm1, 'mm1.js'));
});

test('NO_COLOR and pipes have no colours', async () => {
  const { out } = await escapement(['compare', mm1, '--threads', '1'], { env: { NO_COLOR: '1', FORCE_COLOR: '1' } });
  assert.not.ok(out.includes('\u001b'));
});

test.run();
