import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SimError, type Simulation, watchSimulations } from '../../../engine/index.ts';
import { resolveParams, runScenario } from '../../../scenarios/index.ts';
import { trailOf } from '../../../viz-server/server/actor-look.ts';
import { type LiveServer, startServer } from '../../../viz-server/server/index.ts';
import { PastHost } from '../../../viz-server/server/past-host.ts';
import { publicState } from '../../../viz-server/server/public-state.ts';
import { bearer, get, join } from './live-client.ts';
import { scenario } from './past-scenario.ts';

const test = suite('server: the past');
const file = fileURLToPath(new URL('./past-scenario.js', import.meta.url));
const actors = ['light', 'station0', 'station1', 'station2'];

let server: LiveServer;
test.before(async () => {
  server = await startServer({ file, past: { seekMs: 20_000 } });
});
test.after(() => server.close());

async function codeOf(asked: Promise<unknown>): Promise<string> {
  return asked.then(
    () => 'nothing',
    (error: unknown) => (error instanceof SimError ? `${error.code} ${error.message}` : String(error)),
  );
}

/** What every actor was after every event, found by a probe in a run that no server has anything to do with. */
async function chronicle(params: Record<string, number>) {
  const moments: Array<{ event: number; time: number; trail: string; states: string[] }> = [];
  const stop = watchSimulations((sim: Simulation) => {
    sim.watch({
      eventEnds: (event) => {
        const states = actors.map((path) => JSON.stringify(publicState(sim.stateOf(sim.actor(path)!))));
        moments.push({ event, time: sim.now, trail: trailOf(sim), states });
      },
    });
  });
  try {
    await runScenario(scenario, resolveParams(scenario, params));
  } finally {
    stop();
  }
  return moments;
}

test('18. The state at a past tick is what it was then, at any tick and event, in any order', async () => {
  const params = { stations: 3, jobs: 120, seed: 5 };
  const moments = await chronicle(params);
  await server.hub.start(file, params, false);
  await server.hub.run.ended();
  const last = moments.at(-1)!;
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.record({ at: fc.integer({ min: moments[3]!.time, max: last.time }) }),
        // The very ticks of events, and those beside them, are where a replay could stop one event too far.
        fc
          .record({ of: fc.integer({ min: 4, max: moments.length - 1 }), by: fc.integer({ min: -1, max: 1 }) })
          .map(({ of, by }) => ({ at: Math.min(last.time, moments[of]!.time + by) })),
        fc.record({ event: fc.integer({ min: 4, max: moments.length }) }),
      ),
      fc.constantFrom(...actors),
      async (moment, actor) => {
        const then = 'at' in moment ? moments.findLast(({ time }) => time <= moment.at)! : moments[moment.event - 1]!;
        const world = await server.hub.looks.world({ sim: 1, actor, ...moment });
        const told = JSON.stringify(moment);
        assert.is(JSON.stringify(world.state), then.states[actors.indexOf(actor)], told);
        assert.equal([world.event, world.trail, world.isPast], [then.event, then.trail, true], told);
        if ('at' in moment) assert.is(world.at, moment.at);
      },
    ),
    { seed: 20261123, numRuns: 100 },
  );
});

test('18. It equals what the live run showed there, with chart, timers and messages under way', async () => {
  await server.hub.start(file, { stations: 3, jobs: 150, seed: 6 }, true);
  const client = await join(server);
  const shown: Array<{ moment: { at: number } | { event: number }; worlds: unknown[] }> = [];
  const look = async (moment: { at?: number; event?: number }): Promise<unknown[]> => {
    const worlds = [];
    for (const actor of actors) {
      const { at: _, isPast, ...world } = await server.hub.looks.world({ sim: 1, actor, ...moment });
      assert.is(isPast, moment.at !== undefined || moment.event !== undefined);
      worlds.push(world);
    }
    return worlds;
  };
  let beyond = 0;
  for (let i = 1; i <= 6; i++) {
    const time = i * 14_300_000;
    client.say({ type: 'control', requestId: i, op: 'runUntil', args: { time } });
    await client.result(i);
    await client.until(
      () => server.hub.run.state === 'paused' && server.hub.status.message().now > time - 4e6,
      `pause ${i}`,
    );
    // A message for an actor that has stopped may carry the run one event beyond the time.
    const { at: now, event } = await server.hub.looks.world({ sim: 1, actor: 'light' });
    if (now >= time) beyond++;
    shown.push({ moment: now >= time ? { event } : { at: time - 1 }, worlds: await look({}) });
    // The run stands still: its newest moment is its past as well.
    assert.equal(await look(now >= time ? { event } : { at: now }), shown.at(-1)?.worlds, `${i}`);
    for (const { moment, worlds } of shown.slice(0, -1))
      assert.equal(await look(moment), worlds, JSON.stringify(moment));
  }
  assert.ok(beyond < 3, `${beyond} of 6`);
  const [light] = shown[2]!.worlds as Array<{ picture: { active: string[] }; pending: Array<{ type: string }> }>;
  assert.is(light?.picture.active.length, 1 + 1, 'the chart and one of its states');
  assert.match(light?.pending[0]?.type ?? '', /^xstate\.after/);
  client.say({ type: 'control', requestId: 9, op: 'resume' });
  await server.hub.run.ended();
  for (const { moment, worlds } of shown.reverse()) {
    assert.equal(await look(moment), worlds, JSON.stringify(moment));
    const { event } = worlds[0] as { event: number };
    assert.equal(await look({ event }), worlds, `event ${event}`);
  }
  client.socket.close();
});

