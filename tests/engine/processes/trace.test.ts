import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type ActorRef,
  type Context,
  defineActor,
  type Message,
  ns,
  Port,
  Simulation,
} from '../../../engine/kernel/index.ts';
import {
  accept,
  acquire,
  all,
  any,
  arrive,
  ask,
  type Body,
  barrier,
  condition,
  container,
  creditLink,
  delay,
  draw,
  fill,
  fork,
  get,
  interrupt,
  join,
  pipeline,
  process,
  put,
  type Question,
  receive,
  reply,
  resource,
  start,
  store,
  through,
  timeout,
  transmit,
  until,
} from '../../../engine/processes/index.ts';
import { checkTrace } from '../../../engine/trace/index.ts';
import { noteTasks } from '../trace/notes.ts';

const test = suite('processes in the trace');

/** Runs scripts as actors a, b, c … and returns their tasks; every trace is checked. */
function tasksOf(make: (sim: Simulation) => ReadonlyArray<Body<undefined, Message, unknown>>): string[] {
  const sim = new Simulation();
  const check = checkTrace(sim);
  const notes = noteTasks(sim);
  make(sim).forEach((body, i) => void sim.spawn('abcdef'[i]!, process(body, { kind: 'p' }), undefined));
  sim.run();
  assert.equal(check().problems, []);
  return notes.tasks();
}

test('a delay is work, a held resource is waited for by name until its holder lets go', () => {
  const tasks = tasksOf((sim) => {
    const gpu = resource(sim, { name: 'gpu' });
    const body = function* () {
      yield* delay(ns(1));
      const hold = yield* acquire(gpu);
      yield* delay(ns(4));
      hold.release();
      yield* delay(ns(1));
    };
    return [body, body];
  });
  assert.equal(tasks, [
    '1 p (a): work 0..1, work 1..5, work 5..6',
    '2 p (b): work 0..1, resource gpu 1..5 by 1, work 5..9, work 9..10',
  ]);
});

test('stores, containers, barriers, conditions and joins attribute their waits', () => {
  const tasks = tasksOf((sim) => {
    const box = store<number>(sim, { name: 'box', capacity: 1 });
    const tank = container(sim, { name: 'tank', capacity: 2 });
    const gate = barrier(sim, { name: 'gate', parties: 2 });
    const open = condition(sim, { name: 'open', value: false });
    return [
      function* () {
        yield* put(box, 1);
        yield* put(box, 2);
        yield* draw(tank, 1);
        yield* arrive(gate);
        yield* until(open);
      },
      function* () {
        yield* delay(ns(2));
        yield* get(box);
        yield* delay(ns(1));
        yield* fill(tank, 2);
        yield* delay(ns(3));
        yield* arrive(gate);
        yield* delay(ns(4));
        open.set(true);
        const child = yield* fork(
          (function* () {
            yield* delay(ns(5));
          })(),
        );
        yield* join(child);
      },
    ];
  });
  assert.equal(tasks, [
    '1 p (a): capacity box 0..2 by 2, resource tank 2..3 by 2, barrier gate 3..6 by 2, condition open 6..10 by 2',
    '2 p (b): work 0..2, work 2..3, work 3..6, work 6..10, dependency the end of p 10..15 by 3',
    '3 p (b): work 10..15',
  ]);
});

test('an answer is waited for by the path of the server, and the message a server waits for may never come', () => {
  interface Ping extends Question<number> {
    readonly type: 'ping';
  }
  const sim = new Simulation();
  const check = checkTrace(sim);
  const notes = noteTasks(sim);
  const server = sim.spawn(
    'server',
    process(function* server(ctx: Context<Ping>) {
      for (;;) {
        const ping: Ping = yield* receive(ctx, 'ping');
        yield* delay(ns(3));
        reply(ctx, ping.replyTo, 1);
      }
    }),
    undefined,
  );
  sim.spawn(
    'client',
    process(function* client() {
      yield* ask(server as ActorRef<Ping>, { type: 'ping' });
      yield* delay(ns(1));
    }),
    undefined,
  );
  sim.run();
  assert.equal(notes.tasks(), ['2 client (client): data server 0..3 by 1, work 3..4']);
  assert.equal(check().problems, []);
  assert.is(check().open, 1);
});

test('of several waits the first open one with a cause is told; delays alone are work', () => {
  const tasks = tasksOf((sim) => {
    const gpu = resource(sim, { name: 'gpu' });
    const open = condition(sim, { name: 'open', value: false });
    return [
      function* () {
        const hold = yield* acquire(gpu);
        yield* delay(ns(5));
        open.set(true);
        hold.release();
      },
      function* () {
        yield* any(timeout(ns(2)), acquire(gpu));
        yield* all(acquire(gpu), delay(ns(6)), until(open));
        yield* any(delay(ns(1)), delay(ns(2)));
      },
    ];
  });
  assert.equal(tasks[1], '2 p (b): resource gpu 0..2, resource gpu 2..5, work 5..8, work 8..9');
});

