import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type LiveServer, startServer } from '../../../viz-server/server/index.ts';
import type { Taken } from './taking-viewer.ts';

const test = suite('server: many viewers');

/** Slices that five viewers take between them; 10^8 for the figures of the README: `ESCAPEMENT_TAKEN=1e8`. */
const taken = Number(process.env.ESCAPEMENT_TAKEN ?? 1e6);
const hostile = Math.min(1e5, Math.max(1000, taken / 1000));
const viewers = 5;
const workers = 64;
const jobs = Math.ceil(taken / viewers / workers);
/** Ticks of picoseconds that the run takes: a job a microsecond. */
const span = jobs * 1e6;
/** What the slow viewer reads a second; in a short run faster, since it has to read 4 MiB of credit. */
const slow = taken >= 1e7 ? 200_000 : 2_000_000;
const file = fileURLToPath(new URL('./live-scenario.js', import.meta.url));
const child = fileURLToPath(new URL('./taking-viewer.js', import.meta.url));
const enemy = fileURLToPath(new URL('./hostile-viewer.js', import.meta.url));

interface Measured {
  readonly perSecond: number;
  readonly mostBytes: number;
}

/** Runs to the end and watches the memory of this process, which is the server's. */
async function measure(server: LiveServer, share: number, meanwhile: () => Promise<void>): Promise<Measured> {
  let mostBytes = 0;
  const watch = setInterval(() => {
    mostBytes = Math.max(mostBytes, process.memoryUsage().rss);
  }, 50);
  const params = { workers, jobs: Math.ceil(share * jobs) };
  const start = performance.now();
  await server.hub.start(file, params, false);
  const [seconds] = await Promise.all([
    server.hub.run.ended().then(() => (performance.now() - start) / 1000),
    meanwhile(),
  ]);
  clearInterval(watch);
  assert.is(server.hub.run.error, null);
  return { perSecond: server.hub.store.tasks / seconds, mostBytes };
}

function view(server: LiveServer, rate: number): { readonly process: ChildProcess; readonly taken: Promise<Taken> } {
  const viewer = fork(child, [String(server.port), server.token, String(rate), String(span)]);
  return {
    process: viewer,
    taken: new Promise((resolve, reject) => {
      viewer.on('message', (message) => {
        resolve(message as Taken);
      });
      viewer.on('error', reject);
      viewer.on('exit', () => reject(new Error('a viewer ended early')));
    }),
  };
}

/** Sends what no page would, over many connections, while the run goes on. */
async function attack(server: LiveServer): Promise<number> {
  const [sent] = (await once(fork(enemy, [String(server.port), server.token, String(hostile)]), 'message')) as [number];
  return sent;
}

function at(list: readonly number[], share: number): number {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length * share)] ?? 0;
}

test('five viewers, one of them slow, and hostile messages: counts, delay and memory', async () => {
  const server = await startServer({ file, heartbeatMs: 100_000 });
  const children: ChildProcess[] = [];
  try {
    await measure(server, 0.1, () => Promise.resolve());
    const alone = await measure(server, 1, () => Promise.resolve());
    const rates = [0, 0, 0, 0, slow];
    const watching = rates.map((rate) => view(server, rate));
    children.push(...watching.map((one) => one.process));
    const tasks = server.hub.store.tasks;
    while (server.hub.audience.size < viewers) await new Promise((next) => setTimeout(next, 20));
    let results: Taken[] = [];
    let sent = 0;
    const watched = await measure(server, 1, async () => {
      sent = await attack(server);
      results = await Promise.all(watching.map((one) => one.taken));
    });
    const fast = results.slice(0, -1).flatMap(({ delays }) => delays);
    const throttled = results.at(-1)!;
    const MiB = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
    console.log(
      `${(tasks * viewers).toExponential(1)} slices: ${(alone.perSecond / 1000).toFixed(0)}k tasks/s without viewers, ` +
        `${(watched.perSecond / 1000).toFixed(0)}k with ${viewers} and ${sent} hostile messages; delay of chunks median ` +
        `${at(fast, 0.5).toFixed(0)} ms, P95 ${at(fast, 0.95).toFixed(0)} ms, of the slow one P95 ` +
        `${at(throttled.delays, 0.95).toFixed(0)} ms; ${MiB(results[0]!.bytes)} each, the slow one ${MiB(throttled.bytes)}; ` +
        `memory ${MiB(alone.mostBytes)}, with viewers ${MiB(watched.mostBytes)}`,
    );
    for (const one of results) assert.is(one.tasks, tasks, 'each picture stands for every task');
    const grown = watched.mostBytes - alone.mostBytes;
    assert.ok(grown < (viewers * 8 + 160) << 20, `${MiB(grown)} more with viewers`);
  } finally {
    for (const one of children) one.kill();
    await server.close();
  }
});

test.run();
