import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  accessTrace,
  epochOrder,
  type LoadPlan,
  type LoadRules,
  loaderErrors,
  loaderParts,
  planLoading,
  reorderedTrace,
  rulesOf,
  sumOfEpoch,
  uniformTrace,
} from '../../../../actors/index.ts';
import { cases, loaderNames, options, partial, stream } from './generators.ts';

const test = suite('loaders: plans');

const costs = { read: 3, compute: 1 };
const details = { gap: 0, costs };

function reads(plan: LoadPlan): number {
  let sum = 0;
  for (let epoch = 0; epoch < plan.epochs; epoch++) sum += sumOfEpoch(plan, plan.reads, epoch);
  return sum;
}

test('every sample of an epoch is processed once, in the step it was drawn for', () => {
  fc.assert(
    fc.property(cases, fc.constantFrom(...loaderNames), ({ trace, shape }, name) => {
      const plan = planLoading(trace, shape, rulesOf(loaderParts[name], details));
      assert.is(plan.coverage, 1);
      assert.ok(plan.keepsBatches);
      for (let epoch = 0; epoch < trace.epochs; epoch++) {
        const of = (column: Int32Array): number => sumOfEpoch(plan, column, epoch);
        assert.is(of(plan.processed), trace.samples);
        assert.is(of(plan.hits) + of(plan.peers) + of(plan.reads), trace.samples);
      }
    }),
    options,
  );
});

test('no epoch reads less than what is not buffered, and the first reads all', () => {
  fc.assert(
    fc.property(cases, fc.constantFrom(...loaderNames), ({ trace, shape }, name) => {
      const plan = planLoading(trace, shape, rulesOf(loaderParts[name], details));
      assert.is(sumOfEpoch(plan, plan.reads, 0), trace.samples);
      const least = trace.samples - shape.ranks * shape.capacity;
      for (let epoch = 1; epoch < trace.epochs; epoch++) assert.ok(sumOfEpoch(plan, plan.reads, epoch) >= least);
      const secondBuffer = name === 'solar-released' ? shape.batch : 0;
      assert.ok(plan.bufferPeak <= shape.capacity + secondBuffer);
    }),
    options,
  );
});

test('remapped ranks with equal reads and known futures read N - C an epoch, in any order of epochs', () => {
  fc.assert(
    fc.property(cases, fc.infiniteStream(fc.nat()), ({ trace, shape }, numbers) => {
      const { ranks, capacity } = shape;
      fc.pre(ranks * capacity <= trace.samples - (trace.samples % ranks));
      const path = Array.from({ length: trace.epochs }, (_, epoch) => epoch);
      for (let i = path.length - 1; i > 0; i--) {
        const j = (numbers.next().value as number) % (i + 1);
        [path[i], path[j]] = [path[j] as number, path[i] as number];
      }
      for (const eviction of ['belady', 'pin'] as const) {
        const rules: LoadRules = { kind: 'remapped', eviction, balance: 'loads', costs, peerFetch: false, gap: 0 };
        const plan = planLoading(reorderedTrace(trace, path), shape, rules);
        assert.is(reads(plan), trace.samples + (trace.epochs - 1) * (trace.samples - ranks * capacity));
      }
    }),
    options,
  );
});

test('no rule of eviction reads less than the clairvoyant one on a rank of its own', () => {
  fc.assert(
    fc.property(cases, partial, fc.boolean(), ({ trace, shape }, other, isPartial) => {
      const used = isPartial ? other : trace;
      const plan = (eviction: 'belady' | 'lru' | 'fifo' | 'pin' | 'none') =>
        reads(planLoading(used, shape, { kind: 'strided', eviction, peerFetch: false, gap: 0 }));
      const least = plan('belady');
      for (const eviction of ['lru', 'fifo', 'pin', 'none'] as const) assert.ok(plan(eviction) >= least, eviction);
    }),
    options,
  );
});

