// Takes the pictures of docs/pictures: the viewer, the report, a trace in a viewer of somebody else. Needs Debian's chromium.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import { shots, startViewing, waitFor } from '../browser/viewer-page.ts';
import { main } from '../scenarios/cli/run-command.ts';
import { root } from './snippets.ts';

type Clip = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

const most = 200_000; // bytes of a picture
const folder = new URL('docs/pictures/', root);
const home = mkdtempSync(join(tmpdir(), 'escapement-pictures-'));
mkdirSync(folder, { recursive: true });

function command(program: string, ...words: readonly string[]): void {
  const { status, stderr } = spawnSync(program, words, { cwd: home, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: ${stderr}`);
}

function escapement(...words: readonly string[]): void {
  command(process.execPath, main, ...words);
}

/** Stores what a page shows as WebP, which Chromium itself writes. */
async function store(context: BrowserContext, name: string, page: Page, clip?: Clip): Promise<void> {
  const png = await page.screenshot({ ...(clip ? { clip } : {}), path: `${shots}/${name}.png` });
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
  await viewing.server.hub.run.ended();
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
  await report.evaluate('scrollTo(0, document.querySelector("figure").getBoundingClientRect().top - 330)');
  await store(viewing.context, 'report', report);

  // speedscope stands for Perfetto's page, which is not to be had without the network: one lane of a GPU, its waits inside the tasks.
  escapement('run', 'ulysses', '--preset', 'quick', '--trace', 'run.pftrace');
  escapement('export', 'run.pftrace', '--to', 'speedscope');
  command('npm', 'pack', '--silent', 'speedscope@1.25.0');
  command('tar', '-xzf', 'speedscope-1.25.0.tgz');
  const trace = await viewing.context.newPage();
  await trace.setViewportSize({ width: 1600, height: 250 });
  await trace.goto(pathToFileURL(join(home, 'package/dist/release/index.html')).href);
  await trace.setInputFiles('input[type=file]', join(home, 'run.speedscope.json'));
  await trace.waitForTimeout(2000);
  for (const key of ['n', 'n', 'n', 'n', '=', '=', '=', '=']) {
    await trace.keyboard.press(key);
    await trace.waitForTimeout(500);
  }
  await store(viewing.context, 'trace', trace, { x: 0, y: 21, width: 1600, height: 180 });
} finally {
  await viewing.close();
  rmSync(home, { recursive: true, force: true, maxRetries: 3 });
}
