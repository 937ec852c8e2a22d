import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { searchFor, startViewing, type Viewing, waitFor } from './viewer-page.ts';

const test = suite('the viewer in Chromium: one run after another');
let viewing: Viewing;

test.before(async () => {
  viewing = await startViewing();
});
test.after(() => viewing.close());

/** What is of the page or of the server, not of a run; everything else must be as on a page that has seen no run. */
const kept = new Set(
  [
    'line run runs said canControl viewerId tab isSideOpen dialog filter query heat isDark palette moved',
    'isByEvents isFollowing isFrozen closed pinned',
  ]
    .join(' ')
    .split(' ')
    .map((name) => `page.${name}`),
);

/** Every signal of the page and its parts, as JSON. */
const signals = `(() => {
  const { viewer } = window.escapement;
  const found = {};
  for (const [name, part] of Object.entries({ page: viewer, travel: viewer.travel, marking: viewer.marking }))
    for (const [key, signal] of Object.entries(part))
      if (typeof signal?.peek === 'function')
        found[name + '.' + key] = JSON.stringify(key === 'layout' ? signal.peek().rows : signal.peek()) ?? 'undefined';
  return found;
})()`;

async function ofRun(page: Page, script = signals): Promise<Record<string, string>> {
  const found = (await page.evaluate(script)) as Record<string, string>;
  return Object.fromEntries(Object.entries(found).filter(([name]) => !kept.has(name)));
}

/** As the server says it when another run takes the place of the present one. */
const anotherRun = (id: string, scenario: string): string =>
  `window.escapement.viewer.feed.takeMessage({ type: 'run', runId: '${id}', scenario: '${scenario}', params: {}, seed: 1, tickPs: 1 })`;
const press = (key: string, shiftKey = false): string =>
  `document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '${key}', shiftKey: ${shiftKey}, bubbles: true }))`;

test('nothing of a run is left in the next one, before the server says how that is', async () => {
  const page = await viewing.open({ rows: 0 });
  await waitFor(page, `window.escapement.viewer.status.value !== undefined`);
  const { 'page.status': idle, ...fresh } = await ofRun(page);
  assert.match(String(idle), /idle/);
  assert.ok(Object.keys(fresh).length > 12, Object.keys(fresh).join(' '));
  await viewing.server.hub.start('ulysses', { preset: 'quick' }, false);
  await viewing.server.hub.run.ended();
  await waitFor(page, `window.escapement.viewer.status.value?.state === 'finished'`);
  await waitFor(page, `window.escapement.viewer.finished.value !== undefined`);
  await searchFor(page, 'attention');
  await waitFor(page, `window.escapement.viewer.detail.value !== undefined`);
  await page.focus('.over');
  await page.keyboard.press('m');
  await page.waitForSelector('text=Remove mark');
  await page.keyboard.press('r');
  await page.click('#tab-chart');
  await page.waitForSelector('[data-tab="chart"] pre');
  await page.focus('.over');
  await page.keyboard.press('p');
  await waitFor(page, `window.escapement.viewer.travel.world.value !== undefined`);
  const box = (await (await page.$('.over'))!.boundingBox())!;
  const [x, y] = (await page.evaluate(`(() => {
    const { layout, selected, time, scroll } = window.escapement.viewer;
    const { start, end, track } = selected.value;
    const row = layout.value.rows.find((one) => one.track.id === track);
    return [time.xOf((start + end) / 2), row.y - scroll + 8];
  })()`)) as [number, number];
  await page.mouse.move(box.x + x, box.y + y);
  await waitFor(page, `window.escapement.viewer.hovered.value !== undefined`);
  await page.evaluate(`window.escapement.viewer.feed.takeMessage({
    type: 'lossy', viewId: 1, level: 3, since: { tick: 0, wallMs: 0 }, reason: 'credit' })`);
  const used = await ofRun(page);
  const same = Object.keys(fresh).filter((name) => used[name] === fresh[name]);
  assert.equal(same.sort(), ['travel.actor', 'travel.arrival'], 'what this run has not touched');

  const after = (await page.evaluate(`(() => {
    const { viewer } = window.escapement;
    const before = viewer.status.value.now;
    const asked = viewer.live.request({ type: 'query', text: 'tasks limit 1' }).catch((error) => error.message);
    ${anotherRun('0123', 'elsewhere')};
    const left = ${signals};
    const { limit, from, follow } = viewer.time;
    ${press('[')};
    const chain = viewer.said.value;
    ${press('P')};
    ${press('ArrowRight', true)};
    viewer.travel.seek(before / 2, { actor: 'rank0', sim: 1 });
    ${press('F')};
    ${press('L')};
    const past = viewer.travel.moment.value;
    const tracks = viewer.data.tracks.size + viewer.data.bytes;
    return asked.then((answer) => ({ left, time: [limit, from, follow], chain, past, tracks, answer }));
  })()`)) as Record<string, unknown> & { left: Record<string, string> };
  const { left, ...rest } = after;
  for (const name of kept) delete left[name];
  assert.equal(left, { ...fresh, 'page.status': 'undefined' });
  assert.equal(rest, {
    time: [1, 0, true],
    chain: 'This is where the way began.',
    past: undefined,
    tracks: 0,
    answer: 'Another run has begun.',
  });
  viewing.check();
  await page.close();
});

test('of a run that has just begun no status of the one before is seen', async () => {
  const page = await viewing.open({ rows: 10 });
  const { hub } = viewing.server;
  await page.evaluate(`(() => {
    const { viewer } = window.escapement;
    window.seen = [];
    viewer.status.subscribe((status) => window.seen.push([viewer.run.peek().runId, status?.now, status?.events]));
  })()`);
  const before = hub.run.id;
  await hub.start('ulysses', { preset: 'quick' }, true);
  await waitFor(page, `window.seen.some(([run, now]) => run === '${hub.run.id}' && now !== undefined)`);
  const seen = (await page.evaluate(`window.seen`)) as Array<[string, number | undefined, number | undefined]>;
  for (const [run, now = 0, events = 0] of seen)
    if (run !== before) assert.equal([now, events], [0, 0], JSON.stringify(seen));
  assert.is(await page.evaluate(`window.escapement.viewer.time.limit`), 1);
  await page.waitForSelector('[data-state="paused"]');
  viewing.check();
});

test.run();
