import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type AnyStateMachine, createMachine, emit } from 'xstate';
import { type Chart, compile, fromMachine, type MachineState } from '../../../engine/charts/index.ts';
import { type ActorRef, type Message, ms, ns, readCheckpoint, restore, Simulation } from '../../../engine/index.ts';
import { build, eventOf, randomMachine, randomSteps, type StateSpec, type StepSpec } from './random-machine.ts';

const test = suite('saved states of charts');

type Ref = ActorRef<Message>;

function stateOf(sim: Simulation, path: string): MachineState {
  return sim.stateOf(sim.actor(path) as never) as MachineState;
}

/** A random machine in a simulation of its own, its chart made anew. */
function randomRun(spec: StateSpec) {
  const log: string[] = [];
  const behavior = fromMachine(build(spec, (entry) => log.push(entry)) as AnyStateMachine, {
    explore: 0,
    onEmit: (event) => log.push(`emit ${JSON.stringify(event)}`),
  });
  const sim = new Simulation();
  sim.spawn('chart', behavior, undefined);
  return { sim, log, chart: behavior.chart as Chart };
}

function take({ sim }: { readonly sim: Simulation }, steps: readonly StepSpec[], from: number): void {
  let time = from;
  for (const { wait, events } of steps) {
    time += wait;
    sim.run({ until: ms(time) });
    for (const event of events) sim.send(sim.actor('chart') as Ref, eventOf(event) as never);
    sim.run({ until: ms(time + 0.5) });
  }
}

test('a saved state means the same in every process, whatever was met there first', () => {
  const seen = { renumbered: 0, lively: 0, remembering: 0 };
  fc.assert(
    fc.property(randomMachine, randomSteps, randomSteps, randomSteps, (spec, before, after, elsewhere) => {
      try {
        const straight = randomRun(spec);
        take(straight, before, 0);
        const at = before.reduce((time, { wait }) => time + wait, 0);
        const saved = readCheckpoint(straight.sim.checkpoint().bytes());
        const known = straight.log.length;
        let other = randomRun(spec);
        const { sim, how, reason } = restore(() => {
          other = randomRun(spec);
          // A process that has met other configurations, in another order.
          const { chart } = other;
          const guest = chart.start();
          for (const { events } of elsewhere)
            for (const event of events) chart.send(guest, eventOf(event) as { readonly type: string });
          chart.takeEffects();
          other.log.length = 0;
          return other.sim;
        }, saved);
        assert.is(how, 'state', reason);
        const [was, now] = [stateOf(straight.sim, 'chart'), stateOf(sim, 'chart')];
        if (was.configuration !== now.configuration) seen.renumbered++;
        const [wasIn, nowIn] = [straight.chart, other.chart].map((chart, i) => {
          const { value, nodes, leaves, history } = chart.configurations[[was, now][i]!.configuration]!;
          if (i === 0 && Object.keys(history).length > 0) seen.remembering++;
          const ids = (list: ReadonlyArray<{ readonly id: string }>) => list.map(({ id }) => id);
          const memory = Object.entries(history).map(([id, list]) => `${id}: ${ids(list)}`);
          return JSON.stringify({ value, nodes: ids(nodes), leaves: ids(leaves), memory: memory.sort() });
        });
        assert.is(nowIn, wasIn);
        take(straight, after, at);
        take(other, after, at);
        if (straight.log.length > known + 5) seen.lively++;
        assert.equal(other.log, straight.log.slice(known));
        assert.is(sim.fingerprint(), straight.sim.fingerprint());
      } catch (error) {
        if (!/CHART_LIVELOCK|did not come to rest/.test(`${(error as { code?: string }).code} ${error}`)) throw error;
      }
    }),
    { seed: 20261123, numRuns: 500, includeErrorInReport: true },
  );
  for (const count of Object.values(seen)) assert.ok(count > 30, JSON.stringify(seen));
});

/** Six wheels of three positions: 729 configurations, each move tells them all. */
function wheels(): AnyStateMachine {
  const wheel = (k: number) => ({
    initial: 'a',
    states: {
      a: { on: { [`turn${k}`]: 'b' } },
      b: { on: { [`turn${k}`]: 'c', [`back${k}`]: 'a' } },
      c: { on: { [`turn${k}`]: 'a' } },
    },
  });
  const keys = [0, 1, 2, 3, 4, 5];
  return createMachine({
    id: 'lock',
    type: 'parallel',
    states: Object.fromEntries(keys.map((k) => [`wheel${k}`, wheel(k)])),
    on: { '*': { actions: emit(({ event }) => ({ type: 'moved', by: event.type })) } },
  } as never) as AnyStateMachine;
}

