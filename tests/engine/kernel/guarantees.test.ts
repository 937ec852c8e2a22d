import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type ActorRef,
  type Behavior,
  type Context,
  defineActor,
  type EventHandle,
  type Message,
  ns,
  type Phase,
  phases,
  ps,
  type RandomSource,
  type RandomStream,
  Simulation,
  us,
} from '../../../engine/kernel/index.ts';

const test = suite('kernel guarantees');

/** A tiny source for these tests: sfc32 seeded by the text of seed, path and name. */
const source = (seed: number): RandomSource => ({
  stream(path, name): RandomStream {
    const words = [seed | 0, 2, 3, 1];
    for (const char of `${path}|${name}`) words[1] = Math.imul((words[1] as number) ^ char.charCodeAt(0), 0x01000193);
    const next = () => {
      const [a, b, c, d] = words as [number, number, number, number];
      const t = (a + b + d) | 0;
      words[0] = b ^ (b >>> 9);
      words[1] = (c + (c << 3)) | 0;
      words[2] = ((c << 21) | (c >>> 11)) + t;
      words[3] = (d + 1) | 0;
      return t >>> 0;
    };
    for (let i = 0; i < 12; i++) next();
    return {
      uint32: next,
      uniform: () => next() / 2 ** 32,
      state: () => [...words],
      restore: (state) => words.splice(0, 4, ...state),
    };
  },
});

type Hop = { readonly type: 'hop'; readonly left: number };

interface Walk {
  readonly actors: Array<ActorRef<Hop>>;
  readonly log: string[];
}

/** Actors that pass tokens on with random delays, phases and zero-delay sends; every handling is logged. */
const walker = (walk: Walk): Behavior<undefined, { seen: number }, Hop> =>
  defineActor<undefined, { seen: number }, Hop>({
    kind: 'walker',
    init: () => ({ seen: 0 }),
    on: {
      hop(state, message, ctx) {
        state.seen++;
        walk.log.push(`${ctx.now} ${ctx.path} ${message.left}`);
        if (message.left === 0) return;
        const random = ctx.random('walk');
        const to = walk.actors[random.uint32() % walk.actors.length] as ActorRef<Hop>;
        const next = { type: 'hop', left: message.left - 1 } as const;
        if (random.uint32() % 4 === 0) ctx.send(to, next);
        else ctx.schedule(ps(random.uint32() % 5), to, next, (random.uint32() % 5) as Phase);
      },
    },
  });

function walk(seed: number, options: { readonly extra?: boolean } = {}): { sim: Simulation; walk: Walk } {
  const sim = new Simulation({ seed, random: source(seed) });
  const record: Walk = { actors: [], log: [] };
  const behavior = walker(record);
  if (options.extra === true) {
    const idle = defineActor<undefined, undefined, Hop>({
      kind: 'idle',
      init: (_, ctx) => {
        ctx.random('own').uint32();
        ctx.schedule(ps(3), ctx.self, { type: 'hop', left: 0 });
        return undefined;
      },
      on: { hop: (_, __, ctx) => void ctx.random('more').uint32() },
    });
    sim.spawn('stranger', idle, undefined);
  }
  for (let i = 0; i < 5; i++) record.actors.push(sim.spawn(`w${i}`, behavior, undefined));
  for (const actor of record.actors) sim.send(actor, { type: 'hop', left: 40 });
  return { sim, walk: record };
}

const times = (log: readonly string[]) => log.map((line) => Number(line.split(' ')[0]));

test('1 virtual time never goes back', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const { sim, walk: record } = walk(seed);
      sim.run();
      const at = times(record.log);
      assert.is(at.length, 5 * 41);
      for (let i = 1; i < at.length; i++) assert.ok((at[i] as number) >= (at[i - 1] as number));
    }),
    { seed: 20261123, numRuns: 200 },
  );
});

type Tagged = { readonly type: 'tagged'; readonly id: number };

function recorder(): { readonly seen: number[]; readonly behavior: Behavior<undefined, undefined, Tagged> } {
  const seen: number[] = [];
  const behavior = defineActor<undefined, undefined, Tagged>({
    kind: 'recorder',
    init: () => undefined,
    on: { tagged: (_, message) => void seen.push(message.id) },
  });
  return { seen, behavior };
}

test('2 equal times run in phase order, then in scheduling order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ delay: fc.integer({ min: 0, max: 4 }), phase: fc.constantFrom<Phase>(0, 1, 2, 3, 4) }), {
        maxLength: 60,
      }),
      (events) => {
        const sim = new Simulation();
        const { seen, behavior } = recorder();
        const actor = sim.spawn('r', behavior, undefined);
        for (const [id, { delay, phase }] of events.entries())
          sim.schedule(ps(delay), actor, { type: 'tagged', id }, phase);
        sim.run();
        const expected = events
          .map((event, id) => ({ ...event, id }))
          .sort((a, b) => a.delay - b.delay || a.phase - b.phase || a.id - b.id);
        assert.equal(
          seen,
          expected.map(({ id }) => id),
        );
      },
    ),
    { seed: 20261123, numRuns: 200 },
  );
});

