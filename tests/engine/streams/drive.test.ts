import fc from 'fast-check';
import { concat, defer, EMPTY, from, interval, map, merge, NEVER, of, Subject, take, throwError, timer } from 'rxjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { defineActor, ms, ns, ps, Simulation, us } from '../../../engine/index.ts';
import { drive, fromStream, messages, observe, schedulerOf, toMilliseconds } from '../../../engine/streams/index.ts';
import { type Done, failure, type Job, recorder } from './models.ts';

const test = suite('streams into actors');
const job = (id: number): Job => ({ type: 'job', id });
const done: Done = { type: 'done' };

test('4 every emission becomes a message at its instant, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 20 }), fc.boolean(), (delays, asActor) => {
      const sim = new Simulation();
      const log: string[] = [];
      const scheduler = schedulerOf(sim);
      const target = sim.spawn('target', recorder(log), undefined);
      const workload = merge(
        ...delays.map((delay, id) => timer(toMilliseconds(ps(delay)), scheduler).pipe(map(() => job(id)))),
      );
      if (asActor) sim.spawn('source', fromStream<Job | Done>(workload), { to: target, completed: done });
      else drive<Job | Done>(sim, workload, target, { completed: done });
      sim.run();
      const order = delays.map((delay, id) => [delay, id] as const).sort(([t], [u]) => t - u);
      const end = Math.max(0, ...delays);
      assert.equal(log, [...order.map(([delay, id]) => `${delay} job ${id}`), `${end} done`]);
      assert.is(sim.actor('source'), undefined);
    }),
    { seed: 20261123, numRuns: 200 },
  );
});

test('4 a stream without time sends everything at once, at set-up or inside a handler', () => {
  const sim = new Simulation();
  const log: string[] = [];
  const target = sim.spawn('target', recorder(log), undefined);
  drive<Job | Done>(sim, from([1, 2].map(job)), target, { completed: done });
  const later = defineActor<undefined, undefined, Done>({
    kind: 'later',
    init: () => undefined,
    on: { done: () => void drive(sim, of(job(3)), target) },
  });
  sim.schedule(ns(1), sim.spawn('later', later, undefined), done);
  sim.run();
  assert.equal(log, ['0 job 1', '0 job 2', '0 done', '1000 job 3']);
});

test('4 an unsubscribed drive sends nothing more and holds no event', () => {
  const sim = new Simulation();
  const log: string[] = [];
  const target = sim.spawn('target', recorder(log), undefined);
  const subscription = drive(sim, interval(1, schedulerOf(sim)).pipe(map(job)), target);
  sim.run({ until: us(2500) });
  subscription.unsubscribe();
  assert.is(sim.pending, 0);
  assert.is(sim.run().end, 'finished');
  assert.equal(log, ['1000000000 job 0', '2000000000 job 1']);
});

test('4 observations may drive: that is part of the run', () => {
  const run = () => {
    const sim = new Simulation();
    const log: string[] = [];
    const target = sim.spawn('target', recorder(log), undefined);
    const echo = observe(sim, messages<Job>('job', { actor: target })).pipe(
      map(({ message }) => job(message.id * 10)),
      take(2),
    );
    drive(sim, echo, target);
    sim.schedule(ns(1), target, job(1));
    sim.run();
    return { log, print: sim.fingerprint() };
  };
  assert.equal(run().log, ['1000 job 1', '1000 job 10', '1000 job 100']);
  assert.is(run().print, run().print);
});

test('4 what observations drive is sent in the name of nobody: no message to an actor that stops is lost in silence', () => {
  const sim = new Simulation();
  const brief = defineActor<undefined, undefined, Job>({
    kind: 'brief',
    init: () => undefined,
    on: { job: (_, __, ctx) => ctx.stop() },
  });
  const target = sim.spawn('target', brief, undefined);
  drive(sim, observe(sim, messages<Job>('job')).pipe(map(({ message }) => message)), target);
  sim.send(target, job(1));
  assert.is(failure(() => sim.run()).code, 'SIM_LOST_MESSAGE');
});

test('5 a stream that failed at once holds no event', () => {
  const sim = new Simulation();
  const target = sim.spawn('target', recorder([]), undefined);
  const scheduler = schedulerOf(sim);
  drive(sim, merge(of({} as Job), interval(1, scheduler).pipe(map(job))), target);
  assert.is(scheduler.pending, 0);
  assert.is(failure(() => sim.run()).code, 'STREAMS_NOT_A_MESSAGE');
});

test('5 an error of a driven stream ends the run at its instant, with its place', () => {
  const sim = new Simulation();
  sim.failures('restart');
  const target = sim.spawn('target', recorder([]), undefined);
  const workload = concat(
    timer(1, schedulerOf(sim)).pipe(map(() => job(1))),
    throwError(() => new Error('no such file')),
  );
  drive(sim, workload, target, { name: 'trace' });
  sim.schedule(ms(5), target, job(2));
  const error = failure(() => sim.run());
  assert.is(error.code, 'STREAMS_SOURCE_FAILED');
  assert.match(error.message, 'stream trace to target failed: no such file (at 1 ms, actor rxjs, event 1, seed 1)');
  assert.is((error.cause as Error).message, 'no such file');
  assert.is(sim.now, 1e9);
  assert.is(failure(() => sim.run()).code, 'SIM_BROKEN');
});

