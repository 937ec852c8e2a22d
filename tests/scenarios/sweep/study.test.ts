import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { attemptRun } from '../../../scenarios/sweep/attempt.ts';
import { StudyStopped, type SweepEngine } from '../../../scenarios/sweep/engine.ts';
import { inProcessEngine, localEngine } from '../../../scenarios/sweep/engines/in-process.ts';
import { Journal } from '../../../scenarios/sweep/journal.ts';
import { checkJob } from '../../../scenarios/sweep/redis/job.ts';
import { readRedisUrl } from '../../../scenarios/sweep/redis/redis-url.ts';
import { runStudy } from '../../../scenarios/sweep/run-study.ts';
import { makeStudy, type Study } from '../../../scenarios/sweep/study.ts';
import { openStudyFolder } from '../../../scenarios/sweep/study-folder.ts';
import { checkSpec, readSpec } from '../../../scenarios/sweep/study-spec.ts';
import { summarise } from '../../../scenarios/sweep/summary.ts';
import { inProcess, sample } from '../cli/run-command.ts';
import { scenario } from './toy.ts';

const test = suite('sweep/study');
const folder = mkdtempSync(join(tmpdir(), 'escapement-study-'));
test.after(() => rmSync(folder, { recursive: true }));
let number = 0;
const fresh = (): string => join(folder, String(number++));
const code = { version: '0', hash: 'c' };
const toy = sample('../sweep/toy');

const study = (spec: Readonly<Record<string, unknown>>): Study =>
  makeStudy(scenario, checkSpec({ scenario: 'toy', ...spec }));
const random = {
  vary: { kind: '', size: '1K..8K:x2', share: '1,3,4' },
  where: ['size >= 2K'],
  set: { noise: 0.3 },
  replications: 3,
};

/** Files of a study computed by `engine`, again and again while it is stopped. */
async function filesOf(of: Study, engine: () => SweepEngine, out = fresh()): Promise<Record<string, string>> {
  for (let complete = false; !complete; ) {
    const opened = openStudyFolder(of, code, { out });
    complete = await runStudy(of, engine(), opened.journal);
    if (complete) await opened.writeResults(5);
    opened.close();
  }
  const read = (name: string): string => readFileSync(join(out, name), 'latin1');
  return Object.fromEntries(
    ['results.csv', 'results.json', 'results.parquet', 'report.html', 'study.json'].map((name) => [name, read(name)]),
  );
}

/** Finishes runs in an order of its own and stops after `most` of them. */
function shuffled(window: number, seed: number, most: number): SweepEngine {
  let state = seed;
  let begun = 0;
  const engine = localEngine('shuffled', window, async (run) => {
    begun += 1;
    if (begun > most) {
      engine.stop();
      throw new StudyStopped();
    }
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    for (let i = state % 7; i > 0; i--) await new Promise((resume) => setImmediate(resume));
    return attemptRun(scenario, run.resolved, run.replication);
  });
  return engine;
}

test('the same study gives the same bytes, whatever the engine, its order and its interruptions', async () => {
  const of = study(random);
  const straight = await filesOf(of, () => inProcessEngine(scenario));
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 16 }),
      fc.nat(),
      fc.integer({ min: 5, max: 60 }),
      async (window, seed, most) => {
        assert.equal(await filesOf(of, () => shuffled(window, seed, most)), straight);
      },
    ),
    { seed: 20261123, numRuns: 12 },
  );
});

test('a precision ends replications by the journalled values alone', async () => {
  const of = study({
    vary: { kind: '', noise: '0,1%,50%' },
    untilPrecision: '5%',
    mostReplications: 40,
    rank: 'score',
  });
  const straight = await filesOf(of, () => inProcessEngine(scenario));
  assert.equal(await filesOf(of, () => shuffled(9, 3, 50)), straight);
  const rows = (straight['results.csv'] as string).trim().split('\n').slice(1);
  const replications = rows.map((row) => [row.split(',')[1], Number(row.split(',')[4])]);
  assert.ok(
    replications.every(([noise, n]) => (noise === '0.5' ? Number(n) > 10 : n === 10)),
    JSON.stringify(replications),
  );
});

test('random numbers are common to all settings unless they are independent', () => {
  const seeds = (of: Study): Set<unknown> => new Set([0, 1, 2].map((p) => of.setting(p)?.resolved.reserved.seed));
  assert.is(seeds(study({ vary: { kind: '' } })).size, 1);
  assert.is(seeds(study({ vary: { kind: '' }, independent: true })).size, 3);
});

