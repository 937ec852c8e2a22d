import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cellChart } from '../../../actors/reram/cell-chart.ts';
import { population } from '../../../engine/charts/index.ts';

const test = suite('cell chart');

test('cells are formed, written, drift and stick', () => {
  const cells = population(cellChart, 1000);
  assert.is(cells.count('virgin'), 1000);
  cells.send('set');
  assert.is(cells.count('virgin'), 1000);
  cells.send('form');
  cells.send('reset', { from: 500 });
  cells.sendTo('drift', [0, 1, 2, 999]);
  cells.sendTo('stickHigh', [3]);
  cells.send('set', { from: 0, to: 2 });
  assert.equal(
    (['low', 'drifted', 'high', 'stuckHigh'] as const).map((state) => cells.count(state)),
    [498, 1, 500, 1],
  );
  cells.send('reset');
  assert.is(cells.count('high'), 999);
  assert.is(cells.value(3), 'stuckHigh');
});

test('wear counts switching, not reading', () => {
  const cells = population(cellChart, 10, { wear: true });
  for (const event of ['form', 'reset', 'set', 'set', 'reset']) cells.send(event);
  assert.is(cells.wearOf(7), 4);
});

test.run();
