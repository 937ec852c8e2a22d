import { from } from 'rxjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type ActorRef,
  accept,
  acquire,
  arrive,
  barrier,
  checkout,
  condition,
  container,
  creditLink,
  defineActor,
  delay,
  draw,
  type EditedWorld,
  fill,
  get,
  ns,
  pipeline,
  pool,
  process,
  put,
  readCheckpoint,
  request,
  resource,
  restore,
  Simulation,
  type Steps,
  store,
  through,
  transmit,
  until,
} from '../../../engine/index.ts';
import { drive, schedulerOf } from '../../../engine/streams/index.ts';

const test = suite('snapshots of what processes share');

type Note = { readonly type: 'note'; readonly value: number };

/** Counts what it is told, so that the end of a run shows in a state. */
const book = defineActor<undefined, { sum: number; notes: number }, Note>({
  kind: 'book',
  init: () => ({ sum: 0, notes: 0 }),
  on: {
    note(state, { value }, ctx) {
      state.notes++;
      state.sum = (state.sum * 31 + value + ctx.random('x').uint32()) % 1_000_003;
    },
  },
});

type Tick = { readonly type: 'tick' } | { readonly type: 'granted' };

/** A plain actor that does something `times` times, one nanosecond apart, and notes what came of it. */
const clerk = (does: (k: number) => number, times = 12) =>
  defineActor<{ readonly to: ActorRef<Note> }, { readonly to: ActorRef<Note>; k: number }, Tick>({
    kind: 'clerk',
    init({ to }, ctx) {
      ctx.schedule(ns(1), ctx.self, { type: 'tick' });
      return { to, k: 0 };
    },
    on: {
      tick(state, message, ctx) {
        ctx.send(state.to, { type: 'note', value: does(state.k++) });
        if (state.k < times) ctx.schedule(ns(1), ctx.self, message);
      },
      granted: () => undefined,
    },
  });

type SetUp = (sim: Simulation, to: ActorRef<Note>) => void;

const spawnEach = (sim: Simulation, count: number, body: (k: number) => Steps<unknown>): void => {
  const behavior = process(function* worker(_, k: number) {
    yield* body(k);
  });
  for (let k = 0; k < count; k++) sim.spawn(`worker${k}`, behavior, k);
};

/** Processes that take a step four times, at paces of their own, and note what came of it. */
const workers = (
  sim: Simulation,
  to: ActorRef<Note>,
  count: number,
  step: (k: number) => Steps<number | undefined>,
): void =>
  spawnEach(sim, count, function* (k) {
    for (let n = 0; n < 4; n++) {
      yield* delay(ns(k + 1));
      sim.send(to, { type: 'note', value: ((yield* step(k)) ?? 0) + n });
    }
  });

/** What cannot be saved, and what a person reads then. */
const cases: Readonly<Record<string, { readonly reason: RegExp; readonly setUp: SetUp }>> = {
  'a process that waits for time only': {
    reason: /^the state of worker\d is a generator process, which cannot be saved, only run again$/,
    setUp: (sim, to) =>
      workers(sim, to, 2, function* () {
        yield* delay(ns(2));
        return undefined;
      }),
  },
  'a resource of processes': {
    reason: /^resource 'gpu' and the processes that use it cannot be saved, only run again$/,
    setUp(sim, to) {
      const gpu = resource(sim, { name: 'gpu' });
      workers(sim, to, 3, function* () {
        const hold = yield* acquire(gpu);
        yield* delay(ns(2));
        hold.release();
        return gpu.queueLength;
      });
    },
  },
  'a resource of plain actors': {
    reason: /^resource 'gpu' /,
    setUp(sim, to) {
      const gpu = resource(sim, { name: 'gpu', capacity: 5 });
      const taker = defineActor<undefined, { k: number }, Tick>({
        kind: 'taker',
        init(_, ctx) {
          ctx.schedule(ns(1), ctx.self, { type: 'tick' });
          return { k: 0 };
        },
        on: {
          tick(state, message, ctx) {
            request(ctx, gpu, { granted: { type: 'granted' } });
            ctx.send(to, { type: 'note', value: gpu.inUse });
            if (++state.k < 9) ctx.schedule(ns(1), ctx.self, message);
          },
          granted: () => undefined,
        },
      });
      sim.spawn('taker', taker, undefined);
    },
  },
  'a store of processes': {
    reason: /^store 'shelf' /,
    setUp(sim, to) {
      const shelf = store<number>(sim, { name: 'shelf', capacity: 2 });
      workers(sim, to, 4, function* (k) {
        if (k % 2 === 1) return yield* get(shelf);
        yield* put(shelf, k);
        return shelf.size;
      });
    },
  },
  'a store of plain actors': {
    reason: /^store 'shelf' /,
    setUp(sim, to) {
      const shelf = store<number>(sim, { name: 'shelf' });
      const turn = (k: number): number => {
        if (k % 3 < 2) shelf.offer(k);
        return k % 3 === 2 ? (shelf.poll() ?? -1) : shelf.size;
      };
      sim.spawn('clerk', clerk(turn), { to });
    },
  },
  'a container of processes': {
    reason: /^container 'fuel' /,
    setUp(sim, to) {
      const fuel = container(sim, { name: 'fuel', capacity: 10, level: 3 });
      workers(sim, to, 4, function* (k) {
        if (k % 2 === 1) yield* draw(fuel, 2);
        else yield* fill(fuel, 2);
        return fuel.level;
      });
    },
  },
  'a container of plain actors': {
    reason: /^container 'fuel' /,
    setUp(sim, to) {
      const fuel = container(sim, { name: 'fuel', capacity: 100, level: 50 });
      sim.spawn(
        'clerk',
        clerk((k) => {
          if (k % 3 === 0) fuel.poll(7);
          else fuel.offer(5);
          return fuel.level;
        }),
        { to },
      );
    },
  },
  'a container whose processes have ended': {
    reason: /^container 'fuel' /,
    setUp(sim, to) {
      const fuel = container(sim, { name: 'fuel', level: 1 });
      spawnEach(sim, 1, () => fill(fuel, 41) as unknown as Steps<unknown>);
      sim.spawn(
        'clerk',
        clerk(() => fuel.level),
        { to },
      );
    },
  },
  'a barrier': {
    reason: /^barrier 'step' /,
    setUp(sim, to) {
      const step = barrier(sim, { name: 'step', parties: 3 });
      workers(sim, to, 3, function* () {
        return yield* arrive(step);
      });
    },
  },
  'a condition that plain actors set': {
    reason: /^condition 'open' /,
    setUp(sim, to) {
      const open = condition(sim, { name: 'open', value: 0 });
      sim.spawn(
        'clerk',
        clerk((k) => {
          open.set(open.value + k);
          return open.value;
        }),
        { to },
      );
    },
  },
  'a condition that processes wait for': {
    reason: /^condition 'open' /,
    setUp(sim, to) {
      const open = condition(sim, { name: 'open', value: 0 });
      sim.spawn(
        'clerk',
        clerk((k) => {
          open.set(k);
          return k;
        }),
        { to },
      );
      workers(sim, to, 2, function* (k) {
        return yield* until(open, (value) => value > k);
      });
    },
  },
  'a pool': {
    reason: /^resource 'rooms' /,
    setUp(sim, to) {
      const rooms = pool(sim, { name: 'rooms', members: [10, 20] });
      workers(sim, to, 3, function* () {
        const room = yield* checkout(rooms);
        yield* delay(ns(2));
        room.release();
        return room.member;
      });
    },
  },
  'a pipeline': {
    reason: /^resource 'line\/wash' /,
    setUp(sim, to) {
      const line = pipeline<number>(sim, { name: 'line', stages: [{ name: 'wash', time: () => ns(3) }] });
      workers(sim, to, 3, function* (k) {
        yield* through(line, k);
        return k;
      });
    },
  },
  'a credit link': {
    reason: /^container 'credits of wire' /,
    setUp(sim, to) {
      const wire = creditLink<number>(sim, { name: 'wire', credits: 2, latency: ns(3) });
      workers(sim, to, 2, function* (k) {
        if (k === 1) return yield* accept(wire);
        yield* transmit(wire, 5);
        return 0;
      });
    },
  },
  'a stream that is over at once': {
    reason: /^RxJS streams cannot be saved, only run again$/,
    setUp(sim, to) {
      schedulerOf(sim);
      const notes: Note[] = [1, 2, 3].map((value) => ({ type: 'note', value }));
      drive(sim, from(notes), to);
    },
  },
};

