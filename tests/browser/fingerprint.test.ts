import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { matchGolden } from '../golden.ts';
import { referenceRun } from '../reference-run.ts';
import { servePackage } from './serve-package.ts';
import { browserArguments, executablePath } from './viewer-page.ts';

const test = suite('fingerprint in a browser');

test('the reference run has the same fingerprint in Chromium', async () => {
  assert.ok(existsSync(executablePath), `no ${executablePath}: apt-get install chromium, or set CHROMIUM`);
  const served = await servePackage();
  const profile = mkdtempSync(join(tmpdir(), 'escapement-'));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: [...browserArguments],
    timeout: 60_000,
  });
  try {
    const page = await browser.newPage();
    await page.goto(served.url);
    const result = await page.evaluate(`import('/dist/tests/reference-run.js').then((m) => m.referenceRun())`);
    assert.equal(result, referenceRun());
    matchGolden('reference-run.json', `${JSON.stringify(result, undefined, 2)}\n`);
  } finally {
    await browser.close();
    served.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  }
});

test.run();
