import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ServeRequest } from '../../../../scenarios/cli/io.ts';
import { loadScenario } from '../../../../scenarios/cli/load-scenario.ts';
import { runCli } from '../../../../scenarios/cli/run-cli.ts';
import {
  checkCommands,
  checkParameters,
  replayCase,
  requests,
  saveCase,
} from '../../../../scenarios/kit/testing/index.ts';
import { startServer } from '../../../../viz-server/server/index.ts';
import { runLock } from '../../../planted/broken-lock.ts';
import { plainIo } from '../../cli/run-command.ts';

const test = suite('failing cases in the viewer');
// Inside the package, so that its own name resolves.
const folder = mkdtempSync(fileURLToPath(new URL('../../../../cases-', import.meta.url)));
test.after(() => rmSync(folder, { recursive: true, force: true }));

/** A store that loses its eighth item, and notices at the ninth. */
writeFileSync(
  join(folder, 'store.mjs'),
  `import { defineActor, ns } from 'escapement';
import { defineScenario, param } from 'escapement/scenarios';
const store = defineActor({
  kind: 'store',
  init: () => ({ put: 0, held: 0 }),
  on: { put(state) {
    state.put += 1;
    if (state.put !== 8) state.held += 1;
    if (state.put > 8 && state.held < state.put) throw new Error(state.held + ' of ' + state.put + ' items are held');
  } },
});
export default defineScenario({
  id: 'store', title: 'Store', paper: { title: 'none', reference: 'none' },
  params: {
    items: param.integer({ min: 1, max: 100, default: 4, describe: 'items put' }),
    gap: param.duration({ min: '1ns', default: '10ns', describe: 'time between them' }),
  },
  metrics: { held: { unit: '', describe: 'items held' } }, presets: { quick: { describe: 'all' } },
  build: (sim, { items, gap }) => {
    const ref = sim.spawn('store', store, undefined);
    for (let i = 1; i <= items; i++) sim.schedule(i * gap, ref, { type: 'put' });
    return ref;
  },
  measure: (ref, _, sim) => ({ held: sim.stateOf(ref).held }),
});
`,
);

/** What `escapement serve` asks of the viewer. */
async function served(...args: readonly string[]): Promise<{ request: ServeRequest | undefined; err: string }> {
  let request: ServeRequest | undefined;
  let err = '';
  await runCli(['serve', ...args], {
    ...plainIo,
    err: (text) => {
      err += text;
    },
    serve: async (given) => {
      request = given;
    },
  });
  return { request, err };
}

const message = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was thrown';
};

test('a property over parameters fails with the smallest, seed and path, and a case that opens at the failing event', async () => {
  const scenario = await loadScenario(join(folder, 'store.mjs'));
  const check = {
    vary: ['items', 'gap'],
    scenario: './store.mjs',
    holds: ({ metrics }: { metrics: Readonly<Record<string, unknown>>; params: Readonly<Record<string, unknown>> }) =>
      assert.ok((metrics.held as number) > 0),
  };
  const text = await message(() => checkParameters(scenario, check, { link: saveCase(folder) }));
  assert.match(
    text,
    /^store fails after \d+ runs, shrunk \d+ times to \{"items":9,"gap":"\w+"\}: 8 of 9 items are held/,
  );
  assert.match(
    text,
    /\(at \S+ \S+, event 9\) Open it in the viewer: escapement serve \S*store-20261123\.case\.json\. seed 20261123, path [\d:]+/,
  );
  const [, shown] = /escapement serve (\S+\.json)/.exec(text) as unknown as [string, string];
  const { request, err } = await served(shown);
  assert.is(err, '\nThe viewer has ended.\n');
  assert.is(basename(request?.scenario ?? ''), 'store.mjs');
  assert.is(request?.params?.items, 9);
  assert.equal(request?.until, { sim: 1, event: 8 });
  const path = /path ([\d:]+)/.exec(text)?.[1] as string;
  assert.match(await message(() => checkParameters(scenario, check, { path })), /shrunk 0 times to \{"items":9/);
  await checkParameters(scenario, { ...check, values: { items: [3, 5] } });
});

test('the viewer stands still before the failing event', async () => {
  const file = readdirSync(folder).find((name) => name.endsWith('.case.json')) as string;
  const { request } = await served(join(folder, file));
  const scenario = request?.scenario as string;
  const server = await startServer({ file: scenario });
  try {
    await server.hub.start(scenario, request?.params as Readonly<Record<string, string>>, false, request?.until);
    for (let i = 0; i < 500 && server.hub.status.message().state !== 'paused'; i++)
      await new Promise((resume) => setTimeout(resume, 20));
    const { state, events } = server.hub.status.message();
    assert.equal([state, events], ['paused', 8]);
    await server.hub.control.perform({ type: 'control', requestId: 1, op: 'resume' } as never, 0);
    await server.hub.run.ended();
    assert.match(server.hub.run.error ?? '', /8 of 9 items are held/);
  } finally {
    await server.close();
  }
});

test('a failing sequence of commands names the scenario that shows it, and the kept case replays', async () => {
  const check = {
    name: 'lock',
    command: requests(),
    run: (commands: Parameters<typeof runLock>[0]) => runLock(commands, 'double grant'),
    opens: (commands: readonly unknown[]) => ({ scenario: './store.mjs', params: { items: commands.length } }),
  };
  const text = await message(() => checkCommands(check, { link: saveCase(folder) }));
  assert.match(
    text,
    /no double grant does not hold: [^.]* Open it in the viewer: escapement serve \S*lock-20261123\.case\.json/,
  );
  const kept = readFileSync(join(folder, 'lock-20261123.case.json'), 'utf8');
  assert.throws(() => replayCase(check, kept), /no double grant/);
  const { opens: _, ...closed } = check;
  assert.match(await message(() => checkCommands(closed, { link: saveCase(folder) })), /Saved as \S*lock-/);
  assert.match((await served(join(folder, 'lock-20261123.case.json'))).err, /is no case that names a scenario/);
});

test('serve runs to a time or an event of a simulation, and refuses what is no moment in one line', async () => {
  assert.equal((await served('ulysses', '--until', '3ms')).request?.until, { sim: 1, time: 3e9 });
  const { request } = await served('ulysses', '--until-event', '100', '--simulation', '2', '--gpus', '8');
  assert.equal(request?.until, { sim: 2, event: 100 });
  assert.is(Number(request?.params?.gpus), 8);
  for (const args of [
    ['ulysses', '--until', 'soon'],
    ['ulysses', '--until-event', '-1'],
    ['ulysses', '--until', '3ms', '--until-event', '4'],
    ['ulysses', '--simulation', '2'],
    ['--until', '3ms'],
    [join(folder, 'none.case.json')],
    [join(folder, 'store.json')],
  ]) {
    const { err, request } = await served(...args);
    assert.is(request, undefined, args.join(' '));
    assert.match(err, /^error: [^\n]+\n$/, args.join(' '));
  }
});

test.run();
