import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { shots, startViewing, waitFor } from './viewer-page.ts';

const test = suite('speed of the live viewer');

/** 10^7 for the figures of the README: `ESCAPEMENT_SLICES=1e7`. */
const slices = Number(process.env.ESCAPEMENT_SLICES ?? 3e5);
const rows = 50;
const tourMs = 6000;

/** Tasks on fifty rows whose name is a script for careless pages; every fourth waits. */
const scenario = `
import { defineActor, ns } from 'escapement';
import { defineScenario, param } from 'escapement/scenarios';
const device = defineActor({
  kind: 'device',
  init: (spec) => ({ left: spec.tasks, task: 0, n: 0 }),
  on: {
    next(state, _, ctx) {
      if (state.task !== 0) ctx.trace.end(state.task);
      state.task = 0;
      if (state.left-- <= 0) return;
      state.task = ctx.trace.begin('kernel', state.n % 7 === 0 ? '<img src=x onerror="window.hurt=1">' : 'gemm');
      if (state.n % 4 === 0) ctx.trace.wait(state.task, 'link', 'nic');
      ctx.schedule(ns(50 + ((state.n++ * 7919) % 1000)), ctx.self, { type: 'next' });
    },
  },
});
export const scenario = defineScenario({
  id: 'many-slices',
  title: 'Many slices',
  paper: { title: 'none', reference: 'none' },
  params: { slices: param.integer({ min: 1, max: 1e8, default: ${slices}, describe: 'tasks' }) },
  metrics: { rows: { unit: '', describe: 'rows' } },
  presets: { quick: { describe: 'all', set: {} } },
  build: (sim, { slices }) => {
    for (let i = 0; i < ${rows}; i++) {
      const one = sim.spawn('device' + i, device, { tasks: Math.ceil(slices / ${rows}) });
      sim.send(one, { type: 'next' });
    }
  },
  measure: () => ({ rows: ${rows} }),
});
`;

test('pan and zoom over many slices: two items a pixel, script within its time, names are text', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'escapement-'));
  const file = join(folder, 'many-slices.js');
  writeFileSync(file, scenario);
  const viewing = await startViewing({ file });
  try {
    const page = await viewing.open({ rows: 0 });
    await viewing.server.hub.start(file, {}, false);
    await waitFor(page, `window.escapement.viewer.layout.value.rows.length >= ${rows}`);
    await page.screenshot({ path: `${shots}/many-live.png` });
    const live = (await page.evaluate(`(async () => {
      const behind = [];
      const { viewer } = window.escapement;
      while (viewer.status.value?.state === 'running' && behind.length < 600) {
        await new Promise((next) => setTimeout(next, 50));
        behind.push(viewer.behindMs);
      }
      return behind.sort((a, b) => a - b);
    })()`)) as number[];
    await viewing.server.hub.run.ended();
    await waitFor(page, `window.escapement.viewer.status.value.state === 'finished'`);
    await page.keyboard.press('q');
    const joined = performance.now();
    const late = await viewing.open({ rows });
    const joinMs = performance.now() - joined;
    await late.close();
    const tour = (await page.evaluate(`(async () => {
      const { viewer, drawStatistics } = window.escapement;
      viewer.move.fitAll();
      await new Promise((next) => setTimeout(next, 800));
      drawStatistics.scriptMs.length = 0;
      const intervals = [];
      const started = performance.now();
      let before = started;
      while (performance.now() - started < ${tourMs}) {
        const part = (performance.now() - started) / ${tourMs};
        if (part < 0.4) viewer.move.zoom(0.97, viewer.time.width * 0.4);
        else if (part < 0.7) viewer.move.pan(9);
        else viewer.move.zoom(1.03, viewer.time.width * 0.6);
        await new Promise((next) => requestAnimationFrame(next));
        const now = performance.now();
        intervals.push(now - before);
        before = now;
      }
      const sorted = (list) => [...list].sort((a, b) => a - b);
      return { intervals: sorted(intervals), script: sorted(drawStatistics.scriptMs), worst: viewer.data.densest };
    })()`)) as { intervals: number[]; script: number[]; worst: number };
    await page.screenshot({ path: `${shots}/many.png` });
    const at = (list: readonly number[], share: number): number =>
      Number((list[Math.floor(list.length * share)] ?? 0).toFixed(1));
    const { intervals, script, worst } = tour;
    console.log(
      `${slices} slices: frames median ${at(intervals, 0.5)} ms, P95 ${at(intervals, 0.95)} ms; script median ${at(script, 0.5)} ms, P95 ${at(script, 0.95)} ms; ${worst.toFixed(2)} items a pixel; behind P95 ${at(live, 0.95)} ms; late join ${joinMs.toFixed(0)} ms`,
    );
    assert.ok(worst <= 2.01, `${worst} items a pixel`);
    assert.ok(at(script, 0.5) <= 16, 'script takes more than twice its 8 ms');
    assert.is(await page.evaluate('window.hurt'), undefined);
    viewing.check();
  } finally {
    await viewing.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();
