import type { Segment, SliceColumns } from './columns.ts';
import { sliceFlags } from './columns.ts';

const known = new WeakMap<SliceColumns, Int32Array>();

/**
 * Where the runs of a segment begin, and its length at the end: in a run, slices have one depth and come in order of their ends, collapsed
 * ones at the beginning of their bucket, so that a range is found by bisection.
 */
export function runsOf({ columns, n }: Segment<SliceColumns>): Int32Array {
  let runs = known.get(columns);
  if (runs === undefined) {
    const starts = n === 0 ? [] : [0];
    let before = n === 0 ? 0 : keyOf(columns, 0);
    for (let i = 1; i < n; i++) {
      const key = keyOf(columns, i);
      if (key < before || columns.depth[i] !== columns.depth[i - 1]) starts.push(i);
      before = key;
    }
    runs = Int32Array.from([...starts, n]);
    known.set(columns, runs);
  }
  return runs;
}

/** The slices of a run [first, end) among which those are that [from, to) shows: all but a few of them. */
export function rangeOfRun(
  columns: SliceColumns,
  first: number,
  end: number,
  from: number,
  to: number,
): readonly [number, number] {
  // Before the first that is late enough may stand the collapsed rest of its bucket, and the long task that ends in it.
  const begin = Math.max(first, lowerBound(columns, first, end, from) - 2);
  // The one task that spans the end of the range ends in the first bucket behind it, after the collapsed rest.
  let last = lowerBound(columns, first, end, to);
  while (last < end && (columns.flags[last]! & sliceFlags.collapsed) !== 0) last++;
  return [begin, Math.min(end, last + 1)];
}

function lowerBound(columns: SliceColumns, first: number, end: number, at: number): number {
  let [low, high] = [first, end];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keyOf(columns, middle) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function keyOf({ start, duration, flags }: SliceColumns, i: number): number {
  return (flags[i]! & sliceFlags.collapsed) !== 0 ? start[i]! : start[i]! + duration[i]!;
}
