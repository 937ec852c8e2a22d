import type { Bytes } from '../../engine/kernel/quantities.ts';
import { type CacheHierarchySpec, checkHierarchy, setsOf } from './cache-spec.ts';
import { memoryErrors } from './errors.ts';

/** A region read again and again from its beginning, with a constant stride. */
export interface Sweep {
  /** Bytes from the first element to the end of the last stride. */
  readonly footprint: Bytes;
  /** Bytes between elements: a multiple or a divisor of the line. */
  readonly stride: Bytes;
}

/** What a lap of a sweep costs, once the caches are in their steady state. */
export interface SweepLap {
  readonly accesses: number;
  /** Misses of each level in a lap, the shared level last. */
  readonly misses: readonly number[];
  /** Misses of each level in the first lap, into empty caches: every line. */
  readonly firstMisses: number;
  /** Sum of the latencies of a lap, in cycles. */
  readonly cycles: number;
}

/**
 * Misses of a repeated sweep by stack distance instead of line by line. Between two uses of a line every other line of its set is
 * used once, so under LRU (Mattson et al. 1970) the lines of a set all hit when there are no more of them than ways, and all miss
 * otherwise; a level only sees what the levels inside it miss. Exact for non-inclusive LRU levels of one part and whole lines;
 * throws CACHE_STREAM for others. Costs one step for each line, not for each access, and constant time for levels that the sweep overfills.
 */
export function sweepLap(spec: CacheHierarchySpec, { footprint, stride }: Sweep): SweepLap {
  checkHierarchy(spec);
  const { line, shared } = spec;
  const refuse = (what: string, value: unknown, expected: string): never => {
    throw memoryErrors.create('CACHE_STREAM', { what, value, expected });
  };
  const levels = shared === undefined ? spec.levels : [...spec.levels, shared];
  for (const { name, replacement, inclusion } of levels) {
    if ((replacement?.kind ?? 'lru') !== 'lru') refuse(`replacement of ${name}`, replacement?.kind, 'lru');
    if ((inclusion ?? 'non-inclusive') !== 'non-inclusive') refuse(`inclusion of ${name}`, inclusion, 'non-inclusive');
  }
  if ((shared?.partitions ?? 1) > 1) refuse('partitions', shared?.partitions, '1');
  if ((spec.sector ?? line) !== line) refuse('sector', spec.sector, 'the whole line');
  const step = Math.max(1, stride / line);
  if (!(stride > 0 && Number.isSafeInteger(step) && Number.isSafeInteger(Math.max(line, stride) / stride)))
    refuse('stride', `${stride} B`, `a multiple or a divisor of ${line} B`);
  if (!(footprint >= stride)) refuse('footprint', `${footprint} B`, `at least the stride, ${stride} B`);
  const accesses = Math.floor(footprint / stride);
  const lines = Math.ceil((accesses * stride) / (step * line));

  /** Lines that reach the level: all of them, or those marked. */
  let reaching: Uint8Array | undefined;
  let count = lines;
  const misses: number[] = [];
  for (const level of levels) {
    const sets = setsOf(level, line);
    const cycle = sets / greatestCommonDivisor(step, sets);
    if (reaching === undefined && lines <= cycle * level.ways) count = 0;
    else if (reaching !== undefined || lines < cycle * (level.ways + 1)) {
      const inSet = new Int32Array(cycle);
      const marked = reaching ?? new Uint8Array(lines).fill(1);
      for (let i = 0; i < lines; i++) inSet[i % cycle] = inSet[i % cycle]! + marked[i]!;
      count = 0;
      reaching = new Uint8Array(lines);
      for (let i = 0; i < lines; i++)
        if (marked[i] === 1 && inSet[i % cycle]! > level.ways) {
          reaching[i] = 1;
          count++;
        }
    }
    misses.push(count);
    if (count === 0) reaching = new Uint8Array(lines);
  }
  const latencies = [...levels.map(({ latency }) => latency), spec.memoryLatency];
  const cycles = latencies.reduce((sum, latency, i) => {
    const reached = i === 0 ? accesses : misses[i - 1]!;
    return sum + (reached - (misses[i] ?? 0)) * latency;
  }, 0);
  return { accesses, misses, firstMisses: lines, cycles };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
