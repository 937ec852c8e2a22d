import type { Bytes } from '../../engine/kernel/quantities.ts';
import { createRandomSource } from '../../engine/random/index.ts';
import { CacheHierarchy } from './cache-hierarchy.ts';
import type { CacheHierarchySpec } from './cache-spec.ts';
import { memoryErrors } from './errors.ts';

/** A chain of pointers through a region, as latency benchmarks run it. */
export interface PointerChase {
  /** Bytes of the region, at least one line. */
  readonly footprint: Bytes;
  /** Core that runs it. Default 0. */
  readonly core?: number;
  /** Seed of the order in which lines are visited. Default 1. */
  readonly seed?: number;
}

/** Mean cycles for each access of a chain through all lines of a region in random order, in the third lap. Throws CACHE_STREAM, CACHE_SHAPE. */
export function pointerChase(spec: CacheHierarchySpec, { footprint, core = 0, seed = 1 }: PointerChase): number {
  const lines = Math.floor(footprint / spec.line);
  if (!(lines >= 1))
    throw memoryErrors.create('CACHE_STREAM', {
      what: 'footprint',
      value: `${footprint} B`,
      expected: `at least a line of ${spec.line} B`,
    });
  const caches = new CacheHierarchy(spec);
  const next = oneCycle(lines, seed);
  let cycles = 0;
  for (let lap = 0; lap < 3; lap++) {
    cycles = 0;
    for (let line = 0, i = 0; i < lines; i++, line = next[line]!)
      cycles += caches.latencies[caches.access(core, line * spec.line)]!;
  }
  return cycles / lines;
}

/** A random permutation of one cycle (Sattolo 1986): following it visits everything. */
function oneCycle(length: number, seed: number): Int32Array {
  const stream = createRandomSource({ seed }).stream('pointer-chase', 'order');
  const next = Int32Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor(stream.uniform() * i);
    const kept = next[i]!;
    next[i] = next[j]!;
    next[j] = kept;
  }
  return next;
}
