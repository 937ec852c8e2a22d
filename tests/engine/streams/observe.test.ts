import fc from 'fast-check';
import { bufferTime, interval, map, Subject, type Subscription, share, take, tap, timer } from 'rxjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ActorRef, defineActor, ms, ns, ps, type SimError, Simulation, us } from '../../../engine/index.ts';
import {
  changes,
  finishObserving,
  messages,
  observe,
  observerScheduler,
  QueuedSubject,
  rate,
  schedulerOf,
  spawned,
  stopped,
} from '../../../engine/streams/index.ts';
import { pathPattern } from '../../../engine/streams/path-pattern.ts';
import { failure, inMs, type Token, tokens } from './models.ts';

const test = suite('observations');

type Add = { readonly type: 'add'; readonly by: number };

const counter = defineActor<undefined, { total: number }, Add>({
  kind: 'counter',
  init: () => ({ total: 0 }),
  on: {
    add(state, { by }, ctx) {
      state.total += by;
      if (by === 13) ctx.stop(ctx.spawn('helper', counter, undefined));
    },
  },
});

/** Two counters that get 1, 0, 13 at 1, 2, 3 ns. */
function counters(): { sim: Simulation; a: ActorRef<Add>; b: ActorRef<Add> } {
  const sim = new Simulation();
  const a = sim.spawn('node1', counter, undefined);
  const b = sim.spawn('node2', counter, undefined);
  for (const [at, by] of [1, 0, 13].entries()) {
    sim.schedule(ns(at + 1), a, { type: 'add', by });
    sim.schedule(ns(at + 1), b, { type: 'add', by });
  }
  return { sim, a, b };
}

test('messages, actors and changes of states are told with time and path', () => {
  const { sim, a } = counters();
  const seen: unknown[] = [];
  observe(sim, messages<Add>('add', { actor: 'node1' })).subscribe((each) => seen.push(each));
  observe(sim, messages('other')).subscribe(() => assert.unreachable());
  observe(sim, spawned({ actor: '**/helper' })).subscribe(({ path, behavior, time }) =>
    seen.push([path, behavior, time]),
  );
  observe(sim, stopped({ actor: 'node2/*' })).subscribe(({ path, time }) => seen.push([path, time]));
  const total = (state: { total: number }) => state.total;
  observe(sim, changes(total, { actor: a })).subscribe(({ time, path, value, previous }) =>
    seen.push([time, path, previous, value]),
  );
  sim.run();
  const message = (event: number, time: number, by: number) => ({
    kind: 'message',
    time,
    event,
    actor: a,
    path: 'node1',
    message: { type: 'add', by },
  });
  assert.equal(seen, [
    message(1, 1000, 1),
    [1000, 'node1', 0, 1],
    message(3, 2000, 0),
    message(5, 3000, 13),
    ['node1/helper', 'counter', 3000],
    [3000, 'node1', 1, 14],
    ['node2/helper', 'counter', 3000],
    ['node2/helper', 3000],
  ]);
});

test('changes of an actor spawned later begin with its first value', () => {
  const sim = new Simulation();
  const seen: unknown[] = [];
  observe(
    sim,
    changes(({ total }: { total: number }) => total),
  ).subscribe(({ previous, value }) => seen.push([previous, value]));
  const late = sim.spawn('late', counter, undefined);
  for (const by of [0, 0, 2]) sim.send(late, { type: 'add', by });
  sim.run();
  assert.equal(seen, [
    [undefined, 0],
    [0, 2],
  ]);
});

test('patterns of paths', () => {
  const matching = (pattern: string) => ['a', 'a/b', 'a/b/c', 'ab', 'a.b', 'x/b'].filter(pathPattern(pattern));
  assert.equal(matching('a'), ['a']);
  assert.equal(matching('*'), ['a', 'ab', 'a.b']);
  assert.equal(matching('a*'), ['a', 'ab', 'a.b']);
  assert.equal(matching('a.b'), ['a.b']);
  assert.equal(matching('*.b'), ['a.b']);
  assert.equal(matching('*/b'), ['a/b', 'x/b']);
  assert.equal(matching('a/**'), ['a/b', 'a/b/c']);
  assert.equal(matching('**/b'), ['a/b', 'x/b']);
  assert.equal(matching('**/c'), ['a/b/c']);
  assert.equal(matching('a/**/c'), ['a/b/c']);
  assert.equal(matching('**'), ['a', 'a/b', 'a/b/c', 'ab', 'a.b', 'x/b']);
});

