import { type Item, itemsOf } from '../data/take-chunk.ts';
import { laneHeight, type Row } from '../view/track-layout.ts';
import type { PageState } from './page-state.ts';

const reachPixels = 3;

/** What is drawn at a pixel of the rows, `undefined` for nothing. Narrow items are found up to three pixels beside them. */
export function hit(state: PageState, x: number, y: number): Item | undefined {
  const row = rowAt(state, y);
  if (row === undefined || row.kind !== 'slices') return undefined;
  const { time, data, scroll } = state;
  const depth = Math.max(0, Math.min(row.depths - 1, Math.floor((y + scroll - row.y) / laneHeight)));
  const at = time.timeAt(x);
  const reach = (time.timeAt(x + reachPixels) - time.timeAt(x - reachPixels)) / 2;
  let best: Item | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const item of itemsOf(data, row.track.id, at - reach, at + reach, time.level)) {
    if (item.depth !== depth) continue;
    const distance = at < item.start ? item.start - at : at > item.end ? at - item.end : 0;
    if (distance > reach || distance > bestDistance || (distance === bestDistance && item.isCollapsed)) continue;
    best = item;
    bestDistance = distance;
  }
  return best;
}

/** The row at a pixel. */
export function rowAt({ layout, scroll }: PageState, y: number): Row | undefined {
  return layout.value.rows.find((row) => row.y <= y + scroll && row.y + row.height > y + scroll);
}
