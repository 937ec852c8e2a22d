import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import * as assert from 'uvu/assert';
import { type LiveServer, type LiveServerOptions, startServer } from '../../viz-server/server/index.ts';

/** The system's Chromium. */
export const executablePath: string = process.env.CHROMIUM_PATH ?? process.env.CHROMIUM ?? '/usr/bin/chromium';
/** Chromium without network of its own, in a container. */
export const browserArguments: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-sync',
];

/** Where screenshots go: a folder that git ignores. */
export const shots = 'out/viewer';

/** The real server and a browser with it; every page collects what goes wrong in it. */
export interface Viewing {
  readonly server: LiveServer;
  readonly context: BrowserContext;
  /** Opens the page and waits until it is connected and has drawn rows, if there are any. */
  open(options?: { readonly link?: string; readonly rows?: number }): Promise<Page>;
  /** Fails with what consoles, pages and the content policy complained of, but for what is `expected`. */
  check(expected?: RegExp): void;
  close(): Promise<void>;
}

/** Starts server and browser. */
export async function startViewing(options: LiveServerOptions = {}): Promise<Viewing> {
  assert.ok(existsSync(executablePath), `no ${executablePath}: apt-get install chromium, or set CHROMIUM_PATH`);
  mkdirSync(shots, { recursive: true });
  const server = await startServer(options);
  const profile = mkdtempSync(join(tmpdir(), 'escapement-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: [...browserArguments],
    timeout: 60_000,
    viewport: { width: 1600, height: 900 },
    colorScheme: 'light',
  });
  context.setDefaultTimeout(30_000);
  const problems: string[] = [];
  return {
    server,
    context,
    async open({ link = server.link, rows = 1 } = {}) {
      const page = await context.newPage();
      page.on('console', (message) => {
        if (message.type() === 'error') problems.push(message.text());
      });
      page.on('pageerror', (error) => problems.push(error.stack ?? error.message));
      await page.goto(link);
      await waitFor(
        page,
        `(() => {
        const { viewer } = window.escapement;
        return viewer.line.value.kind === 'open' && viewer.layout.value.rows.length >= ${rows} && (${rows} === 0 || viewer.data.bytes > 0);
      })()`,
      );
      return page;
    },
    check: (expected) =>
      assert.equal(expected === undefined ? problems : problems.filter((one) => !expected.test(one)), []),
    async close() {
      await context.close();
      await server.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Waits until an expression holds in the page. The page's policy forbids `eval`, which `waitForFunction` needs after its first look. */
export async function waitFor(page: Page, expression: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await page.evaluate(expression)) return;
    await new Promise((next) => setTimeout(next, 50));
  }
  throw new Error(`it never came to this: ${expression}`);
}

/** Searches a task by name and waits until one is selected: names come with the first pictures. */
export async function searchFor(page: Page, name: string): Promise<void> {
  await page.fill('#search', name);
  for (let tries = 0; tries < 100; tries++) {
    await page.press('#search', 'Enter');
    if (await page.evaluate(`window.escapement.viewer.found.value.total > 0`)) return;
    await new Promise((next) => setTimeout(next, 100));
  }
  throw new Error(`no task is named ${name}`);
}

/** What the page lets tests see. */
export interface PageWindow {
  readonly escapement: {
    readonly viewer: {
      readonly line: { readonly value: { readonly kind: string } };
      readonly layout: {
        readonly value: {
          readonly rows: ReadonlyArray<{
            readonly kind: string;
            readonly depths: number;
            readonly track: { readonly id: number; readonly name: string };
          }>;
        };
      };
      readonly data: {
        readonly bytes: number;
        of(track: number): {
          readonly slices: {
            pieces(
              from: number,
              to: number,
              level: number,
            ): ReadonlyArray<{
              readonly segment: {
                readonly n: number;
                readonly from: number;
                readonly to: number;
                readonly level: number;
              };
            }>;
          };
        };
      };
      readonly time: {
        readonly from: number;
        readonly to: number;
        readonly width: number;
        readonly level: number;
        readonly limit: number;
      };
      readonly selected: {
        readonly value: { readonly task: number; readonly start: number; readonly end: number } | undefined;
      };
      readonly detail: {
        readonly value:
          | {
              readonly task: number;
              readonly start: number;
              readonly end: number;
              readonly stretches: ReadonlyArray<{ readonly from: number; readonly until: number }>;
            }
          | undefined;
      };
      readonly status: {
        readonly value: { readonly state: string; readonly events: number; readonly now: number } | undefined;
      };
      readonly area: { readonly value: unknown };
      readonly tab: { value: string | undefined };
      readonly dialog: { readonly value: string | undefined };
      readonly heat: { readonly value: boolean };
      readonly isFrozen: { readonly value: boolean };
      readonly isFollowing: { readonly value: boolean };
      readonly isSideOpen: { readonly value: boolean };
      readonly live: { reconnect(): void };
    };
    readonly drawStatistics: { readonly frames: number; readonly scriptMs: number[]; readonly items: number };
  };
}