test('3 messages arrive in sending order, and zero-delay messages keep causality', () => {
  type M = { readonly type: 'go' } | { readonly type: 'note'; readonly from: string };
  const log: string[] = [];
  const sim = new Simulation();
  const b = sim.spawn(
    'b',
    defineActor<undefined, undefined, M>({
      kind: 'b',
      init: () => undefined,
      on: { go: () => undefined, note: (_, message) => void log.push(message.from) },
    }),
    undefined,
  );
  const c = sim.spawn(
    'c',
    defineActor<undefined, undefined, M>({
      kind: 'c',
      init: () => undefined,
      on: { go: (_, __, ctx) => void ctx.send(b, { type: 'note', from: 'c' }), note: () => undefined },
    }),
    undefined,
  );
  const a = sim.spawn(
    'a',
    defineActor<undefined, undefined, M>({
      kind: 'a',
      init: () => undefined,
      on: {
        go(_, __, ctx) {
          ctx.send(b, { type: 'note', from: 'a1' });
          ctx.send(c, { type: 'go' });
          ctx.send(b, { type: 'note', from: 'a2' });
        },
        note: () => undefined,
      },
    }),
    undefined,
  );
  sim.send(a, { type: 'go' });
  sim.run();
  assert.equal(log, ['a1', 'a2', 'c']);
});

test('4 a handler runs to completion before the next event', () => {
  const sim = new Simulation();
  let depth = 0;
  let deepest = 0;
  const actor: ActorRef<Hop> = sim.spawn(
    'nested',
    defineActor<undefined, undefined, Hop>({
      kind: 'nested',
      init: () => undefined,
      on: {
        hop(_, message, ctx) {
          deepest = Math.max(deepest, ++depth);
          if (message.left > 0) {
            ctx.send(ctx.self, { type: 'hop', left: message.left - 1 });
            assert.throws(() => sim.run(), /SIM_RUNNING|while the simulation runs/);
          }
          depth--;
        },
      },
    }),
    undefined,
  );
  sim.send(actor, { type: 'hop', left: 5 });
  assert.is(sim.run().events, 6);
  assert.is(deepest, 1);
});

test('5 same program, same seed: same fingerprint, watched or not, in one run or in pieces', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 }),
      (seed, cuts) => {
        const straight = walk(seed);
        straight.sim.run();
        const watched = walk(seed);
        let seen = 0;
        watched.sim.probe({ eventBegins: () => void seen++ }, { causes: true });
        watched.sim.run();
        assert.is(seen, straight.sim.events);
        const pieces = walk(seed);
        let time = 0;
        for (const cut of cuts) {
          pieces.sim.run({ maxEvents: cut });
          time = Math.max(time, pieces.sim.now) + cut;
          pieces.sim.run({ until: ps(time) });
          pieces.sim.step();
          pieces.sim.run({ until: () => true });
          pieces.sim.run({ wallBudget: { ms: 0, clock: () => 0 } });
        }
        pieces.sim.run();
        assert.equal(pieces.walk.log, straight.walk.log);
        const print = straight.sim.fingerprint();
        assert.is(watched.sim.fingerprint(), print);
        assert.is(pieces.sim.fingerprint(), print);
        const other = walk(seed + 1);
        other.sim.run();
        assert.is.not(other.sim.fingerprint(), print);
      },
    ),
    { seed: 20261123, numRuns: 100 },
  );
});

test('5 metrics, draws and each ingredient belong to the fingerprint', () => {
  const { sim } = walk(1);
  sim.run();
  assert.is.not(sim.fingerprint({ a: 1 }), sim.fingerprint({ a: 2 }));
  assert.is(sim.fingerprint({ a: 1, b: 2 }), sim.fingerprint({ b: 2, a: 1 }));
  const before = sim.fingerprint();
  sim.random('late').uint32();
  assert.is.not(sim.fingerprint(), before);
  const ingredients = [['time'], ['actor'], ['kind'], ['draws'], []] as const;
  const print = (delay: number, name: string, kind: 'tagged' | 'hop', chosen: (typeof ingredients)[number]) => {
    const one = new Simulation({ fingerprint: chosen, random: source(1) });
    const both = defineActor<undefined, undefined, Tagged | Hop>({
      kind: 'both',
      init: () => undefined,
      on: { tagged: () => undefined, hop: () => undefined },
    });
    one.schedule(ps(delay), one.spawn(name, both, undefined), { type: kind, id: 1, left: 1 });
    one.run();
    return one.fingerprint();
  };
  for (const chosen of ingredients) {
    const base = print(1, 'a', 'tagged', chosen);
    assert.is(print(2, 'a', 'tagged', chosen) !== base, chosen[0] === 'time');
    assert.is(print(1, 'b', 'tagged', chosen) !== base, chosen[0] === 'actor');
    assert.is(print(1, 'a', 'hop', chosen) !== base, chosen[0] === 'kind');
  }
});

