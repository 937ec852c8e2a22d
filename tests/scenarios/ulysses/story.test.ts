import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { resolveParams, runScenario, shareRuns } from '../../../scenarios/kit/index.ts';
import { ulysses } from '../../../scenarios/ulysses/index.ts';
import { checkInvariants } from '../kit/check-invariants.ts';

const test = suite('ulysses story');
const run = shareRuns(ulysses, (resolved) => runScenario(ulysses, resolved));

test('the story has its plots, with published marks of both systems', async () => {
  const plots = (await ulysses.story?.(run)) ?? [];
  assert.is(plots.length, 7);
  const [figure4] = plots;
  assert.ok(figure4?.kind === 'line' && figure4.published?.some(({ series }) => series === 'megatron-sp'));
  assert.ok(figure4?.kind === 'line' && figure4.flags?.some(({ series }) => series === 'megatron-sp'));
  const memory = plots.find(({ title }) => title.startsWith('Memory'));
  assert.ok(memory?.kind === 'line');
  const usable = memory.levels?.[0]?.y ?? 0;
  for (const { points } of memory.series) {
    const peak = Math.max(...points.map(([, y]) => y ?? 0));
    assert.ok(peak > usable / 2 && peak <= usable, `${peak} of ${usable}`);
  }
  const timeline = plots.find(({ kind }) => kind === 'timeline');
  assert.ok(timeline?.kind === 'timeline' && timeline.lanes.length >= 5);
});

test('quick takes less than a second and equal runs give equal reports', async () => {
  const report = async () => {
    const { wallSeconds, ...rest } = await runScenario(ulysses, resolveParams(ulysses, { preset: 'quick' }));
    assert.ok(wallSeconds < 1, `${wallSeconds} s`);
    return rest;
  };
  assert.equal(await report(), await report());
});

test('every preset runs or says out of memory, every bad value is refused in one line', async () => {
  for (const preset of Object.keys(ulysses.presets)) {
    const { metrics } = await runScenario(ulysses, resolveParams(ulysses, { preset }));
    assert.ok(metrics.outOfMemory === true || Number(metrics.iterationSeconds) > 0, preset);
  }
  const bad = [{ sp: 33 }, { seq: '1e99' }, { seq: 0 }, { sp: -1 }, { model: '8b' }, { nicBandwidth: 0 }, { sq: 1 }];
  for (const params of bad)
    assert.throws(
      () => resolveParams(ulysses, params as never),
      (error: Error) => error.message.length < 200 && !error.message.includes('\n'),
    );
});

test('a bandwidth that no clock can hold is a fault of the input', async () => {
  const resolved = resolveParams(ulysses, { nicBandwidth: 25, seq: '256K' });
  try {
    await runScenario(ulysses, resolved);
    assert.unreachable('ran');
  } catch (error) {
    assert.is((error as { code?: string }).code, 'RUN_TOO_LONG');
  }
});

test('invariants hold on random parameters', async () => {
  assert.ok(ulysses.invariants.length >= 10);
  await checkInvariants(ulysses);
});

test.run();