test('18. Over HTTP and WebSocket it is the same, and the run goes on meanwhile', async () => {
  const client = await join(server, server.token);
  await server.hub.start(file, { stations: 8, jobs: 1_000_000 }, false);
  await client.until(() => (client.held.of('status').at(-1)?.now ?? 0) > 6e9, 'a past');
  const before = server.hub.status.message().events;
  client.say({ type: 'world', requestId: 1, actor: 'station1', at: 5_000_000_000, sim: 1 });
  const answer = await client.result(1);
  assert.ok(answer.type === 'result', JSON.stringify(answer));
  assert.ok(server.hub.status.message().events > before);
  assert.is(server.hub.run.state, 'running');
  const http = await get(server, '/api/v1/world/station1?at=5000000000', bearer(server.token));
  assert.is(http.statusCode, 200, http.text);
  assert.equal(JSON.parse(http.text), answer.value);
  const world = answer.value as { at: number; state: { jobs: number } };
  assert.is(world.at, 5_000_000_000);
  assert.ok(world.state.jobs > 5000);
  assert.match(await codeOf(server.hub.looks.world({ sim: 1, actor: 'nobody', at: 1000 })), /^LIVE_REQUEST/);
  assert.match(
    await codeOf(server.hub.looks.world({ sim: 1, actor: 'station1', at: 9e15 })),
    /^LIVE_PAST.*not come there/,
  );
  for (const at of ['-1', '0.5', 'then', ''])
    assert.is((await get(server, `/api/v1/world/station1?at=${at}`, bearer(server.token))).statusCode, 400, at);
  client.socket.close();
});

test('19. Only the newest moment of a viewer is sought, and nothing for one who has gone', async () => {
  const client = await join(server);
  await client.until(() => server.hub.status.message().events > 200_000, 'a long past');
  const now = server.hub.status.message().now;
  for (let i = 1; i <= 5; i++)
    client.say({ type: 'world', requestId: i, actor: 'station1', at: Math.floor((now * i) / 6), sim: 1 });
  for (let i = 1; i <= 4; i++) {
    const dropped = await client.result(i);
    assert.match(dropped.type === 'error' ? dropped.message : JSON.stringify(dropped), /another moment/);
  }
  const newest = await client.result(5);
  assert.is(newest.type === 'result' && (newest.value as { at: number }).at, Math.floor((now * 5) / 6));
  client.say({ type: 'world', requestId: 6, actor: 'station1', at: 1_000_000, sim: 1 });
  client.say({
    type: 'world',
    requestId: 7,
    actor: 'station1',
    at: Math.floor(server.hub.status.message().now * 0.98),
    sim: 1,
  });
  await client.until(() => client.held.of('seeking').some(({ requestId }) => requestId === 7), 'its progress');
  client.socket.close();
  await once(client.socket, 'close');
  const other = await join(server);
  await other.until(() => !server.hub.looks.isSeeking, 'the end of the search');
  other.say({ type: 'control', requestId: 1, op: 'start', args: { scenario: file, params: { jobs: 10 } } });
  await other.result(1);
  await server.hub.run.ended();
  other.socket.close();
});

test('19. What takes too long is refused, and goes on from there when it is asked again', async () => {
  const past = new PastHost({ scenario: file, params: { jobs: 200_000 } }, { seekMs: 200 });
  const moment = { sim: 1, event: 100_000 };
  const ask = (by: number) => past.ask({ by, moment, actor: 'station0', waypoint: undefined });
  let tries = 0;
  let found: Awaited<ReturnType<typeof ask>> | undefined;
  while (found === undefined && tries++ < 100)
    found = await ask(1).catch((error: SimError) => {
      assert.match(error.message, /within 200 ms/);
      return undefined;
    });
  assert.is(found?.event, 100_000);
  assert.ok(tries > 1, 'it took more than one');
  assert.is(past.starts, 1);
  await past.close();
});

test('19. Questions about one moment share a replay, later ones go on from it, and answers are kept', async () => {
  const past = new PastHost({ scenario: file, params: { jobs: 500, seed: 3 } });
  const ask = (event: number, actor: string) =>
    past.ask({ by: event, moment: { sim: 1, event }, actor, waypoint: undefined });
  const looks = await Promise.all([ask(900, 'light'), ask(300, 'station0'), ask(300, 'station1'), ask(600, 'light')]);
  assert.equal(
    looks.map(({ event }) => event),
    [900, 300, 300, 600],
  );
  assert.is(past.starts, 1);
  assert.equal(await ask(300, 'station0'), looks[1]);
  assert.not(past.isSeeking);
  const full = await codeOf(Promise.all(Array.from({ length: 40 }, (_, i) => ask(100 + i, 'light'))));
  assert.match(full, /^LIVE_PAST.*wait already/);
  await past.close();
});

test('20. A replay that is not the run is refused', async () => {
  const past = new PastHost({ scenario: file, params: { jobs: 50, seed: 3 } });
  const waypoint = { sim: 1, event: 20, now: 0, trail: '0000000000000000' };
  const asked = past.ask({ by: 1, moment: { sim: 1, event: 40 }, actor: 'light', waypoint });
  assert.match(await codeOf(asked), /^LIVE_PAST.*parts from the run/);
  const beyond = past.ask({ by: 1, moment: { sim: 2, event: 40 }, actor: 'light', waypoint: undefined });
  assert.match(await codeOf(beyond), /^LIVE_PAST.*no simulation 2/);
  await past.close();
});

test.run();
