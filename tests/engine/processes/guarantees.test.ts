import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Duration, defineActor, phases, ps, Simulation, us } from '../../../engine/kernel/index.ts';
import {
  acquire,
  any,
  cancel,
  delay,
  fork,
  type Hold,
  interrupt,
  Preempted,
  process,
  release,
  request,
  resource,
  type Steps,
  timeout,
  using,
} from '../../../engine/processes/index.ts';

const test = suite('processes guarantees');

/** Runs the steps as the only process of a simulation. */
function alone(sim: Simulation, steps: () => Steps): void {
  sim.spawn('alone', process(steps), undefined);
  sim.run();
}

test('1 a process resumes only for the wait it is in', () => {
  const sim = new Simulation();
  const gpu = resource(sim, { name: 'gpu' });
  const log: string[] = [];
  function* victim(): Steps {
    for (let i = 0; i < 3; i++) {
      try {
        // The grant, the end of patience and the interrupt all come at 5 ps.
        const hold: Hold | 'reneged' = yield* acquire(gpu, { patience: ps(5) });
        log.push(`${sim.now} ${hold === 'reneged' ? hold : 'granted'}`);
        return;
      } catch {
        log.push(`${sim.now} interrupted`);
        yield* delay(ps(2));
        log.push(`${sim.now} rested`);
      }
    }
  }
  alone(sim, function* () {
    const hold = yield* acquire(gpu);
    const child = yield* fork(victim());
    yield* delay(ps(5), phases.release);
    release(hold);
    interrupt(child, 'x');
    yield* delay(ps(9));
  });
  assert.equal(log, ['5 interrupted', '7 rested', '7 granted']);
});

test('2 held and free units make up the capacity, no unit is granted twice, and none is free while the next in turn would fit', () => {
  const sim = new Simulation();
  const gpu = resource(sim, { name: 'gpu', capacity: 3 });
  let most = 0;
  function* user(amount: number, span: Duration): Steps {
    yield* using(
      gpu,
      function* () {
        most = Math.max(most, gpu.inUse);
        assert.is(gpu.inUse + gpu.free, gpu.capacity);
        yield* delay(span);
      },
      { amount },
    );
  }
  alone(sim, function* () {
    for (let i = 0; i < 30; i++) yield* fork(user(1 + (i % 3), ps(i % 4)));
  });
  assert.is(most, 3);
  assert.is(gpu.inUse, 0);
  assert.is(gpu.statistics().granted, 30);
});

test('3 requests are served by priority, then first come first served; nobody is overtaken by an equal', () => {
  const sim = new Simulation();
  const gpu = resource(sim, { name: 'gpu', capacity: 2 });
  const order: string[] = [];
  function* user(name: string, priority: number, amount: number): Steps {
    const hold: Hold = yield* acquire(gpu, { priority, amount });
    order.push(name);
    yield* delay(ps(1));
    release(hold);
  }
  alone(sim, function* () {
    const hold = yield* acquire(gpu);
    yield* fork(user('low', 5, 1));
    // One unit is free, but the large request is first in turn.
    assert.equal(order, ['low']);
    yield* delay(ps(2));
    yield* fork(user('large', 1, 2));
    yield* fork(user('small', 1, 1));
    yield* fork(user('urgent', 0, 2));
    release(hold);
  });
  assert.equal(order, ['low', 'urgent', 'large', 'small']);
});

test('4 in one instant, releases come before changes of capacity, these before grants, and grants before whoever asks then', () => {
  const sim = new Simulation();
  const gpu = resource(sim, { name: 'gpu', capacity: 2 });
  const log: string[] = [];
  function* user(name: string, start: number, span: number): Steps {
    yield* delay(ps(start), phases.arrival);
    const hold = yield* acquire(gpu);
    log.push(`${sim.now} ${name}`);
    yield* delay(ps(span));
    release(hold);
  }
  sim.spawn(
    'plan',
    process(function* () {
      yield* delay(ps(10), phases.capacity);
      gpu.setCapacity(1);
    }),
    undefined,
  );
  alone(sim, function* () {
    yield* fork(user('a', 0, 10));
    yield* fork(user('b', 0, 15));
    yield* fork(user('first', 1, 3));
    yield* fork(user('late', 10, 3));
  });
  // At 10 a leaves, one unit goes, so the one in the queue waits on for b, ahead of who comes then.
  assert.equal(log, ['0 a', '0 b', '15 first', '18 late']);
});

test('5 what a process holds goes back however it ends: return, throw, cancel, or its actor stopped', () => {
  const sim = new Simulation();
  const gpu = resource(sim, { name: 'gpu', capacity: 4 });
  function* user(how: string): Steps {
    yield* acquire(gpu);
    yield* delay(ps(1));
    if (how === 'throw') throw new Error(how);
    if (how === 'wait') yield* delay(us(1));
  }
  sim.failures('stop');
  const names = ['return', 'throw', 'wait', 'wait'];
  const refs = names.map((how, i) => sim.spawn(`${how}${i}`, process(user.bind(undefined, how)), undefined));
  sim.run({ until: ps(1) });
  assert.is(gpu.inUse, 4);
  sim.run({ until: ps(2) });
  assert.is(gpu.inUse, 2);
  sim.stop(refs[2] as never);
  assert.is(gpu.inUse, 1);
  sim.stop(refs[3] as never);
  assert.is(gpu.inUse, 0);
  alone(sim, function* () {
    const child = yield* fork(user('wait'));
    yield* delay(ps(5));
    assert.is(gpu.inUse, 1);
    cancel(child);
    yield* delay(ps(5));
    assert.is(gpu.inUse, 0);
  });
});

