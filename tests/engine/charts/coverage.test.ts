import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createMachine } from 'xstate';
import { type Coverage, fromMachine } from '../../../engine/charts/index.ts';
import { ms, Simulation } from '../../../engine/kernel/index.ts';

const test = suite('charts coverage');

const machine = createMachine({
  id: 'link',
  initial: 'up',
  states: {
    up: { on: { fail: 'down', degrade: 'slow' } },
    down: { after: { 3: 'up' } },
    slow: {},
  },
});

test('states and transitions of a run with how often and how long', () => {
  const sim = new Simulation();
  const behavior = fromMachine(machine, { coverage: true });
  const a = sim.spawn('a', behavior, undefined as never);
  sim.spawn('b', behavior, undefined as never);
  for (const at of [2, 10]) sim.schedule(ms(at), a, { type: 'fail' } as never);
  sim.run({ until: ms(20) });
  const { states, transitions, stateRatio, transitionRatio } = (behavior.coverage as Coverage).report(ms(20));
  assert.equal(
    states.map(({ id, entered, time }) => [id, entered, time / ms(1)]),
    [
      ['link', 2, 40],
      ['link.up', 4, 34],
      ['link.down', 2, 6],
      ['link.slow', 0, 0],
    ],
  );
  assert.equal(
    transitions.map(({ event, targets, taken }) => [event, targets[0], taken]),
    [
      ['fail', 'link.down', 2],
      ['degrade', 'link.slow', 0],
      ['xstate.after.3.link.down', 'link.up', 2],
    ],
  );
  assert.is(stateRatio, 3 / 4);
  assert.is(transitionRatio, 2 / 3);
});

test('watching does not change the run', () => {
  const prints = [true, false].map((coverage) => {
    const sim = new Simulation();
    const a = sim.spawn('a', fromMachine(machine, { coverage }), undefined as never);
    sim.schedule(ms(1), a, { type: 'fail' } as never);
    sim.run();
    return sim.fingerprint();
  });
  assert.is(prints[0], prints[1]);
});

test.run();
