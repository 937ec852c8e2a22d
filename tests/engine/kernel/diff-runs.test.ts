import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type ActorRef,
  type Divergence,
  defineActor,
  diffRuns,
  formatDivergence,
  ns,
  Simulation,
  us,
} from '../../../engine/index.ts';
import { firstDifference } from '../../../engine/kernel/first-difference.ts';
import { type Planted, referenceSimulation } from '../../reference-run.ts';

const test = suite('diffRuns');
const jobs = 100;

function planted(what: Planted): Divergence {
  const result = diffRuns(
    () => referenceSimulation({ jobs }),
    () => referenceSimulation({ jobs, planted: what }),
  );
  assert.is(result.same, false, what);
  return result as Divergence;
}

test('equal runs are the same, however long', () => {
  const sim = referenceSimulation({ jobs });
  sim.run();
  assert.equal(
    diffRuns(
      () => referenceSimulation({ jobs }),
      () => referenceSimulation({ jobs }),
    ),
    { same: true, events: sim.events },
  );
  const result = diffRuns(referenceSimulation, referenceSimulation, { maxEvents: 50 });
  assert.is(formatDivergence(result), 'The runs are the same: 50 events.');
  const before = diffRuns(
    () => referenceSimulation({ jobs }),
    () => referenceSimulation({ jobs, planted: 'draw' }),
    { until: us(5) },
  );
  assert.is(before.same, true);
});

test('another seed differs in the first event', () => {
  const result = diffRuns(
    () => referenceSimulation({ jobs }),
    () => referenceSimulation({ jobs, seed: 8 }),
  ) as Divergence;
  assert.is(result.event, 1);
  assert.is(result.reason, 'time');
  assert.is(result.left?.cause, 0);
});

test('an extra draw is found in the event that makes it', () => {
  const result = planted('draw');
  assert.is(result.reason, 'draws');
  assert.is(result.left?.actor, 'clients');
  assert.is(result.left?.kind, 'tick');
  assert.match(result.detail, "clients drew differently from 'gap'");
  // The 40th job: 40 ticks, each caused by the one before.
  assert.is(result.leftAncestry.length, 40);
  assert.ok(result.leftAncestry.every(({ kind }) => kind === 'tick'));
});

test('another iteration order shows in the first message that arrives out of turn', () => {
  const result = planted('order');
  assert.is(result.reason, 'actor');
  assert.is(result.left?.kind, 'ping');
  assert.equal([result.left?.actor, result.right?.actor], ['north', 'south']);
  assert.equal(
    result.rightAncestry.slice(0, 3).map(({ kind }) => kind),
    ['ping', 'job', 'tick'],
  );
});

test('another payload is found with its path', () => {
  const result = planted('payload');
  assert.is(result.reason, 'payload');
  assert.is(result.detail, '.sizes[1]: 1, not -1');
  assert.is(result.left?.actor, 'router');
});

test('another time, phase or kind of message is found', () => {
  const time = planted('time');
  assert.is(time.reason, 'time');
  assert.is(planted('phase').reason, 'phase');
  const kind = planted('kind');
  assert.is(kind.reason, 'kind');
  assert.is(kind.detail, "'job', not 'urgent'");
});

test('a run that fails or ends earlier is named', () => {
  const failure = planted('failure');
  assert.is(failure.reason, 'failure');
  assert.match(failure.detail, /left goes on, right SimError: the handler of 'tick' threw: planted/);
  const both = diffRuns(
    () => referenceSimulation({ jobs, planted: 'failure' }),
    () => referenceSimulation({ jobs, planted: 'failure' }),
  );
  assert.is(both.same, true);
  type Go = { readonly type: 'go' };
  const idle = defineActor<undefined, object, Go>({ kind: 'idle', init: () => ({}), on: { go: () => undefined } });
  const length = (count: number) => () => {
    const sim = new Simulation();
    const actor: ActorRef<Go> = sim.spawn('a', idle, undefined);
    for (let i = 0; i < count; i++) sim.schedule(ns(i), actor, { type: 'go' });
    return sim;
  };
  const shorter = diffRuns(length(3), length(2)) as Divergence;
  assert.is(shorter.reason, 'length');
  assert.is(shorter.event, 3);
  assert.is(shorter.right, undefined);
  assert.equal(shorter.rightAncestry, []);
  assert.is(
    formatDivergence(shorter),
    `The runs part at event 3 (length): right ended before this event.
left: event 3 at 2 ns: a 'go' {"type":"go"}
  because of set-up
right: nothing, the run was over`,
  );
  const late = diffRuns(length(2), () => {
    const sim = length(2)();
    sim.random('set-up').uint32();
    return sim;
  }) as Divergence;
  assert.is(late.reason, 'draws');
});

