import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type ActorRef,
  type Context,
  defineActor,
  type FailurePolicy,
  ns,
  type SimError,
  Simulation,
  type SpawnOptions,
} from '../../../engine/kernel/index.ts';

const test = suite('kernel supervision');

type Order = { readonly type: 'work' | 'fail' | 'timer'; readonly note?: string };

interface Lab {
  readonly sim: Simulation;
  readonly log: string[];
}

const lab = (policy?: FailurePolicy): Lab => {
  const sim = new Simulation({ seed: 42 });
  if (policy !== undefined) sim.failures(policy);
  return { sim, log: [] };
};

/** Logs what happens to it; `init` arms a timer and spawns a child. */
const worker = (log: string[], child: SpawnOptions | undefined = undefined) => {
  const leaf = actor('leaf', () => undefined);
  return actor('worker', (ctx) => {
    ctx.schedule(ns(50), ctx.self, { type: 'timer', note: `armed at ${ctx.now}` });
    if (child !== undefined) ctx.schedule(ns(20), ctx.spawn('leaf', leaf, undefined, child), { type: 'work' });
  });
  function actor(kind: string, start: (ctx: Context<Order>) => void) {
    return defineActor<undefined, { handled: number }, Order>({
      kind,
      init(_, ctx) {
        log.push(`${ctx.now} ${ctx.path} init`);
        start(ctx);
        return { handled: 0 };
      },
      on: {
        work: (state, _, ctx) => void log.push(`${ctx.now} ${ctx.path} work ${++state.handled}`),
        timer: (_, { note }, ctx) => void log.push(`${ctx.now} ${ctx.path} timer ${note}`),
        fail() {
          throw new Error('boom');
        },
      },
    });
  }
};

const caught = (run: () => unknown): SimError => {
  try {
    run();
  } catch (error) {
    return error as SimError;
  }
  throw new Error('nothing was thrown');
};

test('restart: init again, own timers dropped, messages of others kept, children stopped', () => {
  const { sim, log } = lab('restart');
  const a = sim.spawn('a', worker(log, { afterStop: 'drop' }), undefined);
  sim.schedule(ns(5), a, { type: 'work' });
  sim.schedule(ns(10), a, { type: 'fail' });
  sim.schedule(ns(30), a, { type: 'work' });
  const child = sim.actor('a/leaf');
  sim.run();
  assert.equal(log, [
    '0 a init',
    '0 a/leaf init',
    '5000 a work 1',
    '10000 a init',
    '10000 a/leaf init',
    '30000 a work 1',
    '30000 a/leaf work 1',
    '60000 a timer armed at 10000',
  ]);
  assert.is(sim.dropped, 1); // the message to the first child, which had stopped
  assert.is.not(sim.actor('a/leaf'), child);
  assert.is(sim.actor('a'), a);
});

test('stop: the actor and its children are gone, its timers dropped', () => {
  const { sim, log } = lab('stop');
  const a = sim.spawn('a', worker(log, { afterStop: 'drop' }), undefined, { afterStop: 'drop' });
  sim.schedule(ns(10), a, { type: 'fail' });
  sim.schedule(ns(30), a, { type: 'work' });
  sim.run();
  assert.equal(log, ['0 a init', '0 a/leaf init']);
  assert.equal(sim.actors(), []);
  assert.is(sim.dropped, 2);
});

test('escalate: the policy of the nearest ancestor that has one decides', () => {
  const { sim, log } = lab('escalate');
  sim.spawn('a', worker(log, { onFailure: 'escalate' }), undefined, { onFailure: 'restart' });
  const b = sim.spawn('b', worker(log), undefined);
  sim.schedule(ns(25), sim.actor('a/leaf') as ActorRef<Order>, { type: 'fail' });
  sim.schedule(ns(30), b, { type: 'work' });
  sim.run({ until: ns(40) });
  assert.equal(log.slice(3), ['20000 a/leaf work 1', '25000 a init', '25000 a/leaf init', '30000 b work 1']);
  assert.equal(sim.actors().sort(), ['a', 'a/leaf', 'b']);
});