const build = (setUp: SetUp) => (): Simulation => {
  const sim = new Simulation({ seed: 11 });
  setUp(sim, sim.spawn('book', book, undefined));
  return sim;
};

const endOf = (sim: Simulation): unknown => [
  sim.fingerprint(),
  sim.events,
  sim.now,
  sim.stateOf(sim.actor('book') as never),
];

for (const [name, { reason, setUp }] of Object.entries(cases))
  test(`${name}: a restore replays to the same moment, and says what cannot be saved`, () => {
    const make = build(setUp);
    const whole = make();
    whole.run();
    assert.ok((whole.stateOf(whole.actor('book') as never) as { notes: number }).notes >= 2);
    for (let at = 0; at <= whole.events; at++) {
      const sim = make();
      if (at > 0) sim.run({ maxEvents: at });
      const saved = readCheckpoint(sim.checkpoint().bytes());
      const again = restore(make, saved);
      again.sim.run();
      // Where every process has ended and nothing is shared, plain states are all there is.
      assert.equal(endOf(again.sim), endOf(whole), `from event ${at}`);
      if (saved.replayOnly === undefined && /^the state of/.test(reason.source.slice(1))) continue;
      assert.match(saved.replayOnly ?? '', reason);
      assert.is(again.how, 'replay');
      assert.is(again.reason, saved.replayOnly);
    }
  });

test('a branch of a run with a container needs its set-up, and says why', () => {
  const make = build(cases['a container of plain actors']?.setUp as SetUp);
  const sim = make();
  sim.run({ maxEvents: 7 });
  assert.throws(
    () => sim.fork(),
    (error: { code: string; message: string }) =>
      error.code === 'SNAPSHOT_NO_BUILD' && error.message.includes("container 'fuel' and the processes that use it"),
  );
  const startOver = (world: EditedWorld): void => {
    world.actor<{ k: number }>('clerk').state.k = 0;
  };
  const branch = sim.fork(startOver, { build: make });
  assert.is(branch.how, 'replay');
  branch.sim.run();
  sim.run();
  assert.ok(branch.sim.events > sim.events, 'the edit holds');
});

test('an object of a class nobody has declared is not kept by halves: the run is replayed', () => {
  class Hidden {
    #count = 0;
    next(): number {
      return ++this.#count;
    }
  }
  const make = (): Simulation => {
    const sim = new Simulation({ seed: 2 });
    const hidden = sim.keep(new Hidden());
    sim.spawn(
      'clerk',
      clerk(() => hidden.next()),
      { to: sim.spawn('book', book, undefined) },
    );
    return sim;
  };
  const whole = make();
  whole.run();
  const sim = make();
  sim.run({ maxEvents: 8 });
  const saved = sim.checkpoint();
  assert.is(saved.replayOnly, 'what keep was given is or holds an instance of Hidden');
  const again = restore(make, saved);
  again.sim.run();
  assert.equal(endOf(again.sim), endOf(whole));
});

test.run();
