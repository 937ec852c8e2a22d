import { type Chunk, chunkFlags, sliceFlags } from './chunk.ts';

/** One slice as a page holds it, for merging, tables and tests; drawing works on the columns. */
export interface HeldSlice {
  readonly start: number;
  readonly duration: number;
  readonly busy: number;
  readonly task: number;
  readonly name: number;
  readonly count: number;
  readonly depth: number;
  readonly cause: number;
  readonly flags: number;
}

/**
 * The tick at which a slice belongs to a chunk's range: a task that has ended at its end, a collapsed one at its start, which is that of
 * its bucket. Open ones belong to every range that reaches now.
 */
export function sliceKey(start: number, duration: number, flags: number): number {
  return (flags & sliceFlags.collapsed) !== 0 ? start : start + duration;
}

/**
 * Puts the slices of a chunk in the place of those held for its track and view: of those held, what ended before `from` stays. The rule that
 * makes duplicates impossible: what a chunk speaks for is exactly what it says.
 */
export function mergeSlices(held: readonly HeldSlice[], chunk: Extract<Chunk, { kind: 'slices' }>): HeldSlice[] {
  const { columns, count, from } = chunk;
  const isWhole = (chunk.flags & chunkFlags.follow) === 0;
  const merged = isWhole
    ? []
    : held.filter(
        ({ start, duration, flags }) => (flags & sliceFlags.open) === 0 && sliceKey(start, duration, flags) < from,
      );
  for (let i = 0; i < count; i++)
    merged.push({
      start: columns.start[i] as number,
      duration: columns.duration[i] as number,
      busy: columns.busy[i] as number,
      task: columns.task[i] as number,
      name: columns.name[i] as number,
      count: columns.count[i] as number,
      depth: columns.depth[i] as number,
      cause: columns.cause[i] as number,
      flags: columns.flags[i] as number,
    });
  return merged;
}
