import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Duration, ns, ps, Simulation, us } from '../../../engine/kernel/index.ts';
import {
  accept,
  any,
  arrive,
  barrier,
  checkout,
  condition,
  container,
  creditLink,
  delay,
  draw,
  fill,
  fork,
  get,
  interrupt,
  type Process,
  pipeline,
  pool,
  process,
  put,
  release,
  type Steps,
  store,
  through,
  timeout,
  transmit,
  until,
} from '../../../engine/processes/index.ts';

const test = suite('stores and meeting places');
const runs = { seed: 20261123, numRuns: 200 };

function alone(sim: Simulation, steps: () => Steps): void {
  sim.spawn('alone', process(steps), undefined);
  sim.run();
}

test('a store hands items out in order, each to the taker that waits longest', () => {
  const sim = new Simulation();
  const box = store<number>(sim, { name: 'box', capacity: 2 });
  const log: string[] = [];
  function* consumer(name: string): Steps {
    for (;;) log.push(`${sim.now} ${name} ${yield* get(box)}`);
  }
  function* producer(): Steps {
    for (let i = 0; i < 6; i++) {
      yield* put(box, i);
      log.push(`${sim.now} in ${i}`);
    }
  }
  sim.spawn(
    'main',
    process(function* () {
      yield* fork(producer());
      assert.is(box.giversWaiting, 1);
      yield* delay(ps(5));
      yield* fork(consumer('a'));
      yield* fork(consumer('b'));
    }),
    undefined,
  );
  assert.is(sim.run().end, 'finished');
  assert.equal(
    log.filter((line) => !line.includes('in')),
    ['5 a 0', '5 a 1', '5 a 2', '5 a 3', '5 a 5', '5 b 4'],
  );
});

test('filters and priorities', () => {
  const sim = new Simulation();
  const jobs = store<number>(sim, { name: 'jobs', order: (a, b) => a - b });
  const seen: unknown[] = [];
  function* picky(): Steps {
    seen.push(['even', yield* get(jobs, (n) => n % 2 === 0), sim.now]);
  }
  alone(sim, function* () {
    yield* fork(picky());
    for (const n of [7, 3, 5]) yield* put(jobs, n);
    yield* delay(ps(1));
    seen.push(yield* get(jobs));
    yield* put(jobs, 4);
    assert.equal(jobs.items(), [5, 7]);
    yield* delay(ps(1));
    seen.push(
      jobs.poll((n) => n > 5),
      jobs.poll(),
      jobs.poll(),
    );
  });
  assert.equal(seen, [3, ['even', 4, 1], 7, 5, undefined]);
});

test('no item is lost or doubled, whoever gives up when', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ start: fc.nat(4), wait: fc.nat(3), isPut: fc.boolean(), hit: fc.nat(5) }), {
        maxLength: 24,
      }),
      fc.integer({ min: 1, max: 3 }),
      (users, capacity) => {
        const sim = new Simulation();
        const box = store<number>(sim, { name: 'box', capacity });
        const put_: number[] = [];
        const got: number[] = [];
        const children: Array<Process<void>> = [];
        function* user(id: number, start: number, wait: number, isPut: boolean): Steps {
          const limit = timeout(ps(wait));
          try {
            yield* delay(ps(start));
            if (isPut) {
              const won = yield* any(put(box, id), limit);
              if (won.which === 0) put_.push(id);
            } else {
              const won = yield* any(get(box), limit);
              if (won.which === 0) got.push(won.value);
            }
          } catch {
            // An interrupted put may be in already.
            if (isPut && (box.items().includes(id) || got.includes(id))) put_.push(id);
            else if (isPut) put_.push(-id - 1);
          }
        }
        sim.spawn(
          'main',
          process(function* () {
            for (const [id, each] of users.entries())
              children.push(yield* fork(user(id, each.start, each.wait, each.isPut)));
            for (let t = 0; t < 6; t++) {
              for (const [id, each] of users.entries())
                if (each.hit === t && t < 4) interrupt(children[id] as never, 'x');
              yield* delay(ps(1));
            }
          }),
          undefined,
        );
        sim.run();
        assert.is(box.takersWaiting + box.giversWaiting, 0);
        const all = [...got, ...box.items()];
        assert.is(new Set(all).size, all.length);
        for (const id of put_) if (id >= 0) assert.ok(all.includes(id));
        const sure = put_.filter((id) => id >= 0).length;
        const unsure = put_.filter((id) => id < 0).length;
        assert.ok(all.length >= sure && all.length <= sure + unsure);
      },
    ),
    runs,
  );
});

