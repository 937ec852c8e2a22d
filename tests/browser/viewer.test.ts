import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type PageWindow, searchFor, shots, startViewing, type Viewing, waitFor } from './viewer-page.ts';

const test = suite('the live viewer in Chromium');
let viewing: Viewing;

test.before(async () => {
  viewing = await startViewing();
  await viewing.server.hub.start('ulysses', { preset: 'quick' }, false);
  await viewing.server.hub.run.ended();
});
test.after(async () => {
  await viewing.close();
});
test.after.each(async () => {
  for (const page of viewing.context.pages().slice(1)) await page.close();
});

/** Waits until what the page says of itself is so. */
async function until(page: Page, holds: (viewer: PageWindow['escapement']['viewer']) => boolean): Promise<void> {
  await waitFor(page, `(${holds.toString()})(window.escapement.viewer)`);
}

function ask<T>(page: Page, question: (viewer: PageWindow['escapement']['viewer']) => T): Promise<T> {
  return page.evaluate(`(${question.toString()})(window.escapement.viewer)`) as Promise<T>;
}

/** Puts the focus on the timeline and selects the first task of the compute lane. */
async function selectTask(page: Page): Promise<void> {
  await page.focus('.over');
  await searchFor(page, 'attention');
  await until(page, ({ detail, selected }) => detail.value !== undefined && detail.value.task === selected.value?.task);
  await page.focus('.over');
}

test('Ulysses is drawn, light and dark, without a complaint', async () => {
  const page = await viewing.open({ rows: 10 });
  await page.waitForSelector('.legend canvas');
  await page.waitForSelector('[data-tab="blocking"] table');
  await page.screenshot({ path: `${shots}/ulysses-light.png` });
  await page.click('text=Dark');
  await waitFor(page, `document.documentElement.dataset.theme === 'dark'`);
  await page.screenshot({ path: `${shots}/ulysses-dark.png` });
  await page.click('text=Light');
  assert.match(String(await page.textContent('.legend')), /dependency ?earlier work to finish/);
  viewing.check();
});

test('every key of the map does what help says', async () => {
  const page = await viewing.open({ rows: 10 });
  await page.focus('.over');
  const span = (): Promise<number> => ask(page, ({ time }) => time.to - time.from);
  const from = (): Promise<number> => ask(page, ({ time }) => time.from);
  const all = await span();
  await page.keyboard.press('w');
  assert.ok((await span()) < all);
  const linear = await span();
  await page.keyboard.press('x');
  await waitFor(page, `window.escapement.viewer.time.axis.kind === 'events'`);
  assert.is(await span(), linear, 'the range stays');
  await page.screenshot({ path: `${shots}/events.png` });
  await waitFor(page, `location.hash.includes('axis=events')`);
  await page.keyboard.press('x');
  await waitFor(page, `window.escapement.viewer.time.axis.kind === 'linear'`);
  const near = await span();
  await page.keyboard.press('s');
  assert.ok((await span()) > near);
  await page.keyboard.press('w');
  const left = await from();
  await page.keyboard.press('d');
  assert.ok((await from()) > left);
  await page.keyboard.press('a');
  assert.ok(Math.abs((await from()) - left) < (await span()) / 100);
  await page.keyboard.press('Control+z');
  await page.keyboard.press('0');
  assert.ok((await span()) >= all * 0.99);
  await selectTask(page);
  await page.keyboard.press('f');
  assert.ok((await span()) < all / 2);
  await page.keyboard.press('f');
  assert.ok((await span()) > all / 2);
  for (const key of ['.', ',', 'ArrowRight', 'ArrowLeft', 'ArrowDown', 'ArrowUp']) {
    const before = await ask(page, ({ selected }) => selected.value?.task);
    await page.keyboard.press(key);
    assert.is.not(await ask(page, ({ selected }) => selected.value?.task), before, key);
  }
  await selectTask(page);
  await page.keyboard.press('r');
  assert.ok((await ask(page, ({ area }) => area.value)) !== undefined);
  await page.keyboard.press('Escape');
  assert.is(await ask(page, ({ area }) => area.value === undefined), true);
  for (const [key, tab] of [
    ['t', 'table'],
    ['b', 'blocking'],
    ['h', 'histogram'],
    ['c', 'compare'],
    ['g', 'topology'],
    ['Enter', 'details'],
  ] as const) {
    await page.keyboard.press(key);
    assert.is(await ask(page, (viewer) => viewer.tab.value), tab, key);
  }
  await page.keyboard.press('g');
  await page.keyboard.press('g');
  assert.is(await ask(page, ({ heat }) => heat.value), false);
  await page.keyboard.press('g');
  await page.keyboard.press('q');
  await page.keyboard.press('Control+b');
  assert.is(await ask(page, ({ isSideOpen }) => isSideOpen.value), false);
  await page.keyboard.press('Control+b');
  await page.keyboard.press('l');
  assert.is(await ask(page, ({ isFollowing }) => isFollowing.value), true);
  await page.keyboard.press(' ');
  assert.is(await ask(page, ({ isFrozen }) => isFrozen.value), true);
  await page.keyboard.press(' ');
  assert.is(await ask(page, ({ isFrozen }) => isFrozen.value), false);
  await page.keyboard.press('m');
  await page.waitForSelector('select[aria-label="Marks"]');
  await page.keyboard.press('Shift+M');
  await page.fill('dialog input', 'look here');
  await page.press('dialog input', 'Enter');
  await waitFor(page, `document.querySelector('select[aria-label="Marks"]')?.textContent.includes('look here')`);
  await page.focus('.over');
  await page.keyboard.press('?');
  await page.waitForSelector('dialog[aria-label="Keys"]');
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog', { state: 'detached' });
  await page.keyboard.press('Control+Shift+P');
  await page.fill('dialog input', 'counters');
  await page.press('dialog input', 'Enter');
  await page.waitForSelector('[data-tab="counters"] caption');
  await page.focus('.over');
  await page.keyboard.press('/');
  assert.is(await page.evaluate(`document.activeElement.id`), 'search');
  viewing.check();
});

