import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type ActorRef,
  type AnyRef,
  defineActor,
  EventQueue,
  hours,
  ms,
  ns,
  ps,
  type SimError,
  Simulation,
  us,
} from '../../../engine/kernel/index.ts';

const test = suite('kernel errors');

type Go = { readonly type: 'go'; readonly to?: ActorRef<Go>; readonly what?: string };
type Wait = { readonly type: 'wait'; readonly for: string; readonly holder?: AnyRef };

const caught = (run: () => unknown): SimError => {
  try {
    run();
  } catch (error) {
    return error as SimError;
  }
  throw new Error('nothing was thrown');
};

const fails = (code: string, run: () => unknown): SimError => {
  const error = caught(run);
  assert.is(error.code, code, error.message);
  assert.not.match(error.message, /%[a-z]/);
  return error;
};

const waiter = defineActor<undefined, object, Wait | { readonly type: 'served' }>({
  kind: 'waiter',
  init: () => ({}),
  on: {
    wait: (_, message, ctx) => ctx.waitsFor(message.for, message.holder),
    served: (_, __, ctx) => ctx.waitsFor(undefined),
  },
});

const goer = defineActor<undefined, object, Go>({
  kind: 'goer',
  init: () => ({}),
  on: {
    go(_, message, ctx) {
      if (message.to !== undefined) ctx.send(message.to, message.to === ctx.self ? message : { type: 'go' });
    },
  },
});

function waiters(...names: string[]) {
  const sim = new Simulation({ seed: 3 });
  return { sim, refs: names.map((name) => sim.spawn(name, waiter, undefined)) };
}

test('a deadlock of two is reported as a cycle by name', () => {
  const { sim, refs } = waiters('ann', 'bob');
  const [ann, bob] = refs as [(typeof refs)[0], (typeof refs)[0]];
  sim.schedule(ns(1), ann, { type: 'wait', for: 'the salt', holder: bob });
  sim.schedule(ns(2), bob, { type: 'wait', for: 'the pepper', holder: ann });
  const error = fails('SIM_DEADLOCK', () => sim.run());
  assert.match(
    error.message,
    'no event is left, but 2 actors wait: ann waits for the salt -> bob waits for the pepper -> ann (at 2 ns, event 2, seed 3).',
  );
});

test('a deadlock of three is reported as a cycle, without those who merely wait for it', () => {
  const { sim, refs } = waiters('outside', 'a', 'b', 'c');
  const [outside, a, b, c] = refs as [(typeof refs)[0], (typeof refs)[0], (typeof refs)[0], (typeof refs)[0]];
  sim.send(outside, { type: 'wait', for: 'a', holder: a });
  sim.send(a, { type: 'wait', for: 'x', holder: b });
  sim.send(b, { type: 'wait', for: 'y', holder: c });
  sim.send(c, { type: 'wait', for: 'z', holder: a });
  const error = fails('SIM_DEADLOCK', () => sim.run());
  assert.match(error.message, '4 actors wait: a waits for x -> b waits for y -> c waits for z -> a (');
});

test('an actor that waits for itself is a cycle of one', () => {
  const { sim, refs } = waiters('a');
  sim.send(refs[0] as ActorRef<Wait>, { type: 'wait', for: 'its own lock', holder: refs[0] as AnyRef });
  assert.match(fails('SIM_DEADLOCK', () => sim.run()).message, 'a waits for its own lock -> a');
});

test('waits without a cycle are listed with their holders, eight at most', () => {
  const { sim, refs } = waiters(...Array.from({ length: 10 }, (_, i) => `w${i}`));
  for (const [i, ref] of refs.entries())
    if (i > 0) sim.send(ref, { type: 'wait', for: `reply ${i}`, ...(i === 1 ? { holder: refs[0] as AnyRef } : {}) });
  const { message } = fails('SIM_DEADLOCK', () => sim.run());
  assert.match(message, '9 actors wait: w1 waits for reply 1 held by w0, w2 waits for reply 2, ');
  assert.match(message, 'w8 waits for reply 8, and 1 more');
});

