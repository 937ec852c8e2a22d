import type { Viewer } from '../app/viewer.ts';
import { noCause } from '../data/columns.ts';
import { visibleRows } from './track-layout.ts';

/** Places of the wait causes that tasks on screen have, in the order of the vocabulary. */
export function visibleCauses(viewer: Viewer): number[] {
  const { time, data } = viewer;
  const seen = new Set<number>();
  for (const row of visibleRows(viewer.layout.value, viewer.scroll, viewer.scroll + viewer.height)) {
    const held = data.of(row.track.id);
    for (const { segment } of held.milestones.pieces(time.from, time.to, time.level))
      addAll(seen, segment.columns.cause);
    for (const { segment } of held.slices.pieces(time.from, time.to, time.level)) addAll(seen, segment.columns.cause);
  }
  seen.delete(noCause);
  return [...seen].sort((a, b) => a - b);
}

function addAll(seen: Set<number>, causes: Uint8Array): void {
  let before = noCause;
  for (let i = 0; i < causes.length; i++)
    if (causes[i] !== before) {
      before = causes[i]!;
      seen.add(before);
    }
}
