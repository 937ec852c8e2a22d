import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  BatchMeans,
  constantClass,
  defineActor,
  Histogram,
  ns,
  Port,
  type PortReady,
  QuantileSketch,
  Replications,
  readCheckpoint,
  restore,
  Simulation,
  Tally,
  type Time,
  TimeWeighted,
} from '../../../engine/index.ts';
import { decodeGraph, encodeGraph } from '../../../engine/snapshots/graph.ts';

const test = suite('classes in checkpoints');
const seeds = { seed: 20261123, numRuns: 200 };

const copied = <T>(value: T): T => decodeGraph(JSON.parse(JSON.stringify(encodeGraph(value, 'value')))) as T;

/** Statistics with what they say; `add` takes an observation at a time. */
const statistics = {
  tally: () => {
    const tally = new Tally();
    return { it: tally, add: (one: Tally, x: number) => one.add(x), says: (one: Tally) => one.state() };
  },
  level: () => {
    const level = new TimeWeighted(3, 0 as Time);
    const add = (one: TimeWeighted, x: number): void => one.set(x, (one.state().last + 7) as Time);
    return { it: level, add, says: (one: TimeWeighted) => [one.state(), one.average((one.state().last + 9) as Time)] };
  },
  histogram: () => {
    const it = new Histogram({ low: -10, high: 10, bins: 7 });
    return { it, add: (one: Histogram, x: number) => one.add(x), says: (one: Histogram) => one.state() };
  },
  sketch: () => {
    const add = (one: QuantileSketch, x: number): void => one.add(x);
    const says = (one: QuantileSketch) => [0, 0.1, 0.5, 0.99, 1].map((p) => one.quantile(p));
    return { it: new QuantileSketch({ relativeError: 0.02 }), add, says };
  },
  batches: () => {
    const add = (one: BatchMeans, x: number): void => one.add(x);
    return { it: new BatchMeans({ batches: 4 }), add, says: (one: BatchMeans) => one.state() };
  },
  replications: () => {
    const add = (one: Replications, x: number): void => one.add(one.count, { x });
    return { it: new Replications(), add, says: (one: Replications) => one.values('x') };
  },
};

for (const [name, make] of Object.entries(statistics))
  test(`${name}: saved, put back and fed on equals fed on`, () => {
    const values = fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, values, (before, after) => {
        const { it, add, says } = make() as ReturnType<(typeof statistics)['tally']>;
        for (const x of before) add(it, x);
        const again = copied(it);
        assert.is.not(again, it);
        assert.equal(says(again), says(it));
        for (const x of after) {
          add(it, x);
          add(again, x);
        }
        assert.equal(says(again), says(it));
      }),
      seeds,
    );
  });

type Job = { readonly type: 'job'; readonly number: number };
type Tick = { readonly type: 'tick' };

interface DeskState {
  readonly port: Port<Job>;
  readonly served: number[];
}

/** A desk with a bounded port of its own, emptied one message a tick. */
const desk = defineActor<{ readonly capacity: number }, DeskState, PortReady | Tick>({
  kind: 'desk',
  init: ({ capacity }, ctx) => ({
    port: new Port<Job>(ctx as never, 'in', { capacity, overflow: 'block' }),
    served: [],
  }),
  on: {
    ready: (_state, _message, ctx) => void ctx.schedule(ns(5), ctx.self, { type: 'tick' }),
    tick(state, message, ctx) {
      const job = state.port.take(ctx as never);
      if (job !== undefined) state.served.push(job.number);
      if (state.port.depth > 0) ctx.schedule(ns(5), ctx.self, message);
    },
  },
});

test('a port with blocked senders goes on with the same messages, waits and waiting actors', () => {
  const build = (): Simulation => {
    const sim = new Simulation();
    const to = sim.spawn('desk', desk, { capacity: 2 });
    const portOf = (): Port<Job> => (sim.stateOf(to) as DeskState).port;
    const eager = defineActor<undefined, { sent: number }, Tick>({
      kind: 'eager',
      init: (_, ctx) => {
        ctx.schedule(ns(1), ctx.self, { type: 'tick' });
        return { sent: 0 };
      },
      on: {
        tick(state, message, ctx) {
          portOf().offer(ctx, { type: 'job', number: state.sent++ });
          if (state.sent < 12) ctx.schedule(ns(2), ctx.self, message);
        },
      },
    });
    for (let i = 0; i < 3; i++) sim.spawn(`eager${i}`, eager, undefined);
    return sim;
  };
  const facts = (sim: Simulation) => {
    const { port, served } = sim.stateOf(sim.actor('desk') as never) as DeskState;
    const { offered, taken, waits, waited, depth, waiting } = port;
    return { served, offered, taken, waits, waited, depth, waiting, print: sim.fingerprint() };
  };
  const whole = build();
  whole.run();
  assert.ok(facts(whole).waits > 10);
  for (let at = 0; at < whole.events; at += 2) {
    const sim = build();
    if (at > 0) sim.run({ maxEvents: at });
    const { how, reason, sim: again } = restore(build, readCheckpoint(sim.checkpoint().bytes()));
    assert.is(how, 'state', reason);
    again.run();
    assert.equal(facts(again), facts(whole));
  }
});