test('settings: grid, preset, conditions, and what the scenario refuses', () => {
  const of = study(random);
  assert.is(of.points, 3 * 4 * 3);
  const settings = Array.from({ length: of.points }, (_, point) => of.setting(point));
  assert.is(settings.filter((setting) => setting === undefined).length, 9);
  assert.is(settings.filter((setting) => setting?.refusal !== undefined).length, 9);
  assert.equal(of.setting(3)?.values, ['plain', 2048, 1]);
  const preset = study({ preset: 'pair' });
  assert.equal([preset.points, preset.base.own.size], [2, 4096]);
  const sampled = study({ vary: { noise: '0..1', kind: '' }, sample: 'lhs:30' });
  assert.is(sampled.points, 30);
});

test('the key of a study names what is computed, not how it is shown', () => {
  const key = (more: object): string => study({ vary: { kind: '' }, ...more }).key;
  assert.is(key({}), key({ rank: 'cost', given: ['kind'], among: 'score > 0', pareto: ['score', 'cost'] }));
  for (const more of [
    { seed: 2 },
    { replications: 2 },
    { set: { size: 64 } },
    { where: ['flag'] },
    { independent: true },
  ])
    assert.is.not(key({}), key(more));
});

test('rankings, front, decisions and sensitivity', async () => {
  const of = study({
    vary: { size: '1K..8K:x2', kind: '', share: '1,2' },
    given: ['size'],
    rank: 'score',
    among: 'cost < 16000',
    pareto: ['score', 'cost'],
  });
  const journal = new Journal(fresh(), { study: of.key, code: 'c' });
  await runStudy(of, inProcessEngine(scenario), journal);
  const summary = summarise(of, journal, 3);
  journal.close();
  assert.equal(
    summary.best.map(({ values }) => values.join(' ')),
    ['8K fancy 1', '4K fancy 1', '8K plain 1'],
  );
  assert.is(summary.unranked, 3);
  assert.equal(
    summary.decisions.map(({ given, rivals }) => [given[0], rivals.map(({ values }) => values[1])]),
    ['1K', '2K', '4K', '8K'].map((size) => [size, ['fancy', 'plain', 'odd']]),
  );
  assert.equal(
    summary.front.map(({ values }) => values.join(' ')),
    ['1K fancy 1', '2K fancy 1', '4K fancy 1', '8K fancy 1'],
  );
  assert.equal(summary.sensitivity.metrics(), ['score', 'cost', 'seconds']);
  const [size, kind, share] = summary.sensitivity.effects('seconds').map((effect) => effect.share);
  assert.ok((size as number) > 0.999 && (kind as number) < 0.01 && (share as number) < 0.2);
});

test('a share of variance is that of a sum of independent parts', async () => {
  const of = study({ vary: { size: '1,4,9', kind: '' }, rank: 'score' });
  const journal = new Journal(fresh(), { study: of.key, code: 'c' });
  await runStudy(of, inProcessEngine(scenario), journal);
  const [size, kind] = summarise(of, journal, 3).sensitivity.effects('score');
  journal.close();
  const scores = [1, 2, 3].flatMap((root) => [1, 1.5, 0.5].map((shift) => root * shift));
  const variance = (list: readonly number[]): number => {
    const mean = list.reduce((sum, x) => sum + x, 0) / list.length;
    return list.reduce((sum, x) => sum + (x - mean) ** 2, 0) / list.length;
  };
  assert.ok(Math.abs((size?.share ?? 0) - variance([1, 2, 3]) / variance(scores)) < 1e-12);
  assert.ok(Math.abs((kind?.share ?? 0) - variance([2, 3, 1]) / variance(scores)) < 1e-12);
});

test('Parquet and JSON hold what the CSV holds', async () => {
  const out = fresh();
  await filesOf(study(random), () => inProcessEngine(scenario), out);
  const [head = '', ...lines] = readFileSync(join(out, 'results.csv'), 'utf8').trim().split('\n');
  const json = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8')) as {
    settings: ReadonlyArray<{ status: string; values: Record<string, unknown>; metrics?: Record<string, number> }>;
  };
  const bytes = readFileSync(join(out, 'results.parquet'));
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  const rows = await parquetReadObjects({ file });
  assert.is(lines.length, 27);
  assert.is(rows.length, 27);
  assert.is(json.settings.length, 27);
  assert.match(head, 'kind,size,share,status,reason,replications,score,score.low,score.high');
  for (const [i, row] of rows.entries()) {
    assert.is(row.status, json.settings[i]?.status);
    assert.is(row.size, json.settings[i]?.values.size);
    assert.is(row.score ?? undefined, json.settings[i]?.metrics?.score);
  }
});

