import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  accessTrace,
  breakEvenGap,
  deal,
  epochCosts,
  FarthestFirst,
  KEPT,
  longest,
  mergeReads,
  NEVER,
  nextUses,
  orderEpochs,
  pathCost,
  sampleBuffer,
  uniformTrace,
} from '../../../../actors/index.ts';
import { options, partial, stream } from './generators.ts';

const test = suite('loaders: parts');

/** Fewest misses of any choice of what to keep, with bypass. */
function bruteForce(trace: readonly number[], capacity: number): number {
  const memo = new Map<string, number>();
  const least = (at: number, held: readonly number[]): number => {
    if (at === trace.length) return 0;
    const key = `${at}|${held}`;
    const known = memo.get(key);
    if (known !== undefined) return known;
    const now = trace[at] as number;
    let result: number;
    if (held.includes(now)) result = least(at + 1, held);
    else {
      result = least(at + 1, held);
      if (held.length < capacity) result = Math.min(result, least(at + 1, [...held, now].sort()));
      else
        for (const out of held)
          result = Math.min(result, least(at + 1, [...held.filter((one) => one !== out), now].sort()));
      result += 1;
    }
    memo.set(key, result);
    return result;
  };
  return least(0, []);
}

test('belady equals brute force', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 3 }),
      (uses, capacity) => {
        const buffer = sampleBuffer('belady', capacity);
        let misses = 0;
        uses.forEach((sample, at) => {
          const later = uses.indexOf(sample, at + 1);
          const next = later < 0 ? NEVER : later;
          if (buffer.has(sample)) buffer.use(sample, next);
          else {
            misses++;
            buffer.admit(sample, next);
          }
        });
        assert.is(misses, bruteForce(uses, capacity));
      },
    ),
    options,
  );
});

test('the farthest first is what a sorted list says', () => {
  const step = fc.tuple(fc.constantFrom('add', 'update', 'remove', 'replace'), fc.nat(40), fc.nat(1000));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), fc.integer({ min: 1, max: 25 }), (steps, capacity) => {
      const heap = new FarthestFirst(capacity);
      const model = new Map<number, number>();
      const farthest = () => Math.max(...model.values());
      for (const [what, sample, next] of steps) {
        assert.is(heap.has(sample), model.has(sample));
        if (what === 'remove') assert.is(heap.remove(sample), model.delete(sample));
        else if (model.has(sample)) {
          heap.update(sample, next);
          model.set(sample, next);
        } else if (heap.size < capacity) {
          heap.add(sample, next);
          model.set(sample, next);
        } else {
          const worst = farthest();
          const out = heap.replaceFarthest(sample, next);
          assert.is(model.get(out), worst);
          model.delete(out);
          model.set(sample, next);
        }
        assert.is(heap.size, model.size);
        assert.is(heap.farthest, model.size === 0 ? -1 : farthest());
      }
    }),
    options,
  );
});

test('buffers say what they drop and hold no more than they may', () => {
  const kinds = ['lru', 'fifo', 'pin', 'belady', 'none'] as const;
  const step = fc.tuple(fc.nat(12), fc.nat(100), fc.boolean());
  fc.assert(
    fc.property(fc.constantFrom(...kinds), fc.nat(6), fc.array(step, { maxLength: 60 }), (kind, capacity, steps) => {
      const buffer = sampleBuffer(kind, capacity);
      const held = new Set<number>();
      for (const [sample, next, removes] of steps) {
        assert.is(buffer.has(sample), held.has(sample));
        if (held.has(sample)) {
          if (removes) assert.is(buffer.remove(sample), held.delete(sample));
          else buffer.use(sample, next);
        } else {
          const dropped = buffer.admit(sample, next);
          if (dropped !== sample) held.add(sample);
          if (dropped !== KEPT && dropped !== sample) assert.ok(held.delete(dropped));
        }
        assert.is(buffer.size, held.size);
        assert.ok(buffer.size <= buffer.capacity);
      }
    }),
    options,
  );
});

test('next uses are the next ones', () => {
  fc.assert(
    fc.property(partial, (trace) => {
      const next = nextUses(trace);
      trace.accesses.forEach((sample, i) => {
        const later = trace.accesses.indexOf(sample, i + 1);
        assert.is(next[i], later < 0 ? NEVER : later);
      });
    }),
    options,
  );
});