const observers = {
  looks: (sim: Simulation) => void observe(sim, messages()).subscribe(),
  throws: (sim: Simulation) =>
    void observe(sim, messages()).subscribe(({ event }) => {
      if (event % 7 === 3) throw new Error('on purpose');
    }),
  'throws in an operator': (sim: Simulation) =>
    void observe(sim, spawned())
      .pipe(map(() => (undefined as unknown as { x: number }).x))
      .subscribe(),
  'subscribes again': (sim: Simulation) => {
    const again = (depth: number) => {
      observe(sim, messages())
        .pipe(take(2))
        .subscribe({ complete: () => depth > 0 && again(depth - 1) });
    };
    again(5);
  },
  'unsubscribes another': (sim: Simulation) => {
    let other: Subscription | undefined;
    observe(sim, messages()).subscribe(({ event }) => event === 9 && other?.unsubscribe());
    other = observe(
      sim,
      changes(({ held }: { held: number }) => held),
    ).subscribe();
  },
  'keeps time': (sim: Simulation) => {
    observe(sim, messages())
      .pipe(rate(ns(3), observerScheduler(sim)))
      .subscribe();
    observe(sim, messages())
      .pipe(bufferTime(inMs(ns(5)), null, 3, observerScheduler(sim)))
      .subscribe();
  },
  'tries to send': (sim: Simulation) => {
    const actor = sim.actor('holder0') as unknown as ActorRef<Token>;
    observe(sim, messages()).subscribe(() => sim.send(actor, { type: 'token', left: 0 }));
  },
  'tries to draw': (sim: Simulation) => void observe(sim, stopped()).subscribe(() => sim.random('mine').uint32()),
  'throws on a timer': (sim: Simulation) =>
    void timer(inMs(ns(4)), observerScheduler(sim)).subscribe(() => {
      throw new Error('on purpose');
    }),
} satisfies Record<string, (sim: Simulation) => void>;

test('6 observing never changes the run, whatever observers do', () => {
  const names = Object.keys(observers) as Array<keyof typeof observers>;
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.array(fc.constantFrom(...names), { maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 4 }),
      (seed, chosen, cuts) => {
        const plain = tokens(seed).sim;
        plain.run();
        const { sim } = tokens(seed);
        for (const name of chosen) observers[name](sim);
        const reported: string[] = [];
        const attempt = (work: () => unknown) => {
          try {
            work();
          } catch (error) {
            reported.push((error as SimError).code);
          }
        };
        for (const cut of cuts) attempt(() => sim.run({ maxEvents: cut }));
        attempt(() => sim.run());
        finishObserving(sim);
        assert.is(sim.fingerprint(), plain.fingerprint());
        assert.is(sim.events, plain.events);
        assert.is(sim.now, plain.now);
        assert.ok(reported.every((code) => code === 'SIM_PROBE_FAILED'));
        if (chosen.some((name) => name === 'throws' || name === 'tries to send')) assert.ok(reported.length > 0);
      },
    ),
    { seed: 20261123, numRuns: 150 },
  );
});

test('6 the streams told in pieces are those told in one go', () => {
  const seen = (cut: (sim: Simulation) => void) => {
    const { sim } = tokens(4);
    const log: unknown[] = [];
    observe(sim, messages())
      .pipe(rate(ns(3), observerScheduler(sim)))
      .subscribe((each) => log.push(each));
    observe(
      sim,
      changes(({ held }: { held: number }) => held),
    ).subscribe((each) => log.push(each));
    cut(sim);
    sim.run();
    finishObserving(sim);
    return log;
  };
  const whole = seen(() => undefined);
  assert.ok(whole.length > 100);
  for (const cut of [1, 2, 3, 5, 8]) {
    assert.equal(
      seen((sim) => void sim.run({ maxEvents: cut })),
      whole,
    );
    assert.equal(
      seen((sim) => void sim.run({ until: ns(cut) })),
      whole,
    );
  }
});

test('7 an observer that throws is reported by run with its place, and the others see everything', () => {
  const { sim } = counters();
  let seen = 0;
  observe(sim, messages({} as never)).subscribe(() => assert.unreachable());
  observe(sim, messages<Add>('add')).subscribe(({ event }) => {
    if (event === 4) throw new Error('I want out');
  });
  observe(sim, messages<Add>('add')).subscribe(() => seen++);
  const error = failure(() => sim.run());
  assert.is(error.code, 'SIM_PROBE_FAILED');
  assert.match(error.message, 'a probe threw: I want out (at 2 ns, actor node2, event 4, seed 1)');
  assert.is(seen, 6);
  assert.is(sim.run().events, 0);
});

