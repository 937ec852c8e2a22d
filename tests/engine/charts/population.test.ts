import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assign, createMachine, emit, raise, stateIn } from 'xstate';
import { compile, population } from '../../../engine/charts/index.ts';
import type { RandomStream, SimError } from '../../../engine/kernel/index.ts';

const test = suite('charts population');

const cell = createMachine({
  id: 'cell',
  initial: 'virgin',
  states: {
    virgin: { on: { form: 'low', fail: 'stuck' } },
    low: { on: { reset: 'high', drift: 'middle', fail: 'stuck' } },
    middle: { on: { reset: 'high', set: 'low', fail: 'stuck' } },
    high: { on: { set: 'low', drift: 'middle', fail: 'stuck' } },
    stuck: { type: 'final' },
  },
});
const events = ['form', 'reset', 'set', 'drift', 'fail'] as const;

/** splitmix32 as a stream, so that these tests need no other room. */
function stream(seed: number): RandomStream {
  let state = seed | 0;
  const uint32 = () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  return {
    uint32,
    uniform: () => uint32() / 2 ** 32,
    state: () => [state],
    restore: ([value = 0]) => {
      state = value;
    },
  };
}

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return (error as SimError).code;
  }
  return '';
};

test('a population equals as many compiled charts: ranges, lists, frozen cells, counts and wear', () => {
  const n = 200;
  const index = fc.nat(n - 1);
  const step = fc.oneof(
    fc.record({ kind: fc.constant('range' as const), event: fc.constantFrom(...events), from: index, to: index }),
    fc.record({
      kind: fc.constant('list' as const),
      event: fc.constantFrom(...events),
      list: fc.array(index, { maxLength: 40 }),
    }),
    fc.record({ kind: fc.constant('freeze' as const), list: fc.array(index, { maxLength: 5 }) }),
    fc.record({ kind: fc.constant('thaw' as const), list: fc.array(index, { maxLength: 5 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), fc.boolean(), (steps, wear) => {
      const cells = population(cell, n, { wear });
      const chart = compile(cell);
      const twins = Array.from({ length: n }, () => chart.start());
      const worn = new Array<number>(n).fill(0);
      const frozen = new Set<number>();
      let changes = 0;
      const sendTwin = (i: number, type: string) => {
        if (frozen.has(i)) return;
        const twin = twins[i] as (typeof twins)[number];
        const before = twin.configuration;
        chart.send(twin, { type });
        if (twin.configuration === before) return;
        worn[i]!++;
        changes++;
      };
      for (const each of steps) {
        if (each.kind === 'freeze') {
          cells.freeze(each.list);
          for (const i of each.list) frozen.add(i);
        } else if (each.kind === 'thaw') {
          cells.thaw(each.list);
          for (const i of each.list) frozen.delete(i);
        } else if (each.kind === 'list') {
          cells.sendTo(each.event, each.list);
          for (const i of each.list) sendTwin(i, each.event);
        } else {
          const [from, to] = [Math.min(each.from, each.to), Math.max(each.from, each.to)];
          cells.send(each.event, { from, to });
          for (let i = from; i < to; i++) sendTwin(i, each.event);
        }
      }
      assert.equal(
        Array.from({ length: n }, (_, i) => cells.value(i)),
        twins.map((twin) => chart.value(twin)),
      );
      assert.is(cells.changes, changes);
      assert.equal(
        cells.counts(),
        cells.values.map((value) => twins.filter((twin) => chart.value(twin) === value).length),
      );
      if (wear)
        assert.equal(
          Array.from({ length: n }, (_, i) => cells.wearOf(i)),
          worn,
        );
    }),
    { seed: 20261123, numRuns: 200 },
  );
});

test('large ranges, chunk by chunk and in pairs, equal small ones', () => {
  const n = 700_001;
  const whole = population(cell, n);
  const pieces = population(cell, n);
  const apply = (event: string) => {
    const changed = whole.send(event);
    let sum = 0;
    for (let from = 0; from < n; from += 1013) sum += pieces.send(event, { from, to: Math.min(n, from + 1013) });
    assert.is(changed, sum);
  };
  apply('form');
  for (const each of [whole, pieces]) each.sendRandomly({ event: 'drift', probability: 0.3 }, stream(7));
  for (const event of ['reset', 'drift', 'set', 'fail', 'set']) {
    apply(event);
    assert.equal(whole.counts(), pieces.counts());
  }
  assert.equal(whole.bytes(), pieces.bytes());
});

test('long lists of scattered indexes equal the same lists in order', () => {
  const n = 2_200_000;
  const random = stream(5);
  const list = Uint32Array.from({ length: 100_000 }, () => random.uint32() % n);
  const [a, b] = [population(cell, n), population(cell, n)];
  for (const [cells, indexes] of [
    [a, list],
    [b, list.slice().sort()],
  ] as const) {
    cells.send('form');
    cells.sendTo('reset', indexes);
    cells.sendTo('fail', list.subarray(0, 10));
    cells.send('drift', { from: 1000 });
  }
  assert.is(a.changes, b.changes);
  assert.equal(a.counts(), b.counts());
  assert.is(Buffer.compare(a.bytes(), b.bytes()), 0);
});

test('random transitions: every cell independently, with the probability asked for', () => {
  const n = 200_000;
  for (const probability of [0, 1e-4, 0.003, 0.05, 0.2, 0.5, 0.97, 1]) {
    const cells = population(cell, n);
    cells.send('form');
    const changed = cells.sendRandomly({ event: 'reset', probability }, stream(42));
    assert.is(cells.count('high'), changed);
    const deviation = Math.sqrt(n * probability * (1 - probability));
    assert.ok(Math.abs(changed - n * probability) <= 4 * deviation, `${probability}: ${changed}`);
    // Neighbours are independent: pairs of hits come with the square of the probability.
    const bytes = cells.bytes();
    const high = cells.byteOf('high');
    let pairs = 0;
    for (let i = 0; i < n; i += 2) if (bytes[i] === high && bytes[i + 1] === high) pairs++;
    const expected = (n / 2) * probability ** 2;
    assert.ok(
      Math.abs(pairs - expected) <= 4 * Math.sqrt(expected * (1 - probability ** 2)) + 3,
      `${probability}: ${pairs} pairs`,
    );
  }
});

test('several chances share the cells in proportion, at most one event a cell', () => {
  const n = 100_000;
  for (const scale of [1, 0.01]) {
    const cells = population(cell, n);
    cells.send('form');
    const chances = [
      { event: 'reset', probability: 0.5 * scale },
      { event: 'drift', probability: 0.3 * scale },
      { event: 'fail', probability: 0.1 * scale },
    ];
    cells.sendRandomly(chances, stream(3));
    for (const [value, p] of [
      ['high', 0.5 * scale],
      ['middle', 0.3 * scale],
      ['stuck', 0.1 * scale],
    ] as const)
      assert.ok(
        Math.abs(cells.count(value) - n * p) < 4 * Math.sqrt(n * p * (1 - p)),
        `${value}: ${cells.count(value)}`,
      );
  }
});

test('equal streams give equal cells', () => {
  const [a, b] = [1, 1].map((seed) => {
    const cells = population(cell, 10_000);
    cells.send('form');
    const random = stream(seed);
    for (const probability of [0.5, 0.01]) cells.sendRandomly({ event: 'drift', probability }, random);
    return cells.bytes();
  });
  assert.equal(a, b);
});

test('one byte a cell: ten million take less than 11 MB', () => {
  const cells = population(cell, 1e7);
  assert.ok(cells.byteLength < 11e6, String(cells.byteLength));
  assert.is(cells.send('form'), 1e7);
  assert.is(cells.count('low'), 1e7);
});

test('raised events, always, regions and stateIn are part of the table', () => {
  const machine = createMachine({
    type: 'parallel',
    states: {
      a: {
        initial: 'x',
        states: {
          x: { on: { go: { target: 'y', actions: raise({ type: 'more' }) } } },
          y: { always: { guard: stateIn({ b: 'q' }), target: 'z' } },
          z: {},
        },
      },
      b: { initial: 'p', states: { p: { on: { more: 'q' } }, q: {} } },
    },
  });
  const cells = population(machine, 3);
  cells.sendTo('go', [1]);
  assert.equal(
    [0, 1].map((i) => cells.value(i)),
    [
      { a: 'x', b: 'p' },
      { a: 'z', b: 'q' },
    ],
  );
  cells.fill({ a: 'z', b: 'q' }, { from: 2 });
  assert.is(cells.count({ a: 'z', b: 'q' }), 2);
});

test('refused: what depends on more than the state', () => {
  for (const config of [
    { context: { n: 0 } },
    { entry: emit({ type: 'x' }) },
    { on: { go: { actions: assign({}) } } },
    { on: { go: { guard: () => true, actions: [] } } },
    { after: { 5: {} } },
  ])
    assert.is(
      codeOf(() => population(createMachine(config as never), 10)),
      'CHART_NOT_A_TABLE',
      JSON.stringify(config),
    );
});

test('refused: more than 256 configurations, unknown events and states, bad ranges', () => {
  const region = {
    initial: 's0',
    states: Object.fromEntries(
      Array.from({ length: 7 }, (_, i) => [`s${i}`, { on: { [`go${i}`]: `s${(i + 1) % 7}` } }]),
    ),
  };
  const other = {
    initial: 's0',
    states: Object.fromEntries(
      Array.from({ length: 7 }, (_, i) => [`s${i}`, { on: { [`to${i}`]: `s${(i + 1) % 7}` } }]),
    ),
  };
  const third = {
    initial: 's0',
    states: Object.fromEntries(
      Array.from({ length: 7 }, (_, i) => [`s${i}`, { on: { [`on${i}`]: `s${(i + 1) % 7}` } }]),
    ),
  };
  const large = createMachine({ type: 'parallel', states: { region, other, third } } as never);
  assert.is(
    codeOf(() => population(large, 1)),
    'CHART_TOO_MANY_STATES',
  );
  const cells = population(cell, 10);
  assert.is(
    codeOf(() => cells.send('nonsense')),
    'CHART_UNKNOWN_EVENT',
  );
  assert.is(
    codeOf(() => cells.byteOf('nonsense')),
    'CHART_UNKNOWN_STATE',
  );
  for (const bad of [
    () => cells.send('form', { from: 5, to: 11 }),
    () => cells.sendTo('form', [10]),
    () => cells.sendTo('form', Uint32Array.of(10)),
    () => cells.at(-1),
    () => cells.sendRandomly({ event: 'form', probability: 1.5 }, stream(1)),
    () => population(cell, -1),
  ])
    assert.is(codeOf(bad), 'CHART_BAD_RANGE');
});

test.run();