class Table {
  readonly #rows = [2, 3, 5, 7];
  at(i: number): number {
    return this.#rows[i % 4] as number;
  }
}

const walker = (add: (x: number) => void) =>
  defineActor<
    { readonly table: Table; readonly tally: Tally },
    { at: number; spec: { readonly table: Table; readonly tally: Tally } },
    Tick
  >({
    kind: 'walker',
    init: (spec, ctx) => {
      ctx.schedule(ns(1), ctx.self, { type: 'tick' });
      return { at: 0, spec };
    },
    on: {
      tick(state, message, ctx) {
        const { table, tally } = state.spec;
        tally.add(table.at(state.at));
        add(ctx.random('noise').uniform());
        if (++state.at < 40) ctx.schedule(ns(1), ctx.self, message);
      },
    },
  });

const walking = (table: Table) => {
  const tallies: Array<{ tally: Tally; apart: Tally }> = [];
  const build = (): Simulation => {
    const sim = new Simulation({ seed: 2 });
    const [tally, apart] = [new Tally(), sim.keep(new Tally())];
    tallies.push({ tally, apart });
    sim.spawn(
      'walker',
      walker((x) => apart.add(x)),
      { table, tally },
    );
    return sim;
  };
  return { build, tallies };
};

test('what set-up shares by specs and keep gets its contents back where it is, and constants are taken from set-up', () => {
  const { build, tallies } = walking(new Table());
  const unknown = build();
  unknown.run({ maxEvents: 3 });
  assert.match(unknown.checkpoint().replayOnly ?? '', /the spec of walker is or holds an instance of Table/);
  constantClass(Table);
  const whole = build();
  whole.run();
  const end = tallies.at(-1);
  assert.is(end?.tally.count, 40);
  for (let at = 0; at < 40; at += 3) {
    const sim = build();
    if (at > 0) sim.run({ maxEvents: at });
    const { how, reason, sim: again } = restore(build, readCheckpoint(sim.checkpoint().bytes()));
    assert.is(how, 'state', reason);
    again.run();
    assert.is(again.fingerprint(), whole.fingerprint());
    assert.equal(tallies.at(-1)?.tally.state(), end?.tally.state());
    assert.equal(tallies.at(-1)?.apart.state(), end?.apart.state());
  }
});

test('a fork of a run whose set-up shares what changes needs its set-up, and then leaves the run alone', () => {
  constantClass(Table);
  const { build, tallies } = walking(new Table());
  const sim = build();
  sim.run({ maxEvents: 10 });
  assert.throws(() => sim.fork(), /needs its set-up \(set-up holds a Tally that changes\)/);
  const branch = sim.fork(undefined, { build });
  assert.is(branch.how, 'state');
  branch.sim.run();
  assert.is(tallies[0]?.tally.count, 10);
  assert.is(tallies[1]?.tally.count, 40);
  sim.run();
  assert.is(sim.fingerprint(), branch.sim.fingerprint());
});

test('a parent that says what it spawns has its children brought back', () => {
  const child = defineActor<undefined, { beats: number }, Tick>({
    kind: 'child',
    init: (_, ctx) => {
      ctx.schedule(ns(3), ctx.self, { type: 'tick' });
      return { beats: 0 };
    },
    on: { tick: (state, message, ctx) => void (++state.beats < 9 && ctx.schedule(ns(3), ctx.self, message)) },
  });
  const parentOf = (spawns: (() => readonly [typeof child]) | undefined) =>
    defineActor<undefined, object, Tick>({
      kind: 'parent',
      init: (_, ctx) => {
        ctx.schedule(ns(1), ctx.self, { type: 'tick' });
        return {};
      },
      on: { tick: (_state, _message, ctx) => void ctx.spawn('child#', child, undefined) },
      ...(spawns === undefined ? {} : { spawns }),
    });
  const how = (spawns: (() => readonly [typeof child]) | undefined): string => {
    const build = (): Simulation => {
      const sim = new Simulation();
      sim.spawn('parent', parentOf(spawns), undefined);
      return sim;
    };
    const sim = build();
    sim.run({ maxEvents: 4 });
    const again = restore(build, sim.checkpoint());
    again.sim.run();
    sim.run();
    assert.is(again.sim.fingerprint(), sim.fingerprint());
    return again.how;
  };
  assert.is(how(undefined), 'replay');
  assert.is(
    how(() => [child]),
    'state',
  );
});

test.run();
