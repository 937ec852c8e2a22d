import { sliceFlags } from './columns.ts';
import type { TraceData } from './trace-data.ts';

/**
 * Events of tracks in `cells` cells of equal time over [from, to), as far as the page holds them: begin and end of each task; those of a
 * collapsed item are spread over its bucket.
 */
export function eventCounts(
  data: TraceData,
  tracks: readonly number[],
  from: number,
  to: number,
  level: number,
  cells: number,
): Float64Array {
  const counts = new Float64Array(cells);
  const perCell = (to - from) / cells;
  const put = (at: number, count: number): void => {
    if (at >= from && at < to) counts[Math.floor((at - from) / perCell)]! += count;
  };
  for (const id of tracks) {
    const { slices } = data.of(id);
    for (const piece of slices.pieces(from, to, level)) {
      const { segment } = piece;
      const { start, duration, count, flags } = segment.columns;
      for (let i = 0; i < segment.n; i++) {
        if (!slices.belongs(segment, i)) continue;
        const a = start[i]!;
        const b = a + duration[i]!;
        if (b < piece.from || a >= piece.to) continue;
        if ((flags[i]! & sliceFlags.collapsed) === 0) {
          put(a, 1);
          if ((flags[i]! & sliceFlags.open) === 0) put(b, 1);
          continue;
        }
        const first = Math.max(0, Math.floor((a - from) / perCell));
        const last = Math.min(cells - 1, Math.max(first, Math.ceil((b - from) / perCell) - 1));
        for (let cell = first; cell <= last; cell++) counts[cell]! += (2 * count[i]!) / (last - first + 1);
      }
    }
  }
  return counts;
}