test('a container conserves what it holds within its capacity', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ start: fc.nat(3), amount: fc.integer({ min: -4, max: 4 }), wait: fc.nat(3), hit: fc.nat(6) }),
        { maxLength: 24 },
      ),
      (users) => {
        const sim = new Simulation();
        const tank = container(sim, { name: 'tank', capacity: 5, level: 2 });
        const children: Array<Process<void>> = [];
        let expected = 2;
        let unsure = 0;
        function* user(start: number, amount: number, wait: number): Steps {
          try {
            yield* delay(ps(start));
            const move = amount < 0 ? draw(tank, -amount) : fill(tank, amount);
            const won = yield* any(move, timeout(ps(wait)));
            if (won.which === 0) expected += amount;
          } catch {
            // A fill that was decided stays in although its process was interrupted in that instant.
            if (amount > 0) unsure += amount;
          }
          assert.ok(tank.level >= 0 && tank.level <= tank.capacity);
        }
        sim.spawn(
          'main',
          process(function* () {
            for (const { start, amount, wait } of users)
              children.push(yield* fork(amount === 0 ? user(start, 1, wait) : user(start, amount, wait)));
            for (let t = 0; t < 6; t++) {
              for (const [id, each] of users.entries())
                if (each.hit === t && t < 4) interrupt(children[id] as never, 'x');
              yield* delay(ps(1));
            }
          }),
          undefined,
        );
        sim.run();
        assert.is(tank.drawing + tank.filling, 0);
        assert.ok(tank.level >= expected && tank.level <= expected + unsure);
      },
    ),
    runs,
  );
});

test('a container serves in turn and refuses what can never be', () => {
  const sim = new Simulation();
  const tank = container(sim, { name: 'tank', capacity: 10 });
  const log: string[] = [];
  function* car(name: string, amount: number): Steps {
    yield* draw(tank, amount);
    log.push(`${sim.now} ${name}`);
  }
  alone(sim, function* () {
    yield* fork(car('large', 8));
    yield* fork(car('small', 1));
    for (let i = 0; i < 3; i++) {
      yield* delay(ps(1));
      yield* fill(tank, 4);
    }
    assert.is(tank.offer(9), false);
    assert.is(tank.poll(3), true);
    assert.is(tank.poll(1), false);
    try {
      yield* draw(tank, 11);
    } catch (error) {
      log.push((error as Error).message.split(' (')[0] as string);
    }
  });
  assert.equal(log, ['2 large', "11 of 'tank' were asked for, which never has more than 10", '3 small']);
  assert.throws(() => container(sim, { name: 'x', capacity: 1, level: 2 }), /cannot start with 2/);
  assert.throws(() => store(sim, { name: 'x', capacity: 0 }), /must be a number/);
});

test('a pool hands out each member once at a time', () => {
  const sim = new Simulation();
  const rooms = pool(sim, { name: 'rooms', members: ['a', 'b'] as const });
  const inside = new Set<string>();
  const log: string[] = [];
  function* guest(span: number): Steps {
    const room = yield* checkout(rooms);
    assert.not(inside.has(room.member));
    inside.add(room.member);
    log.push(`${sim.now} ${room.member}`);
    yield* delay(ps(span));
    inside.delete(room.member);
    if (span !== 3) release(room);
  }
  alone(sim, function* () {
    for (const span of [5, 3, 1, 4]) yield* fork(guest(span));
  });
  assert.equal(log, ['0 a', '0 b', '3 b', '4 b']);
  assert.is(rooms.resource.free, 2);
});