test('a wait that ended, or whose actor stopped, is no deadlock; nor are servers that merely idle', () => {
  const { sim, refs } = waiters('a', 'b', 'idle');
  sim.send(refs[0] as ActorRef<Wait>, { type: 'wait', for: 'x' });
  sim.send(refs[1] as ActorRef<Wait>, { type: 'wait', for: 'x' });
  sim.schedule(ns(1), refs[0] as ActorRef<{ type: 'served' }>, { type: 'served' });
  sim.run({ until: ns(2) });
  sim.stop(refs[1] as AnyRef);
  assert.is(sim.run().end, 'finished');
});

test('a run that only reached its bound is no deadlock', () => {
  const { sim, refs } = waiters('a');
  sim.send(refs[0] as ActorRef<Wait>, { type: 'wait', for: 'x' });
  assert.is(sim.run({ until: ns(1) }).end, 'until');
});

test('a livelock names the actor and the number of events', () => {
  const sim = new Simulation({ maxEventsPerInstant: 1000, seed: 5 });
  const a = sim.spawn('spinner', goer, undefined);
  sim.schedule(ns(3), a, { type: 'go', to: a });
  const error = fails('SIM_LIVELOCK', () => sim.run());
  assert.match(error.message, '1001 events at one instant');
  assert.equal(error.place, { at: '3 ns', actor: 'spinner', event: 1002, seed: 5 });
  const fine = new Simulation({ maxEventsPerInstant: 1000 });
  const b = fine.spawn('b', goer, undefined);
  for (let i = 0; i < 1001; i++) fine.send(b, { type: 'go' });
  assert.is(fine.run().events, 1001);
});

test('a message to a stopped actor is lost and ends the run, unless drops were declared', () => {
  const sim = new Simulation();
  const a = sim.spawn('a', goer, undefined);
  const b = sim.spawn('b', goer, undefined, { afterStop: 'drop' });
  sim.send(b, { type: 'go' });
  sim.stop(b);
  sim.run();
  assert.is(sim.dropped, 1);
  sim.schedule(ns(4), a, { type: 'go' });
  sim.stop(a);
  const error = fails('SIM_LOST_MESSAGE', () => sim.run());
  assert.match(error.message, "message 'go' reached an actor that has stopped (at 4 ns, actor a");
});

test('a message to the next actor in the place of a stopped one is lost too', () => {
  const sim = new Simulation();
  const a = sim.spawn('a', goer, undefined);
  sim.schedule(ns(1), a, { type: 'go' });
  sim.stop(a);
  sim.spawn('b', goer, undefined);
  fails('SIM_LOST_MESSAGE', () => sim.run());
});

test('a reference of no actor is refused', () => {
  const sim = new Simulation({ seed: 9 });
  sim.send(77 as ActorRef<Go>, { type: 'go' });
  const error = fails('SIM_UNKNOWN_ACTOR', () => sim.run());
  assert.match(error.message, 'reference 77 names no actor of this simulation (at 0 ps, seed 9).');
  fails('SIM_UNKNOWN_ACTOR', () => sim.pathOf(78 as AnyRef));
});

test('a message the actor does not know is refused with those it knows', () => {
  const sim = new Simulation();
  sim.send(sim.spawn('a', waiter, undefined) as unknown as ActorRef<Go>, { type: 'go' });
  assert.match(
    fails('SIM_UNKNOWN_MESSAGE', () => sim.run()).message,
    "message 'go' is not understood; known: wait, served",
  );
});