test('credits, wires and buffers say what they are', () => {
  const tasks = tasksOf((sim) => {
    const link = creditLink<number>(sim, { name: 'pcie', credits: 1, latency: ns(1), serialization: () => ns(2) });
    const line = pipeline<number>(sim, {
      name: 'line',
      stages: [
        { name: 'first', time: ns(1) },
        { name: 'second', time: ns(5), buffer: 1 },
      ],
    });
    return [
      function* () {
        yield* transmit(link, 1);
        yield* transmit(link, 2);
      },
      function* () {
        yield* accept(link);
        yield* accept(link);
      },
      ...[1, 2, 3].map(
        (item) =>
          function* () {
            yield* through(line, item);
          },
      ),
    ];
  });
  assert.equal(tasks, [
    '1 p (a): work 0..2, capacity credits of pcie 2..4, work 4..6',
    '2 p (b): message pcie 0..3, message pcie 3..7',
    '3 p (c): work 0..1, work 1..6',
    '4 p (d): resource line/first 0..1 by 3, work 1..2, resource line/second 2..6 by 3, work 6..11',
    '5 p (e): resource line/first 0..2 by 4, work 2..3, capacity line/second buffer 3..6 by 4, resource line/second 6..11 by 4, work 11..16',
  ]);
});

test('a process that is interrupted, cancelled with its actor or fails ends its task', () => {
  const sim = new Simulation();
  sim.failures('stop');
  const check = checkTrace(sim);
  const notes = noteTasks(sim);
  const gpu = resource(sim, { name: 'gpu', capacity: 1 });
  const holder = sim.spawn(
    'holder',
    process(function* () {
      yield* acquire(gpu);
      yield* receive({} as Context<Message>);
    }),
    undefined,
  );
  const { process: waiting } = start(
    sim,
    'waiting',
    process(function* () {
      try {
        yield* acquire(gpu);
      } catch {
        yield* delay(ns(1));
        throw new Error('gives up');
      }
    }),
    undefined,
  );
  sim.spawn(
    'boss',
    process(function* (ctx) {
      yield* delay(ns(2));
      interrupt(waiting, 'late');
      yield* delay(ns(4));
      ctx.stop(holder);
    }),
    undefined,
  );
  sim.run();
  assert.equal(check().problems, []);
  assert.is(check().open, 0);
  assert.equal(notes.tasks(), [
    '1 process (holder): message any message 0..6',
    '2 process (waiting): resource gpu 0..2, work 2..3',
    '3 process (boss): work 0..2, work 2..6',
  ]);
  assert.ok(notes.rest.includes('2 failed=Error: gives up'));
});

test('resources tell their use and capacity as counters of the simulation', () => {
  const sim = new Simulation();
  const notes = noteTasks(sim);
  const gpu = resource(sim, { name: 'gpu', capacity: 2 });
  const body = function* () {
    const hold = yield* acquire(gpu, { amount: 2 });
    yield* delay(ns(3));
    hold.release();
    gpu.setCapacity(3);
  };
  sim.spawn('a', process(body), undefined);
  sim.run();
  assert.equal(notes.rest, [
    '0  gpu capacity = 2 units',
    '0  gpu in use = 2 units',
    '3  gpu in use = 0 units',
    '3  gpu capacity = 3 units',
    '3  gpu in use = 0 units',
  ]);
});

test('a blocked offer is a task of its own, or a wait of the task that is given', () => {
  interface Go extends Message {
    readonly type: 'go' | 'ready' | 'next';
  }
  const sim = new Simulation();
  const check = checkTrace(sim);
  const notes = noteTasks(sim);
  let inbox: Port<Message> | undefined;
  const slow = defineActor<undefined, undefined, Go>({
    kind: 'slow',
    init(_, ctx) {
      inbox = new Port<Message>(ctx as never, 'in', { capacity: 1, overflow: 'block' });
    },
    on: {
      ready: (_, _message, ctx) => void ctx.schedule(ns(2), ctx.self, { type: 'next' }),
      next(_, _message, ctx) {
        inbox?.take(ctx as never);
        if ((inbox?.depth ?? 0) > 0) ctx.schedule(ns(2), ctx.self, { type: 'next' });
      },
      go: () => undefined,
    },
  });
  const sender = defineActor<undefined, undefined, Go>({
    kind: 'sender',
    init: () => undefined,
    on: {
      go(_, _message, ctx) {
        inbox?.offer(ctx, { type: 'one' });
        inbox?.offer(ctx, { type: 'two' });
        const task = ctx.trace.begin('mine');
        inbox?.offer(ctx, { type: 'three' }, task);
        ctx.schedule(ns(9), ctx.self, { type: 'next' });
      },
      ready: () => undefined,
      next: (_, _message, ctx) => ctx.trace.end(2 as never),
    },
  });
  sim.spawn('slow', slow, undefined);
  sim.send(sim.spawn('sender', sender, undefined), { type: 'go' });
  sim.run();
  assert.equal(check().problems, []);
  assert.equal(notes.tasks(), [
    '1 blocked two (sender): capacity port slow:in 0..2',
    '2 mine (sender): capacity port slow:in 0..4, work 4..9',
  ]);
});

test.run();
