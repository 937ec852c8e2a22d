import { CacheHierarchy, type CacheHierarchySpec } from '../../actors/memory/index.ts';
import { KiB, MiB } from '../../engine/index.ts';
import { type BenchLine, timeOperations } from './bench-line.ts';

const ACCESSES = 4_000_000;

/** Three levels as in a server core: 32 KiB of 8 ways, 512 KiB of 8, 16 MiB of 16, lines of 64 B. */
const spec: CacheHierarchySpec = {
  line: 64 as CacheHierarchySpec['line'],
  levels: [
    { name: 'L1', size: KiB(32), ways: 8, latency: 4 },
    { name: 'L2', size: KiB(512), ways: 8, latency: 13 },
  ],
  shared: { name: 'L3', size: MiB(16), ways: 16, latency: 34 },
  memoryLatency: 274,
};

/** Nanoseconds per access of a three-level hierarchy, one store in four, the fastest of five rounds. */
export function run(): BenchLine[] {
  const streams: ReadonlyArray<readonly [string, (i: number, random: number) => number]> = [
    ['sequential', (i) => i * 8],
    ['random-16KiB', (_, random) => random & 0x3fff],
    ['random-256KiB', (_, random) => random & 0x3ffff],
    ['random-8MiB', (_, random) => random & 0x7fffff],
    ['random-64MiB', (_, random) => random & 0x3ffffff],
    // Nine of ten in 16 KiB, nine of ten of the rest in 256 KiB, the rest in 64 MiB.
    [
      'local',
      (_, random) => (random % 10 !== 0 ? random & 0x3fff : random % 100 !== 0 ? random & 0x3ffff : random & 0x3ffffff),
    ],
  ];
  return streams.map(([name, at]) => {
    const caches = new CacheHierarchy(spec);
    const addresses = new Float64Array(ACCESSES);
    let state = 12345;
    for (let i = 0; i < ACCESSES; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const mixed = (state ^ (state >>> 15)) >>> 0;
      addresses[i] = at(i, Math.imul(mixed, 0x2c1b3c6d) >>> 5);
    }
    return timeOperations(`caches-${name}`, ACCESSES, 'ns/access', () => {
      let sum = 0;
      for (let i = 0; i < ACCESSES; i++) sum += caches.access(0, addresses[i]!, (i & 3) === 0);
      return sum;
    });
  });
}