test('6 a cancelled event never runs, cancelling twice is harmless, memory is proportional to live events', () => {
  const sim = new Simulation();
  const { seen, behavior } = recorder();
  const actor = sim.spawn('r', behavior, undefined);
  const handles: EventHandle[] = [];
  for (let id = 0; id < 1000; id++) handles.push(sim.schedule(ps(id % 7), actor, { type: 'tagged', id }));
  for (let id = 0; id < 1000; id += 2) assert.is(sim.cancel(handles[id] as EventHandle), true);
  for (let id = 0; id < 1000; id += 2) assert.is(sim.cancel(handles[id] as EventHandle), false);
  assert.is(sim.pending, 500);
  sim.run();
  assert.is(seen.length, 500);
  assert.ok(seen.every((id) => id % 2 === 1));
  assert.is(sim.cancel(handles[1] as EventHandle), false);
  assert.is(sim.reschedule(handles[1] as EventHandle, ps(3)), undefined);
});

test('6 cancelled events do not move the clock', () => {
  const sim = new Simulation();
  const actor = sim.spawn('r', recorder().behavior, undefined);
  sim.schedule(ps(5), actor, { type: 'tagged', id: 1 });
  sim.cancel(sim.schedule(us(1), actor, { type: 'tagged', id: 2 }));
  assert.equal(sim.run(), { end: 'finished', events: 1, time: 5 } as never);
  sim.schedule(ps(1), actor, { type: 'tagged', id: 3 });
  assert.is(sim.run().time, 6 as never);
});

test('7 adding an actor or a random stream does not change the draws or the order of the others', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const alone = walk(seed);
      const together = walk(seed, { extra: true });
      alone.sim.run();
      together.sim.run();
      assert.equal(together.walk.log, alone.walk.log);
    }),
    { seed: 20261123, numRuns: 100 },
  );
});

test('7 the simulation speaks for itself even inside a handler', () => {
  const sim = new Simulation({ random: source(3) });
  const apart = new Simulation({ random: source(3) });
  const draws: number[] = [];
  const caller = defineActor<undefined, undefined, Tagged>({
    kind: 'caller',
    init: () => undefined,
    on: {
      tagged() {
        draws.push(sim.random('workload').uint32());
        sim.spawn('late', recorder().behavior, undefined);
      },
    },
  });
  sim.send(sim.spawn('caller', caller, undefined), { type: 'tagged', id: 1 });
  sim.run();
  assert.equal(draws, [apart.random('workload').uint32()]);
  assert.equal(sim.actors(), ['caller', 'late']);
});

test('8 until is exclusive, and what waits there stays ahead of what is scheduled there later', () => {
  const sim = new Simulation();
  const { seen, behavior } = recorder();
  const actor = sim.spawn('r', behavior, undefined);
  sim.schedule(ns(1), actor, { type: 'tagged', id: 1 });
  sim.schedule(ns(2), actor, { type: 'tagged', id: 2 });
  assert.equal(sim.run({ until: ns(2) }), { end: 'until', events: 1, time: 2000 } as never);
  sim.send(actor, { type: 'tagged', id: 3 });
  assert.is(sim.run({ until: ns(2) }).events, 0);
  sim.run();
  assert.equal(seen, [1, 2, 3]);
});

test('8 twenty-four hourly arrivals in a day, the one at midnight belongs to the next', () => {
  const sim = new Simulation({ resolution: 'us' });
  const { seen, behavior } = recorder();
  const actor = sim.spawn('r', behavior, undefined);
  const hour = us(3600e6);
  for (let i = 0; i <= 48; i++) sim.schedule(us(i * 3600e6), actor, { type: 'tagged', id: i }, phases.arrival);
  sim.run({ until: us(24 * 3600e6) });
  assert.is(seen.length, 24);
  assert.is(sim.now, 24 * (hour / 1e6));
});

test('a message the actor does not understand does not compile', () => {
  const check = (ctx: Context, actor: ActorRef<Tagged>) => {
    ctx.send(actor, { type: 'tagged', id: 1 });
    // @ts-expect-error no such message
    ctx.send(actor, { type: 'other' });
    // @ts-expect-error a number is no duration
    ctx.schedule(5, actor, { type: 'tagged', id: 1 });
    const narrow = actor as unknown as ActorRef<Tagged | Hop>;
    const accepted: ActorRef<Tagged> = narrow;
    // @ts-expect-error an actor that knows less is no substitute
    const refused: ActorRef<Tagged | (Message & { type: 'x' })> = actor;
    return [accepted, refused];
  };
  assert.type(check, 'function');
});

test.run();
