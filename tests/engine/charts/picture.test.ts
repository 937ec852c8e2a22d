import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createMachine } from 'xstate';
import { compile, picture } from '../../../engine/charts/index.ts';

const test = suite('charts picture');

const machine = createMachine({
  id: 'lamp',
  initial: 'off',
  states: {
    off: {
      on: {
        press: {
          target: 'on',
          guard: function dark() {
            return true;
          },
        },
      },
      tags: ['dark'],
    },
    on: {
      initial: 'dim',
      after: { 50: 'off' },
      states: { dim: { on: { press: 'bright' } }, bright: {}, last: { type: 'history' } },
    },
  },
});

test('a machine and its live state as nodes and edges', () => {
  const chart = compile(machine);
  const state = chart.start();
  chart.send(state, { type: 'press' });
  const { nodes, edges, active, status } = picture(chart, state);
  assert.equal(
    nodes.map(({ id, parent, kind, isInitial }) => [id, parent, kind, isInitial]),
    [
      ['lamp', undefined, 'compound', false],
      ['lamp.off', 'lamp', 'atomic', true],
      ['lamp.on', 'lamp', 'compound', false],
      ['lamp.on.dim', 'lamp.on', 'atomic', true],
      ['lamp.on.bright', 'lamp.on', 'atomic', false],
      ['lamp.on.last', 'lamp.on', 'history', false],
    ],
  );
  assert.equal(
    edges.map(({ source, targets, kind, guard }) => [source, ...targets, kind, guard]),
    [
      ['lamp.off', 'lamp.on', 'event', 'dark'],
      ['lamp.on', 'lamp.off', 'after', undefined],
      ['lamp.on.dim', 'lamp.on.bright', 'event', undefined],
    ],
  );
  assert.equal([active, status], [['lamp', 'lamp.on', 'lamp.on.dim'], 'active']);
  assert.equal(JSON.parse(JSON.stringify(picture(chart, state))).active, active);
});

test('without an instance nothing is active', () => {
  assert.equal(picture(compile(machine)).active, []);
});

test.run();
