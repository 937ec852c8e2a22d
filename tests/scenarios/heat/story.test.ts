import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { heat } from '../../../scenarios/heat/index.ts';
import { resolveParams, runScenario, shareRuns } from '../../../scenarios/kit/index.ts';

const test = suite('heat story');

/** Runs of few samples: the plots are checked for what they show, not for their values. */
const run = shareRuns(heat, (resolved) =>
  runScenario(heat, { ...resolved, own: { ...resolved.own, warmupRounds: 1, sampleRounds: 2 } }),
);

test('the story has its plots, with published marks', async () => {
  const plots = (await heat.story?.(run)) ?? [];
  assert.is(plots.length, 9);
  const [byThreads, scaling, byTile, gain] = plots;
  assert.ok(byThreads?.kind === 'bar' && byThreads.stacked && byThreads.series.length === 6);
  for (const plot of [byThreads, byTile]) {
    assert.ok(plot?.kind === 'bar');
    const sums = plot.series[0]?.points.map((_, i) =>
      plot.series.reduce((sum, { points }) => sum + (points[i]?.[1] ?? 0), 0),
    );
    for (const sum of sums ?? []) assert.ok(Math.abs(sum - 100) < 1e-6);
  }
  assert.ok(scaling?.kind === 'line' && scaling.published?.length === 7);
  assert.ok(gain?.kind === 'line' && gain.published?.length === 4);
  const timeline = plots.find(({ kind }) => kind === 'timeline');
  assert.ok(timeline?.kind === 'timeline' && timeline.lanes.length >= 4);
  assert.ok(timeline.lanes.every(({ spans }) => spans.length > 0));
  assert.ok(timeline.lanes.some(({ spans }) => spans.some(({ kind }) => kind === 'directory')));
});

test('every preset runs with few samples, and equal runs give equal reports', async () => {
  for (const preset of Object.keys(heat.presets)) {
    const report = async () => {
      const resolved = resolveParams(heat, { preset, warmupRounds: 1, sampleRounds: 2 });
      const { wallSeconds, ...rest } = await runScenario(heat, resolved);
      assert.ok(wallSeconds < 60);
      return rest;
    };
    const first = await report();
    assert.ok(Number(first.metrics.epochSeconds) > 0, preset);
    if (preset === 'fig10') assert.equal(await report(), first);
  }
});

test('what is published stands in the figures alone', () => {
  assert.ok(heat.figures.filter(({ role }) => role === 'check').length > 60);
  assert.ok(heat.claims.filter(({ id }) => id.startsWith('not ')).length >= 5);
  assert.ok(heat.invariants.length >= 15);
});

test.run();
