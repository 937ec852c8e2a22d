import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ds4science } from '../../../scenarios/ds4science/index.ts';
import { compareScenario, resolveParams, runScenario, shareRuns } from '../../../scenarios/kit/index.ts';
import { checkInvariants } from '../kit/check-invariants.ts';

const test = suite('ds4science story');
const run = shareRuns(ds4science, (resolved) => runScenario(ds4science, resolved));

test('published cells and claims: all within their bands, one target on a coarse grid missed', async () => {
  const comparison = await compareScenario(ds4science, run);
  assert.equal(
    comparison.cells.filter(({ verdict }) => verdict === 'miss').map(({ id }) => id),
    [],
  );
  assert.equal(
    comparison.claims.filter(({ verdict }) => verdict === 'miss').map(({ id }) => id),
    [],
  );
  assert.equal(
    comparison.targets.filter(({ verdict }) => verdict === 'miss').map(({ id }) => id),
    ['longest sequence, new, nobody fitted (one step of 64K)'],
  );
});

test('the story has its plots with published marks', async () => {
  const plots = (await ds4science.story?.(run)) ?? [];
  assert.is(plots.length, 11);
  const [longest] = plots;
  assert.ok(longest?.kind === 'bar' && longest.published?.length === 13);
  const step = plots.find(({ title }) => title.startsWith('Memory of one GPU'));
  assert.ok(step?.kind === 'line' && step.series.length === 3);
  const usable = step.levels?.[0]?.y ?? 0;
  for (const { points } of step.series) assert.ok(points.every(([, y]) => (y ?? 0) <= usable));
  assert.ok(plots.some(({ kind }) => kind === 'heat'));
});

test('quick takes less than a second and equal runs give equal reports', async () => {
  const report = async () => {
    const { wallSeconds, ...rest } = await runScenario(ds4science, resolveParams(ds4science, { preset: 'quick' }));
    assert.ok(wallSeconds < 1, `${wallSeconds} s`);
    return rest;
  };
  assert.equal(await report(), await report());
});

test('every preset runs', async () => {
  for (const preset of Object.keys(ds4science.presets)) {
    const { metrics } = await runScenario(ds4science, resolveParams(ds4science, { preset }));
    assert.is(metrics.outOfMemory, false, preset);
  }
});

test('1024 ranks are simulated by one', async () => {
  const set = {
    model: 'custom',
    layers: 64,
    hidden: 65536,
    heads: 1024,
    gpus: 1024,
    vocab: 51200,
    seq: '64K',
  } as const;
  const { wallSeconds, metrics } = await runScenario(ds4science, resolveParams(ds4science, set));
  assert.ok(Number(metrics.iterationSeconds) > 0 || metrics.outOfMemory === true);
  assert.ok(wallSeconds < 10, `${wallSeconds} s`);
});

test('the invariants hold', async () => {
  assert.ok(ds4science.invariants.length >= 10);
  await checkInvariants(ds4science, 100);
});

test.run();