test('failed runs are set aside and can be tried again', async () => {
  const of = study({ vary: { fate: 'fine,throws' } });
  const out = fresh();
  const first = await filesOf(of, () => inProcessEngine(scenario), out);
  assert.match(first['results.csv'] as string, 'throws,failed,replication 0: told to throw at 8192');
  const opened = openStudyFolder(of, code, { out });
  assert.is(opened.journal.forgetFailures(), 1);
  assert.is(opened.journal.runs, 1);
  assert.throws(() => openStudyFolder(of, code, { out }), /is in use by process/);
  opened.close();
  writeFileSync(join(out, 'lock'), 'elsewhere 1\n');
  assert.throws(() => openStudyFolder(of, code, { out }), /is in use by process 1 on elsewhere/);
});

test('what is no study is refused in one line', () => {
  const refusal = (spec: Readonly<Record<string, unknown>>): string => {
    try {
      study(spec);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  assert.match(refusal({ vary: { noise: '0..1' } }), 'a grid needs a step');
  assert.match(refusal({ vary: { size: '1..3200:+1', share: '1..3200:+1' } }), 'more than 10000000');
  assert.match(refusal({ sample: 'sobol:3' }), 'is no way to choose points');
  assert.match(refusal({ sample: 'lhs:many' }), 'sample=many');
  assert.match(refusal({ rank: 'scor' }), "Did you mean 'score'?");
  assert.match(refusal({ rank: 'score:up' }), 'has no direction');
  assert.match(refusal({ pareto: ['score'] }), 'has two metrics, not 1');
  assert.match(refusal({ given: ['size'] }), "'size' is given but does not vary");
  assert.match(refusal({ set: { size: 3 }, vary: { size: '1,2' } }), 'both set and varied');
  assert.match(refusal({ set: { replications: 3 } }), 'Write --replications');
  assert.match(refusal({ untilPrecision: '0' }), 'untilPrecision=0');
  assert.match(refusal({ wher: [] }), 'Unrecognized key');
  assert.throws(() => readSpec('{', 'a.json'), /a.json is no JSON/);
  assert.throws(() => readRedisUrl('ftp://x'), /does not begin with redis/);
  assert.throws(() => readRedisUrl(undefined, ''), /no server is given/);
  assert.throws(() => readRedisUrl('redis://h/db'), /is no number/);
  assert.is(readRedisUrl(undefined, 'rediss://u:p@h').name, 'h:6379');
  assert.throws(() => checkJob('7', {}), /job 7 refused/);
});

test('the command: ranking, files, and the same command again computes nothing', async () => {
  const out = fresh();
  const args = [
    'sweep',
    toy,
    '--vary',
    'kind',
    '--vary',
    'size=1K..4K:x2',
    '--given',
    'size',
    '--rank',
    'score',
    '--out',
    out,
  ];
  const first = await inProcess([...args, '--in-process']);
  assert.is(first.code, 0, first.err);
  assert.match(first.out, /4K {2}fancy .* \+50 % over plain/);
  assert.match(first.out, '9 runs computed on this process');
  const again = await inProcess([...args, '--threads', '1', '--json']);
  const json = JSON.parse(again.out) as { complete: boolean; best: ReadonlyArray<{ values: Record<string, string> }> };
  assert.match(again.err, '0 runs computed on 1 thread');
  assert.equal([json.complete, json.best[0]?.values], [true, { kind: 'fancy', size: '4K' }]);
  const from = await inProcess(['sweep', join(out, 'study.json'), '--out', out, '--rank', 'cost:min']);
  assert.match(from.out, '0 runs computed');
  assert.ok(existsSync(join(out, 'report.html')));
  for (const wrong of [
    ['--vary', 'kinds'],
    ['--where', 'size >'],
    ['--redis', 'here'],
    ['--top', '0'],
    ['--out', join(out, 'study.json')],
  ]) {
    const refused = await inProcess(['sweep', toy, '--vary', 'kind', ...wrong]);
    assert.is(refused.code, 2, `${wrong}: ${refused.err}`);
    assert.is(refused.err.trim().split('\n').length, 1);
  }
  assert.is((await inProcess(['worker', '--redis', 'nothing'])).code, 2);
});

test.run();
