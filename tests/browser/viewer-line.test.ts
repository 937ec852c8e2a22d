import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openLine } from './line.ts';
import { shots, startViewing, waitFor } from './viewer-page.ts';

const test = suite('lines to the live viewer');
const file = fileURLToPath(new URL('../viz-server/server/live-scenario.js', import.meta.url));

/** How long the line is cut: `ESCAPEMENT_CUT=60` for a minute. */
const cutMs = Number(process.env.ESCAPEMENT_CUT ?? 3) * 1000;
const slow = 200_000;

/** The whole of the run in words, but for waits: of them a page has more that was there when they were told. */
async function whole(page: Page, tasks: number): Promise<unknown> {
  await waitFor(page, `window.escapement.viewer.status.value.state === 'finished'`);
  await page.focus('.over');
  await page.keyboard.press('0');
  const total = `document.querySelector('#visible [data-total]')?.dataset.total`;
  await waitFor(page, `window.escapement.viewer.lossy.value === undefined`);
  await waitFor(page, `${total} === '${tasks}'`).catch(async () => {
    await page.screenshot({ path: `${shots}/line.png` });
    throw new Error(`the table stands for ${await page.evaluate(total)} of ${tasks} tasks`);
  });
  return page.evaluate(
    `[...document.querySelectorAll('#visible tbody tr')].map((row) => [...row.cells].slice(0, 5).map((cell) => cell.textContent).join(' | '))`,
  );
}

test('a line that was cut while the run went on comes back to what a page sees that was there all the time', async () => {
  const viewing = await startViewing({ file });
  const line = await openLine(viewing.server.port);
  try {
    const steady = await viewing.open({ rows: 0 });
    const cut = await viewing.open({ rows: 0, link: line.link(viewing.server.link) });
    for (const page of [steady, cut]) await page.click('#tab-table');
    await viewing.server.hub.start(file, { workers: 4, jobs: 100_000 }, false);
    await waitFor(cut, `document.querySelector('#visible [data-total]')?.dataset.total > 0`);
    line.cut();
    await waitFor(cut, `window.escapement.viewer.line.value.kind === 'waiting'`);
    assert.match(String(await cut.textContent('.banner')), /trying again/);
    const held = await cut.evaluate(`document.querySelector('#visible [data-total]').dataset.total`);
    await new Promise((next) => setTimeout(next, cutMs));
    await viewing.server.hub.run.ended();
    assert.is(
      await cut.evaluate(`document.querySelector('#visible [data-total]').dataset.total`),
      held,
      'nothing comes',
    );
    line.mend();
    await waitFor(cut, `window.escapement.viewer.line.value.kind === 'open'`);
    await waitFor(cut, `window.escapement.viewer.status.value.state === 'finished'`);
    const { tasks } = viewing.server.hub.store;
    assert.equal(await whole(cut, tasks), await whole(steady, tasks));
    // A browser says so when a connection is refused; that is what was done to it.
    viewing.check(/ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_SOCKET|WebSocket connection/);
  } finally {
    await viewing.close();
    await line.close();
  }
});

test('five viewers, one on a slow line: it sees a coarser picture and catches up, the others do not notice', async () => {
  const viewing = await startViewing({ file });
  const line = await openLine(viewing.server.port, slow);
  try {
    const behind = (page: Page): Promise<number> =>
      page.evaluate(`(async () => {
        const { viewer } = window.escapement;
        const list = [];
        while (viewer.status.value?.state !== 'finished') {
          await new Promise((next) => setTimeout(next, 50));
          if (viewer.behindMs > 0) list.push(viewer.behindMs);
        }
        return list.sort((a, b) => a - b)[Math.floor(list.length * 0.95)] ?? 0;
      })()`) as Promise<number>;
    const late = await viewing.open({ rows: 0, link: line.link(viewing.server.link) });
    await late.evaluate(`(() => {
      const { viewer } = window.escapement;
      window.wasCoarse = false;
      viewer.lossy.subscribe((lossy) => { if (lossy !== undefined) window.wasCoarse = true; });
    })()`);
    const others = [];
    for (let i = 0; i < 4; i++) others.push(await viewing.open({ rows: 0 }));
    await viewing.server.hub.start(file, { workers: 4, jobs: 150_000 }, false);
    const delays = await Promise.all(others.map(behind));
    await viewing.server.hub.run.ended();
    const { tasks } = viewing.server.hub.store;
    const tables = [];
    for (const page of [...others, late]) {
      await page.bringToFront();
      if ((await page.evaluate(`window.escapement.viewer.tab.value`)) !== 'table') await page.click('#tab-table');
      tables.push(await whole(page, tasks));
    }
    for (const table of tables) assert.equal(table, tables[0]);
    console.log(
      `${tasks} tasks: behind P95 of the four ${delays.map((ms) => Math.round(ms)).join(', ')} ms; ` +
        `the slow one ${(await late.evaluate('window.wasCoarse')) ? 'was coarser for a while' : 'kept up'}`,
    );
    viewing.check();
  } finally {
    await viewing.close();
    await line.close();
  }
});

test.run();
