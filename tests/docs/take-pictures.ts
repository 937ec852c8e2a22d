// Takes the pictures of docs/pictures: the viewer, the report, a trace in a viewer of somebody else. Needs Debian's chromium.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import { startViewing, waitFor } from '../browser/viewer-page.ts';
import { main } from '../scenarios/cli/run-command.ts';
import { root } from './snippets.ts';

const most = 200_000; // bytes of a picture
const folder = new URL('docs/pictures/', root);
const home = mkdtempSync(join(tmpdir(), 'escapement-pictures-'));
mkdirSync(folder, { recursive: true });

function escapement(...words: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [main, ...words], { cwd: home, encoding: 'utf8' });
  if (status !== 0) throw new Error(`escapement ${words.join(' ')}: ${stderr}`);
}

/** Stores what a page shows as WebP, which Chromium itself writes. */
async function store(context: BrowserContext, name: string, page: Page): Promise<void> {
  const png = await page.screenshot();
  const encoder = await context.newPage();
  const url = (await encoder.evaluate(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${png.toString('base64')}';
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    canvas.getContext('2d').drawImage(image, 0, 0);
    const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.85 });
    return [...new Uint8Array(await blob.arrayBuffer())];
  })()`)) as number[];
  await encoder.close();
  const bytes = Uint8Array.from(url);
  if (bytes.length > most) throw new Error(`${name} has ${bytes.length} bytes, more than ${most}`);
  writeFileSync(fileURLToPath(new URL(`${name}.webp`, folder)), bytes);
  console.log(`${name}.webp: ${(bytes.length / 1e3).toFixed(0)} kB`);
}

const viewing = await startViewing();
try {
  await viewing.server.hub.start('ulysses', { preset: 'quick' }, false);
  await viewing.server.hub.ended();
  const viewer = await viewing.open({ rows: 10 });
  await viewer.focus('.over');
  await viewer.fill('#search', 'a2a');
  await viewer.press('#search', 'Enter');
  await waitFor(viewer, 'window.escapement.viewer.detail.value !== undefined');
  await viewer.focus('.over');
  await viewer.waitForSelector('[data-tab="blocking"] table');
  await viewer.waitForTimeout(500);
  await store(viewing.context, 'viewer', viewer);

  escapement('replay', 'ulysses', '--no-serve', '--report', 'report.html');
  const report = await viewing.context.newPage();
  await report.setViewportSize({ width: 1200, height: 1000 });
  await report.goto(pathToFileURL(join(home, 'report.html')).href);
  await store(viewing.context, 'report', report);

  // Chromium's own trace viewer stands for Perfetto's page, which is not to be had without the network.
  escapement('run', 'ulysses', '--preset', 'quick', '--trace', 'run.json');
  const trace = await viewing.context.newPage();
  await trace.goto('chrome://tracing');
  const [chooser] = await Promise.all([trace.waitForEvent('filechooser'), trace.click('#load-button')]);
  await chooser.setFiles(join(home, 'run.json'));
  await trace.waitForTimeout(5000);
  await store(viewing.context, 'trace', trace);
} finally {
  await viewing.close();
  rmSync(home, { recursive: true, force: true, maxRetries: 3 });
}