test('5 what is no message is refused, once', () => {
  const sim = new Simulation();
  const log: string[] = [];
  const target = sim.spawn('target', recorder(log), undefined);
  drive(sim, from([job(1), { size: 3 } as unknown as Job, job(2)]), target);
  const error = failure(() => sim.run());
  assert.is(error.code, 'STREAMS_NOT_A_MESSAGE');
  assert.match(error.message, 'stream drive emitted {"size":3}, which is no message');
  assert.is(sim.pending, 1);
});

test('5 an error that leaves a subject of somebody else ends the run, too', () => {
  const sim = new Simulation();
  const target = sim.spawn('target', recorder([]), undefined);
  const subject = new Subject<Job>();
  drive(sim, subject, target);
  subject.error('a text');
  assert.match(failure(() => sim.run()).message, 'failed: a text');
});

test('5 an actor made by fromStream fails by its policy: restart subscribes anew, stop ends it, else the run ends', () => {
  const build = (onFailure: 'restart' | 'stop' | 'escalate') => {
    const sim = new Simulation();
    const log: string[] = [];
    const target = sim.spawn('target', recorder(log), undefined);
    let attempts = 0;
    const workload = defer(() => {
      const attempt = ++attempts;
      const first = timer(1, schedulerOf(sim)).pipe(map(() => job(attempt)));
      return concat(first, attempt < 2 ? throwError(() => new Error('lost')) : EMPTY);
    });
    schedulerOf(sim);
    sim.spawn('source', fromStream<Job | Done>(workload), { to: target, completed: done }, { onFailure });
    return { sim, log };
  };
  const restarted = build('restart');
  restarted.sim.run();
  assert.equal(restarted.log, ['1000000000 job 1', '2000000000 job 2', '2000000000 done']);
  const stopped = build('stop');
  stopped.sim.run();
  assert.equal(stopped.log, ['1000000000 job 1']);
  const escalated = build('escalate');
  const error = failure(() => escalated.sim.run());
  assert.is(error.code, 'STREAMS_SOURCE_FAILED');
  assert.equal(error.place.actor, 'source');
  assert.match(error.message, 'stream source to target failed: lost');
});

test('4 an actor made by fromStream takes its scheduler and context, counts, and ends at once when told to stop', () => {
  const sim = new Simulation();
  const log: string[] = [];
  const target = sim.spawn('target', recorder(log), undefined);
  const scheduler = schedulerOf(sim);
  const source = sim.spawn(
    'source',
    fromStream<Job>((given, ctx) => {
      assert.is(given, scheduler);
      assert.is(ctx.path, 'source');
      return interval(1, given).pipe(map(job));
    }),
    { to: target },
  );
  sim.run({ until: us(2500) });
  assert.is((sim.stateOf(source) as { emitted: number }).emitted, 2);
  sim.send(source, { type: 'stop' });
  const { events, end } = sim.run();
  assert.equal([events, end, scheduler.pending, log.length], [1, 'finished', 0, 2]);
});

test('4 an actor made by fromStream that is stopped from outside sends nothing more', () => {
  const sim = new Simulation();
  const log: string[] = [];
  const target = sim.spawn('target', recorder(log), undefined);
  const source = sim.spawn('source', fromStream<Job>(interval(1, schedulerOf(sim)).pipe(map(job))), { to: target });
  sim.run({ until: us(1500) });
  sim.stop(source);
  assert.is(sim.run().events, 1);
  assert.is(log.length, 1);
});

test('4 a stream that ends in the instant in which its actor is stopped loses no message', () => {
  const sim = new Simulation();
  schedulerOf(sim);
  const target = sim.spawn('target', recorder([]), undefined);
  const source = sim.spawn('source', fromStream<Job>(EMPTY), { to: target });
  sim.stop(source);
  assert.is(sim.run().end, 'finished');
});

test('an actor made by fromStream needs the scheduler of its simulation', () => {
  const sim = new Simulation();
  const target = sim.spawn('target', recorder([]), undefined);
  const error = failure(() => sim.spawn('source', fromStream<Job>(NEVER), { to: target }));
  assert.is(error.code, 'STREAMS_NO_SCHEDULER');
});

test('a stream of messages that the actor does not understand does not compile', () => {
  const check = (sim: Simulation) => {
    const target = sim.spawn('target', recorder([]), undefined);
    // @ts-expect-error no such message
    drive(sim, of({ type: 'other' as const }), target);
    // @ts-expect-error no such message
    sim.spawn('source', fromStream<{ type: 'other' }>(NEVER), { to: target });
  };
  assert.type(check, 'function');
});

test.run();
