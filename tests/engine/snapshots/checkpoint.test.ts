import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createMachine } from 'xstate';
import {
  type ActorRef,
  type Duration,
  defineActor,
  delay,
  fromMachine,
  type Message,
  ns,
  process,
  readCheckpoint,
  resource,
  restore,
  Simulation,
  timed,
  us,
  using,
} from '../../../engine/index.ts';
import { courierOf, type ReferenceOptions, referenceSimulation } from '../../reference-run.ts';

const test = suite('snapshots');
const seeds = { seed: 20261123, numRuns: 100 };

const build = (options: ReferenceOptions = {}) => referenceSimulation({ jobs: 300, ...options });
const behaviors = [courierOf(1 as never)];
const straight = build();
straight.run();
const total = straight.events;

test('run to the end equals checkpoint, rebuild, restore, run to the end, twice in a row', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: total }), fc.integer({ min: 0, max: total }), (a, b) => {
      const sim = build();
      if (a > 0) sim.run({ maxEvents: Math.min(a, b) });
      const first = restore(build, readCheckpoint(sim.checkpoint().bytes()), { behaviors });
      assert.is(first.how, 'state');
      const more = Math.abs(a - b);
      if (more > 0) first.sim.run({ maxEvents: more });
      const second = restore(build, readCheckpoint(first.sim.checkpoint().bytes()), { behaviors });
      assert.is(second.how, 'state');
      second.sim.run();
      assert.is(second.sim.fingerprint(), straight.fingerprint());
      assert.is(second.sim.events, total);
      assert.equal(
        second.sim.stateOf(second.sim.actor('sink') as never),
        straight.stateOf(straight.actor('sink') as never),
      );
      sim.run();
      assert.is(sim.fingerprint(), straight.fingerprint());
    }),
    seeds,
  );
});

test('a branch without an edit does what the run does, and leaves it alone', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: total }), (at) => {
      const sim = build();
      if (at > 0) sim.run({ maxEvents: at });
      const branch = sim.fork();
      branch.sim.run();
      assert.is(branch.how, 'state');
      assert.is(sim.events, at);
      sim.run();
      assert.is(branch.sim.fingerprint(), sim.fingerprint());
      assert.is(sim.fingerprint(), straight.fingerprint());
    }),
    seeds,
  );
});

test('an instant between events, where the clock stopped at a bound, is kept', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 150_000 }), (at) => {
      const sim = build();
      sim.run({ until: ns(at) });
      const { sim: again } = restore(build, readCheckpoint(sim.checkpoint().bytes()), { behaviors });
      assert.is(again.now, sim.now);
      assert.is(again.pending, sim.pending);
      again.run();
      assert.is(again.fingerprint(), straight.fingerprint());
    }),
    seeds,
  );
});

test('without the code of an actor spawned on the way a restore replays, and says so', () => {
  const sim = build();
  while (sim.actors().every((path) => !path.includes('courier'))) sim.run({ maxEvents: 1 });
  const again = restore(build, sim.checkpoint());
  assert.is(again.how, 'replay');
  assert.match(again.reason ?? '', /courier/);
  again.sim.run();
  assert.is(again.sim.fingerprint(), straight.fingerprint());
});

const desk = (): Simulation => {
  const sim = new Simulation({ seed: 3 });
  const clerk = resource(sim, { name: 'clerk', capacity: 1 });
  const hold = timed.exponential(ns(80));
  const visitor = process(function* visitor(ctx) {
    for (let i = 0; i < 20; i++) {
      yield* delay(hold.sample(ctx.random('gap')));
      yield* using(clerk, function* () {
        yield* delay(hold.sample(ctx.random('work')));
      });
    }
  });
  for (let i = 0; i < 5; i++) sim.spawn(`visitor${i}`, visitor, undefined);
  return sim;
};

