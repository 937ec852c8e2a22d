import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { defineActor, ns, type RunOptions, SimError, Simulation, us } from '../../../engine/index.ts';

const test = suite('kernel: gate');

type Tick = { readonly type: 'tick'; readonly left: number };

/** Sends itself so many messages at random times, some at the same instant. */
const ticker = defineActor<undefined, { seen: number }, Tick>({
  kind: 'ticker',
  init: () => ({ seen: 0 }),
  on: {
    tick(state, { left }, ctx) {
      state.seen++;
      if (left === 0) return;
      ctx.schedule(ns(Math.floor(ctx.random('gap').uniform() * 4)), ctx.self, { type: 'tick', left: left - 1 });
    },
  },
});

function build(seed: number): Simulation {
  const sim = new Simulation({ seed });
  for (const name of ['a', 'b', 'c']) sim.send(sim.spawn(name, ticker, undefined), { type: 'tick', left: 50 });
  return sim;
}

function outcome(sim: Simulation, options: RunOptions): unknown[] {
  const { end, events, time } = sim.run(options);
  return [end, events, time, sim.now, sim.pending, sim.fingerprint()];
}

test('9. A gate changes nothing', () => {
  const bounds = fc.constantFrom<RunOptions>({}, { until: ns(40) }, { until: us(9) }, { maxEvents: 30 });
  const leaves = fc.array(fc.record({ events: fc.integer({ min: 1, max: 60 }), ahead: fc.nat(9000) }), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1000 }), bounds, leaves, (seed, options, steps) => {
      const free = build(seed);
      const gated = build(seed);
      let asked = 0;
      gated.gate(() => {
        const { events, ahead } = steps[asked++ % steps.length]!;
        return { events, until: Math.max(gated.now + 1 + ahead, 500 * asked) };
      });
      assert.equal(outcome(gated, options), outcome(free, options));
      assert.ok(asked > 0);
      gated.gate(undefined);
      assert.equal(outcome(gated, {}), outcome(free, {}));
    }),
    { seed: 20261123, numRuns: 200 },
  );
});

test('a leave of one event is one event, a leave up to a tick excludes it', () => {
  const sim = build(1);
  const seen: Array<readonly [number, number]> = [];
  sim.gate(() => {
    seen.push([sim.events, sim.now]);
    if (sim.events < 5) return { events: 1, until: Number.POSITIVE_INFINITY };
    return { events: 1000, until: seen.length < 8 ? 20_000 : Number.POSITIVE_INFINITY };
  });
  sim.run({ until: ns(30) });
  assert.equal(
    seen.slice(0, 6).map(([events]) => events),
    [0, 1, 2, 3, 4, 5],
  );
  assert.ok(seen[6]![1] < 20_000 && seen[7]![1] < 20_000);
  assert.is(sim.now, 30_000);
});

test('a gate must not touch the simulation', () => {
  const sim = build(1);
  sim.gate(() => {
    sim.spawn('intruder', ticker, undefined);
    return { events: 1, until: 0 };
  });
  assert.throws(
    () => sim.run(),
    (error: unknown) => error instanceof SimError && error.code === 'SIM_WATCHED',
  );
});

test.run();
