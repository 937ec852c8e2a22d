import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { shots, startViewing, type Viewing, waitFor } from './viewer-page.ts';

const test = suite('the viewer in Chromium: the past and a second run');
const past = fileURLToPath(new URL('../viz-server/server/past-scenario.js', import.meta.url));
const line = fileURLToPath(new URL('../viz-server/server/line-scenario.js', import.meta.url));
let viewing: Viewing;

test.before(async () => {
  viewing = await startViewing({ file: past });
});
test.after(() => viewing.close());
test.after.each(async () => {
  for (const page of viewing.context.pages().slice(1)) await page.close();
});

/** The state of the actor on screen, once the panel shows it at that moment. */
async function stateOf(page: Page, isPast: boolean): Promise<{ at: number; state: string }> {
  await page.waitForSelector(`[data-tab="chart"] [data-past="${isPast}"] pre`);
  const at = Number(await page.getAttribute('[data-tab="chart"] [data-at]', 'data-at'));
  return { at, state: String(await page.textContent('[data-tab="chart"] pre')) };
}

/** Pictures in both themes. */
async function look(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${shots}/${name}-light.png` });
  await page.click('header >> button:text-is("Dark")');
  await waitFor(page, `document.documentElement.dataset.theme === 'dark'`);
  await page.screenshot({ path: `${shots}/${name}-dark.png` });
  await page.click('header >> button:text-is("Light")');
}

test('one scrubs back while the run goes on, sees the state then, and comes back to now', async () => {
  const { server } = viewing;
  await server.hub.start(past, { stations: 4, jobs: 3_000_000 }, false);
  const page = await viewing.open({ rows: 1 });
  await waitFor(page, `(window.escapement.viewer.status.value?.now ?? 0) > 3e9`);
  await page.click('#tab-chart');
  await page.waitForSelector('[data-tab="chart"] >> text=Select a task');
  const before = (await page.evaluate(`window.escapement.viewer.status.value.now`)) as number;
  // The row of the light; then the middle of what is on screen.
  const rows = (await page.evaluate(
    `window.escapement.viewer.layout.value.rows.map(({ y, height, track }) => [track.actor, y + height / 2])`,
  )) as Array<[string, number]>;
  const y = rows.find(([actor]) => actor === 'station1')?.[1] ?? 0;
  const box = (await (await page.$('.over'))!.boundingBox())!;
  await page.mouse.move(box.x + 300, box.y + y);
  await page.keyboard.down('Shift');
  await page.mouse.down();
  await page.mouse.up();
  await page.keyboard.up('Shift');
  const then = await stateOf(page, true);
  const told = await server.hub.looks.world({ sim: 1, actor: 'station1', at: then.at });
  assert.equal(JSON.parse(then.state), told.state);
  await page.waitForSelector('.past >> text=viewing');
  await page.waitForSelector('.past >> text=run at');
  const after = (await page.evaluate(`window.escapement.viewer.status.value.now`)) as number;
  assert.ok(after >= before && server.hub.run.state === 'running', 'the run goes on');
  await look(page, 'past');
  await page.focus('.over');
  await page.keyboard.press('k');
  const event = (): Promise<number> =>
    page.evaluate(`window.escapement.viewer.travel.world.value?.event ?? -1`) as Promise<number>;
  await waitFor(page, `window.escapement.viewer.travel.world.value?.event === ${told.event + 1}`);
  await page.keyboard.press('j');
  await waitFor(page, `window.escapement.viewer.travel.world.value?.event === ${told.event}`);
  await page.keyboard.press('Shift+ArrowLeft');
  await waitFor(page, `window.escapement.viewer.travel.world.value?.event < ${told.event}`);
  const left = await event();
  await page.keyboard.press('Shift+ArrowRight');
  await waitFor(page, `window.escapement.viewer.travel.world.value?.event > ${left}`);
  // The axis is a slider.
  const axis = (await (await page.$('.axis'))!.boundingBox())!;
  await page.mouse.move(axis.x + 100, axis.y + 10);
  await page.mouse.down();
  await page.mouse.move(axis.x + 180, axis.y + 10, { steps: 5 });
  await page.mouse.up();
  await waitFor(
    page,
    `(() => { const { viewer } = window.escapement; const { value } = viewer.travel.moment; return value !== undefined && Math.abs(viewer.time.xOf(value.at) - 180) < 3; })()`,
  );
  await page.focus('.over');
  await page.keyboard.press('Escape');
  assert.is((await stateOf(page, false)).at > then.at, true);
  assert.is(await page.$('.past'), null);
  await page.keyboard.press('p');
  await page.waitForSelector('.past');
  await page.click('.past >> text=Back to now');
  await page.waitForSelector('.past', { state: 'detached' });
  viewing.check();
});

test('a chart, its timers and its mailbox are those of the moment', async () => {
  const { server } = viewing;
  await server.hub.start(past, { stations: 2, jobs: 100 }, false);
  await server.hub.run.ended();
  const page = await viewing.open({ rows: 0 });
  await page.click('#tab-chart').catch(() => undefined);
  const at = 7_000_000;
  // As right after the greeting, before the first status.
  await page.evaluate(`(() => {
    const { viewer } = window.escapement;
    viewer.status.value = undefined;
    viewer.travel.seek(${at}, { actor: 'light', sim: 1 });
  })()`);
  await stateOf(page, true);
  const { picture } = await server.hub.looks.world({ sim: 1, actor: 'light', at });
  const shown = await page.$$eval('.states li.active > b', (all) => all.map((one) => one.textContent));
  assert.is(shown.length, 1);
  assert.ok(shown[0]?.includes(picture!.active.at(-1)!.replace('light.', '')), `${shown}`);
  assert.match(String(await page.textContent('[data-tab="chart"] table')), /xstate\.after/);
  await page.screenshot({ path: `${shots}/past-chart.png` });
  await waitFor(page, `location.hash.includes('past=${at}')`);
  const other = await viewing.open({ link: (await page.evaluate(`location.href`)) as string, rows: 1 });
  await other.waitForSelector('.past >> text=viewing 7 us');
  viewing.check();
});

test('a second run stands beside the first: the change that arithmetic predicts, in every part', async () => {
  const own = await startViewing({ file: line });
  try {
    const { server } = own;
    await server.hub.start(line, { items: 40 }, false);
    await server.hub.run.ended();
    const page = await own.open({ rows: 1 });
    await page.focus('.over');
    await page.keyboard.press('c');
    await page.waitForSelector('form.second label:has-text("second") input');
    assert.is(await page.inputValue('form.second label:has-text("second") input'), '5');
    // The same parameters first: nothing differs.
    await page.click('text=Start the second run');
    await page.waitForSelector('[data-tab="compare"] td:has-text("makespan")');
    await page.click('[data-tab="compare"] >> text=Tasks that differ');
    await page.waitForSelector('[data-different="0"]');
    await page.click('[data-tab="compare"] >> text=First difference');
    await page.waitForSelector('[data-same="true"]');
    await page.click('[data-tab="compare"] >> text=Difference tracks');
    await page.waitForSelector('[data-different="0"]');
    // Then a faster second station: 2 + 40 x 5 ns becomes 2 + 40 x 3.
    await page.click('text=Second run …');
    await page.fill('form.second label:has-text("second") input', '3');
    await page.click('text=Start the second run');
    await page.click('[data-tab="compare"] >> text=Metrics');
    await page.waitForSelector('[data-tab="compare"] tr:has-text("makespan"):has-text("122")');
    const row = await page.textContent('[data-tab="compare"] tr:has-text("makespan")');
    for (const value of ['202', '122', '-80']) assert.ok(row?.includes(value), `${row}`);
    await look(page, 'compare-metrics');
    for (const [title, content, name] of [
      ['Times', 'td:has-text("makespan")', 'times'],
      ['Critical path', 'tbody tr', 'path'],
      ['Tasks that differ', 'tbody tr', 'tasks'],
      ['Difference tracks', '.differences canvas', 'tracks'],
      ['Histograms', 'svg rect', 'histogram'],
      ['First difference', '[data-same="false"]', 'divergence'],
    ] as const) {
      await page.click(`[data-tab="compare"] >> text=${title}`);
      await page.waitForSelector(`[data-tab="compare"] ${content} >> nth=0`);
      await look(page, `compare-${name}`);
    }
    await page.click('[data-tab="compare"] >> text=Tasks that differ');
    await page.click('[data-tab="compare"] tbody tr >> nth=0');
    await waitFor(page, `window.escapement.viewer.selected.value !== undefined`);
    own.check();
  } finally {
    await own.close();
  }
});

test('what if it were free: from the table of what blocks to the answer', async () => {
  const own = await startViewing({ file: line });
  try {
    const { server } = own;
    await server.hub.start(line, { items: 10 }, false);
    await server.hub.run.ended();
    const page = await own.open({ rows: 1 });
    await page.click('[data-tab="blocking"] tr:has-text("line/s1") >> text=What if free?');
    await page.waitForSelector('[data-tab="compare"] tr:has-text("makespan"):has-text("25")');
    await waitFor(page, `document.querySelector('.pair')?.textContent.includes('line/s1 free')`);
    await page.screenshot({ path: `${shots}/compare-free.png` });
    // What was saved is compared with what runs.
    const answer = await server.hub.analysis.ask({ kind: 'export', sim: 1, format: 'pftrace' });
    assert.ok(answer.kind === 'bytes');
    await page.setInputFiles('input[aria-label="Load a trace"]', {
      name: 'saved.pftrace',
      mimeType: 'application/octet-stream',
      buffer: Buffer.from(answer.bytes),
    });
    await waitFor(page, `document.querySelector('.pair')?.textContent.includes('saved.pftrace, loaded')`);
    await page.click('[data-tab="compare"] >> text=Tasks that differ');
    await page.waitForSelector('[data-different="0"]');
    // A link need not be waited for to be asked about.
    await server.hub.start('ulysses', { preset: 'quick' }, false);
    await server.hub.run.ended();
    await page.click('#tab-topology');
    await page.click('[data-tab="topology"] tr:has-text("rank0/nvlink/up") >> text=What if free?');
    await waitFor(page, `document.querySelector('.pair')?.textContent.includes('rank0/nvlink/up free')`);
    await page.waitForSelector('[data-tab="compare"] tr:has-text("iterationSeconds")');
    own.check();
  } finally {
    await own.close();
  }
});

test.run();