test('7 an observer that tries to send is refused, and told what to do', () => {
  const { sim, a } = counters();
  observe(sim, messages()).subscribe(() => sim.send(a, { type: 'add', by: 1 }));
  const error = failure(() => sim.run());
  assert.match(error.message, 'send was called while a probe is told of an event');
  assert.match(error.message, 'drive(sim, stream, actor)');
});

test('8 emissions are breadth-first: everybody sees one before anybody sees the next', () => {
  const depth: string[] = [];
  const breadth: string[] = [];
  for (const [subject, log] of [
    [new Subject<number>(), depth],
    [new QueuedSubject<number>(), breadth],
  ] as const) {
    subject.subscribe((value) => {
      log.push(`first ${value}`);
      if (value < 3) subject.next(value + 1);
      if (value === 3) subject.complete();
    });
    subject.subscribe({ next: (value) => log.push(`second ${value}`), complete: () => log.push('end') });
    subject.next(1);
  }
  assert.equal(breadth, ['first 1', 'second 1', 'first 2', 'second 2', 'first 3', 'second 3', 'end']);
  assert.equal(depth.slice(0, 4), ['first 1', 'first 2', 'first 3', 'end']);
});

test('8 random re-entrant emissions reach every observer in the same order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 2 }), { minLength: 10, maxLength: 10 }),
      (answers) => {
        const subject = new QueuedSubject<number>();
        const logs: number[][] = [[], [], []];
        let left = 50;
        for (const log of logs)
          subject.subscribe((value) => {
            log.push(value);
            for (const answer of answers[value] as number[]) if (left-- > 0) subject.next(answer);
          });
        subject.next(0);
        assert.equal(logs[1], logs[0]);
        assert.equal(logs[2], logs[0]);
      },
    ),
    { seed: 20261123, numRuns: 200 },
  );
});

test('8 observers of one simulation see event after event, in the order of their subscription, also when some join or leave', () => {
  const { sim } = counters();
  const log: string[] = [];
  const source = observe(sim, messages<Add>()).pipe(share({ connector: () => new QueuedSubject() }));
  const first = source.subscribe(({ event }) => {
    log.push(`a${event}`);
    if (event === 2) source.pipe(take(2)).subscribe((late) => log.push(`c${late.event}`));
    if (event === 5) first.unsubscribe();
  });
  source.subscribe(({ event }) => log.push(`b${event}`));
  sim.run();
  assert.equal(log, ['a1', 'b1', 'a2', 'b2', 'a3', 'b3', 'c3', 'a4', 'b4', 'c4', 'a5', 'b5', 'b6']);
});

test('10 while nobody observes, no probe is attached', () => {
  const { sim } = counters();
  assert.is(sim.world.probe, undefined);
  const watching = observe(sim, messages()).subscribe();
  assert.is.not(sim.world.probe, undefined);
  watching.unsubscribe();
  assert.is(sim.world.probe, undefined);
  const waiting = timer(1, observerScheduler(sim)).subscribe();
  assert.is.not(sim.world.probe, undefined);
  waiting.unsubscribe();
  assert.is(sim.world.probe, undefined);
  observe(sim, messages()).subscribe();
  finishObserving(sim);
  assert.is(sim.world.probe, undefined);
});

test('9 timers of observers fire before the first event at or after their time, and when the run returns', () => {
  const { sim } = counters();
  const log: string[] = [];
  interval(inMs(ns(1)), observerScheduler(sim))
    .pipe(
      tap(() => log.push(`timer ${observerScheduler(sim).time}`)),
      take(5),
    )
    .subscribe();
  observe(sim, messages()).subscribe(({ time }) => log.push(`event ${time}`));
  sim.run({ until: ps(2500) });
  assert.equal(log, ['timer 1000', 'event 1000', 'event 1000', 'timer 2000', 'event 2000', 'event 2000']);
  assert.is(observerScheduler(sim).now(), 2.5e-6);
  sim.run({ until: us(1) });
  assert.equal(log.slice(6), ['timer 3000', 'event 3000', 'event 3000', 'timer 4000', 'timer 5000']);
});

test('an observation begun inside the run, on the scheduler of the run, sees what follows', () => {
  const { sim } = counters();
  const seen: number[] = [];
  timer(inMs(ps(1500)), schedulerOf(sim)).subscribe(() =>
    observe(sim, messages<Add>('add')).subscribe(({ time }) => seen.push(time)),
  );
  sim.run();
  assert.equal(seen, [2000, 2000, 3000, 3000]);
  assert.ok(sim.now < ms(1));
});

test.run();
