import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ClusterCaches, reach } from '../../../actors/memory/index.ts';
import { TextbookClusters, type TextbookShape } from './textbook-clusters.ts';

const test = suite('cluster caches');
const options = { seed: 20261123, numRuns: 200 };
const LINES = 100;

const level = (sets: readonly number[], ways: readonly number[]) =>
  fc.record({ sets: fc.constantFrom(...sets), ways: fc.constantFrom(...ways) });
const shapes: fc.Arbitrary<TextbookShape> = fc.record({
  clusterOf: fc.constantFrom([0], [0, 0], [0, 1], [0, 0, 1, 1], [0, 0, 0, 1, 2], [0, 1, 2, 0, 1, 2]),
  levels: fc.oneof(fc.tuple(level([1, 2, 4], [1, 2])), fc.tuple(level([1, 2], [1, 2]), level([2, 4], [2, 4]))),
  cluster: level([1, 2, 4], [2, 4, 8]),
});
const streams = fc.array(
  fc.record({ core: fc.nat(7), line: fc.oneof(fc.nat(9), fc.nat(LINES - 1)), write: fc.boolean() }),
  {
    minLength: 30,
    maxLength: 300,
  },
);

test('places, traffic and states of clusters equal a textbook simulator on random streams', () => {
  fc.assert(
    fc.property(shapes, streams, (shape, accesses) => {
      const ours = new ClusterCaches({ ...shape, lines: LINES });
      const book = new TextbookClusters(shape);
      for (const { core: any, line, write } of accesses) {
        const core = any % ours.cores;
        const found = ours.access(core, line, write);
        assert.is(ours.places[found & 15], book.access(core, line, write));
        for (let other = 0; other < ours.cores; other++) assert.is(ours.stateOf(other, line), book.state(other, line));
        for (let cluster = 0; cluster < ours.clusters; cluster++)
          assert.is(ours.clusterStateOf(cluster, line), book.state(ours.cores + cluster, line));
      }
      const { ends, ...rest } = ours.counts();
      const { memoryReads, memoryWrites, upgrades, invalidations } = book;
      assert.equal(rest, { memoryReads, memoryWrites, upgrades, invalidations });
      assert.equal(
        ends,
        ours.places.map((place) => book.ends.get(place) ?? 0),
      );
    }),
    options,
  );
});

test('a modified or exclusive copy is the only one, and the directory knows every copy', () => {
  fc.assert(
    fc.property(shapes, streams, (shape, accesses) => {
      const caches = new ClusterCaches({ ...shape, lines: LINES });
      for (const { core, line, write } of accesses) {
        caches.access(core % caches.cores, line, write);
        const states = [
          ...shape.clusterOf.map((_, other) => caches.stateOf(other, line)),
          ...Array.from({ length: caches.clusters }, (_, cluster) => caches.clusterStateOf(cluster, line)),
        ];
        const held = states.filter((state) => state !== 'I').length;
        if (states.includes('M') || states.includes('E')) assert.is(held, 1, states.join(''));
        assert.ok(states.filter((state) => state === 'O').length <= 1, states.join(''));
        shape.clusterOf.forEach((_, other) => {
          const outer = shape.levels.length - 1;
          assert.is(caches.isIn(other, outer, line), states[other] !== 'I');
          if (caches.isIn(other, 0, line)) assert.ok(caches.isIn(other, outer, line), 'contained');
        });
        for (let cluster = 0; cluster < caches.clusters; cluster++)
          assert.is(caches.isInCluster(cluster, line), states[caches.cores + cluster] !== 'I');
      }
    }),
    options,
  );
});

test('one core tells nobody, one cluster tells nobody beyond', () => {
  fc.assert(
    fc.property(fc.constantFrom([0], [0, 0, 0]), streams, (clusterOf, accesses) => {
      const caches = new ClusterCaches({
        clusterOf,
        levels: [{ sets: 2, ways: 2 }],
        cluster: { sets: 2, ways: 4 },
        lines: LINES,
      });
      for (const { core, line, write } of accesses) {
        const found = caches.access(core % clusterOf.length, line, write);
        assert.is.not(caches.places[found & 15], 'remote');
        if (clusterOf.length === 1) assert.is(found >> 4, reach.none);
      }
      if (clusterOf.length === 1) assert.is(caches.counts().upgrades, 0);
    }),
    options,
  );
});

test('misses of a fully associative cache never grow with its capacity', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(40), { minLength: 50, maxLength: 400 }),
      fc.integer({ min: 1, max: 20 }),
      (lines, ways) => {
        const missesOf = (size: number): number => {
          const caches = new ClusterCaches({
            clusterOf: [0],
            levels: [{ sets: 1, ways: size }],
            cluster: { sets: 1, ways: 1 },
            lines: LINES,
          });
          for (const line of lines) caches.access(0, line, false);
          return lines.length - (caches.counts().ends[0] ?? 0);
        };
        assert.ok(missesOf(ways + 1) <= missesOf(ways));
      },
    ),
    options,
  );
});

test('CACHE_SHAPE: clusters that cannot be are refused', () => {
  const fine = { clusterOf: [0, 1], levels: [{ sets: 1, ways: 1 }], cluster: { sets: 1, ways: 1 }, lines: 8 };
  const refused = (change: Partial<typeof fine>, pattern: RegExp) =>
    assert.throws(() => new ClusterCaches({ ...fine, ...change }), pattern);
  refused({ clusterOf: [] }, /cores/);
  refused({ clusterOf: [0, 5] }, /clusterOf/);
  refused({ levels: [] }, /levels/);
  refused({ lines: 0 }, /lines/);
  refused({ levels: [{ sets: 0, ways: 1 }] }, /sets/);
});

test.run();
