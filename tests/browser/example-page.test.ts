import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../docs/snippets.ts';
import { installPacked } from '../packed.ts';
import { browserArguments, executablePath } from './viewer-page.ts';

const test = suite('the example page, from the packed package');
const home = mkdtempSync(join(tmpdir(), 'escapement-page-'));
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
};
let project = '';

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const path = pathname === '/' ? '/index.html' : pathname;
  try {
    response.setHeader('content-type', types[extname(path)] ?? 'text/plain').end(readFileSync(join(project, path)));
  } catch {
    response.writeHead(404).end();
  }
});

test.before(async () => {
  project = installPacked(home, 'page').project;
  for (const file of ['index.html', 'model.js'])
    copyFileSync(fileURLToPath(new URL(`docs/browser/${file}`, root)), join(project, file));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
});
test.after(() => {
  server.closeAllConnections();
  server.close();
  rmSync(home, { recursive: true, force: true, maxRetries: 3 });
});

test('it shows the fingerprint that Node gives for the same file, without a complaint', async () => {
  const code = `import('./model.js').then((m) => console.log(JSON.stringify(m.run())))`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', code], { cwd: project, encoding: 'utf8' });
  assert.is(stderr, '');
  const { events, waitMs, fingerprint } = JSON.parse(stdout) as { events: number; waitMs: number; fingerprint: string };
  const browser = await chromium.launchPersistentContext(join(home, 'profile'), {
    executablePath,
    args: [...browserArguments],
    timeout: 60_000,
  });
  try {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('response', (response) => {
      if (response.status() >= 400 && !response.url().endsWith('favicon.ico')) problems.push(response.url());
    });
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const shown = page.locator('#result', { hasText: 'fingerprint' });
    await shown.waitFor({ timeout: 30_000 }).catch(() => undefined);
    assert.equal(problems, []);
    assert.is(
      await shown.textContent(),
      `${events} events, ${waitMs.toFixed(3)} ms mean wait, fingerprint ${fingerprint}`,
    );
  } finally {
    await browser.close();
  }
});

test.run();
