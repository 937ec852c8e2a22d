import fc from 'fast-check';
import { suite } from 'uvu';
import * as check from 'uvu/assert';
import { type AnyMachineSnapshot, type AnyStateMachine, createActor, type EventObject } from 'xstate';
import { fromMachine, type MachineState } from '../../../engine/charts/index.ts';
import { ms, ps, SimError, Simulation } from '../../../engine/kernel/index.ts';
import { build, eventOf, randomMachine, randomSteps, type StateSpec, type StepSpec } from './random-machine.ts';
import { TestClock } from './test-clock.ts';

const test = suite('charts oracle');

/** What a run shows: the log, and state, context and status after every step. */
interface Shown {
  readonly log: string[];
  readonly snapshots: unknown[];
}

function runXState(spec: StateSpec, steps: readonly StepSpec[]): Shown {
  const log: string[] = [];
  const snapshots: unknown[] = [];
  const machine = build(spec, (entry) => log.push(entry)) as AnyStateMachine;
  const clock = new TestClock();
  const actor = createActor(machine, { clock });
  actor.on('*', (event: EventObject) => log.push(`emit ${JSON.stringify(event)}`));
  actor.subscribe({ error: () => undefined });
  const show = (): boolean => {
    const { status, value, context, output } = actor.getSnapshot() as AnyMachineSnapshot;
    snapshots.push(status === 'error' ? 'livelock' : { status, value, context, output });
    return status === 'error';
  };
  actor.start();
  if (show()) return { log: [], snapshots };
  for (const { wait, events } of steps) {
    clock.advance(wait);
    for (const event of events) if (actor.getSnapshot().status === 'active') actor.send(eventOf(event));
    if (show()) return { log: [], snapshots };
  }
  return { log, snapshots };
}

function runCompiled(spec: StateSpec, steps: readonly StepSpec[]): Shown {
  const log: string[] = [];
  const snapshots: unknown[] = [];
  const machine = build(spec, (entry) => log.push(entry)) as AnyStateMachine;
  const behavior = fromMachine(machine, { explore: 0, onEmit: (event) => log.push(`emit ${JSON.stringify(event)}`) });
  const sim = new Simulation();
  try {
    const ref = sim.spawn('chart', behavior, undefined);
    const state = sim.stateOf(ref) as MachineState;
    const show = () => {
      const { status, context, output } = state;
      snapshots.push({ status, value: behavior.chart.value(state as never), context, output });
    };
    show();
    let time = 0;
    for (const { wait, events } of steps) {
      time += wait;
      sim.run({ until: ms(time) });
      for (const event of events) sim.send(ref, eventOf(event) as never);
      sim.run({ until: ps(ms(time) + 1) });
      show();
    }
  } catch (error) {
    if (!(error instanceof SimError) || !/CHART_LIVELOCK|did not come to rest/.test(`${error.code} ${error.message}`))
      throw error;
    snapshots.push('livelock');
    return { log: [], snapshots };
  }
  return { log, snapshots };
}

function difference(actual: Shown, expected: Shown): string {
  const at = actual.log.findIndex((entry, i) => entry !== expected.log[i]);
  const from = Math.max(0, (at < 0 ? actual.log.length : at) - 3);
  const part = ({ log, snapshots }: Shown) => JSON.stringify({ log: log.slice(from, from + 6), snapshots });
  return `compiled: ${part(actual)}\nXState:   ${part(expected)}`;
}

test('compiled charts and XState agree in state, context, output, actions, emitted events and their order', () => {
  const seen = { livelocks: 0, lively: 0 };
  fc.assert(
    fc.property(randomMachine, randomSteps, (spec, steps) => {
      const expected = runXState(spec, steps);
      const actual = runCompiled(spec, steps);
      if (expected.snapshots.at(-1) === 'livelock') seen.livelocks++;
      if (expected.log.length > 10) seen.lively++;
      if (JSON.stringify(actual) !== JSON.stringify(expected)) throw new Error(difference(actual, expected));
    }),
    { seed: 20261123, numRuns: 2000, includeErrorInReport: true },
  );
  check.ok(seen.lively > 500 && seen.livelocks < 600, JSON.stringify(seen));
});

test.run();
