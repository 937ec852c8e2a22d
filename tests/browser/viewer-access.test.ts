import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { searchFor, shots, startViewing, type Viewing, waitFor } from './viewer-page.ts';

const test = suite('accessibility of the live viewer');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tabs = [
  'details',
  'blocking',
  'counters',
  'memory',
  'results',
  'compare',
  'topology',
  'chart',
  'histogram',
  'query',
  'table',
];
let viewing: Viewing;

test.before(async () => {
  viewing = await startViewing();
  await viewing.server.hub.start('ulysses', { preset: 'quick' }, false);
  await viewing.server.hub.run.ended();
});
test.after(() => viewing.close());
test.after.each(async () => {
  for (const page of viewing.context.pages().slice(1)) await page.close();
});

/** What axe finds serious or worse, with the element. The policy of the page keeps scripts out, so it is evaluated, not added. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(`(async () => {
    const { violations, passes } = await axe.run(document);
    if (passes.length < 10) return ['axe looked at nothing'];
    return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ target, failureSummary }) => id + ' ' + target.join(' ') + ': ' + failureSummary.replace(/\\s+/g, ' ')));
  })()`) as Promise<string[]>;
}

/** Opens a panel; a click on the open one would close it. */
async function openTab(page: Page, tab: string): Promise<void> {
  if ((await page.evaluate(`window.escapement.viewer.tab.value`)) !== tab) await page.click(`#tab-${tab}`);
  await page.waitForSelector(`[data-tab="${tab}"]`);
  await waitFor(page, `!document.querySelector('#panel')?.textContent.includes('Asking')`);
}

for (const theme of ['light', 'dark'] as const)
  test(`no serious finding of axe on any panel or dialog, ${theme}`, async () => {
    const page = await viewing.open({ rows: 10 });
    if (theme === 'dark') await page.click('text=Dark');
    await page.focus('.over');
    await searchFor(page, 'attention');
    await waitFor(page, `window.escapement.viewer.detail.value !== undefined`);
    await page.focus('.over');
    await page.keyboard.press('m');
    await page.waitForSelector('text=Remove mark');
    const all: string[] = [];
    for (const tab of tabs) {
      await openTab(page, tab);
      await page.screenshot({ path: `${shots}/${tab}-${theme}.png` });
      all.push(...(await findings(page)).map((one) => `${tab}: ${one}`));
    }
    await page.focus('.over');
    for (const key of ['?', 'Control+Shift+P', 'Shift+M']) {
      await page.keyboard.press(key);
      await waitFor(page, `window.escapement.viewer.dialog.value !== undefined`);
      all.push(...(await findings(page)).map((one) => `${key}: ${one}`));
      await page.keyboard.press('Escape');
      await waitFor(page, `window.escapement.viewer.dialog.value === undefined`);
      await page.focus('.over');
    }
    assert.equal([...new Set(all)], []);
    viewing.check();
  });

test('with reduced motion nothing is animated', async () => {
  const page = await viewing.open({ rows: 10 });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const moving = await page.evaluate(`[...document.querySelectorAll('*')].filter((one) => {
    const { animationName, animationDuration, transitionDuration } = getComputedStyle(one);
    return (animationName !== 'none' && parseFloat(animationDuration) > 0.01) || parseFloat(transitionDuration) > 0.01;
  }).map((one) => one.className)`);
  assert.equal(moving, []);
  viewing.check();
});

test('with forced colours controls keep their borders and the chosen tab is told apart', async () => {
  const page = await viewing.open({ rows: 10 });
  await page.emulateMedia({ forcedColors: 'active' });
  await openTab(page, 'blocking');
  await page.screenshot({ path: `${shots}/forced-colors.png` });
  const styles = (await page.evaluate(`(() => {
    const of = (one) => { const { borderTopStyle, borderTopWidth, outlineStyle, borderBottomColor, color, backgroundColor } = getComputedStyle(one); return { borderTopStyle, borderTopWidth, outlineStyle, borderBottomColor, color, backgroundColor }; };
    return { button: of(document.querySelector('.tools button')), chosen: of(document.querySelector('[role=tab][aria-selected=true]')), other: of(document.querySelector('[role=tab][aria-selected=false]')) };
  })()`)) as Record<'button' | 'chosen' | 'other', Record<string, string>>;
  assert.is(styles.button.borderTopStyle, 'solid');
  assert.not.equal(styles.chosen, styles.other);
  viewing.check();
});

test('360 pixels wide, and at 200 % zoom, nothing is cut off', async () => {
  const page = await viewing.open({ rows: 10 });
  for (const [width, height] of [
    [360, 740],
    [800, 450],
  ] as const) {
    await page.setViewportSize({ width, height });
    await waitFor(page, `document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1`);
    await page.screenshot({ path: `${shots}/width-${width}.png` });
    const outside = await page.evaluate(`[...document.querySelectorAll('button, input, select')].filter((one) => {
      if (one.closest('.scrolls, .rows, #panel, [role=tablist], aside') !== null) return false;
      const { left, right, width } = one.getBoundingClientRect();
      return width > 0 && (left < -1 || right > innerWidth + 1);
    }).map((one) => one.textContent || one.getAttribute('aria-label'))`);
    assert.equal(outside, [], `${width} pixels`);
  }
  viewing.check();
});

test.run();