test('range: a time past 2^53 ticks names the actor and suggests the coarser tick', () => {
  const sim = new Simulation();
  type Far = { readonly type: 'far' };
  const far = defineActor<undefined, object, Far>({
    kind: 'far',
    init: () => ({}),
    on: { far: (_, __, ctx) => void ctx.schedule(hours(2), ctx.self, { type: 'far' }) },
  });
  sim.send(sim.spawn('clock/far', far, undefined), { type: 'far' });
  const error = fails('SIM_RANGE', () => sim.run());
  assert.is(error.place.actor, 'clock/far');
  assert.match(error.message, 'virtual time passes 2^53 ticks');
  assert.match(error.message, "Create the simulation with a coarser tick, resolution: 'ns'.");
  const coarse = new Simulation({ resolution: 'ns' });
  coarse.send(coarse.spawn('far', far, undefined), { type: 'far' });
  assert.is(coarse.run({ maxEvents: 1200 }).events, 1200); // 2400 h of the 2502 h of 2^53 ns
  assert.match(fails('SIM_RANGE', () => coarse.run()).message, "resolution: 'us'");
});

test('a coarser tick rounds delays to the nearest tick', () => {
  const at = (resolution: 'ps' | 'ns' | 'us', delay: number) => {
    const sim = new Simulation({ resolution });
    sim.schedule(ps(delay), sim.spawn('a', goer, undefined), { type: 'go' });
    sim.run();
    return [sim.now, sim.elapsed];
  };
  assert.equal(at('ps', 1499), [1499, 1499]);
  assert.equal(at('ns', 1499), [1, 1000]);
  assert.equal(at('ns', 1500), [2, 2000]);
  assert.equal(at('ns', 499), [0, 0]);
  assert.equal(at('us', 1_499_999), [1, 1_000_000]);
  assert.equal(at('us', 1_500_000), [2, 2_000_000]);
});

test('delays before now, broken or not made by the helpers are refused', () => {
  const sim = new Simulation();
  const a = sim.spawn('a', goer, undefined);
  assert.match(fails('SIM_PAST', () => sim.schedule(-1 as never, a, { type: 'go' })).message, '-1 ps from now');
  fails('SIM_PAST', () => sim.schedule(0.5 as never, a, { type: 'go' }));
  fails('SIM_PAST', () => sim.schedule(Number.NaN as never, a, { type: 'go' }));
  sim.run({ until: ns(2) });
  fails('SIM_PAST', () => sim.run({ until: ns(1) }));
  fails('SIM_BAD_DURATION', () => ns(-1));
  fails('SIM_BAD_DURATION', () => ms(Number.POSITIVE_INFINITY));
});

test('set-up is checked: seed, names, randomness, capacity', () => {
  fails('SIM_BAD_SEED', () => new Simulation({ seed: 0.5 }));
  const sim = new Simulation();
  sim.spawn('a', goer, undefined);
  assert.match(fails('SIM_DUPLICATE_NAME', () => sim.spawn('a', goer, undefined)).message, "'a' exists already");
  fails('SIM_DUPLICATE_NAME', () => sim.spawn('', goer, undefined));
  sim.spawn('b#', goer, undefined);
  sim.spawn('b#', goer, undefined);
  assert.equal(sim.actors(), ['a', 'b1', 'b2']);
  assert.match(fails('SIM_NO_RANDOM', () => sim.random('x')).message, "stream 'x' was asked for");
  fails('SIM_QUEUE_CAPACITY', () => new EventQueue(0));
  fails('SIM_QUEUE_CAPACITY', () => new Simulation({ capacity: 1.5 }));
});

test('run and probe are refused while the simulation runs', () => {
  const sim = new Simulation();
  const seen: string[] = [];
  const meddler = defineActor<undefined, object, Go>({
    kind: 'meddler',
    init: () => ({}),
    on: {
      go() {
        seen.push(caught(() => sim.run()).code, caught(() => sim.probe({})).code);
      },
    },
  });
  sim.send(sim.spawn('a', meddler, undefined), { type: 'go' });
  sim.run({ until: us(1) });
  assert.equal(seen, ['SIM_RUNNING', 'SIM_RUNNING']);
});

test.run();
