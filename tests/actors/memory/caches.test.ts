import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  CacheArray,
  CacheHierarchy,
  type CacheHierarchySpec,
  cpuCacheSpec,
  gpuCacheSpec,
  type Inclusion,
  MissTimer,
  pointerChase,
  sweepLap,
} from '../../../actors/memory/index.ts';
import { bytes, KiB, MiB } from '../../../engine/index.ts';
import { TextbookCaches, type TextbookLevel } from './textbook-caches.ts';

const test = suite('caches');
const LINE = 64;
const options = { seed: 20261123, numRuns: 200 };

const inclusion = fc.constantFrom<Inclusion>('inclusive', 'exclusive', 'non-inclusive');
const level = (sets: readonly number[], ways: readonly number[]): fc.Arbitrary<TextbookLevel> =>
  fc.record({ sets: fc.constantFrom(...sets), ways: fc.constantFrom(...ways), inclusion });
const machine = fc.record({
  cores: fc.integer({ min: 1, max: 3 }),
  levels: fc.oneof(fc.tuple(level([1, 2, 4], [1, 2])), fc.tuple(level([1, 2, 4], [1, 2]), level([2, 3, 4], [2, 4]))),
  shared: fc.option(level([2, 5, 8], [2, 4, 8]), { nil: undefined }),
});
const stream = fc.array(fc.record({ core: fc.nat(2), line: fc.oneof(fc.nat(12), fc.nat(90)), write: fc.boolean() }), {
  minLength: 50,
  maxLength: 400,
});

function build(cores: number, levels: readonly TextbookLevel[], shared: TextbookLevel | undefined): CacheHierarchy {
  const toSpec = ({ sets, ways, inclusion: kind }: TextbookLevel, i: number) => ({
    name: `L${i + 1}`,
    size: bytes(sets * ways * LINE),
    ways,
    latency: 4 ** (i + 1),
    inclusion: kind,
  });
  return new CacheHierarchy({
    line: bytes(LINE),
    cores,
    coherent: true,
    levels: levels.map(toSpec),
    ...(shared === undefined ? {} : { shared: toSpec(shared, levels.length) }),
    memoryLatency: 300,
  });
}

test('misses, traffic and states equal a textbook simulator on random streams', () => {
  fc.assert(
    fc.property(machine, stream, ({ cores, levels, shared }, accesses) => {
      const ours = build(cores, levels, shared);
      const book = new TextbookCaches(cores, levels, shared);
      for (const { core, line, write } of accesses) {
        ours.access(core % cores, line * LINE + (line % LINE), write);
        book.access(core % cores, line, write);
        for (let other = 0; other < cores; other++)
          assert.is(ours.stateOf(other, line * LINE), book.state(other, line), `state of ${line} on ${other}`);
      }
      const { levels: counted, ...events } = ours.counts();
      assert.equal(
        counted.map(({ readMisses, writeMisses }) => [readMisses, writeMisses]),
        book.misses,
      );
      const { memoryReads, memoryWrites, transfers, upgrades, invalidations } = book;
      assert.equal(events, { memoryReads, memoryWrites, transfers, upgrades, invalidations });
    }),
    options,
  );
});

test('at most one core may write a line, and then no other holds it', () => {
  fc.assert(
    fc.property(stream, (accesses) => {
      const caches = build(3, [{ sets: 4, ways: 2, inclusion: 'non-inclusive' }], {
        sets: 8,
        ways: 4,
        inclusion: 'inclusive',
      });
      for (const { core, line, write } of accesses) {
        caches.access(core, line * LINE, write);
        const states = [0, 1, 2].map((other) => caches.stateOf(other, line * LINE));
        assert.is.not(states[core], 'I');
        if (write) assert.is(states[core], 'M');
        if (states.some((state) => state === 'M' || state === 'E'))
          assert.is(states.filter((state) => state === 'I').length, 2, states.join(''));
      }
    }),
    options,
  );
});

test('an inclusive level holds what is inside it, an exclusive one nothing of it', () => {
  const l1: TextbookLevel = { sets: 1, ways: 2, inclusion: 'non-inclusive' };
  const l2 = (kind: Inclusion): TextbookLevel => ({ sets: 1, ways: 2, inclusion: kind });
  const lap = (caches: CacheHierarchy, lines: readonly number[]) => lines.map((line) => caches.access(0, line * LINE));
  const inclusive = build(1, [l1], l2('inclusive'));
  lap(inclusive, [0, 1, 0, 2]);
  assert.is(inclusive.levelOf(0, 0), -1, 'line 0, used last, fell out of the outer level and so out of the inner one');
  const free = build(1, [l1], l2('non-inclusive'));
  lap(free, [0, 1, 0, 2]);
  assert.is(free.levelOf(0, 0), 0);
  const exclusive = build(1, [l1], l2('exclusive'));
  lap(exclusive, [0, 1, 2, 3]);
  assert.equal(lap(exclusive, [0, 1, 2, 3]), [1, 1, 1, 1], 'both levels together hold four lines');
});