test('an option of the actor overrides the policy of the simulation', () => {
  const { sim, log } = lab('restart');
  const a = sim.spawn('a', worker(log), undefined, { onFailure: 'stop' });
  sim.send(a, { type: 'fail' });
  sim.run();
  assert.equal(log, ['0 a init']);
  assert.equal(sim.actors(), []);
});

test('at the root the run ends with SIM_ACTOR_FAILED: time, event, actor, seed and cause', () => {
  const { sim, log } = lab();
  const a = sim.spawn('a', worker(log, {}), undefined);
  sim.schedule(ns(5), a, { type: 'work' });
  sim.schedule(ns(10), sim.actor('a/leaf') as ActorRef<Order>, { type: 'fail' });
  const error = caught(() => sim.run());
  assert.is(error.code, 'SIM_ACTOR_FAILED');
  assert.equal(error.place, { at: '10 ns', actor: 'a/leaf', event: 2, seed: 42 });
  assert.is((error.cause as Error).message, 'boom');
  assert.match(
    error.message,
    "the handler of 'fail' threw: boom (at 10 ns, actor a/leaf, event 2, seed 42). The cause is attached;",
  );
});

test('after a fatal error the run is broken and says by what', () => {
  const { sim, log } = lab();
  sim.send(sim.spawn('a', worker(log), undefined), { type: 'fail' });
  const first = caught(() => sim.run());
  for (const again of [() => sim.run(), () => sim.step(), () => sim.run({ until: ns(1) })]) {
    const error = caught(again);
    assert.is(error.code, 'SIM_BROKEN');
    assert.match(error.message, 'ended with SIM_ACTOR_FAILED and cannot continue');
    assert.is(error.cause, first);
  }
});

test('init that fails again ends the run with SIM_RESTART_FAILED', () => {
  const sim = new Simulation();
  let starts = 0;
  const fragile = defineActor<undefined, object, Order>({
    kind: 'fragile',
    init() {
      if (++starts > 1) throw new Error('no second life');
      return {};
    },
    on: {
      work: () => undefined,
      timer: () => undefined,
      fail() {
        throw new Error('boom');
      },
    },
  });
  sim.send(sim.spawn('a', fragile, undefined, { onFailure: 'restart' }), { type: 'fail' });
  const error = caught(() => sim.run());
  assert.is(error.code, 'SIM_RESTART_FAILED');
  assert.match(error.message, 'starting over failed: no second life');
  assert.is(error.place.actor, 'a');
});

test('a handler that fails after it stopped itself changes nothing', () => {
  const sim = new Simulation();
  let starts = 0;
  const quitter = defineActor<undefined, object, Order>({
    kind: 'quitter',
    init: () => ({ start: ++starts }),
    on: {
      work: () => undefined,
      timer: () => undefined,
      fail(_, __, ctx) {
        ctx.stop();
        throw new Error('boom');
      },
    },
  });
  for (const onFailure of ['stop', 'restart'] as const) {
    sim.send(sim.spawn('a', quitter, undefined, { onFailure }), { type: 'fail' });
    assert.is(sim.run().end, 'finished');
  }
  assert.is(starts, 2);
  assert.equal(sim.actors(), []);
});

test('what a failing handler sent before it threw is delivered', () => {
  const { sim, log } = lab('restart');
  const b = sim.spawn('b', worker(log), undefined);
  const half = defineActor<undefined, object, Order>({
    kind: 'half',
    init: () => ({}),
    on: {
      work: () => undefined,
      timer: () => undefined,
      fail(_, __, ctx) {
        ctx.send(b, { type: 'work' });
        ctx.schedule(ns(1), ctx.self, { type: 'timer' });
        throw new Error('boom');
      },
    },
  });
  sim.send(sim.spawn('a', half, undefined), { type: 'fail' });
  sim.run({ until: ns(10) });
  assert.equal(log, ['0 b init', '0 b work 1']);
});

test.run();