test('a barrier opens when all parties are there, again and again', () => {
  const sim = new Simulation();
  const gate = barrier(sim, { name: 'gate', parties: 3 });
  const log: string[] = [];
  function* walker(name: string, pace: number): Steps {
    for (let i = 0; i < 2; i++) {
      yield* delay(ps(pace));
      const before = yield* arrive(gate);
      log.push(`${sim.now} ${name} ${before}`);
    }
  }
  alone(sim, function* () {
    for (const pace of [3, 1, 2]) yield* fork(walker(`w${pace}`, pace));
    yield* any(arrive(gate), timeout(ps(0)));
  });
  assert.equal(log, ['3 w3 2', '3 w1 0', '3 w2 1', '6 w3 2', '6 w1 0', '6 w2 1']);
  assert.is(gate.rounds, 2);
  const other = new Simulation();
  const lonely = barrier(other, { name: 'lonely', parties: 2 });
  assert.throws(() => alone(other, () => walkTo(lonely)), /the others at 'lonely' \(1 of 2\)/);
  assert.throws(() => barrier(other, { name: 'x', parties: 0 }), /whole number of parties >= 1, got 0/);
});

function* walkTo(gate: ReturnType<typeof barrier>): Steps {
  yield* arrive(gate);
}

test('a condition lets everybody go on whose test it meets', () => {
  const sim = new Simulation();
  const level = condition(sim, { name: 'level', value: 0 });
  const log: string[] = [];
  function* watcher(least: number): Steps {
    const value = yield* until(level, (each) => each >= least);
    log.push(`${sim.now} ${least} ${value}`);
  }
  alone(sim, function* () {
    for (const least of [3, 0, 1, 2]) yield* fork(watcher(least));
    yield* delay(ps(5));
    level.set(2);
    level.set(0);
    yield* delay(ps(5));
    level.set(9);
    assert.is(level.waiting, 0);
  });
  assert.equal(log, ['0 0 0', '5 1 2', '5 2 2', '10 3 9']);
});

test('a pipeline without buffers blocks as the recursion of tandem queues says', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9)), { minLength: 1, maxLength: 12 }), (items) => {
      const sim = new Simulation();
      const stages = [0, 1, 2].map((at) => ({
        name: `s${at}`,
        time: (item: readonly number[]) => ps(item[at] as number),
      }));
      const line = pipeline(sim, { name: 'line', stages });
      const left: number[] = [];
      function* item(times: readonly number[]): Steps {
        yield* through(line, times);
        left.push(sim.now);
      }
      alone(sim, function* () {
        for (const times of items) yield* fork(item(times));
      });
      // leave(n, j) = max(leave(n, j - 1) or leave(n - 1, 0) + time(n, j), leave(n - 1, j + 1))
      let before = [0, 0, 0, 0];
      const expected = items.map((times) => {
        const leave = [0, 0, 0, 0];
        for (let j = 0; j < 3; j++) {
          const start = j === 0 ? (before[0] as number) : (leave[j - 1] as number);
          leave[j] = Math.max(start + (times[j] as number), j < 2 ? (before[j + 1] as number) : 0);
        }
        before = leave;
        return leave[2] as number;
      });
      assert.equal(left, expected);
    }),
    runs,
  );
});

test('a buffer frees the stage before it', () => {
  const ends = [0, 1].map((buffer) => {
    const sim = new Simulation();
    const line = pipeline<number>(sim, {
      name: 'line',
      stages: [
        { name: 'fast', time: ps(1) },
        { name: 'slow', time: ps(10), buffer },
      ],
    });
    const freed: number[] = [];
    alone(sim, function* () {
      for (let i = 0; i < 2; i++) yield* fork(through(line, i));
      yield* delay(ps(3));
      freed.push(line.workers[0]?.free ?? -1);
    });
    return [sim.now, ...freed];
  });
  assert.equal(ends, [
    [21, 0],
    [21, 1],
  ]);
});

test('a link moves as many items a round trip as it has credits, in order', () => {
  const sim = new Simulation();
  const link = creditLink<number>(sim, { name: 'link', credits: 4, latency: us(1), serialization: () => ns(100) });
  const seen: number[] = [];
  function* sender(): Steps {
    for (let i = 0; i < 40; i++) yield* transmit(link, i);
  }
  function* reader(): Steps {
    for (let i = 0; i < 40; i++) seen.push(yield* accept(link));
  }
  alone(sim, function* () {
    yield* fork(sender());
    yield* fork(reader());
  });
  assert.equal(
    seen,
    Array.from({ length: 40 }, (_, i) => i),
  );
  assert.is(link.credits.level, 4);
  // Ten rounds of four: each begins a round trip and one serialization after the last.
  const round = 2 * us(1) + ns(100);
  assert.is(sim.now as number, 9 * round + ns(100) + 3 * ns(100) + 2 * (us(1) as Duration));
});

test.run();
