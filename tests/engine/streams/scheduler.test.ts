import fc from 'fast-check';
import {
  asapScheduler,
  debounceTime,
  interval,
  map,
  merge,
  NEVER,
  observeOn,
  type SchedulerAction,
  Subject,
  take,
  timer,
} from 'rxjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { defineActor, ns, ps, Simulation, us } from '../../../engine/index.ts';
import { fromMilliseconds, schedulerOf, toMilliseconds } from '../../../engine/streams/index.ts';
import { failure } from './models.ts';

const test = suite('RxJS scheduler');

test('1 work runs in order of time, then of scheduling, and now() never goes back', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 2 })), { maxLength: 30 }),
      (plan) => {
        const sim = new Simulation();
        const scheduler = schedulerOf(sim);
        const done: Array<[number, number]> = [];
        const expected: Array<[number, number]> = [];
        let last = 0;
        let count = 0;
        for (const [delay, again] of plan) {
          const id = count++;
          scheduler.schedule(
            function (this: SchedulerAction<number>, left?: number) {
              assert.ok(scheduler.now() >= last);
              last = scheduler.now();
              done.push([last, id]);
              if (left !== undefined && left > 0) this.schedule(left - 1, delay);
            },
            delay,
            again,
          );
          for (let k = 1; k <= again + 1; k++) expected.push([k * delay, id]);
        }
        sim.run();
        const sorted = (list: Array<[number, number]>) => [...list].sort(([t, i], [u, j]) => t - u || i - j);
        assert.equal(sorted(done), sorted(expected));
        const first = plan.map(([delay], id) => [delay, id] as [number, number]);
        const firsts = done.filter(([, id], at) => done.findIndex(([, other]) => other === id) === at);
        assert.equal(firsts, sorted(first));
      },
    ),
    { seed: 20261123, numRuns: 200 },
  );
});

test('1 milliseconds are those of virtual time, fractions are kept to the tick', () => {
  const sim = new Simulation();
  const scheduler = schedulerOf(sim);
  const ticks: number[] = [];
  interval(toMilliseconds(ns(0.003)), scheduler)
    .pipe(take(3))
    .subscribe(() => ticks.push(scheduler.time));
  interval(0.1, scheduler)
    .pipe(take(3))
    .subscribe(() => ticks.push(scheduler.time));
  sim.run();
  assert.equal(ticks, [3, 6, 9, 1e8, 2e8, 3e8]);
  assert.is(scheduler.now(), 0.3);
  assert.is(sim.now, 3e8);
});

test('1 durations go to milliseconds and back exactly', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 51 }), (picoseconds) => {
      assert.is(fromMilliseconds(toMilliseconds(ps(picoseconds))), picoseconds);
    }),
    { seed: 20261123, numRuns: 500 },
  );
});

test('1 delays of a coarse tick are rounded to it, and deadlines between ticks are met', () => {
  const sim = new Simulation({ resolution: 'us' });
  const scheduler = schedulerOf(sim);
  const seen: number[] = [];
  const source = merge(timer(0.01, scheduler), timer(0.011, scheduler), NEVER);
  source.pipe(debounceTime(0.0014, scheduler)).subscribe(() => seen.push(scheduler.time));
  sim.run({ maxEvents: 100 });
  assert.equal(seen, [12]);
  assert.is(sim.pending, 0);
});

test('1 deadlines that milliseconds cannot hold exactly are met at their tick', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 3e9 }), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 1e9 }),
      (gaps, due) => {
        const sim = new Simulation();
        const scheduler = schedulerOf(sim);
        const seen: number[] = [];
        let time = 0;
        const times = gaps.map((gap) => (time += gap));
        merge(...times.map((each) => timer(toMilliseconds(ps(each)), scheduler)))
          .pipe(debounceTime(toMilliseconds(ps(due)), scheduler))
          .subscribe(() => seen.push(scheduler.time));
        sim.run({ maxEvents: 1000 });
        const quiet = times
          .filter((each, i) => (times[i + 1] ?? Number.POSITIVE_INFINITY) - each > due)
          .map((each) => each + due);
        quiet[quiet.length - 1] = time;
        const loose = times.filter((each, i) => times[i + 1] === each + due).map((each) => each + due);
        assert.equal(
          seen.filter((each) => !loose.includes(each)),
          quiet.filter((each) => !loose.includes(each)),
        );
        assert.is(sim.pending, 0);
      },
    ),
    { seed: 20261123, numRuns: 200 },
  );
});

test('1 an interval shorter than a tick neither stops the clock nor drifts', () => {
  const sim = new Simulation();
  let count = 0;
  interval(0.1e-9, schedulerOf(sim)).subscribe(() => count++);
  sim.run({ until: ps(100) });
  assert.ok(count >= 500 && count <= 1000, `${count}`);
});

test('2 unsubscribed work never runs, and leaves neither event nor row behind', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(20), fc.nat(20)), { minLength: 1, maxLength: 40 }), (plan) => {
      const sim = new Simulation();
      const scheduler = schedulerOf(sim);
      const ran: number[] = [];
      for (const [id, [delay, cancelAt]] of plan.entries()) {
        const work = scheduler.schedule(() => ran.push(id), delay);
        timer(cancelAt, scheduler).subscribe(() => {
          work.unsubscribe();
          work.unsubscribe();
        });
      }
      sim.run();
      // The cancelling timer is scheduled behind the work.
      assert.equal(
        [...ran].sort((a, b) => a - b),
        [...plan.keys()].filter((id) => plan[id]![0] <= plan[id]![1]),
      );
      assert.is(scheduler.pending, 0);
      assert.is(sim.pending, 0);
      assert.ok(scheduler.rows <= 2 * plan.length);
    }),
    { seed: 20261123, numRuns: 200 },
  );
});

