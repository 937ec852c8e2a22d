import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createMachine } from 'xstate';
import {
  type ActorRef,
  acquire,
  defineActor,
  delay,
  fromMachine,
  ns,
  process,
  release,
  resource,
  Simulation,
} from '../../../engine/index.ts';
import {
  type CommandCheck,
  checkClock,
  checkCommands,
  checkConservation,
  checkRestores,
  checkTiling,
  checkTransparency,
  findFailure,
  GrantLog,
  type Request,
  replayCase,
  requests,
  uncovered,
} from '../../../engine/testing/index.ts';
import { courierOf, referenceSimulation } from '../../reference-run.ts';

const test = suite('property-test kit');

/** The resource of the process room under the requests of the kit: one process a request. */
function runResource(list: readonly Request[], capacity: number): void {
  let log = new GrantLog(capacity);
  const build = (): Simulation => {
    const mine = new GrantLog(capacity);
    log = mine;
    const sim = new Simulation();
    const desk = resource(sim, { name: 'desk', capacity });
    const guest = process<{ request: number; at: number } & Request>(function* (
      ctx,
      { request, at, units, hold, patience },
    ) {
      yield* delay(ns(at));
      const tick = (): number => ctx.now / 1000;
      mine.asks(request, units, patience, tick());
      const got =
        patience === 0
          ? yield* acquire(desk, { amount: units })
          : yield* acquire(desk, { amount: units, patience: ns(patience) });
      if (typeof got === 'string') {
        mine.givesUp(request, tick());
        return;
      }
      mine.gets(request, tick());
      yield* delay(ns(hold));
      mine.releases(request, tick());
      release(got);
    });
    let at = 0;
    list.forEach((each, request) => {
      at += each.after;
      sim.spawn(`guest${request}`, guest, { request, at, ...each });
    });
    return sim;
  };
  build().run();
  log.ends();
  checkTransparency(build);
  checkTiling(build);
  checkRestores(build, [0.5]);
}

test('the resource of the process room holds: no double grant, no lost grant, first come first served', () => {
  for (const capacity of [1, 3])
    checkCommands(
      { name: 'resource', command: requests({ units: capacity }), run: (list) => runResource(list, capacity) },
      { numRuns: 100 },
    );
});

test('every check of a whole model holds for the reference run', () => {
  const build = (): Simulation => referenceSimulation({ jobs: 150 });
  checkTransparency(build);
  checkClock(build);
  checkRestores(build, [0, 0.3, 0.9], { behaviors: [courierOf(1 as never)] });
});

type Pay = { readonly type: 'pay'; readonly coins: number };
const purse = defineActor<
  { coins: number; leaks: boolean },
  { coins: number; leaks: boolean; other: ActorRef<Pay> | undefined },
  Pay
>({
  kind: 'purse',
  init: ({ coins, leaks }) => ({ coins, leaks, other: undefined }),
  on: {
    pay(state, { coins }) {
      state.coins += state.leaks ? coins - 1 : coins;
    },
  },
});

test('conservation fails at the event at which something is lost', () => {
  const build = (leaks: boolean) => (): Simulation => {
    const sim = new Simulation();
    const ref = sim.spawn('purse', purse, { coins: 5, leaks });
    for (let i = 1; i <= 3; i++) sim.schedule(ns(i), ref, { type: 'pay', coins: i === 2 ? 1 : 0 });
    return sim;
  };
  const total = (sim: { stateOf(actor: never): unknown; actor(path: string): unknown }): number =>
    (sim.stateOf(sim.actor('purse') as never) as { coins: number }).coins > 4 ? 5 : 0;
  checkConservation(build(false), 'coins', total as never);
  assert.throws(() => checkConservation(build(true), 'coins', total as never), /coins is 0 after event 1, 5 before/);
});

const numbers: CommandCheck<number> = {
  name: 'numbers',
  command: fc.integer({ min: 0, max: 100 }),
  run(list) {
    if (list.some((n) => n > 42)) throw new Error('too large');
  },
};

test('a failure carries the smallest case, seed and path; the case replays, a link is printed', () => {
  const failure = findFailure(numbers, { seed: 3 });
  assert.equal(failure?.commands, [43]);
  assert.equal(findFailure(numbers, { seed: 3, path: failure?.path ?? '' })?.commands, [43]);
  try {
    checkCommands(numbers, { seed: 3, link: ({ seed }) => `viewer?seed=${seed}` });
    assert.unreachable();
  } catch (error) {
    const { code, message, values } = error as { code: string; message: string; values: { file: string } };
    assert.is(code, 'TEST_FAILED');
    assert.match(message, /too large viewer\?seed=3/);
    assert.throws(() => replayCase(numbers, values.file), /too large/);
    assert.throws(() => replayCase({ ...numbers, name: 'other' }, values.file), /it is of 'numbers', not 'other'/);
  }
  for (const file of ['{', '{"version":2}', '{"version":1,"case":"numbers"}'])
    assert.throws(() => replayCase(numbers, file), /no saved case/);
});

test('a grant log refuses what cannot be', () => {
  const log = (): GrantLog => {
    const made = new GrantLog(1);
    made.asks(0, 1, 0, 0);
    made.asks(1, 1, 5, 0);
    return made;
  };
  assert.throws(() => log().gets(1, 0), /before 0/);
  assert.throws(() => log().givesUp(0, 3), /gives up/);
  assert.throws(() => log().givesUp(1, 3), /before 5/);
  assert.throws(() => log().releases(0, 3), /does not hold/);
  assert.throws(() => log().gets(7, 3), /never made/);
  assert.throws(() => log().ends(), /waits for ever/);
});

test('uncovered names the states and transitions a suite has not seen', () => {
  const lamp = createMachine({
    id: 'lamp',
    initial: 'off',
    states: { off: { on: { press: 'on' } }, on: { on: { press: 'off', smash: 'broken' } }, broken: {} },
  });
  const logic = fromMachine(lamp, { coverage: true });
  const sim = new Simulation();
  const ref = sim.spawn('lamp', logic, undefined) as ActorRef<{ readonly type: string }>;
  sim.send(ref, { type: 'press' });
  sim.send(ref, { type: 'press' });
  sim.run();
  const missing = uncovered((logic.coverage as NonNullable<typeof logic.coverage>).report(sim.elapsed));
  assert.is(missing.length, 2, missing.join('; '));
  assert.match(missing.join('; '), /broken.*smash/);
});

test.run();
