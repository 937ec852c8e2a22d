import type { Chunk } from '../../protocol/chunk.ts';
import { type Segment, type SliceColumns, sliceFlags } from './columns.ts';
import type { TraceData } from './trace-data.ts';

/** Puts a chunk where it belongs; whether rows may have changed their height. */
export function takeChunk(data: TraceData, chunk: Chunk): boolean {
  if (chunk.kind === 'unknown') {
    data.unknown++;
    return false;
  }
  data.storeSeq = Math.max(data.storeSeq, chunk.storeSeq);
  if (chunk.kind === 'strings') {
    data.addStrings(chunk.track, chunk.strings);
    return false;
  }
  const track = data.of(chunk.track);
  const base = { from: chunk.from, to: chunk.to, isCut: false, level: chunk.level, n: chunk.count };
  track.version++;
  switch (chunk.kind) {
    case 'slices': {
      const { depths, hasSlices } = track;
      track.slices.put({ ...base, columns: chunk.columns });
      for (let i = 0; i < chunk.count; i++) {
        const depth = chunk.columns.depth[i]!;
        if (depth >= track.depths) track.depths = depth + 1;
      }
      if (chunk.count > 0) track.hasSlices = true;
      const buckets = Math.max(1, (chunk.to - chunk.from) / 2 ** chunk.level);
      data.densest = Math.max(data.densest, (chunk.count / track.depths - 3) / buckets);
      return track.depths !== depths || track.hasSlices !== hasSlices;
    }
    case 'milestones':
      track.milestones.put({ ...base, columns: chunk.columns });
      return false;
    case 'counters': {
      const { at, value } = chunk.columns;
      track.counters.put({ ...base, columns: { at, min: value, max: value, last: value } });
      for (let i = 0; i < chunk.count; i++) if (value[i]! > track.peak) track.peak = value[i]!;
      return false;
    }
    case 'counterLevels': {
      const { at, min, max, last } = chunk.columns;
      track.counters.put({ ...base, columns: { at, min, max, last } });
      for (let i = 0; i < chunk.count; i++) if (max[i]! > track.peak) track.peak = max[i]!;
      return false;
    }
    case 'flows':
      track.flows.put({ ...base, columns: chunk.columns });
      return false;
    case 'instants':
      track.instants.put({ ...base, columns: chunk.columns });
      return false;
    default:
      return chunk satisfies never;
  }
}

/** One task, or several collapsed to one, as the page holds it. */
export interface Item {
  readonly track: number;
  readonly depth: number;
  readonly start: number;
  readonly end: number;
  readonly task: number;
  readonly name: number;
  readonly count: number;
  readonly busy: number;
  readonly cause: number;
  readonly isOpen: boolean;
  readonly isCollapsed: boolean;
}

/** Reads one entry of a segment. */
function itemOf(track: number, { columns }: Segment<SliceColumns>, i: number): Item {
  const start = columns.start[i]!;
  return {
    track,
    depth: columns.depth[i]!,
    start,
    end: start + columns.duration[i]!,
    task: columns.task[i]!,
    name: columns.name[i]!,
    count: columns.count[i]!,
    busy: columns.busy[i]!,
    cause: columns.cause[i]!,
    isOpen: (columns.flags[i]! & sliceFlags.open) !== 0,
    isCollapsed: (columns.flags[i]! & sliceFlags.collapsed) !== 0,
  };
}

/** The items of a track that [from, to) shows at a level, each once, in order of their starts. */
export function itemsOf(data: TraceData, track: number, from: number, to: number, level: number): Item[] {
  const items: Item[] = [];
  const { slices } = data.of(track);
  for (const piece of slices.pieces(from, to, level)) {
    const { segment } = piece;
    for (let i = 0; i < segment.n; i++) {
      if (!slices.belongs(segment, i)) continue;
      const item = itemOf(track, segment, i);
      if (item.end < piece.from || item.start >= piece.to) continue;
      items.push(item);
    }
  }
  items.sort((a, b) => a.depth - b.depth || a.start - b.start || a.end - b.end);
  return items.filter((item, i) => {
    const before = items[i - 1];
    return (
      before === undefined ||
      before.task !== item.task ||
      before.start !== item.start ||
      before.isCollapsed !== item.isCollapsed
    );
  });
}

/** A stretch of a task: work, or a wait for one named thing. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly cause: number;
  readonly what: number;
}

/** The stretches of a task as far as the page holds them; empty when it holds none. */
export function stretchesOf(data: TraceData, item: Item, level: number): Stretch[] {
  const found: Stretch[] = [];
  let begin = item.start;
  for (const { segment } of data
    .of(item.track)
    .milestones.pieces(item.start, Math.max(item.end, item.start + 1), level)) {
    const { until, task, what, cause } = segment.columns;
    for (let i = 0; i < segment.n; i++) {
      if (task[i] !== item.task || until[i]! < begin) continue;
      found.push({ from: begin, until: until[i]!, cause: cause[i]!, what: what[i]! });
      begin = until[i]!;
    }
  }
  return found;
}
