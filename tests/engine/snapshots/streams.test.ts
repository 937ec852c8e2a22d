import { interval, map, take } from 'rxjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type ActorRef,
  defineActor,
  type EditedWorld,
  ns,
  readCheckpoint,
  restore,
  Simulation,
} from '../../../engine/index.ts';
import { drive, fromStream, messages, observe, schedulerOf, toMilliseconds } from '../../../engine/streams/index.ts';

const test = suite('snapshots of runs with streams');

type Beat = { readonly type: 'beat'; readonly value: number };

const counter = defineActor<undefined, { sum: number; draws: number }, Beat>({
  kind: 'counter',
  init: () => ({ sum: 0, draws: 0 }),
  on: {
    beat(state, { value }, ctx) {
      state.sum += value;
      state.draws += ctx.random('draws').uint32() % 7;
    },
  },
});

const beats = (sim: Simulation) =>
  interval(toMilliseconds(ns(10)), schedulerOf(sim)).pipe(
    take(20),
    map((value): Beat => ({ type: 'beat', value })),
  );

/** Each way to attach a stream that is part of the run. */
const attached: Readonly<Record<string, (sim: Simulation, to: ActorRef<Beat>) => void>> = {
  'a subscription to a timer of the scheduler': (sim, to) =>
    void beats(sim).subscribe((beat) => sim.schedule(ns(0), to, beat)),
  drive: (sim, to) => void drive(sim, beats(sim), to),
  fromStream(sim, to) {
    schedulerOf(sim);
    sim.spawn(
      'source',
      fromStream(() => beats(sim)),
      { to },
    );
  },
};

const build = (attach: (sim: Simulation, to: ActorRef<Beat>) => void) => (): Simulation => {
  const sim = new Simulation({ seed: 4 });
  attach(sim, sim.spawn('counter', counter, undefined));
  return sim;
};

for (const [name, attach] of Object.entries(attached))
  test(`${name}: RxJS cannot be copied, so the run is replayed to the same moment, and says so`, () => {
    const make = build(attach);
    const whole = make();
    whole.run();
    assert.ok(whole.events >= 20);
    for (let at = 0; at <= whole.events; at += 3) {
      const sim = make();
      if (at > 0) sim.run({ maxEvents: at });
      const saved = sim.checkpoint();
      assert.is(saved.replayOnly, 'RxJS streams cannot be saved, only run again');
      const { how, reason, sim: again } = restore(make, readCheckpoint(saved.bytes()));
      assert.is(how, 'replay');
      assert.is(reason, saved.replayOnly);
      again.run();
      assert.is(again.fingerprint(), whole.fingerprint());
      assert.equal(again.stateOf(again.actor('counter') as never), whole.stateOf(whole.actor('counter') as never));
    }
  });

test('a branch of a run with streams needs its set-up, and names the streams as the reason', () => {
  const make = build(attached.drive as (sim: Simulation, to: ActorRef<Beat>) => void);
  const sim = make();
  sim.run({ maxEvents: 9 });
  try {
    sim.fork();
    assert.unreachable();
  } catch (error) {
    assert.is((error as { code: string }).code, 'SNAPSHOT_NO_BUILD');
    assert.match((error as Error).message, /RxJS streams cannot be saved/);
  }
  const edit = (world: EditedWorld): void => {
    world.actor<{ sum: number }>('counter').state.sum += 1000;
  };
  const branch = sim.fork(edit, { build: make });
  assert.is(branch.how, 'replay');
  branch.sim.run();
  sim.run();
  const sums = [branch.sim, sim].map((each) => (each.stateOf(each.actor('counter') as never) as { sum: number }).sum);
  assert.is(sums[0], (sums[1] as number) + 1000);
});

test('who only observes is no part of the run: states are put back, and observers subscribe again', () => {
  const make = (): Simulation => {
    const sim = new Simulation({ seed: 4 });
    const to = sim.spawn('counter', counter, undefined);
    for (let i = 0; i < 20; i++) sim.schedule(ns(10 * (i + 1)), to, { type: 'beat', value: i });
    return sim;
  };
  const whole = make();
  whole.run();
  const sim = make();
  const seen: number[] = [];
  observe(sim, messages()).subscribe(({ event }) => void seen.push(event));
  sim.run({ maxEvents: 8 });
  const { how, sim: again } = restore(make, readCheckpoint(sim.checkpoint().bytes()));
  assert.is(how, 'state');
  const later: number[] = [];
  observe(again, messages()).subscribe(({ event }) => void later.push(event));
  again.run();
  assert.is(again.fingerprint(), whole.fingerprint());
  assert.equal(seen, [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.equal(later, [9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
});

test.run();
