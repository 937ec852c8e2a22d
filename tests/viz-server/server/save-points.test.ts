import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { defineActor, ns, Simulation, watchSimulations } from '../../../engine/index.ts';
import { loadScenario } from '../../../scenarios/cli/load-scenario.ts';
import { resolveParams, runScenario } from '../../../scenarios/index.ts';
import { type ActorLook, lookAtActor } from '../../../viz-server/server/actor-look.ts';
import { PastHost } from '../../../viz-server/server/past-host.ts';
import type { Moment } from '../../../viz-server/server/past-link.ts';
import { SavePoints } from '../../../viz-server/server/save-points.ts';

const test = suite('server: checkpoints of the past');
const params = { model: '7b', layers: 8 };
const never = Number.POSITIVE_INFINITY;
const noMatter = (): void => undefined;

/** Runs the scenario with nobody but us beside it; `stop` is called between events and says how many more there may be. */
async function straight(stop: (sim: Parameters<typeof lookAtActor>[0] & object) => number): Promise<void> {
  const scenario = await loadScenario('ulysses');
  const unwatch = watchSimulations((sim) => sim.gate(() => ({ events: stop(sim), until: never })));
  try {
    await runScenario(scenario, resolveParams(scenario, params));
  } finally {
    unwatch();
  }
}

test('21. Seeking from checkpoints finds the states that a run from the start has, at any tick and event, in any order', async () => {
  const times: number[] = [];
  let paths: string[] = [];
  await straight((sim) => {
    times[sim.events] = sim.now;
    paths = sim.world.cells.filter(({ isAlive, path }) => isAlive && path !== '').map(({ path }) => path);
    return 1;
  });
  const last = times.length - 1;
  assert.ok(last > 2000 && paths.length > 4, `${last} events, ${paths.join(' ')}`);
  const eventOf = (moment: Moment): number =>
    'event' in moment ? moment.event : times.findLastIndex((time) => time <= moment.tick);
  const moments = fc.sample(
    fc.oneof(
      fc.integer({ min: 1, max: last }).map((event): Moment => ({ sim: 1, event })),
      fc
        .tuple(fc.integer({ min: 1, max: last }), fc.integer({ min: -1, max: 1 }))
        .map(([event, by]): Moment => ({ sim: 1, tick: Math.max(times[1]!, times[event]! + by) })),
    ),
    { seed: 20261123, numRuns: 60 },
  );
  const wanted = new Map<number, ReadonlyMap<string, ActorLook>>();
  const stops = [...new Set(moments.map(eventOf))].sort((a, b) => a - b);
  await straight((sim) => {
    if (stops[0] === sim.events) {
      wanted.set(sim.events, new Map(paths.map((path) => [path, lookAtActor(sim, path)])));
      stops.shift();
    }
    return stops[0] === undefined ? never : stops[0] - sim.events;
  });
  const past = new PastHost({ scenario: 'ulysses', params }, { saveEveryMs: 1 });
  try {
    // Once through, so that there are checkpoints all the way.
    await past.ask({ by: 1, moment: { sim: 1, event: last }, actor: 'rank0', waypoint: undefined });
    for (const [i, moment] of moments.entries()) {
      const actor = paths[i % paths.length]!;
      // Another moment is asked for while a replay sets up or is on its way: the newer one counts.
      past
        .ask({ by: 1, moment: moments[(7 * i + 3) % moments.length]!, actor: 'all', waypoint: undefined })
        .catch(noMatter);
      await new Promise((next) => setTimeout(next, i % 8));
      const { at: _, ...look } = await past.ask({ by: 1, moment, actor, waypoint: undefined });
      const { at: __, ...then } = wanted.get(eventOf(moment))!.get(actor)!;
      assert.equal(look, then, `${actor} ${JSON.stringify(moment)}`);
    }
    assert.ok(past.resumes > 30, `${past.resumes} of ${moments.length} began at a checkpoint`);
    assert.is(past.starts, 1);
  } finally {
    await past.close();
  }
});

const counter = defineActor<undefined, { n: number }, { readonly type: 'tick' }>({
  kind: 'counter',
  init(_, ctx) {
    ctx.schedule(ns(1), ctx.self, { type: 'tick' });
    return { n: 0 };
  },
  on: {
    tick(state, _, ctx) {
      state.n++;
      ctx.schedule(ns(1), ctx.self, { type: 'tick' });
    },
  },
});

test('21. Checkpoints are bounded in number, in order, and never after what is sought', () => {
  let ms = 0;
  const points = new SavePoints(0, () => ++ms);
  const sim = new Simulation();
  sim.spawn('counter', counter, undefined);
  let most = 0;
  for (let event = 1; event <= 100_000 && !(most > points.length && event > 2000); event++) {
    sim.run({ maxEvents: 1 });
    points.offer(sim, 1);
    most = Math.max(most, points.length);
  }
  assert.is(most, 32);
  assert.ok(points.length >= 16, `${points.length}`);
  const found = points.before({ sim: 1, event: sim.events, tick: never })!;
  assert.ok(found.event > 0 && found.event <= sim.events);
  const earlier = points.before({ sim: 1, event: undefined, tick: found.now })!;
  assert.ok(earlier.event < found.event && earlier.now < found.now);
  assert.is(points.before({ sim: 2, event: sim.events, tick: never }), undefined);
  assert.ok(points.isFar(1, { sim: 1, event: sim.events, tick: never }));
  assert.not(points.isFar(earlier.event, { sim: 1, event: sim.events, tick: never }), 'the next one is near');
});

test('21. A run that is driven from outside has none: only a replay leads to its moments', () => {
  const points = new SavePoints(0);
  const sim = new Simulation();
  const driven = sim.spawn('counter', counter, undefined);
  sim.run({ maxEvents: 10 });
  sim.send(driven, { type: 'tick' });
  sim.run({ maxEvents: 10 });
  points.offer(sim, 1);
  assert.is(points.length, 0);
});

test.run();