test('a mark is removed by mouse and by key, for everybody, by who may', async () => {
  const page = await viewing.open({ rows: 10 });
  const guest = await viewing.open({ link: viewing.server.viewLink, rows: 10 });
  const marks = (from = page): Promise<number> =>
    from.evaluate(`window.escapement.viewer.marks.value.length`) as Promise<number>;
  const before = await marks();
  await page.focus('.over');
  for (const note of ['first', 'second', 'third', 'fourth']) {
    await page.keyboard.press('Shift+M');
    await page.fill('dialog input', note);
    await page.press('dialog input', 'Enter');
    await waitFor(page, `window.escapement.viewer.marking.chosen.value?.text === '${note}'`);
    await page.focus('.over');
    await page.keyboard.press('d');
    await page.keyboard.press('d');
  }
  await page.screenshot({ path: `${shots}/marks.png` });
  const names = (): Promise<string> => page.textContent('#marks').then(String);
  await page.click('text=Remove mark');
  await waitFor(page, `!document.querySelector('#marks').textContent.includes('fourth')`);
  assert.is(await page.evaluate(`document.activeElement.id`), 'marks', 'focus stays near');
  await page.focus('.over');
  await page.keyboard.press('Delete');
  await waitFor(page, `document.querySelector('.said').textContent.startsWith('Choose a mark first')`);
  await page.keyboard.press('0');
  const place = (await page.evaluate(`(() => {
    const { marks, time } = window.escapement.viewer;
    const { left, bottom } = document.querySelector('.axis').getBoundingClientRect();
    return [left + time.xOf(marks.value.find(({ text }) => text === 'second').tick), bottom - 4];
  })()`)) as [number, number];
  await page.mouse.click(...place);
  await waitFor(page, `window.escapement.viewer.marking.chosen.value?.text === 'second'`);
  assert.is(await page.evaluate(`window.escapement.viewer.travel.moment.value`), undefined, 'no look at the past');
  await page.screenshot({ path: `${shots}/mark-chosen.png` });
  await page.focus('.over');
  await page.keyboard.press('Delete');
  await waitFor(page, `!document.querySelector('#marks').textContent.includes('second')`);
  assert.match(await names(), /first.*third/s);
  await page.keyboard.press('v');
  await page.keyboard.press('Shift+V');
  await page.focus('#marks');
  await page.selectOption('#marks', { label: await optionOf(page, 'first') });
  await page.press('#marks', 'Delete');
  await waitFor(page, `window.escapement.viewer.marks.value.length === ${before + 1}`);
  await waitFor(guest, `window.escapement.viewer.marks.value.length === ${before + 1}`);
  await guest.focus('.over');
  while (!String(await guest.evaluate(`window.escapement.viewer.marking.chosen.value?.text`)).includes('third'))
    await guest.keyboard.press('v');
  assert.is(await guest.$('text=Remove mark'), null);
  await guest.keyboard.press('Delete');
  await waitFor(guest, `document.querySelector('.said').textContent.startsWith('This link only watches')`);
  assert.is(await marks(guest), before + 1);
  viewing.check();
});

