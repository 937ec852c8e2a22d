import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ActorRef, defineActor, ns, Simulation } from '../../../engine/index.ts';
import { deviating, explore, exploreTieOrders } from '../../../engine/testing/index.ts';
import { referenceSimulation } from '../../reference-run.ts';

const test = suite('exploration of orders');

type Note = { readonly type: 'note'; readonly from: number; readonly n: number };
type Go = { readonly type: 'go' };

const listener = defineActor<undefined, { heard: string }, Note>({
  kind: 'listener',
  init: () => ({ heard: '' }),
  on: {
    note(state, { from, n }) {
      state.heard += ` ${from}.${n}`;
    },
  },
});
const speaker = defineActor<
  { to: ActorRef<Note>; from: number; notes: number },
  { to: ActorRef<Note>; from: number; notes: number },
  Go
>({
  kind: 'speaker',
  init: (spec) => ({ ...spec }),
  on: {
    go({ to, from, notes }, _, ctx) {
      for (let n = 0; n < notes; n++) ctx.send(to, { type: 'note', from, n });
    },
  },
});

/** Speakers that speak at once, each to its own listener or all to one. */
const talk = (speakers: number, notes: number, shared: boolean) => (): Simulation => {
  const sim = new Simulation();
  const one = sim.spawn('listener', listener, undefined);
  for (let i = 0; i < speakers; i++) {
    const to = shared ? one : sim.spawn(`listener${i}`, listener, undefined);
    sim.schedule(ns(1), sim.spawn(`speaker${i}`, speaker, { to, from: i, notes }), { type: 'go' });
  }
  return sim;
};
const heard = (sim: Simulation) =>
  Object.fromEntries(
    sim
      .actors()
      .filter((path) => path.startsWith('listener'))
      .map((path) => [path, (sim.stateOf(sim.actor(path) as never) as { heard: string }).heard]),
  );

test('exploration without disturbance is the run itself', async () => {
  const usual = referenceSimulation({ jobs: 400 });
  usual.run();
  const sim = await deviating(
    () => ({ choose: (ready) => ready[0] }),
    () => {
      const same = referenceSimulation({ jobs: 400 });
      same.run();
      return same;
    },
  );
  assert.is(sim.fingerprint(), usual.fingerprint());
});

test('messages from one sender to one receiver keep their order in every order', () => {
  const seen = new Set<string>();
  const report = exploreTieOrders(talk(2, 2, true), (sim) => {
    const { listener: text } = heard(sim) as { listener: string };
    seen.add(text);
    return { text };
  });
  assert.is(report.dependent.length, 1);
  // Interleavings of 0.0 0.1 with 1.0 1.1: 4 over 2.
  assert.is(seen.size, 6);
});

test('the reduction finds the same outcomes as all orders, in fewer runs', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 2 }),
      fc.boolean(),
      (speakers, notes, shared) => {
        if (speakers * notes > 4) return;
        const outcomes = (unreduced: boolean) => {
          const seen = new Set<string>();
          const { runs } = exploreTieOrders(
            talk(speakers, notes, shared),
            (sim) => {
              seen.add(JSON.stringify(heard(sim)));
              return heard(sim);
            },
            { unreduced, maxRuns: 100_000 },
          );
          return { seen: [...seen].sort(), runs };
        };
        const [reduced, all] = [outcomes(false), outcomes(true)];
        assert.equal(reduced.seen, all.seen);
        assert.ok(reduced.runs <= all.runs);
        if (!shared) assert.is(reduced.runs, 1);
      },
    ),
    { seed: 20261123, numRuns: 100 },
  );
});

test('shuffled ties find what depends on order, name it and the seed; the rest is said to be independent', async () => {
  const run = (): Record<string, string | number> => {
    const sim = talk(3, 1, true)();
    sim.run();
    return { ...heard(sim), events: sim.events };
  };
  const report = await explore(run, { seeds: [1, 2, 3, 4, 5, 6] });
  assert.equal(report.independent, ['events']);
  assert.equal(
    report.dependent.map(({ output }) => output),
    ['listener'],
  );
  const other = report.dependent[0]?.others[0];
  const again = await explore(run, { seeds: [other?.seed as number] });
  assert.is(again.dependent[0]?.others[0]?.value, other?.value);
});

test('jittered delays stay in the future and change times only where asked', async () => {
  const run = (): Record<string, number> => {
    const sim = talk(3, 1, true)();
    sim.run();
    return { end: sim.now };
  };
  assert.is((await explore(run, { seeds: [1, 2, 3], ties: false })).dependent.length, 0);
  const report = await explore(run, { seeds: [1, 2, 3], jitter: 0.1 });
  assert.is(report.dependent.length, 1);
  assert.ok((report.dependent[0]?.deviation as number) <= 0.1);
});

test('too many orders are refused with the limit', () => {
  assert.throws(() => exploreTieOrders(talk(6, 2, true), heard, { maxRuns: 50 }), /more than 50 orders/);
});

test('checkpoints and handles work while orders are explored', async () => {
  await deviating(
    () => ({ choose: (ready) => ready.at(-1) }),
    () => {
      const sim = talk(3, 2, true)();
      const handle = sim.schedule(ns(5), sim.actor('speaker0') as ActorRef<Go>, { type: 'go' });
      const moved = sim.reschedule(handle, ns(7));
      assert.is(sim.cancel(handle), false);
      assert.is(sim.cancel(moved as typeof handle), true);
      assert.is(sim.pending, 3);
      assert.is(sim.checkpoint().event, 0);
      assert.is(sim.run({ until: ns(1) }).end, 'until');
      assert.is(sim.run().events, 9);
    },
  );
});

test.run();
