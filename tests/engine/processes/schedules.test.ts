import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Duration, ps, type RandomSource, Simulation } from '../../../engine/kernel/index.ts';
import {
  acquire,
  breakdowns,
  capacitySchedule,
  delay,
  fork,
  process,
  release,
  resource,
  type ServeOptions,
  type Steps,
  serve,
} from '../../../engine/processes/index.ts';

const test = suite('service, schedules and break-downs');

function preempted(onPreempt: NonNullable<ServeOptions['onPreempt']>): string[] {
  const sim = new Simulation();
  const bench = resource(sim, { name: 'bench', preemptive: true });
  const log: string[] = [];
  function* work(name: string, span: number, priority: number): Steps {
    const { isDone, preemptions } = yield* serve(sim, bench, ps(span), { priority, onPreempt });
    log.push(`${sim.now} ${name} ${isDone} ${preemptions}`);
  }
  sim.spawn(
    'main',
    process(function* () {
      yield* fork(work('low', 10, 2));
      yield* delay(ps(4));
      yield* fork(work('high', 3, 1));
      yield* fork(work('next', 1, 2));
    }),
    undefined,
  );
  sim.run();
  assert.is(bench.free, 1);
  return log;
}

test('preempted work resumes, restarts or is abandoned', () => {
  assert.equal(preempted('resume'), ['7 high true 0', '8 next true 0', '14 low true 1']);
  assert.equal(preempted('restart'), ['7 high true 0', '8 next true 0', '18 low true 1']);
  assert.equal(preempted('abandon'), ['4 low false 1', '7 high true 0', '8 next true 0']);
});

test('a capacity schedule repeats, and holders finish or are evicted', () => {
  for (const evict of [false, true]) {
    const sim = new Simulation();
    const desk = resource(sim, { name: 'desk', capacity: 2 });
    const entries = [
      { at: ps(0), capacity: 2 },
      { at: ps(6), capacity: 0 },
    ];
    const shifts = capacitySchedule(sim, 'shifts', desk, { entries, period: ps(10), evict });
    const log: string[] = [];
    const clerk = process(function* () {
      for (let i = 0; i < 3; i++) {
        const { preemptions } = yield* serve(sim, desk, ps(4));
        log.push(`${sim.now} ${preemptions}`);
      }
      sim.stop(shifts);
    });
    sim.spawn('clerk', clerk, undefined);
    sim.run();
    assert.equal(log, evict ? ['4 0', '12 1', '16 0'] : ['4 0', '8 0', '14 0']);
    assert.is(desk.inUse, 0);
  }
  const sim = new Simulation();
  const desk = resource(sim, { name: 'desk' });
  const entries = [
    { at: ps(5), capacity: 2 },
    { at: ps(4), capacity: 1 },
  ];
  assert.throws(() => capacitySchedule(sim, 'bad', desk, { entries }), /must go forward in time/);
  assert.throws(() => capacitySchedule(sim, 'bad', desk, { entries: entries.slice(0, 1), period: ps(5) }), /got 5/);
});

const silent: RandomSource = {
  stream: () => ({ uint32: () => 0, uniform: () => 0, state: () => [], restore: () => undefined }),
};
const fixed = (span: number) => ({ sample: () => ps(span) as Duration });

test('break-downs interrupt work, wait for the repairman and give the units back', () => {
  const sim = new Simulation({ random: silent });
  const machine = resource(sim, { name: 'machine' });
  const repairman = resource(sim, { name: 'repairman' });
  const faults = breakdowns(sim, 'faults', machine, {
    timeToFail: fixed(10),
    timeToRepair: fixed(5),
    repairedBy: repairman,
  });
  const log: string[] = [];
  sim.spawn(
    'main',
    process(function* () {
      const busy = yield* acquire(repairman);
      yield* fork(
        (function* (): Steps {
          const { preemptions } = yield* serve(sim, machine, ps(13));
          log.push(`${sim.now} ${preemptions}`);
          sim.stop(faults);
        })(),
      );
      yield* delay(ps(12));
      release(busy);
    }),
    undefined,
  );
  sim.run();
  // Fails at 10, repaired from 12 to 17, three left.
  assert.equal(log, ['20 1']);
  assert.is(repairman.free, 1);
});

test.run();