/** The text of the option that has it. */
function optionOf(page: Page, text: string): Promise<string> {
  return page.evaluate(
    `[...document.querySelectorAll('#marks option')].find((one) => one.textContent.includes('${text}')).textContent`,
  ) as Promise<string>;
}

test('letters in a text field are letters', async () => {
  const page = await viewing.open({ rows: 10 });
  const view = (): Promise<unknown> =>
    ask(page, ({ time, tab, isFrozen }) => [time.from, time.to, tab.value, isFrozen.value]);
  const before = await view();
  await page.focus('#search');
  await page.keyboard.type('wasd t g?0 flqm[].,');
  assert.equal(await view(), before);
  viewing.check();
});

test('parts tile the selected task, and the chain of causes leads on and back', async () => {
  const page = await viewing.open({ rows: 10 });
  await searchFor(page, 'lossGather');
  await until(page, ({ detail }) => detail.value !== undefined);
  const detail = (await ask(page, (viewer) => viewer.detail.value))!;
  let at = detail.start;
  for (const { from, until: end } of detail.stretches) {
    assert.is(from, at);
    at = end;
  }
  assert.is(at, detail.end);
  await page.focus('.over');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.stretches >> text=waited');
  const first = detail.task;
  await page.focus('.over');
  await page.keyboard.press(']');
  await waitFor(page, `window.escapement.viewer.selected.value?.task !== ${first}`);
  await page.keyboard.press('[');
  assert.is(await ask(page, ({ selected }) => selected.value?.task), first);
  viewing.check();
});

test('every panel has content', async () => {
  const page = await viewing.open({ rows: 10 });
  await selectTask(page);
  for (const [tab, content] of [
    ['details', '.stretches li'],
    ['blocking', 'tbody tr'],
    ['counters', '.u-wrap'],
    ['memory', 'td >> text=memory0/in use'],
    ['results', 'text=tflopsPerGpu'],
    ['compare', 'text=Second run'],
    ['published', 'text=TFLOP/s'],
    ['topology', 'svg.topology .actor'],
    ['chart', 'pre'],
    ['histogram', 'meter'],
    ['query', 'input[aria-label="Query"]'],
    ['table', '#visible tbody tr'],
  ] as const) {
    await page.click(`#tab-${tab}`).catch(() => undefined);
    if ((await ask(page, (viewer) => viewer.tab.value)) !== tab) await page.click(`#tab-${tab}`);
    await page.waitForSelector(`[data-tab="${tab}"] >> ${content} >> nth=0`);
    await page.screenshot({ path: `${shots}/panel-${tab}.png` });
  }
  await page.click('#tab-query');
  await page.fill('input[aria-label="Query"]', 'tasks group by name order by total desc');
  await page.press('input[aria-label="Query"]', 'Enter');
  await page.waitForSelector('[data-tab="query"] tbody tr');
  await page.fill('input[aria-label="Query"]', 'nonsense');
  await page.press('input[aria-label="Query"]', 'Enter');
  await page.waitForSelector('[data-tab="query"] >> text=there is no');
  viewing.check();
});

test('a cut line comes back with the same table, and so does a link', async () => {
  const page = await viewing.open({ rows: 10 });
  await page.click('#tab-table');
  const table = (of: Page): Promise<string> => of.innerHTML('#visible');
  await page.click('[aria-label="Close network"]');
  await page.waitForSelector('#visible [data-total="267"]');
  const before = await table(page);
  await ask(page, ({ live }) => live.reconnect());
  await until(page, ({ line }) => line.value.kind !== 'open');
  await until(page, ({ line }) => line.value.kind === 'open');
  await page.waitForSelector('#visible [data-total="267"]');
  assert.is(await table(page), before);
  await page.focus('.over');
  await page.keyboard.press('w');
  await page.keyboard.press('w');
  await searchFor(page, 'loss');
  await page.click('#tab-table');
  await until(page, ({ tab }) => tab.value === 'table' || tab.value === undefined);
  await waitFor(page, `location.hash.includes('task=')`);
  const [range, task] = await ask(page, ({ time, selected }) => [
    [Math.round(time.from), Math.round(time.to)],
    selected.value?.task,
  ]);
  const other = await viewing.open({ link: (await page.evaluate(`location.href`)) as string, rows: 10 });
  await until(other, ({ selected }) => selected.value !== undefined);
  assert.equal(
    await ask(other, ({ time, selected }) => [[Math.round(time.from), Math.round(time.to)], selected.value?.task]),
    [range, task],
  );
  viewing.check();
});

