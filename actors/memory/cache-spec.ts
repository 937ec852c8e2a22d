import type { Bytes } from '../../engine/kernel/quantities.ts';
import type { Replacement } from './cache-array.ts';
import { memoryErrors } from './errors.ts';

/**
 * What a level holds of the levels inside it. `inclusive`: everything, so that what it drops they drop too. `exclusive`: what they
 * dropped, so that a hit moves the line inwards. `non-inclusive`: filled on a miss, free afterwards.
 */
export type Inclusion = 'inclusive' | 'exclusive' | 'non-inclusive';

/** One cache level. */
export interface CacheLevelSpec {
  readonly name: string;
  /** Capacity of one cache of the level: a multiple of line x ways. */
  readonly size: Bytes;
  readonly ways: number;
  /** Cycles from the core to data that is found here. */
  readonly latency: number;
  /** Default: least recently used. */
  readonly replacement?: Replacement;
  /** Towards the levels inside. Default: non-inclusive. */
  readonly inclusion?: Inclusion;
}

/** The level that all cores share. */
export interface SharedLevelSpec extends CacheLevelSpec {
  /** Equal parts of `size` each. Core c is near part c * partitions / cores. Default 1. */
  readonly partitions?: number;
  /** Cycles to data found in another part. Needed with several parts. */
  readonly farLatency?: number;
}

/** A cache hierarchy: private levels for each core, at most one shared level, memory. */
export interface CacheHierarchySpec {
  /** Bytes of a line, a power of two. */
  readonly line: Bytes;
  /** Bytes that are fetched at once, line / 1, 2, 4 or 8. Default: the line. */
  readonly sector?: Bytes;
  /** Default 1. */
  readonly cores?: number;
  /** Private levels, innermost first, at least one. */
  readonly levels: readonly CacheLevelSpec[];
  readonly shared?: SharedLevelSpec;
  /** Cycles to data in memory. */
  readonly memoryLatency: number;
  /** Cycles to a modified line in another core's caches. Default: the memory's. */
  readonly transferLatency?: number;
  /** Whether written lines are dirty and travel outwards when dropped; without it only misses count. Default true. */
  readonly writeBack?: boolean;
  /** Whether a directory keeps the private caches coherent (MESI). Default: with several cores. */
  readonly coherent?: boolean;
}

/** Sets of a level. Throws CACHE_SHAPE. */
export function setsOf({ name, size, ways }: CacheLevelSpec, line: number): number {
  const sets = size / (line * ways);
  if (!(Number.isSafeInteger(sets) && sets >= 1))
    throw memoryErrors.create('CACHE_SHAPE', {
      what: `size of ${name}`,
      value: `${size} B`,
      expected: `a multiple of ${line} B x ${ways} ways`,
    });
  return sets;
}

/** Throws CACHE_SHAPE for a hierarchy that cannot be built. */
export function checkHierarchy(spec: CacheHierarchySpec): void {
  const refuse = (what: string, value: unknown, expected: string): never => {
    throw memoryErrors.create('CACHE_SHAPE', { what, value, expected });
  };
  const { line, sector = line, cores = 1, levels, shared } = spec;
  if (!(Number.isSafeInteger(Math.log2(line)) && line >= 1)) refuse('line', `${line} B`, 'a power of two');
  if (![1, 2, 4, 8].includes(line / sector)) refuse('sector', `${sector} B`, `${line} B over 1, 2, 4 or 8`);
  if (!(Number.isSafeInteger(cores) && cores >= 1)) refuse('cores', cores, 'a whole number of at least 1');
  if (levels.length === 0) refuse('levels', 'none', 'at least one private level');
  const partitions = shared?.partitions ?? 1;
  if (!(Number.isSafeInteger(partitions) && partitions >= 1)) refuse('partitions', partitions, 'a whole number >= 1');
  if (partitions > 1 && shared?.farLatency === undefined) refuse('farLatency', 'none', 'cycles, with several parts');
  let nearer = 0;
  for (const [what, latency] of [
    ...levels.map(({ name, latency }) => [`latency of ${name}`, latency] as const),
    ...(shared === undefined ? [] : [[`latency of ${shared.name}`, shared.latency] as const]),
    ...(shared?.farLatency === undefined ? [] : [[`far latency of ${shared.name}`, shared.farLatency] as const]),
    ['memoryLatency', spec.memoryLatency] as const,
  ]) {
    if (!(latency >= nearer && latency < Number.POSITIVE_INFINITY)) refuse(what, latency, `at least ${nearer} cycles`);
    nearer = latency;
  }
}