function lock(parent = false): () => { sim: Simulation; chart: Chart; seen: string[] } {
  return () => {
    const sim = new Simulation({ seed: 9 });
    const seen: string[] = [];
    const machine = wheels();
    const owner = createMachine({ id: 'owner', invoke: { id: 'lock', src: machine } }) as AnyStateMachine;
    const behavior = fromMachine(parent ? owner : machine, { onEmit: (event) => seen.push(JSON.stringify(event)) });
    sim.spawn('chart', behavior as never, undefined);
    return { sim, chart: behavior.chart as Chart, seen };
  };
}

/** The n-th of a fixed list of moves that visits hundreds of configurations. */
const move = (n: number): Message => ({ type: `${n % 7 === 3 ? 'back' : 'turn'}${(n * n + (n >> 3)) % 6}` });

for (const isChild of [false, true])
  test(`more than 64 configurations${isChild ? ', of a machine that another invokes,' : ''} are put back by name in a chart that numbers them otherwise`, () => {
    const make = lock(isChild);
    const path = isChild ? 'chart/lock' : 'chart';
    const drive = ({ sim }: { readonly sim: Simulation }, from: number, to: number) => {
      for (let n = from; n < to; n++) sim.send(sim.actor(path) as Ref, move(n));
      sim.run();
    };
    const straight = make();
    drive(straight, 0, 400);
    const numbers = new Set<number>();
    for (const at of [1, 50, 150, 399]) {
      const run = make();
      drive(run, 0, at);
      const { configuration } = stateOf(run.sim, path);
      numbers.add(configuration);
      const saved = readCheckpoint(run.sim.checkpoint().bytes());
      let again = make();
      const { how, reason, sim } = restore(() => {
        again = make();
        return again.sim;
      }, saved);
      assert.is(how, 'state', reason);
      if (at >= 150) assert.is.not(stateOf(sim, path).configuration, configuration, 'not met in the same order');
      drive(again, at, 400);
      drive(run, at, 400);
      assert.equal(again.seen, run.seen.slice(run.seen.length - again.seen.length));
      const [end, resumed] = [run, again].map(({ sim }) => chartState(sim, path));
      assert.equal(resumed, end);
      assert.equal(end, chartState(straight.sim, path));
      assert.is(sim.fingerprint(), straight.sim.fingerprint());
    }
    assert.ok(Math.max(...numbers) > 64, `${[...numbers]}`);
  });

/** The names of the active states of a machine in a simulation. */
function chartState(sim: Simulation, path: string): readonly string[] {
  const { behavior } = sim.world.cells[sim.world.findByPath(path)!.index]!.table;
  const saved = behavior.save?.(stateOf(sim, path)) as { readonly configuration: { readonly states: string[] } };
  return saved.configuration.states;
}

test('a chart that an actor keeps in its own state is saved by name, and refused by another machine', () => {
  const chart = compile(wheels());
  const state = chart.start();
  for (let n = 0; n < 200; n++) chart.send(state, move(n));
  const saved = structuredClone(chart.save(state));
  const other = compile(wheels());
  const loaded = other.load(saved as never) as typeof state;
  assert.equal(other.value(loaded), chart.value(state));
  for (let n = 200; n < 300; n++) {
    chart.send(state, move(n));
    other.send(loaded, move(n));
    assert.equal(other.value(loaded), chart.value(state));
  }
  const door = compile(createMachine({ id: 'lock', initial: 'open', states: { open: {} } }));
  try {
    door.load(saved as never);
    assert.unreachable();
  } catch (error) {
    assert.is((error as { code: string }).code, 'CHART_OTHER_MACHINE');
    assert.match((error as Error).message, /'lock' has no state 'lock\.wheel0'/);
  }
});

test('a branch edits the active states of a chart by their names', () => {
  const { sim } = lock()();
  for (let n = 0; n < 100; n++) sim.send(sim.actor('chart') as Ref, move(n));
  sim.run();
  const { sim: branch } = sim.fork((world) => {
    const { configuration } = world.actor<{ configuration: { states: string[] } }>('chart').state;
    configuration.states = configuration.states.map((id) => id.replace(/\.[abc]$/, '.a'));
  });
  assert.equal(
    chartState(branch, 'chart').filter((id) => /\.[bc]$/.test(id)),
    [],
  );
  assert.ok(chartState(sim, 'chart').some((id) => /\.[bc]$/.test(id)));
  branch.schedule(ns(1), branch.actor('chart') as Ref, { type: 'turn2' });
  branch.run();
  assert.ok(chartState(branch, 'chart').includes('lock.wheel2.b'));
});

test.run();