/** Tree-PLRU by its definition: each subtree says which half was used longer ago. */
function treeOf(ways: number): { use(way: number): void; victim(): number } {
  if (ways === 1) return { use: () => undefined, victim: () => 0 };
  const half = ways / 2;
  const halves = [treeOf(half), treeOf(half)] as const;
  let older = 0;
  return {
    use(way) {
      const side = way < half ? 0 : 1;
      older = 1 - side;
      halves[side].use(way - side * half);
    },
    victim: () => older * half + (halves[older] as { victim(): number }).victim(),
  };
}

test('tree-PLRU replaces what its definition replaces', () => {
  fc.assert(
    fc.property(fc.constantFrom(1, 2, 4, 8, 16), fc.array(fc.nat(40), { maxLength: 300 }), (ways, lines) => {
      const array = new CacheArray({ sets: 1, ways, replacement: { kind: 'tree-plru' } });
      const tree = treeOf(ways);
      const held: number[] = [];
      for (const line of lines) {
        let way = held.indexOf(line);
        assert.is(array.reference(line), way >= 0);
        if (way < 0) {
          way = held.length < ways ? held.length : tree.victim();
          held[way] = line;
        }
        tree.use(way);
      }
    }),
    options,
  );
});

test('random replacement is seeded, and every way is chosen about equally often', () => {
  const missesOf = (seed: number) => {
    const array = new CacheArray({ sets: 1, ways: 8, replacement: { kind: 'random', seed } });
    let misses = '';
    for (let i = 0; i < 400; i++) misses += array.reference((i * i) % 23) ? '.' : 'x';
    return misses;
  };
  assert.is(missesOf(1), missesOf(1));
  assert.is.not(missesOf(1), missesOf(2));
  const array = new CacheArray({ sets: 1, ways: 8, replacement: { kind: 'random', seed: 3 } });
  const chosen = new Array<number>(8).fill(0);
  for (let line = 0; line < 8; line++) array.reference(line);
  for (let line = 8; line < 8008; line++) {
    const slot = array.victim(line);
    chosen[slot] = (chosen[slot] ?? 0) + 1;
    array.put(slot, line, 1);
  }
  for (const count of chosen) assert.ok(Math.abs(count - 1000) < 5 * Math.sqrt(1000 * (7 / 8)), `${count}`);
});

test('sectors are fetched and written back one by one', () => {
  const caches = new CacheHierarchy({
    line: bytes(128),
    sector: bytes(32),
    levels: [{ name: 'L1', size: bytes(256), ways: 1, latency: 30 }],
    memoryLatency: 400,
  });
  assert.is(caches.places[caches.access(0, 0, true)], 'memory');
  assert.is(caches.places[caches.access(0, 31)], 'L1');
  assert.is(caches.places[caches.access(0, 32)], 'memory');
  assert.is(caches.places[caches.access(0, 64, true)], 'memory');
  assert.is(caches.accessRange(0, 30, 4), 0);
  caches.access(0, 256);
  const { memoryReads, memoryWrites, levels } = caches.counts();
  assert.equal([memoryReads, memoryWrites, levels[0]?.evictions, levels[0]?.writeBacks], [4, 2, 1, 1]);
});

const plateaus = {
  v100: [
    [KiB(64), 30],
    [MiB(3), 215],
    [MiB(12), 431],
  ],
  a100: [
    [KiB(96), 36],
    [MiB(10), 211],
    [MiB(30), 424],
    [MiB(60), 570],
  ],
  h100: [
    [KiB(128), 34],
    [MiB(12), 265],
    [MiB(35), 475],
    [MiB(75), 650],
  ],
} as const;

test('a pointer chase shows the plateaus of V100, A100 and H100 within 5 %', () => {
  for (const id of ['v100', 'a100', 'h100'] as const)
    for (const [footprint, published] of plateaus[id]) {
      const cycles = pointerChase(gpuCacheSpec(id), { footprint });
      assert.ok(Math.abs(cycles / published - 1) <= 0.05, `${id} at ${footprint} B: ${cycles}, published ${published}`);
    }
});

test('one partition has no second plateau', () => {
  const { shared, ...rest } = gpuCacheSpec('a100');
  assert.ok(shared !== undefined);
  const single: CacheHierarchySpec = { ...rest, shared: { ...shared, size: MiB(40), partitions: 1 } };
  const at = (footprint: ReturnType<typeof MiB>) => pointerChase(single, { footprint });
  assert.ok(at(MiB(30)) < 215);
});

test('processors of both halves each find their own partition near', () => {
  const caches = new CacheHierarchy(gpuCacheSpec('a100', 108));
  const name = (place: number) => caches.places[place];
  assert.is(name(caches.access(0, 0)), 'memory');
  assert.is(name(caches.access(107, 0)), 'L2 far');
  assert.is(name(caches.access(106, 0)), 'L2');
  assert.is(name(caches.access(1, 0)), 'L2 far');
});