test('a run with generator processes is replayed to the same moment, and says so', () => {
  const whole = desk();
  whole.run();
  fc.assert(
    fc.property(fc.integer({ min: 1, max: whole.events - 1 }), (at) => {
      const sim = desk();
      sim.run({ maxEvents: at });
      const { how, reason, sim: again } = restore(desk, readCheckpoint(sim.checkpoint().bytes()));
      assert.is(how, 'replay');
      assert.is(reason, "resource 'clerk' and the processes that use it cannot be saved, only run again");
      again.run();
      assert.is(again.fingerprint(), whole.fingerprint());
    }),
    seeds,
  );
  const sim = desk();
  sim.run({ maxEvents: 10 });
  assert.throws(() => sim.fork(), /SNAPSHOT_NO_BUILD|nothing says how to build/);
  const branch = sim.fork(undefined, { build: desk });
  branch.sim.run();
  assert.is(branch.sim.fingerprint(), whole.fingerprint());
});

type Tick = { readonly type: 'tick' };

/** A state that is an instance of a class. */
class Sum {
  #total = 0;
  add(value: number): void {
    this.#total = (this.#total * 31 + value) % 1_000_003;
  }
  get total(): number {
    return this.#total;
  }
  static of(total: number): Sum {
    const sum = new Sum();
    sum.add(total);
    return sum;
  }
}

const adder = defineActor<{ readonly gap: Duration }, { sum: Sum; gap: Duration; self: ActorRef<Tick> }, Tick>({
  kind: 'adder',
  init({ gap }, ctx) {
    ctx.schedule(gap, ctx.self, { type: 'tick' });
    return { sum: new Sum(), gap, self: ctx.self };
  },
  on: {
    tick(state, _, ctx) {
      state.sum.add(ctx.random('values').uint32() % 1000);
      if (ctx.now < 100_000) ctx.schedule(state.gap, ctx.self, { type: 'tick' });
    },
  },
  save: ({ sum, gap, self }) => ({ total: sum.total, gap, self }),
  load(data) {
    const { total, gap, self } = data as { total: number; gap: Duration; self: ActorRef<Tick> };
    return { sum: Sum.of(total), gap, self };
  },
});

const adding =
  (gap: Duration = ns(3)) =>
  (): Simulation => {
    const sim = new Simulation({ seed: 5 });
    sim.spawn('adder', adder, { gap });
    return sim;
  };

test('a state that is no plain data is saved and loaded by its behavior', () => {
  const whole = adding()();
  whole.run();
  const end = (whole.stateOf(whole.actor('adder') as never) as { sum: Sum }).sum.total;
  for (let at = 0; at < whole.events; at++) {
    const sim = adding()();
    if (at > 0) sim.run({ maxEvents: at });
    const again = restore(adding(), readCheckpoint(sim.checkpoint().bytes()));
    assert.is(again.how, 'state');
    again.sim.run();
    assert.is(again.sim.fingerprint(), whole.fingerprint());
    assert.is((again.sim.stateOf(again.sim.actor('adder') as never) as { sum: Sum }).sum.total, end);
  }
});

test('a chart with timers goes on with the delay that is left', () => {
  const lamp = createMachine({
    id: 'lamp',
    initial: 'off',
    states: { off: { after: { 30: 'on' } }, on: { after: { 20: 'off' }, on: { press: 'off' } } },
  });
  const logic = fromMachine(lamp, { delayUnit: ns(1) });
  const make = (): Simulation => {
    const sim = new Simulation();
    const ref = sim.spawn('lamp', logic, undefined);
    for (let i = 1; i < 20; i++) sim.schedule(ns(37 * i), ref as ActorRef<Message>, { type: 'press' });
    return sim;
  };
  const whole = make();
  whole.run({ until: us(1) });
  for (let at = 0; at < 600; at += 7) {
    const sim = make();
    sim.run({ until: ns(at) });
    const again = restore(make, readCheckpoint(sim.checkpoint().bytes()));
    assert.is(again.how, 'state', again.reason);
    again.sim.run({ until: us(1) });
    assert.is(again.sim.fingerprint(), whole.fingerprint());
  }
});

