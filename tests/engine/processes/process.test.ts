import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ActorRef, type Context, type Message, ns, ps, Simulation, us } from '../../../engine/kernel/index.ts';
import {
  acquire,
  all,
  any,
  ask,
  cancel,
  delay,
  fork,
  Interrupted,
  interrupt,
  join,
  type Process,
  process,
  type Question,
  receive,
  release,
  reply,
  resource,
  type Steps,
  start,
  timeout,
  using,
} from '../../../engine/processes/index.ts';

const test = suite('processes');

test('a process holds, and returns', () => {
  const sim = new Simulation();
  const log: number[] = [];
  const { process: made } = start(
    sim,
    'p',
    process(function* (ctx, spec: { readonly times: number }) {
      for (let i = 0; i < spec.times; i++) {
        yield* delay(ns(3));
        log.push(ctx.now);
      }
      return log.length;
    }),
    { times: 3 },
  );
  assert.ok(made.isAlive);
  sim.run();
  assert.equal(log, [3000, 6000, 9000]);
  assert.equal(made.outcome, { kind: 'returned', value: 3 });
  assert.is(sim.actor('p'), undefined);
});

type Job = { readonly type: 'job'; readonly id: number } | { readonly type: 'stop' };

test('messages wait in the mailbox until received by type', () => {
  const sim = new Simulation();
  const seen: unknown[] = [];
  const server = sim.spawn(
    'server',
    process(function* (ctx: Context<Job>) {
      const stop = yield* receive(ctx, 'stop');
      seen.push(stop.type);
      for (;;) {
        const job = yield* receive(ctx, 'job');
        seen.push(job.id);
      }
    }),
    undefined,
  );
  sim.send(server, { type: 'job', id: 1 });
  sim.send(server, { type: 'job', id: 2 });
  sim.send(server, { type: 'stop' });
  assert.is(sim.run().end, 'finished');
  assert.equal(seen, ['stop', 1, 2]);
});

type Read = (Question<number> & { readonly type: 'read'; readonly at: number }) | { readonly type: 'close' };

test('ask waits for the answer, typed by the question', () => {
  const sim = new Simulation();
  const disk = sim.spawn(
    'disk',
    process(function* (ctx: Context<Read>) {
      for (;;) {
        const next = yield* receive(ctx);
        if (next.type === 'close') return;
        yield* delay(us(5));
        reply(ctx, next.replyTo, next.at * 2);
      }
    }),
    undefined,
  );
  const answers: Array<[number, number]> = [];
  sim.spawn(
    'client',
    process(function* (ctx) {
      for (const at of [4, 5]) {
        const answer: number = yield* ask(disk, { type: 'read', at });
        answers.push([ctx.now, answer]);
      }
      const late = yield* any(ask(disk, { type: 'read', at: 6 }), timeout(us(1)));
      answers.push([ctx.now, late.which]);
      yield* delay(us(9));
      ctx.send(disk, { type: 'close' });
    }),
    undefined,
  );
  sim.run();
  assert.equal(answers, [
    [5e6, 8],
    [10e6, 10],
    [11e6, 1],
  ]);
});

test('any tells which branch won, by position or by name, and gives the others up', () => {
  const sim = new Simulation();
  const gpu = resource(sim, { name: 'gpu' });
  const log: unknown[] = [];
  sim.spawn(
    'owner',
    process(function* () {
      yield* using(gpu, function* () {
        yield* delay(us(4));
      });
    }),
    undefined,
  );
  sim.spawn(
    'impatient',
    process(function* (ctx) {
      const first = yield* any(acquire(gpu), timeout(us(1)));
      if (first.which === 0) release(first.value);
      log.push([ctx.now, first.which]);
      assert.is(gpu.queueLength, 0);
      const second = yield* any({ gpu: acquire(gpu), late: timeout(us(10)) });
      log.push([ctx.now, second.which]);
      if (second.which === 'gpu') {
        assert.is(gpu.inUse, 1);
        second.value.release();
      }
      const both = yield* all({ wait: delay(us(2)), gpu: acquire(gpu) });
      log.push([ctx.now, both.gpu.isHeld]);
      both.gpu.release();
      const [x, y] = yield* all(delay(us(1)), acquire(gpu));
      log.push([ctx.now, x, y.amount]);
    }),
    undefined,
  );
  sim.run();
  assert.equal(log, [
    [1e6, 1],
    [4e6, 'gpu'],
    [6e6, true],
    [7e6, undefined, 1],
  ]);
  assert.is(gpu.inUse, 0);
});