test('a sweep by stack distance equals the line model', () => {
  const size = fc.constantFrom(1, 2, 3, 4, 6, 8);
  fc.assert(
    fc.property(
      fc.tuple(size, size, size),
      fc.tuple(size, size, size),
      fc.constantFrom(16, 32, 64, 128, 192, 256, 512),
      fc.integer({ min: 1, max: 200 }),
      (sets, ways, stride, count) => {
        const of = (i: 0 | 1 | 2) => ({
          name: `L${i}`,
          size: bytes(sets[i] * ways[i] * LINE * 2 ** i),
          ways: ways[i],
          latency: 4 ** (i + 1),
        });
        const spec: CacheHierarchySpec = {
          line: bytes(LINE),
          levels: [of(0), of(1)],
          shared: of(2),
          memoryLatency: 200,
        };
        const caches = new CacheHierarchy(spec);
        const lap = sweepLap(spec, { footprint: bytes(count * stride), stride: bytes(stride) });
        let cycles = 0;
        const missesOf = () => caches.counts().levels.map(({ readMisses }) => readMisses);
        for (let round = 0; round < 5; round++) {
          if (round === 4) caches.resetCounts();
          cycles = 0;
          for (let i = 0; i < count; i++) cycles += caches.latencies[caches.access(0, i * stride)] as number;
          if (round === 0) for (const misses of missesOf()) assert.is(misses, lap.firstMisses);
        }
        assert.equal(missesOf(), lap.misses);
        assert.is(lap.accesses, count);
        assert.is(cycles, lap.cycles);
      },
    ),
    options,
  );
});

test('at most the outstanding misses overlap: a thread gets their number times a line over the latency', () => {
  const chain = new MissTimer({ missesInFlight: 1, issue: 0 });
  for (let i = 0; i < 10; i++) chain.add(100);
  assert.is(chain.cycles, 1000);
  const gather = new MissTimer({ missesInFlight: 11, pipelined: 4 });
  for (let i = 0; i < 11000; i++) gather.add(274);
  assert.ok(Math.abs(gather.cycles / (11000 * (274 / 11)) - 1) < 0.01);
  const hits = new MissTimer({ missesInFlight: 11, pipelined: 4 });
  for (let i = 0; i < 1000; i++) hits.add(4);
  assert.is(hits.cycles, 1003);
});

test('CPU presets chase at the latencies of their levels', () => {
  const spec = cpuCacheSpec('epyc-7742', 1);
  const at = (footprint: ReturnType<typeof KiB>) => pointerChase(spec, { footprint });
  assert.equal([at(KiB(16)), at(KiB(256)), at(KiB(4096))].map(Math.round), [4, 13, 34]);
  assert.is(
    Math.round(pointerChase({ ...spec, shared: { ...spec.shared!, size: MiB(1) } }, { footprint: MiB(4) })),
    275,
  );
  assert.is(new CacheHierarchy(cpuCacheSpec('xeon-8280')).counts().levels.length, 3);
});

test('CACHE_SHAPE, CACHE_STREAM: impossible caches and streams are refused with what would be right', () => {
  const l1 = { name: 'L1', size: KiB(32), ways: 8, latency: 4 };
  const fine: CacheHierarchySpec = { line: bytes(64), levels: [l1], memoryLatency: 100 };
  const refused = (code: string, pattern: RegExp, make: () => unknown) =>
    assert.throws(make, (error: Error) => 'code' in error && error.code === code && pattern.test(error.message));
  const shape = (pattern: RegExp, change: Partial<CacheHierarchySpec>) =>
    refused('CACHE_SHAPE', pattern, () => new CacheHierarchy({ ...fine, ...change }));
  shape(/line of a cache is 48 B/, { line: bytes(48) });
  shape(/sector/, { sector: bytes(4) });
  shape(/cores/, { cores: 0 });
  shape(/at least one private level/, { levels: [] });
  shape(/size of L1 .* multiple of 64 B x 7 ways/, { levels: [{ ...l1, ways: 7 }] });
  shape(/ways of a cache is 24.*power of two/, {
    levels: [{ ...l1, ways: 24, size: bytes(64 * 24), replacement: { kind: 'tree-plru' } }],
  });
  shape(/memoryLatency of a cache is 3/, { memoryLatency: 3 });
  shape(/farLatency/, { shared: { ...l1, partitions: 2 } });
  refused('CACHE_STREAM', /address .* is -1/, () => new CacheHierarchy(fine).access(0, -1));
  refused('CACHE_STREAM', /below 137438953472/, () => new CacheHierarchy(fine).access(0, 2 ** 47));
  refused('CACHE_STREAM', /footprint/, () => pointerChase(fine, { footprint: bytes(63) }));
  refused('CACHE_STREAM', /missesInFlight/, () => new MissTimer({ missesInFlight: 0 }));
  const sweep = { footprint: KiB(1), stride: bytes(64) };
  refused('CACHE_STREAM', /replacement of L1/, () =>
    sweepLap({ ...fine, levels: [{ ...l1, replacement: { kind: 'tree-plru' } }] }, sweep),
  );
  refused('CACHE_STREAM', /inclusion of L1/, () =>
    sweepLap({ ...fine, levels: [{ ...l1, inclusion: 'inclusive' }] }, sweep),
  );
  refused('CACHE_STREAM', /stride/, () => sweepLap(fine, { ...sweep, stride: bytes(48) }));
});

test.run();