test('a deal shares everything, and each balance keeps its promise', () => {
  const costs = fc.record({
    read: fc.double({ min: 0.1, max: 5, noNaN: true }),
    compute: fc.double({ min: 0, max: 5, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(fc.nat(9), { minLength: 1, maxLength: 8 }), fc.nat(40), costs, (counts, misses, cost) => {
      const hits = Int32Array.from(counts);
      const total = hits.reduce((a, b) => a + b, 0) + misses;
      const spread = (values: Int32Array): number => Math.max(...values) - Math.min(...values);
      const times = (['loads', 'equal', 'cost'] as const).map((balance) => {
        const { kept, reads } = deal(hits, total, balance, cost);
        assert.is(kept.reduce((a, b) => a + b, 0) + reads.reduce((a, b) => a + b, 0), total);
        assert.ok(kept.every((count, rank) => count >= 0 && count <= (hits[rank] as number)));
        if (balance === 'loads') assert.ok(spread(reads) <= 1 && kept.every((count, rank) => count === hits[rank]));
        if (balance === 'equal') assert.ok(spread(kept.map((count, rank) => count + (reads[rank] as number))) <= 1);
        return longest({ kept, reads }, cost);
      });
      const [loads, equal, byCost] = times as [number, number, number];
      assert.ok(byCost <= loads + 1e-9 && byCost <= equal + 1e-9, `${times}`);
    }),
    options,
  );
});

test('the exact order of epochs is the best of all, the others are never worse than the given one', () => {
  const permutations = (of: readonly number[]): number[][] =>
    of.length < 2
      ? [[...of]]
      : of.flatMap((first) => permutations(of.filter((x) => x !== first)).map((p) => [first, ...p]));
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.nat(1e6),
      fc.integer({ min: 4, max: 40 }),
      (epochs, seed, samples) => {
        const trace = uniformTrace(stream(seed), samples, epochs);
        const costs = epochCosts(trace, Math.ceil(samples / 2), 1);
        const cost = (path: readonly number[]): number => pathCost(costs, path);
        const given = Array.from({ length: epochs }, (_, epoch) => epoch);
        const found = Object.fromEntries(
          (['given', 'greedy', 'pso', 'exact'] as const).map((kind) => {
            const path = orderEpochs(costs, kind, stream(seed));
            assert.equal([...path].sort(), given);
            assert.equal(orderEpochs(costs, kind, stream(seed)), path);
            return [kind, cost(path)];
          }),
        ) as Record<'given' | 'greedy' | 'pso' | 'exact', number>;
        assert.is(found.exact, Math.min(...permutations(given).map(cost)));
        assert.ok(found.greedy <= found.given && found.pso <= found.given && found.exact <= found.pso);
      },
    ),
    { ...options, numRuns: 100 },
  );
  const fifteen = epochCosts(uniformTrace(stream(1), 20, 15), 5, 1);
  assert.throws(() => orderEpochs(fifteen, 'exact', stream(1)), /14/);
});

test('costs of epochs count what the end of one and the beginning of another do not share', () => {
  const trace = accessTrace(4, [
    [0, 1, 2, 3],
    [3, 0, 1, 2],
    [2, 3, 0, 1],
  ]);
  const { cost, overlap } = epochCosts(trace, 2, 1);
  assert.equal([...cost], [0, 1, 0, 1, 0, 1, 0, 1, 0]);
  assert.is(overlap, (1 + 2 + 1 + 1 + 2 + 1) / 6);
});

test('merged reads cover what is wanted, begin and end with it, and gap 1 reads nothing else', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(200), { maxLength: 40 }), fc.integer({ min: 1, max: 50 }), (wanted, gap) => {
      const sorted = [...wanted].sort((a, b) => a - b);
      const { requests, records } = mergeReads(sorted, gap);
      const runs: [number, number][] = [];
      for (const record of sorted) {
        const last = runs.at(-1);
        if (last !== undefined && record - last[1] <= gap) last[1] = record;
        else runs.push([record, record]);
      }
      assert.is(requests, runs.length);
      assert.is(
        records,
        runs.reduce((sum, [from, to]) => sum + to - from + 1, 0),
      );
      const wider = mergeReads(sorted, gap + 1);
      assert.ok(wider.requests <= requests && wider.records >= records);
      assert.is(mergeReads(sorted, 1).records, sorted.length);
    }),
    options,
  );
});

test('a gap pays as long as reading it costs less than a request', () => {
  assert.is(breakEvenGap(1e-3, 1e9, 65_536), 16);
  assert.is(breakEvenGap(0, 1e9, 65_536), 1);
});

test.run();