test('a fetch from another rank takes the place of a read, and never makes more', () => {
  fc.assert(
    fc.property(cases, fc.constantFrom('lru', 'fifo', 'pin', 'belady'), ({ trace, shape }, eviction) => {
      const plan = (peerFetch: boolean) => planLoading(trace, shape, { kind: 'strided', eviction, peerFetch, gap: 0 });
      const [alone, together] = [plan(false), plan(true)];
      assert.equal(alone.hits, together.hits);
      assert.ok(reads(together) <= reads(alone));
    }),
    options,
  );
});

test('held samples only: the share of the buffer is trained on, and the plan says so', () => {
  const trace = uniformTrace(stream(1), 64, 3);
  const rules = rulesOf(loaderParts.deepio, { ...details, onlyHeld: true });
  const plan = planLoading(trace, { ranks: 4, batch: 4, capacity: 8 }, rules);
  assert.is(plan.coverage, 0.5);
  assert.not(plan.keepsBatches);
});

test('the second buffer that is never emptied breaks the budget', () => {
  const trace = uniformTrace(stream(1), 800, 4);
  const released = { owner: 'aligned', secondBuffer: 'as-released' } as const;
  const plan = planLoading(
    trace,
    { ranks: 4, batch: 16, capacity: 128 },
    rulesOf(loaderParts['solar-released'], { ...details, released }),
  );
  assert.ok(plan.bufferPeak > 2 * 128, `${plan.bufferPeak}`);
});

test('a sample goes to the rank that will read it most often', () => {
  // Rank 0 reads sample 2 in every epoch, rank 1 sample 3; one place each.
  const trace = accessTrace(4, [
    [2, 3, 0, 1],
    [2, 3, 1, 0],
    [2, 3, 0, 1],
  ]);
  const plan = planLoading(trace, { ranks: 2, batch: 1, capacity: 1 }, rulesOf(loaderParts.nopfs, details));
  assert.equal([...plan.hits.subarray(4)], [1, 1, 0, 0, 1, 1, 0, 0]);
  assert.is(
    plan.peers.reduce((a, b) => a + b, 0),
    0,
  );
  assert.is(plan.placed, 0);
});

test('a small plan by hand', () => {
  const trace = accessTrace(4, [
    [0, 1, 2, 3],
    [3, 2, 1, 0],
  ]);
  const rules = rulesOf({ ...loaderParts.solar, chunking: 'off' }, details);
  const plan = planLoading(trace, { ranks: 2, batch: 1, capacity: 1 }, rules);
  // Epoch 0: ranks read 0, 1, then 2, 3, of which 3 and 2 are used sooner and stay; epoch 1: they are found, the others read.
  assert.equal([...plan.reads], [1, 1, 1, 1, 0, 0, 1, 1]);
  assert.equal([...plan.hits], [0, 0, 0, 0, 1, 1, 0, 0]);
});

test('traces and rules that make no sense are refused', () => {
  const refused = (code: string, work: () => unknown): void => {
    try {
      work();
    } catch (error) {
      assert.is((error as { code?: string }).code, code);
      return;
    }
    assert.unreachable(code);
  };
  refused('LOADER_TRACE', () => accessTrace(3, [[0, 1, 1]]));
  refused('LOADER_TRACE', () => accessTrace(3, [[3]]));
  refused('LOADER_TRACE', () => accessTrace(0, []));
  refused('LOADER_TRACE', () => uniformTrace(stream(1), 1e6, 1e6));
  const trace = accessTrace(3, [
    [0, 1, 2],
    [2, 1, 0],
  ]);
  refused('LOADER_TRACE', () => reorderedTrace(trace, [0, 0]));
  refused('LOADER_TRACE', () => reorderedTrace(trace, [0, 2]));
  const rules = rulesOf(loaderParts.pytorch, details);
  refused('LOADER_RULES', () => planLoading(trace, { ranks: 0, batch: 1, capacity: 1 }, rules));
  refused('LOADER_RULES', () => planLoading(trace, { ranks: 1, batch: 1.5, capacity: 1 }, rules));
  refused('LOADER_RULES', () => planLoading(trace, { ranks: 1e5, batch: 1, capacity: 1 }, rules));
  assert.ok(loaderErrors);
  assert.equal([...epochOrder(reorderedTrace(trace, [1, 0]), 0)], [2, 1, 0]);
});

test.run();
