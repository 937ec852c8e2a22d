import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ActorRef, defineActor, ns, SimError, Simulation } from '../../../engine/kernel/index.ts';

const test = suite('probes');

type Tick = { readonly type: 'tick'; readonly left: number };

const clock = (during: () => void = () => undefined) =>
  defineActor<undefined, undefined, Tick>({
    kind: 'clock',
    init: () => undefined,
    on: {
      tick(_, { left }, ctx) {
        during();
        if (left > 0) ctx.schedule(ns(1), ctx.self, { type: 'tick', left: left - 1 });
      },
    },
  });

function ticking(count: number, during?: () => void): { sim: Simulation; actor: ActorRef<Tick> } {
  const sim = new Simulation();
  const actor = sim.spawn('clock', clock(during), undefined);
  sim.send(actor, { type: 'tick', left: count - 1 });
  return { sim, actor };
}

test('several probes are told the same, in the order of their attachment', () => {
  const { sim } = ticking(2);
  const told: string[] = [];
  sim.probe({
    eventBegins: (event) => void told.push(`a ${event}`),
    eventEnds: (event) => void told.push(`a/${event}`),
  });
  const off = sim.watch({
    eventBegins: (event) => void told.push(`b ${event}`),
    runEnds: () => void told.push('b end'),
  });
  sim.run();
  assert.equal(told, ['a 1', 'b 1', 'a/1', 'a 2', 'b 2', 'a/2', 'b end']);
  sim.probe(undefined);
  off();
  off();
  assert.is(sim.world.probe, undefined);
});

test('a probe attached or taken off during the run is told from there on, and no longer', () => {
  const told: string[] = [];
  let off: (() => void) | undefined;
  const { sim } = ticking(5, () => {
    if (sim.events === 2) off = sim.watch({ eventBegins: (event) => void told.push(`late ${event}`) });
    if (sim.events === 4) off?.();
  });
  sim.run();
  assert.equal(told, ['late 3', 'late 4']);
});

test('a probe taken off by an earlier one is told nothing more; one added by it starts with the next', () => {
  const { sim } = ticking(3);
  const told: string[] = [];
  sim.watch({
    eventBegins(event) {
      if (event !== 2) return;
      off();
      sim.watch({ eventBegins: (seen) => void told.push(`new ${seen}`) });
    },
  });
  const off = sim.watch({ eventBegins: (event) => void told.push(`old ${event}`) });
  sim.run();
  assert.equal(told, ['old 1', 'new 3']);
});

test('what a probe throws is thrown when the run is done, with its place; the run and the other probes do not notice', () => {
  const plain = ticking(3).sim;
  plain.run();
  const { sim } = ticking(3);
  let seen = 0;
  sim.failures('restart');
  sim.watch({
    eventBegins(event) {
      if (event > 1) throw new Error(`cannot bear event ${event}`);
    },
  });
  sim.watch({ eventBegins: () => void seen++ });
  try {
    sim.run();
    assert.unreachable();
  } catch (error) {
    assert.instance(error, SimError);
    const { code, message, place } = error as SimError;
    assert.is(code, 'SIM_PROBE_FAILED');
    assert.match(message, 'cannot bear event 2');
    assert.equal(place, { at: '1 ns', actor: 'clock', event: 2, seed: 1 });
  }
  assert.is(seen, 3);
  assert.is(sim.fingerprint(), plain.fingerprint());
  assert.is(sim.run().events, 0);
});

test('a probe that tries to change the run is refused', () => {
  const attempts: Array<[string, (sim: Simulation, actor: ActorRef<Tick>) => unknown]> = [
    ['send', (sim, actor) => sim.send(actor, { type: 'tick', left: 0 })],
    ['schedule', (sim, actor) => sim.schedule(ns(1), actor, { type: 'tick', left: 0 })],
    ['spawn', (sim) => sim.spawn('x', clock(), undefined)],
    ['stop', (sim, actor) => sim.stop(actor)],
    ['random', (sim) => sim.random('x')],
    ['failures', (sim) => sim.failures('stop')],
    ['cancel', (sim) => sim.cancel(0 as never)],
    ['reschedule', (sim) => sim.reschedule(0 as never, ns(1))],
  ];
  for (const [what, attempt] of attempts) {
    const plain = ticking(3).sim;
    plain.run();
    const { sim, actor } = ticking(3);
    const off = sim.watch({ eventBegins: () => void attempt(sim, actor) });
    assert.throws(
      () => sim.run(),
      (error: SimError) => error.code === 'SIM_PROBE_FAILED' && (error.cause as SimError).values.what === what,
    );
    off();
    assert.is(sim.fingerprint(), plain.fingerprint(), what);
  }
});

test('a probe cannot run the simulation, not even when it is told of the end of a run', () => {
  const { sim } = ticking(3);
  sim.watch({ runEnds: () => void sim.run() });
  assert.throws(
    () => sim.run({ maxEvents: 1 }),
    (error: SimError) => (error.cause as SimError).code === 'SIM_RUNNING',
  );
  assert.is(sim.events, 1);
});

test('any probes, coming, going and throwing, leave the fingerprint as it is', () => {
  const kinds = ['looks', 'throws', 'leaves', 'joins'] as const;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...kinds), fc.integer({ min: 1, max: 12 })), { maxLength: 6 }),
      (plan) => {
        const plain = ticking(12).sim;
        plain.run();
        const { sim } = ticking(12);
        for (const [kind, at] of plan) {
          const off = sim.watch({
            eventBegins(event) {
              if (event !== at || kind === 'looks') return;
              if (kind === 'leaves') off();
              if (kind === 'joins') sim.watch({ eventEnds: off });
              if (kind === 'throws') throw new Error('on purpose');
            },
          });
        }
        const throws = plan.some(([kind]) => kind === 'throws');
        if (throws) assert.throws(() => sim.run(), /SIM_PROBE_FAILED|on purpose/);
        else sim.run();
        assert.is(sim.fingerprint(), plain.fingerprint());
        assert.is(sim.events, 12);
      },
    ),
    { seed: 20261123, numRuns: 200 },
  );
});

test.run();