test('6 a preempted process learns it at its wait; a grant it has not seen goes back to the head of the queue without a word', () => {
  const sim = new Simulation();
  const gpu = resource(sim, { name: 'gpu', preemptive: true });
  const log: string[] = [];
  function* user(name: string, priority: number, span: number): Steps {
    try {
      const hold = yield* acquire(gpu, { priority });
      log.push(`${sim.now} ${name}`);
      yield* delay(ps(span));
      release(hold);
    } catch (error) {
      assert.instance(error, Preempted);
      log.push(`${sim.now} ${name} lost what it had since ${(error as Preempted).since}`);
    }
  }
  alone(sim, function* () {
    yield* fork(user('a', 2, 10));
    yield* delay(ps(4));
    yield* fork(user('b', 1, 10));
    yield* fork(user('c', 1, 1));
    yield* fork(user('d', 1, 1));
    // In the release phase b is about to leave; its unit goes to c, then to e before c has seen it.
    yield* delay(ps(10), phases.release);
    yield* fork(user('e', 0, 1));
  });
  assert.equal(log, ['0 a', '4 b', '4 a lost what it had since 0', '14 e', '15 c', '16 d']);
});

test('7 a request larger than the capacity ever is is refused with both numbers', () => {
  const sim = new Simulation();
  const gpu = resource(sim, { name: 'gpu', capacity: 2, mostCapacity: 3 });
  const seen: string[] = [];
  alone(sim, function* () {
    for (const options of [{ amount: 4 }, { amount: 0 }, { amount: Number.NaN }, { priority: Number.NaN }])
      try {
        yield* acquire(gpu, options);
      } catch (error) {
        seen.push((error as Error).message.split(' (')[0] as string);
      }
    const waits = any(acquire(gpu, { amount: 3 }), timeout(ps(1)));
    assert.is((yield* waits).which, 1);
  });
  assert.equal(seen, [
    "4 of 'gpu' were asked for, which never has more than 3",
    "an amount must be a number > 0, got 0 for 'gpu'",
    "an amount must be a number > 0, got NaN for 'gpu'",
    "a priority must be a number, got NaN for 'gpu'",
  ]);
  assert.throws(() => resource(sim, { name: 'x', capacity: -1 }), /must be a number >= 0, got -1/);
});

test('8 processes that wait for each other are named', () => {
  const sim = new Simulation();
  const gpu = resource(sim, { name: 'gpu' });
  const link = resource(sim, { name: 'link' });
  const taker = process(function* (_, [first, second]: readonly [typeof gpu, typeof gpu]) {
    yield* acquire(first);
    yield* delay(us(1));
    yield* acquire(second);
  });
  sim.spawn('ann', taker, [gpu, link]);
  sim.spawn('bob', taker, [link, gpu]);
  assert.throws(
    () => sim.run(),
    (error: unknown) =>
      (error as { code: string }).code === 'SIM_DEADLOCK' &&
      /ann waits for 'link' -> bob waits for 'gpu' -> ann/.test((error as Error).message),
  );
});

test('actors of other styles take units by message', () => {
  type M = { readonly type: 'go' } | { readonly type: 'granted' } | { readonly type: 'lost' };
  const sim = new Simulation();
  const gpu = resource(sim, { name: 'gpu', preemptive: true });
  const log: string[] = [];
  const user = defineActor<{ readonly priority: number }, { hold: Hold | undefined; readonly priority: number }, M>({
    kind: 'user',
    init: (spec, ctx) => {
      ctx.send(ctx.self, { type: 'go' });
      return { hold: undefined, priority: spec.priority };
    },
    on: {
      go: (state, _, ctx) => {
        if (state.hold?.isHeld === true) state.hold.release();
        else {
          const { priority } = state;
          state.hold = request(ctx, gpu, { priority, granted: { type: 'granted' }, lost: { type: 'lost' } });
        }
      },
      granted: (_, __, ctx) => {
        log.push(`${ctx.now} ${ctx.path} granted`);
        ctx.schedule(ps(5), ctx.self, { type: 'go' });
      },
      lost: (_, __, ctx) => void log.push(`${ctx.now} ${ctx.path} lost`),
    },
  });
  sim.spawn('a', user, { priority: 2 });
  sim.spawn('b', user, { priority: 1 });
  sim.run({ until: ps(5) });
  assert.equal(log, ['0 a granted', '0 a lost', '0 b granted']);
});

test('the example of the README', () => {
  const sim = new Simulation({ seed: 7 });
  const gpu = resource(sim, { name: 'gpu', capacity: 2 });
  const job = process(function* (_ctx, spec: { readonly steps: number }) {
    for (let i = 0; i < spec.steps; i++)
      yield* using(gpu, function* () {
        yield* delay(us(3));
      });
    const won = yield* any({ gpu: acquire(gpu), late: timeout(us(1)) });
    if (won.which === 'gpu') release(won.value);
  });
  for (let i = 0; i < 4; i++) sim.spawn(`job${i}`, job, { steps: 2 });
  assert.is(sim.run().time, 12e6 as never);
  assert.is(gpu.statistics().utilisation, 1);
});

test.run();
