import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandomSource } from '../../../engine/random/index.ts';
import { equalLoss, uniformForTarget } from '../../../scenarios/haloc/baselines.ts';
import { type Candidate, costOf, lossOf, type RankSpace } from '../../../scenarios/haloc/rank-space.ts';
import {
  addBack,
  expectedTruncation,
  mixture,
  repair,
  type SearchStep,
  search,
} from '../../../scenarios/haloc/search.ts';
import { keptEnergy } from '../../../scenarios/haloc/spectrum.ts';

const test = suite('haloc search');
const property = { seed: 20261123, numRuns: 150 };
const noise = () => createRandomSource({ seed: 3 }).stream('test', 'gumbel');
const plain = {
  steps: 60,
  learningRate: 0.05,
  penaltyPower: 1.5,
  temperatureStart: 5,
  temperatureEnd: 0.1,
  relaxation: 'softmax',
} as const;

/** Spaces whose losses fall as costs rise, dense first. */
const spaces = fc
  .array(
    fc.array(fc.tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 99 })), {
      minLength: 0,
      maxLength: 6,
    }),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((drawn): RankSpace => {
    const layers = drawn.map((pairs) => {
      const low = pairs.map(([cost, loss], i): Candidate => ({ r1: i + 1, r2: i + 1, cost, loss: loss / 100 }));
      return [{ r1: 0, r2: 0, cost: 100, loss: 0 }, ...low];
    });
    return { layers, fixed: 20, denseCost: 20 + 100 * layers.length };
  });
const targets = fc.double({ min: 0.02, max: 1, noNaN: true });

test('probabilities sum to one and the expected cost lies between the cheapest and the dearest setting', () => {
  fc.assert(
    fc.property(spaces, targets, fc.constantFrom('softmax', 'gumbel'), (space, share, relaxation) => {
      const steps: SearchStep[] = [];
      const going = search(space, expectedTruncation(space), {
        ...plain,
        relaxation: relaxation as 'softmax' | 'gumbel',
        target: share * space.denseCost,
        noise: noise(),
      });
      for (const step of going) steps.push(step);
      assert.is(steps.length, plain.steps);
      const extreme = (pick: (costs: number[]) => number): number =>
        space.layers.reduce((sum, own) => sum + pick(own.map(({ cost }) => cost)), space.fixed);
      const [low, high] = [extreme((costs) => Math.min(...costs)), extreme((costs) => Math.max(...costs))];
      for (const { probabilities, cost } of steps) {
        for (const p of probabilities) assert.ok(Math.abs(p.reduce((sum, value) => sum + value, 0) - 1) < 1e-12);
        assert.ok(cost >= low - 1e-9 && cost <= high + 1e-9);
      }
    }),
    property,
  );
});

test('the gradient step goes down: loss without pressure ends dense, pressure alone ends cheap', () => {
  const layer: Candidate[] = [
    { r1: 0, r2: 0, cost: 100, loss: 0 },
    { r1: 1, r2: 1, cost: 10, loss: 0.5 },
    { r1: 2, r2: 2, cost: 50, loss: 0.1 },
  ];
  const space: RankSpace = { layers: [layer, layer], fixed: 0, denseCost: 200 };
  const last = (target: number): readonly number[] => {
    const going = search(space, expectedTruncation(space), { ...plain, steps: 300, target, noise: noise() });
    let next = going.next();
    while (next.done !== true) next = going.next();
    return next.value;
  };
  assert.equal(last(200), [0, 0]);
  assert.equal(last(4), [1, 1]);
});

test('repair meets the target or leaves every layer at its cheapest, and add-back never breaks it', () => {
  fc.assert(
    fc.property(spaces, targets, fc.integer({ min: 0, max: 5 }), (space, share, start) => {
      const target = share * space.denseCost;
      const from = space.layers.map(({ length }) => start % length);
      const { choice, met } = repair(space, from, target);
      if (met) {
        assert.ok(costOf(space, choice) <= target);
        const again = addBack(space, choice, target);
        assert.ok(Math.abs(lossOf(space, again) - lossOf(space, choice)) < 1e-12, 'something was left to spend');
      } else
        for (const [l, own] of space.layers.entries())
          assert.is(own[choice[l] as number]?.cost, Math.min(...own.map(({ cost }) => cost)));
    }),
    property,
  );
});

test('equal loss: the least common loss that meets the target', () => {
  fc.assert(
    fc.property(spaces, targets, (space, share) => {
      const target = share * space.denseCost;
      const { choice, met } = equalLoss(space, target);
      const cheapest = space.layers.reduce((sum, own) => sum + Math.min(...own.map(({ cost }) => cost)), space.fixed);
      assert.is(met, cheapest <= target);
      if (met) assert.ok(costOf(space, choice) <= target);
    }),
    property,
  );
});

test('uniform: the largest share that meets the target', () => {
  const layer: Candidate[] = [
    { r1: 0, r2: 0, cost: 100, loss: 0 },
    ...[1, 2, 3, 4].map((r) => ({ r1: r, r2: r, cost: 20 * r, loss: 0.5 - r / 10 })),
  ];
  const space: RankSpace = { layers: [layer, layer], fixed: 0, denseCost: 200 };
  const { choice, met } = uniformForTarget(space, [4, 4], 1, 90);
  assert.equal([choice, met], [[2, 2], true]);
  assert.is(uniformForTarget(space, [4, 4], 1, 30).met, false);
});

test('a cold mixture is one candidate exactly, a hot one is even', () => {
  const alpha = Float64Array.from([0.1, 0.9, 0.3]);
  assert.equal(Array.from(mixture(alpha, 1e-4)), [0, 1, 0]);
  for (const p of mixture(alpha, 1e9)) assert.ok(Math.abs(p - 1 / 3) < 1e-8);
});

test('the spectrum keeps nothing of no direction and everything of all, rising in between', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 512 }), fc.double({ min: 0.1, max: 2, noNaN: true }), (n, q) => {
      assert.is(keptEnergy(0, n, q), 0);
      assert.is(keptEnergy(n, n, q), 1);
      for (let r = 1; r <= n; r += 17) assert.ok(keptEnergy(r, n, q) > keptEnergy(r - 1, n, q));
    }),
    property,
  );
});

test.run();
