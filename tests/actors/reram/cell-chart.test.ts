import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createActor } from 'xstate';
import { type CellEvent, cellChart } from '../../../actors/reram/cell-chart.ts';
import { compile, population } from '../../../engine/charts/index.ts';

const test = suite('cell chart');
const options = { seed: 20261123, numRuns: 200 };

const states = 'pristine forming hrs lrs intermediate programming verifying stuckOff stuckOn'.split(' ');
const events = (
  'FORM_PULSE FORM_OK FORM_OPEN FORM_SHORT PULSE LANDED RETRY PASS_HRS PASS_MID PASS_LRS WEAR_OPEN WEAR_SHORT READ ' +
  'RESET_ALL'
).split(' ') as CellEvent[];

/** The next state by row and column, as digits of `states`; a dot leaves the cell alone. */
const expected = [
  '1...........00',
  '.378..........',
  '....5.....7822',
  '....5.....7832',
  '....5.....7842',
  '.....6....78..',
  '......524378..',
  '77777777777777',
  '88888888888888',
];

test('the table is the one of the specification: nine states, fourteen events', () => {
  const cells = population(cellChart, 1);
  assert.equal(new Set(cells.values), new Set(states));
  for (const [row, from] of states.entries())
    for (const [column, event] of events.entries()) {
      cells.fill(from);
      cells.send(event);
      const digit = expected[row]?.[column];
      assert.is(cells.value(0), digit === '.' ? from : states[Number(digit)], `${event} in ${from}`);
    }
});

test('the compiled chart agrees with XState on random walks of a thousand events', () => {
  const walk = fc.array(fc.constantFrom(...events), { minLength: 1000, maxLength: 1000 });
  const chart = compile(cellChart);
  fc.assert(
    fc.property(walk, (sent) => {
      const oracle = createActor(cellChart).start();
      const cells = population(cellChart, 1);
      const state = chart.start();
      for (const event of sent) {
        oracle.send({ type: event });
        cells.send(event);
        chart.send(state, { type: event });
        assert.is(cells.value(0), oracle.getSnapshot().value);
        assert.is(chart.value(state), oracle.getSnapshot().value);
      }
    }),
    { ...options, numRuns: 100 },
  );
});

test('stuck cells absorb every event', () => {
  const cells = population(cellChart, 2);
  cells.send('FORM_PULSE');
  cells.sendTo('FORM_OPEN', [0]);
  cells.sendTo('FORM_SHORT', [1]);
  for (const event of events) assert.is(cells.send(event), 0);
});

test.run();
