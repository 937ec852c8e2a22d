import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ActorRef, defineActor, ms, ns, Simulation, us } from '../../../engine/index.ts';
import { type Injection, Pacer, replay } from '../../../scenarios/kit/index.ts';

const test = suite('pacing');

type Beat = { readonly type: 'beat' | 'poke' };

/** Beats every `us(700)` with jitter; a poke draws as well, so that its place shows in the fingerprint. `cost` is called per event. */
function heart(cost: () => void = () => undefined): { sim: Simulation; ref: ActorRef<Beat>; log: string[] } {
  const sim = new Simulation({ seed: 5 });
  const log: string[] = [];
  const behavior = defineActor<undefined, object, Beat>({
    kind: 'heart',
    init: (_, ctx) => {
      ctx.schedule(us(700), ctx.self, { type: 'beat' });
      return {};
    },
    on: {
      beat(_, message, ctx) {
        cost();
        log.push(`${ctx.now} beat`);
        ctx.schedule(ns(600_000 + (ctx.random('jitter').uint32() % 200_000)), ctx.self, message);
      },
      poke(_, __, ctx) {
        log.push(`${ctx.now} poke ${ctx.random('jitter').uint32() % 100}`);
      },
    },
  });
  return { sim, ref: sim.spawn('heart', behavior, undefined), log };
}

/** A wall clock that moves only while somebody sleeps or works. */
function wall() {
  const slept: number[] = [];
  const time = {
    now: 0,
    slept,
    clock: () => time.now,
    async sleep(wait: number) {
      slept.push(wait);
      time.now += wait;
    },
  };
  return time;
}

test('virtual time follows the wall clock at the given speed', async () => {
  for (const speed of [0.5, 1, 4]) {
    const { sim, log } = heart();
    const time = wall();
    const pacer = new Pacer(sim, { ...time, speed, sliceMs: 2 });
    assert.equal(await pacer.run(ms(40)), { end: 'until', worstLagMs: 0 });
    assert.is(time.now, 40 / speed);
    assert.ok(time.slept.every((wait) => wait <= 2));
    const plain = heart();
    plain.sim.run({ until: ms(40) });
    assert.equal(log, plain.log);
    assert.is(sim.fingerprint(), plain.sim.fingerprint());
  }
});

test('a run without end stops when asked, or when nothing is left', async () => {
  const time = wall();
  const { sim } = heart();
  const pacer = new Pacer(sim, {
    ...time,
    sleep: async (wait) => {
      time.now += wait;
      if (time.now >= 30) pacer.stop();
    },
  });
  assert.is((await pacer.run()).end, 'stopped');
  assert.is(sim.elapsed, ms(20));
  const empty = new Simulation();
  assert.is((await new Pacer(empty, wall()).run()).end, 'finished');
});

test('a simulation that is too slow lags, says so and catches up, or is rebased', async () => {
  for (const answer of [undefined, 'rebase'] as const) {
    const time = wall();
    let beats = 0;
    const { sim } = heart(() => {
      if (++beats === 10) time.now += 500; // one handler takes half a second
    });
    const lags: number[] = [];
    const pacer = new Pacer(sim, {
      ...time,
      onLag(lag) {
        lags.push(lag);
        return answer;
      },
    });
    const { worstLagMs } = await pacer.run(ms(1000));
    assert.ok(worstLagMs > 480 && worstLagMs <= 510, `${worstLagMs}`);
    assert.is(lags.length, 1);
    assert.ok(answer === 'rebase' ? time.now > 1480 : time.now < 1010, `${time.now}`);
  }
});

test('replaying the recording gives the same run', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ at: fc.integer({ min: 0, max: 60 }), phase: fc.constantFrom(undefined, 0, 4) }), {
        maxLength: 12,
      }),
      fc.constantFrom(0.5, 1, 3),
      fc.integer({ min: 0, max: 3 }),
      async (pokes, speed, cost) => {
        const time = wall();
        const { sim, ref, log } = heart(() => {
          time.now += cost;
        });
        const waiting = [...pokes].sort((a, b) => a.at - b.at);
        const pacer = new Pacer(sim, {
          ...time,
          speed,
          sleep: async (wait) => {
            time.now += wait;
            for (; waiting[0] !== undefined && waiting[0].at <= time.now; waiting.shift())
              pacer.inject(ref, { type: 'poke' }, waiting[0]?.phase as 0 | undefined);
          },
        });
        await pacer.run(ms(50));
        const stored = JSON.parse(JSON.stringify(pacer.recording)) as Injection[];
        const again = heart();
        replay(again.sim, stored, ms(50));
        assert.equal(again.log, log);
        assert.is(again.sim.fingerprint(), sim.fingerprint());
      },
    ),
    { seed: 20261123, numRuns: 100 },
  );
});

test('an injected event comes at the instant of the wall clock, in order of injection', async () => {
  const time = wall();
  const { sim, ref, log } = heart();
  const pacer = new Pacer(sim, {
    ...time,
    sliceMs: 10,
    sleep: async () => {
      time.now += 3.5;
      if (time.now < 4) pacer.inject(ref, { type: 'poke' });
      time.now += 6.5;
    },
  });
  await pacer.run(ms(10));
  assert.ok(log.some((line) => line.startsWith('3500000000 poke')));
  assert.equal(pacer.recording, [{ events: 0, came: 0, delay: ms(3.5), to: 'heart', message: { type: 'poke' } }]);
});

test('nonsense is refused', () => {
  const { sim, ref } = heart();
  for (const speed of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => new Pacer(sim, { ...wall(), speed }), /is no speed/);
  sim.stop(ref);
  assert.throws(() => new Pacer(sim, wall()).inject(ref, { type: 'poke' }), /no such actor lives/);
  const ghost = { events: 0, came: ms(0), delay: ms(0), to: 'ghost', message: { type: 'poke' } };
  assert.throws(() => replay(sim, [ghost]), /to=ghost: no such actor lives/);
});

test.run();