test('both sides are printed with their causes back to set-up', () => {
  const text = formatDivergence(planted('order'));
  assert.match(text, /^The runs part at event \d+ \(actor\): north, not south\.\nleft: event \d+ at .* north 'ping'/);
  assert.match(text, /because of event 1 at .*\(arrival\): clients 'tick'\n {2}because of set-up\nright:/);
});

test('a planted draw is found wherever it lies', () => {
  type Go = { readonly type: 'go'; readonly left: number };
  const drawer = (extra: number) =>
    defineActor<undefined, object, Go>({
      kind: 'drawer',
      init: () => ({}),
      on: {
        go(_, { left }, ctx) {
          const random = ctx.random('x');
          if (left === extra) random.uint32();
          if (left > 0) ctx.schedule(ns(random.uint32() % 5), ctx.self, { type: 'go', left: left - 1 });
        },
      },
    });
  const run = (extra: number) => () => {
    const sim = new Simulation();
    sim.send(sim.spawn('a', drawer(extra), undefined), { type: 'go', left: 30 });
    return sim;
  };
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 30 }), (extra) => {
      const result = diffRuns(run(-1), run(extra)) as Divergence;
      assert.is(result.reason, 'draws');
      assert.is(result.event, 31 - extra);
      assert.is(result.leftAncestry.length, result.event);
      assert.is(result.leftAncestry.at(-1)?.cause, 0);
    }),
    { seed: 20261123, numRuns: 100 },
  );
});

test('a run that is no longer fresh is refused', () => {
  const used = () => {
    const sim = referenceSimulation({ jobs });
    sim.step();
    return sim;
  };
  assert.throws(() => diffRuns(referenceSimulation, used), /SIM_NOT_FRESH|the right one has handled 1 events/);
});

test('plain data is compared as a handler can see it', () => {
  const same: Array<[unknown, unknown]> = [
    [
      { a: 1, b: [2, Number.NaN] },
      { b: [2, Number.NaN], a: 1 },
    ],
    [() => 1, () => 2],
    [new Map([[1, { x: 1 }]]), new Map([[1, { x: 1 }]])],
    [new Float64Array([1, 2]), new Float64Array([1, 2])],
  ];
  for (const [left, right] of same) assert.is(firstDifference(left, right), undefined);
  const differ: Array<[unknown, unknown, string]> = [
    [1, 2, 'value'],
    [{ a: { b: 1 } }, { a: { b: '1' } }, '.a.b'],
    [{ a: 1 }, {}, '.a'],
    [{}, { a: undefined }, '.a'],
    [[1, 2], [1], '.length'],
    [null, {}, 'value'],
    [
      new Map([
        [1, 1],
        [2, 2],
      ]),
      new Map([
        [2, 2],
        [1, 1],
      ]),
      '[0][0]',
    ],
    [new Set([1]), [1], 'value'],
    [1n, 2n, 'value'],
  ];
  for (const [left, right, path] of differ) assert.is(firstDifference(left, right)?.path, path);
  const knot: { self?: unknown; x: number } = { x: 1 };
  knot.self = knot;
  const other: { self?: unknown; x: number } = { x: 1 };
  other.self = other;
  assert.is(firstDifference(knot, other), undefined);
  fc.assert(
    fc.property(fc.anything(), (value) => {
      assert.is(firstDifference(value, value), undefined);
    }),
    { seed: 20261123, numRuns: 200 },
  );
});

test.run();
