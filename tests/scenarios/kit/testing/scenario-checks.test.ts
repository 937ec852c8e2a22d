import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ActorRef, defineActor, hashText, ns, Simulation } from '../../../../engine/index.ts';
import { checkpointOracle, declaredDependences, tieOrderReport } from '../../../../scenarios/kit/testing/index.ts';
import { simulatedRuns } from './quick-works.ts';

const test = suite('checks of scenarios');
const runs = await simulatedRuns(false);

/** Instants of a run as shares of its events, by seed. */
const instantsOf = (id: string, count: number): readonly number[] =>
  fc.sample(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), {
    seed: 20261123 + hashText(id),
    numRuns: count,
  });

for (const { entry, runs: own } of runs)
  test(`run to the end equals checkpoint, rebuild, restore, run to the end, ${entry.resumes}: ${entry.id}`, async () => {
    for (const { params, work } of own) {
      const instants = instantsOf(`${entry.id} ${JSON.stringify(params)}`, 3);
      const report = await checkpointOracle(work, instants);
      const what = `${JSON.stringify(params)} at ${instants.join(', ')}: ${JSON.stringify(report)}`;
      assert.ok(report.simulations > 0 && report.checkpoints === 3 * report.simulations, what);
      assert.is(report.byState, entry.resumes === 'by state' ? report.checkpoints : 0, what);
    }
  });

for (const { entry, runs: own } of runs)
  test(`no metric depends on the order of ties, unless declared with reason and bound: ${entry.id}`, async () => {
    for (const { work } of own) {
      const report = await tieOrderReport(work, [1, 2], declaredDependences[entry.id]);
      assert.equal(report.undeclared, []);
    }
  });

type Note = { readonly type: 'note'; readonly from: number };
const last = defineActor<undefined, { last: number }, Note>({
  kind: 'last',
  init: () => ({ last: 0 }),
  on: {
    note(state, { from }) {
      state.last = from;
    },
  },
});
const sender = defineActor<{ to: ActorRef<Note>; from: number }, { to: ActorRef<Note>; from: number }, { type: 'go' }>({
  kind: 'sender',
  init: (spec) => ({ ...spec }),
  on: { go: ({ to, from }, _, ctx) => void ctx.send(to, { type: 'note', from }) },
});

test('a metric that depends on the order is named, with the seed that shows it, unless it stays in its bound', async () => {
  const race = (): { last: number } => {
    const sim = new Simulation();
    const to = sim.spawn('last', last, undefined);
    for (const from of [100, 101])
      sim.schedule(ns(1), sim.spawn(`sender${from}`, sender, { to, from }), { type: 'go' });
    sim.run();
    return { last: (sim.stateOf(to) as { last: number }).last };
  };
  const seeds = [1, 2, 3, 4, 5, 6];
  assert.match((await tieOrderReport(race, seeds)).undeclared[0] ?? '', /last is 101, but 100 with the ties of seed/);
  const declared = [{ metric: 'last', reason: 'a test', bound: 0.01 }];
  assert.equal((await tieOrderReport(race, seeds, declared)).undeclared, []);
  assert.is((await tieOrderReport(race, seeds, [{ ...declared[0]!, bound: 0.001 }])).undeclared.length, 1);
});

test('work that is not the same twice fails the oracle', async () => {
  let gap = 0;
  const drifting = (): { end: number } => {
    const sim = new Simulation();
    const to = sim.spawn('last', last, undefined);
    for (let i = 0; i < 10; i++) sim.schedule(ns(i + gap), to, { type: 'note', from: i });
    gap++;
    sim.run();
    return { end: sim.now };
  };
  try {
    await checkpointOracle(drifting, [0.2, 0.8]);
    assert.unreachable();
  } catch (error) {
    assert.is((error as { code: string }).code, 'SNAPSHOT_DIVERGED');
  }
});

/** Counts ticks in a closure, as handlers must not, and ends sooner or later by that count. */
const countingApart = (isKept: boolean) => (): { end: number } => {
  const sim = new Simulation();
  const apart = { ticks: 0 };
  if (isKept) sim.keep(apart);
  const clock = defineActor<undefined, object, { type: 'tick' }>({
    kind: 'clock',
    init: (_, ctx) => {
      ctx.schedule(ns(1), ctx.self, { type: 'tick' });
      return {};
    },
    on: { tick: (_state, message, ctx) => void (++apart.ticks < 50 && ctx.schedule(ns(1), ctx.self, message)) },
  });
  sim.spawn('clock', clock, undefined);
  sim.run();
  return { end: apart.ticks };
};

test('what handlers keep outside their states fails the oracle, unless the simulation is told to keep it', async () => {
  await rejectsWith(() => checkpointOracle(countingApart(false), [0.4]), 'SNAPSHOT_DIVERGED');
  const report = await checkpointOracle(countingApart(true), [0.1, 0.4, 0.8]);
  assert.equal(report, { simulations: 1, checkpoints: 3, byState: 3, reasons: [] });
});

test('a run that something drives between its events is replayed, and says so', async () => {
  const driven = (): { end: number } => {
    const sim = new Simulation();
    const to = sim.spawn('last', last, undefined);
    for (let i = 0; i < 5; i++) {
      sim.schedule(ns(2), to, { type: 'note', from: i });
      sim.run();
    }
    return { end: sim.now };
  };
  const report = await checkpointOracle(driven, [0.6, 0.9]);
  assert.is(report.byState, 0);
  assert.match(report.reasons[0] ?? '', /driven from outside up to event/);
});

async function rejectsWith(work: () => Promise<unknown>, code: string): Promise<void> {
  try {
    await work();
  } catch (error) {
    assert.is((error as { code: string }).code, code);
    return;
  }
  assert.unreachable(`no ${code}`);
}

test.run();
