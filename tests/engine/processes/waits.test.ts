import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ps, Simulation } from '../../../engine/kernel/index.ts';
import {
  acquire,
  all,
  any,
  delay,
  fork,
  type Hold,
  interrupt,
  join,
  type Process,
  process,
  release,
  resource,
  type Steps,
  timeout,
} from '../../../engine/processes/index.ts';

const test = suite('waits');

function alone(steps: (sim: Simulation) => Steps): Simulation {
  const sim = new Simulation();
  sim.spawn(
    'alone',
    process(() => steps(sim)),
    undefined,
  );
  sim.run();
  return sim;
}

test('an all that is interrupted gives back what it had been granted', () => {
  alone(function* (sim) {
    const gpu = resource(sim, { name: 'gpu' });
    const link = resource(sim, { name: 'link' });
    const taken = yield* acquire(link);
    function* both(): Steps {
      try {
        yield* all(acquire(gpu), acquire(link));
      } catch {
        assert.is(gpu.free, 1);
        assert.is(link.queueLength, 0);
      }
    }
    const child = yield* fork(both());
    yield* delay(ps(1));
    assert.is(gpu.free, 0);
    interrupt(child, 'x');
    yield* join(child);
    release(taken);
  });
});

test('any and all nest', () => {
  const sim = alone(function* (sim) {
    const gpu = resource(sim, { name: 'gpu' });
    const first = yield* any(all(delay(ps(3)), acquire(gpu)), any({ late: timeout(ps(5)), later: timeout(ps(6)) }));
    assert.is(first.which, 0);
    if (first.which === 0) release(first.value[1]);
    const second = yield* any(all(delay(ps(9)), acquire(gpu)), any({ late: timeout(ps(5)), later: timeout(ps(6)) }));
    assert.is(second.which, 1);
    if (second.which === 1) assert.is(second.value.which, 'late');
    assert.is(gpu.free, 1);
    assert.equal(yield* all(), []);
  });
  assert.is(sim.now as number, 8);
});

test('a customer balks at a queue that is too long, reneges when it takes too long, and both are counted', () => {
  alone(function* (sim) {
    const desk = resource(sim, { name: 'desk' });
    const seen: unknown[] = [];
    function* customer(): Steps {
      const hold: Hold | 'reneged' | 'balked' = yield* acquire(desk, { patience: ps(4), maxQueue: 1 });
      if (typeof hold === 'string') seen.push([sim.now, hold]);
      else {
        yield* delay(ps(10));
        release(hold);
      }
    }
    for (let i = 0; i < 3; i++) yield* fork(customer());
    yield* delay(ps(20));
    assert.equal(seen, [
      [0, 'balked'],
      [4, 'reneged'],
    ]);
    const { granted, reneged, balked, meanPatience, utilisation, meanQueue, longestQueue } = desk.statistics();
    assert.equal(
      { granted, reneged, balked, meanPatience, utilisation, meanQueue, longestQueue },
      { granted: 1, reneged: 1, balked: 1, meanPatience: 4, utilisation: 0.5, meanQueue: 0.2, longestQueue: 1 },
    );
    desk.resetStatistics();
    yield* delay(ps(5));
    assert.is(desk.statistics().utilisation, 0);
  });
});

test('a grant taken at once is not lost to a failure that the grant itself brings about', () => {
  const sim = new Simulation();
  const gpu = resource(sim, { name: 'gpu', capacity: 2, preemptive: true });
  const seen: string[] = [];
  function* first(): Steps {
    const low = yield* acquire(gpu, { priority: 2 });
    assert.is(yield* acquire(gpu, { amount: 2, priority: 0, patience: ps(0) }), 'reneged');
    // Takes the unit that the other was just granted, who takes the less important one in turn.
    const high = yield* acquire(gpu, { priority: 0 });
    seen.push(`${low.isHeld} ${high.isHeld}`);
    yield* delay(ps(1));
  }
  sim.spawn('first', process(first), undefined, { onFailure: 'stop' });
  sim.spawn(
    'second',
    process(function* () {
      yield* acquire(gpu, { priority: 1 });
    }),
    undefined,
  );
  sim.run();
  assert.equal(seen, ['false true']);
  assert.is(gpu.inUse, 0);
});

test('misuse is refused: a wait used twice, a hold released twice, joining oneself', () => {
  alone(function* (sim) {
    const gpu = resource(sim, { name: 'gpu', capacity: 2 });
    const wait = acquire(gpu);
    const hold = yield* wait;
    const codes: string[] = [];
    const note = (error: unknown) => void codes.push((error as { code: string }).code);
    try {
      yield* wait;
    } catch (error) {
      note(error);
    }
    const pause = delay(ps(1));
    try {
      yield* all(pause, pause);
    } catch (error) {
      note(error);
    }
    release(hold);
    try {
      release(hold);
    } catch (error) {
      note(error);
    }
    let own: Process<void> | undefined;
    function* selfish(): Steps {
      yield* delay(ps(1));
      try {
        yield* join(own as Process<void>);
      } catch (error) {
        note(error);
      }
    }
    own = yield* fork(selfish());
    yield* join(own);
    // The same objects serve again afterwards.
    yield* pause;
    yield* pause;
    release(yield* wait);
    assert.equal(codes, ['PROC_WAIT_IN_USE', 'PROC_WAIT_IN_USE', 'PROC_NOT_HELD', 'PROC_SELF']);
    assert.is(sim.now as number, 3);
  });
});

test.run();