test('interrupt, join, cancel and failures', () => {
  const sim = new Simulation();
  const log: unknown[] = [];
  const gpu = resource(sim, { name: 'gpu' });
  function* sleeper(ctx: Context<Message>): Steps<string> {
    try {
      yield* delay(us(100));
      return 'slept';
    } catch (error) {
      assert.instance(error, Interrupted);
      yield* delay(us(1));
      return `${ctx.now} ${(error as Interrupted).reason}`;
    }
  }
  function* holder(): Steps {
    yield* acquire(gpu);
    try {
      yield* delay(us(100));
    } finally {
      log.push(`free ${gpu.free}`);
    }
  }
  // biome-ignore lint/correctness/useYield: it fails before its first wait
  function* failing(): Steps {
    throw new Error('boom');
  }
  function* failingLater(): Steps {
    yield* delay(us(1));
    throw new Error('later');
  }
  sim.spawn(
    'main',
    process(function* (ctx) {
      const child = yield* fork(sleeper(ctx));
      yield* delay(us(5));
      assert.is(interrupt(child, 'fire'), true);
      assert.is(interrupt(child, 'twice'), false);
      log.push(yield* join(child));
      assert.is(interrupt(child, 'late'), false);
      const other = yield* fork(holder());
      assert.is(gpu.inUse, 1);
      yield* delay(us(1));
      cancel(other);
      try {
        yield* join(other);
      } catch (error) {
        log.push((error as Error).message);
      }
      log.push(ctx.now, gpu.inUse);
      try {
        yield* fork(failing());
      } catch (error) {
        log.push((error as Error).message);
      }
      const later = yield* fork(failingLater());
      try {
        yield* join(later);
      } catch (error) {
        log.push((error as Error).message);
      }
    }),
    undefined,
  );
  sim.run();
  assert.equal(log, [
    '6000000 fire',
    'free 0',
    "the process joined, of kind 'process', was cancelled. Catch it around join to go on.",
    7e6,
    0,
    'boom',
    "the process joined, of kind 'process', failed: later. The cause is attached; catch it around join to go on.",
  ]);
});

test('two processes in a deadly embrace are named', () => {
  const sim = new Simulation();
  const gpu = resource(sim, { name: 'gpu' });
  const link = resource(sim, { name: 'link' });
  const taker = process(function* (_, [first, second]: readonly [typeof gpu, typeof gpu]) {
    yield* using(first, function* () {
      yield* delay(us(1));
      yield* acquire(second);
    });
  });
  sim.spawn('ann', taker, [gpu, link]);
  sim.spawn('bob', taker, [link, gpu]);
  assert.throws(() => sim.run(), /SIM_DEADLOCK|ann waits for 'link' -> bob waits for 'gpu' -> ann/);
});

test('stopping the actor gives everything back', () => {
  const sim = new Simulation();
  const gpu = resource(sim, { name: 'gpu' });
  const log: unknown[] = [];
  const user = process(function* (ctx) {
    try {
      yield* acquire(gpu);
      log.push(`${ctx.path} at ${ctx.now}`);
      yield* delay(us(10));
    } finally {
      log.push(`${ctx.path} ends`);
    }
  });
  const a = sim.spawn('a', user, undefined);
  const b = sim.spawn('b', user, undefined);
  sim.spawn('c', user, undefined);
  sim.run({ until: us(1) });
  sim.stop(b);
  sim.stop(a);
  assert.is(gpu.queueLength, 0);
  sim.run();
  assert.equal(log, ['a at 0', 'b ends', 'a ends', 'c at 1000000', 'c ends']);
  assert.is(gpu.inUse, 0);
});

test('a forgotten star and a bare number are refused', () => {
  const sim = new Simulation();
  sim.spawn(
    'p',
    process(function* () {
      yield us(3) as never;
    }),
    undefined,
  );
  assert.throws(() => sim.run(), /yielded 3000000, which is no wait/);
  const other = new Simulation();
  let now = 0;
  other.spawn(
    'p',
    process(function* (ctx) {
      yield delay(ps(3));
      now = ctx.now;
    }),
    undefined,
  );
  other.run();
  assert.is(now, 3);
});

test('values, winners and answers are typed', () => {
  const sim = new Simulation();
  const gpu = resource(sim, { name: 'gpu' });
  const check = function* (child: Process<string>, disk: ActorRef<Read>): Steps {
    const text: string = yield* join(child);
    const hold = yield* acquire(gpu);
    hold.release();
    const tried = yield* acquire(gpu, { patience: us(1) });
    // @ts-expect-error may have reneged
    tried.release();
    const won = yield* any(join(child), acquire(gpu));
    if (won.which === 0) text === won.value;
    else won.value.release();
    // @ts-expect-error no such question
    yield* ask(disk, { type: 'write' });
    // @ts-expect-error the answer is a number
    const wrong: string = yield* ask(disk, { type: 'read', at: 1 });
    // @ts-expect-error a duration, not a number
    yield* delay(5);
    void wrong;
  };
  assert.type(check, 'function');
});

test.run();