test('tables stand for canvases: labels, a way past them, a live region', async () => {
  const page = await viewing.open({ rows: 10 });
  for (const label of await page.$$eval('canvas:not([aria-hidden])', (all) =>
    all.map((one) => one.getAttribute('aria-label')),
  ))
    assert.ok(label);
  const names = (await page.evaluate(
    `[...document.querySelectorAll('button, input, select')].map((one) => one.getAttribute('aria-label') ?? (one.textContent || one.labels?.[0]?.textContent || ''))`,
  )) as string[];
  for (const name of names) assert.ok(name.trim() !== '');
  await page.keyboard.press('Tab');
  assert.match(String(await page.evaluate(`document.activeElement.textContent`)), /table of what is visible/);
  await page.keyboard.press('Enter');
  await page.waitForSelector('#visible tbody tr');
  assert.is(await page.getAttribute('.said', 'aria-live'), 'polite');
  await page.setViewportSize({ width: 360, height: 740 });
  await waitFor(page, `document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1`);
  await page.screenshot({ path: `${shots}/narrow.png` });
  viewing.check();
});

test('Perfetto gets the file that is downloaded', async () => {
  const page = await viewing.open({ rows: 10 });
  const [posted, file] = (await page.evaluate(`(async () => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const source = frame.contentWindow;
    let got;
    window.open = () => source;
    const answer = (message) => {
      if (message === 'PING') dispatchEvent(new MessageEvent('message', { data: 'PONG', source }));
      else got = message.perfetto.buffer;
    };
    Object.defineProperty(source, 'postMessage', { value: answer });
    [...document.querySelectorAll('button')].find((one) => one.textContent === 'Open in Perfetto').click();
    const token = new URLSearchParams(location.hash.slice(1)).get('t');
    const whole = await (await fetch('/api/v1/trace.pftrace', { headers: { authorization: 'Bearer ' + token } })).arrayBuffer();
    for (let i = 0; i < 200 && got === undefined; i++) await new Promise((next) => setTimeout(next, 50));
    return [got?.byteLength ?? 0, whole.byteLength];
  })()`)) as [number, number];
  assert.ok(file > 1000);
  assert.is(posted, file);
  viewing.check();
});

test('who pauses is seen by all; who only watches cannot', async () => {
  const { server } = viewing;
  await server.hub.start('ulysses', { preset: 'quick' }, true);
  const ana = await viewing.open({ rows: 0 });
  const ben = await viewing.open({ rows: 0, link: server.viewLink });
  await until(ana, ({ status }) => status.value?.state === 'paused');
  const events = (await ask(ana, ({ status }) => status.value?.events)) ?? 0;
  await ana.focus('.over');
  await ana.keyboard.press('n');
  await waitFor(ana, `window.escapement.viewer.status.value.events === ${events + 1}`);
  await ana.keyboard.press('Shift+N');
  await waitFor(ana, `window.escapement.viewer.status.value.events > ${events + 1}`);
  await ben.waitForSelector('text=watching only');
  await ben.focus('.over');
  await ben.keyboard.press('Shift+Space');
  await ben.waitForSelector('.said >> text=only watches');
  await ben.waitForSelector('[data-state="paused"]');
  await ana.fill('input[aria-label^="Run until"]', '100ms');
  await ana.press('input[aria-label^="Run until"]', 'Enter');
  await until(ana, ({ status }) => (status.value?.now ?? 0) > 1e10 && status.value?.state === 'paused');
  assert.ok((await ask(ana, ({ status }) => status.value?.now ?? 0)) <= 1e11);
  await ana.screenshot({ path: `${shots}/paused.png` });
  await ana.click('text=Resume run');
  await until(ben, ({ status }) => status.value?.state === 'finished');
  viewing.check();
});

test('the form starts a scenario with what was typed, and says why not', async () => {
  const page = await viewing.open({ rows: 0 });
  await page.waitForSelector('.side label:has-text("gpus") input');
  await page.fill('.side label:has-text("nicBandwidth") input', 'fast');
  await page.click('.side >> text=Start');
  await page.waitForSelector('.side .problem');
  await page.fill('.side label:has-text("nicBandwidth") input', '50GB/s');
  await page.click('.side >> text=Start');
  await waitFor(page, `document.querySelector('.scenario')?.getAttribute('title').includes('nicBandwidth=50')`);
  await until(page, ({ status }) => status.value?.state === 'finished');
  viewing.check();
});

test.run();