test('an edit is an Immer recipe over specs and states, and changes the branch alone', () => {
  const sim = adding()();
  sim.run({ maxEvents: 5 });
  const branch = sim.fork((world) => {
    world.actor<{ gap: number }>('adder').state.gap = ns(6);
  });
  assert.equal(
    branch.changes.map(({ path, patches }) => [path, patches.map((patch) => patch.path.join('.'))]),
    [['adder', ['state.gap']]],
  );
  const before = sim.events;
  branch.sim.run();
  sim.run();
  assert.is(sim.events - before > 1.9 * (branch.sim.events - before), true);
  const again = adding()();
  again.run({ maxEvents: 5 });
  assert.throws(() => again.fork((world) => world.actor('nobody')), /There is no|there is no actor 'nobody'/);
  const replayed = desk();
  replayed.run({ maxEvents: 5 });
  assert.throws(() => replayed.fork((world) => void world.actor('visitor0'), { build: desk }), /the state of visitor0/);
});

test('a restore under another seed, actor or spec refuses', () => {
  const sim = adding()();
  sim.run({ maxEvents: 5 });
  const saved = sim.checkpoint();
  const code = (make: () => Simulation): string => {
    try {
      restore(make, saved);
    } catch (error) {
      return (error as { code: string }).code;
    }
    return 'none';
  };
  assert.is(code(adding(ns(4))), 'SNAPSHOT_CHANGED');
  assert.is(
    code(() => {
      const other = new Simulation({ seed: 6 });
      other.spawn('adder', adder, { gap: ns(3) });
      return other;
    }),
    'SNAPSHOT_CHANGED',
  );
  assert.is(
    code(() => {
      const other = new Simulation({ seed: 5 });
      other.spawn('sum', adder, { gap: ns(3) });
      return other;
    }),
    'SNAPSHOT_CHANGED',
  );
  const visits = desk();
  visits.run({ maxEvents: 9 });
  const later = visits.checkpoint();
  assert.throws(
    () =>
      restore(() => {
        const other = desk();
        other.spawn('guest', adder, { gap: ns(1) });
        return other;
      }, later),
    /replay to event 9/,
  );
});

test('a foreign, newer, cut-off or altered container is refused with its code', () => {
  const sim = adding()();
  sim.run({ maxEvents: 5 });
  const bytes = sim.checkpoint({ note: 'x' }).bytes();
  const code = (data: Uint8Array): string => {
    try {
      readCheckpoint(data);
    } catch (error) {
      return (error as { code: string }).code;
    }
    return 'none';
  };
  assert.is(code(bytes), 'none');
  assert.equal(readCheckpoint(bytes).meta, { note: 'x' });
  assert.is(code(new TextEncoder().encode('{"not": "one"}')), 'SNAPSHOT_FOREIGN');
  assert.is(code(new Uint8Array()), 'SNAPSHOT_FOREIGN');
  for (let length = 1; length < bytes.length; length += length < 30 ? 1 : 97)
    assert.is(code(bytes.subarray(0, length)), 'SNAPSHOT_CUT', `${length} bytes`);
  const newer = bytes.slice();
  newer[8] = 3;
  assert.is(code(newer), 'SNAPSHOT_NEWER');
  fc.assert(
    fc.property(fc.integer({ min: 24, max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const altered = bytes.slice();
      altered[at] = (altered[at] as number) ^ flip;
      assert.is(code(altered), 'SNAPSHOT_ALTERED');
    }),
    seeds,
  );
});

test('a checkpoint in the middle of a handler is refused', () => {
  const sim = new Simulation();
  let seen: unknown;
  const actor = defineActor<undefined, object, Tick>({
    kind: 'saver',
    init: () => ({}),
    on: {
      tick() {
        try {
          sim.checkpoint();
        } catch (error) {
          seen = error;
        }
      },
    },
  });
  sim.send(sim.spawn('saver', actor, undefined), { type: 'tick' });
  sim.run();
  assert.is((seen as { code: string }).code, 'SIM_UNFIT');
});

test.run();