test('2 rows are used again: a long interval needs one', () => {
  const sim = new Simulation();
  interval(1, schedulerOf(sim)).pipe(take(10_000)).subscribe();
  sim.run();
  assert.is(schedulerOf(sim).rows, 1);
  assert.is(sim.events, 10_000);
});

test('2 work that is moved before it is due runs once, at the new time', () => {
  const sim = new Simulation();
  const scheduler = schedulerOf(sim);
  const seen: Array<[number, unknown]> = [];
  const action = scheduler.schedule((state) => seen.push([scheduler.now(), state]), 5, 'a') as SchedulerAction<string>;
  action.schedule('b', 9);
  sim.run();
  assert.equal(seen, [[9, 'b']]);
  action.schedule('c', 1);
  sim.run();
  assert.equal(seen, [
    [9, 'b'],
    [10, 'c'],
  ]);
  action.unsubscribe();
  action.schedule('d', 1);
  assert.is(sim.run().events, 0);
});

test('2 a hundred thousand pending timers cost one event each', () => {
  const sim = new Simulation({ seed: 3 });
  const scheduler = schedulerOf(sim);
  const random = sim.random('delays');
  const timers = 100_000;
  let fired = 0;
  let last = 0;
  for (let i = 0; i < timers; i++)
    timer(random.uniform() * 1000, scheduler).subscribe(() => {
      assert.ok(scheduler.time >= last);
      last = scheduler.time;
      fired++;
    });
  assert.is(scheduler.pending, timers);
  assert.is(sim.pending, timers);
  assert.is(sim.run().events, timers);
  assert.is(fired, timers);
  assert.is(scheduler.rows, timers);
});

test('negative delays are none, infinite ones never, NaN is refused', () => {
  const sim = new Simulation();
  const scheduler = schedulerOf(sim);
  const seen: string[] = [];
  scheduler.schedule(() => seen.push('negative'), -5);
  const never = scheduler.schedule(() => seen.push('never'), Number.POSITIVE_INFINITY);
  assert.is(failure(() => scheduler.schedule(() => undefined, Number.NaN)).code, 'STREAMS_BAD_DELAY');
  assert.is(sim.run().events, 1);
  assert.equal(seen, ['negative']);
  assert.is(scheduler.pending, 1);
  never.unsubscribe();
  assert.is(scheduler.pending, 0);
});

test('a delay past the end of time is refused and leaves nothing behind', () => {
  const sim = new Simulation();
  const scheduler = schedulerOf(sim);
  assert.is(failure(() => scheduler.schedule(() => undefined, 1e9)).code, 'SIM_RANGE');
  assert.is(scheduler.pending, 0);
});

test('5 work that throws, and an error that no handler takes, end the run with their place', () => {
  const boom = () => {
    throw new Error('boom');
  };
  const attempts: Array<(sim: Simulation) => unknown> = [
    (sim) => schedulerOf(sim).schedule(boom, 2),
    (sim) => timer(2, schedulerOf(sim)).pipe(map(boom)).subscribe(),
    (sim) => timer(2, schedulerOf(sim)).subscribe(boom),
  ];
  for (const attempt of attempts) {
    const sim = new Simulation();
    sim.failures('restart');
    attempt(sim);
    const error = failure(() => sim.run());
    assert.is(error.code, 'SIM_ACTOR_FAILED');
    assert.match(error.message, 'boom');
    assert.equal(error.place, { at: '2 ms', actor: 'rxjs', event: 1, seed: 1 });
    assert.is((error.cause as Error).message, 'boom');
  }
});

test('the scheduler is one per simulation, at the top even when first asked for inside a handler', () => {
  const sim = new Simulation();
  const seen: number[] = [];
  const behavior = defineActor<undefined, undefined, { type: 'go' }>({
    kind: 'short-lived',
    init: () => undefined,
    on: {
      go(_, __, ctx) {
        timer(1, schedulerOf(sim)).subscribe(() => seen.push(schedulerOf(sim).now()));
        ctx.stop();
      },
    },
  });
  sim.schedule(us(1), sim.spawn('a', behavior, undefined), { type: 'go' });
  sim.run();
  assert.equal(seen, [1.001]);
  assert.equal(sim.actors(), ['rxjs']);
  assert.is(schedulerOf(sim), schedulerOf(sim));
  assert.is.not(schedulerOf(new Simulation()), schedulerOf(sim));
});

test('two simulations nested in each other keep apart their times and errors', () => {
  const outer = new Simulation();
  const seen: string[] = [];
  timer(3, schedulerOf(outer)).subscribe(() => {
    const inner = new Simulation();
    timer(7, schedulerOf(inner)).subscribe(() => {
      throw new Error('inner');
    });
    seen.push(failure(() => inner.run()).place.at as string);
  });
  assert.is(outer.run().time, 3e9);
  assert.equal(seen, ['7 ms']);
});

test('observeOn works, and no timer of the machine is needed', () => {
  const sim = new Simulation();
  const subject = new Subject<number>();
  const seen: number[] = [];
  subject.pipe(observeOn(schedulerOf(sim), 2)).subscribe((value) => seen.push(value));
  subject.next(1);
  assert.equal(seen, []);
  sim.run();
  assert.equal(seen, [1]);
  assert.type(asapScheduler.now(), 'number');
});

test.run();
