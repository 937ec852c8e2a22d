import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  compareScenario,
  defineScenario,
  param,
  resolveParams,
  runScenario,
  shareRuns,
} from '../../../scenarios/index.ts';
import { describeBand, relativeError } from '../../../scenarios/kit/index.ts';
import { replayRows } from '../../../scenarios/kit/replay-rows.ts';
import { scenario as mm1 } from './mm1.ts';

const test = suite('compare');

test('every published cell is judged by its role and tolerance', async () => {
  const comparison = await compareScenario(
    mm1,
    shareRuns(mm1, (resolved) => runScenario(mm1, resolved)),
  );
  assert.equal(
    comparison.cells.map((cell) => [cell.id, cell.verdict]),
    [
      ['half', 'pass'],
      ['eighty', 'pass'],
      ['ninety', 'pass'],
      ['stays-stable', 'pass'],
      ['full', 'shown'],
    ],
  );
  assert.equal(
    comparison.roles.map((role) => [role.role, role.cells, role.worstCell]),
    [
      ['calibration', 1, 'half'],
      ['check', 3, 'ninety'],
      ['report', 1, 'full'],
    ],
  );
  assert.is(comparison.cells[1]?.params, 'load=0.8 service=1us');
  assert.equal(comparison.misses, []);
});

/** A scenario whose published values can be wrong. */
function doubled(value: number | boolean, tolerance: number) {
  return defineScenario({
    id: 'doubled',
    title: '',
    paper: { title: '', reference: 'none' },
    params: { x: param.number({ default: 1, describe: 'x' }) },
    metrics: { y: { unit: '', describe: '2 x' }, even: { unit: '', describe: 'always' } },
    presets: { quick: { describe: '' } },
    run: ({ x }) => ({ metrics: { y: 2 * x, even: true }, events: 0 }),
    figures: [
      {
        id: 'cell',
        group: 'A',
        params: { x: 2 },
        metric: typeof value === 'number' ? 'y' : 'even',
        value,
        source: '',
        tag: 'read',
        role: 'check',
        tolerance,
      },
    ],
    targets: [{ id: 'mean', groups: ['A'], mean: 0.1 }],
    claims: [
      {
        id: 'claim',
        text: '',
        published: 4,
        source: '',
        pass: { min: 3.9, max: 4.1 },
        how: async (run) => (await run({ x: typeof value === 'number' ? value / 2 : 2 })).number('y'),
      },
    ],
  });
}

async function missesOf(value: number | boolean, tolerance: number): Promise<readonly string[]> {
  const scenario = doubled(value, tolerance);
  const run = shareRuns(scenario, (resolved) => runScenario(scenario, resolved));
  return (await compareScenario(scenario, run)).misses;
}

test('misses are listed', async () => {
  assert.equal(await missesOf(4, 0), []);
  assert.equal(await missesOf(4.04, 0.02), []);
  assert.equal(await missesOf(4.04, 0.005), ['cell cell']);
  assert.equal(await missesOf(5, 0.1), ['cell cell', 'target mean', 'claim claim']);
  assert.equal(await missesOf(true, 0), []);
  assert.equal(await missesOf(false, 0), ['cell cell']);
});

test('a quick comparison leaves out what is slow, and targets that it cannot judge', async () => {
  const { figures, ...rest } = doubled(5, 0.1);
  const scenario = { ...rest, figures: figures.map((cell) => ({ ...cell, slow: true })) };
  const run = shareRuns(scenario, (resolved) => runScenario(scenario, resolved));
  const quick = await compareScenario(scenario, run, { quick: true });
  assert.equal([quick.cells.length, quick.targets.length, quick.leftOut, quick.misses], [0, 0, 1, ['claim claim']]);
  const full = await compareScenario(scenario, run);
  assert.equal([full.cells.length, full.targets.length, full.leftOut], [1, 1, 0]);
});

test('equal parameters are run once', async () => {
  let runs = 0;
  const run = shareRuns(mm1, (resolved) => {
    runs += 1;
    return runScenario(mm1, resolved);
  });
  await Promise.all([run({ load: '90%' }), run({ preset: 'busy' }), run({ load: 0.9, service: '10us' })]);
  assert.is(runs, 1);
  await run({ load: 0.9, seed: 2 });
  assert.is(runs, 2);
});

test('an interrupted comparison keeps what is done', async () => {
  let stopped = false;
  const run = shareRuns(mm1, async (resolved) => {
    if (stopped) throw new Error('aborted');
    return runScenario(mm1, resolved);
  });
  const comparison = await compareScenario(mm1, run, {
    stopped: () => stopped,
    onStep: (done) => {
      stopped = done >= 2;
    },
  });
  assert.is(comparison.complete, false);
  assert.ok(comparison.cells.length >= 2);
  assert.is(
    (
      await compareScenario(
        mm1,
        shareRuns(mm1, (resolved) => runScenario(mm1, resolved)),
      )
    ).complete,
    true,
  );
});

test('an error of a cell is not swallowed', async () => {
  const run = shareRuns(mm1, () => Promise.reject(new Error('broken')));
  try {
    await compareScenario(mm1, run);
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).message, 'broken');
  }
});

test('replayRows gives claims, then targets', async () => {
  const run = shareRuns(mm1, (resolved) => runScenario(mm1, resolved));
  const rows = replayRows(await compareScenario(mm1, run));
  assert.equal(
    rows.map((row) => [row.published, row.simulated, row.error, row.band, row.verdict]),
    [
      ['2 x', '2 x', '0.0 %', '1.9 to 2.1', 'pass'],
      ['yes', 'yes', '', 'yes', 'pass'],
      ['', 'worst 2.2 %', 'mean 1.4 %', 'mean <= 2 %, worst <= 5 %', 'pass'],
    ],
  );
});

test('bands are stated in words', () => {
  assert.is(describeBand({ min: 1.8, max: 3.4 }), '1.8 to 3.4');
  assert.is(describeBand({ min: 1048576 }, 'tokens'), '>= 1M tokens');
  assert.is(describeBand({ max: 5 }, 'x'), '<= 5');
  assert.is(describeBand({ equals: 4 }), 'exactly 4');
});

test('relativeError is signed and safe at zero', () => {
  assert.is(relativeError(3, 2), 0.5);
  assert.is(relativeError(-3, -2), -0.5);
  assert.is(relativeError(0, 0), 0);
  assert.is(relativeError(5, 0), 1);
  assert.is(resolveParams(mm1, {}).reserved.backend, 'wasm');
});

test.run();
