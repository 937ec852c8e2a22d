import type { TraceData, Track } from '../data/trace-data.ts';

/** One visible line of the timeline. Heights and positions are CSS pixels from the top of all rows. */
export interface Row {
  readonly track: Track;
  readonly level: number;
  readonly kind: 'group' | 'slices' | 'counter';
  readonly y: number;
  readonly height: number;
  readonly isOpen: boolean;
  readonly hasChildren: boolean;
  /** Tracks whose tasks are drawn in it: its own, or for a closed group none. */
  readonly depths: number;
}

export interface RowLayout {
  readonly rows: readonly Row[];
  readonly height: number;
  /** Tracks left out by the filter. */
  readonly hidden: number;
}

export interface LayoutOptions {
  readonly closed: ReadonlySet<number>;
  readonly pinned: ReadonlySet<number>;
  readonly filter: string;
}

export const laneHeight = 20;
const useSuffix = ' in use';
const capacitySuffix = ' capacity';
const gap = 4;
const heights = { group: 24, counter: 40 } as const;

/** Lays the tree of actors out as rows: pinned ones first, children of closed groups and what the filter leaves out not at all. */
export function layoutTracks(data: TraceData, { closed, pinned, filter }: LayoutOptions): RowLayout {
  const children = new Map<number, Track[]>();
  for (const track of data.tracks.values()) {
    const parent = data.tracks.has(track.parent) ? track.parent : 0;
    const list = children.get(parent);
    if (list === undefined) children.set(parent, [track]);
    else list.push(track);
  }
  for (const list of children.values()) list.sort((a, b) => a.order - b.order || a.id - b.id);
  const wanted = filter.trim().toLowerCase();
  const rows: Row[] = [];
  let y = 0;
  let hidden = 0;
  const uses = new Set<string>();
  for (const { kind, parent, name } of data.tracks.values())
    if (kind === 'counter' && name.endsWith(useSuffix)) uses.add(`${parent} ${name.slice(0, -useSuffix.length)}`);
  /** A capacity beside what is in use of it is a constant: panels and tables have it. */
  const isCapacity = ({ kind, parent, name }: Track): boolean =>
    kind === 'counter' &&
    name.endsWith(capacitySuffix) &&
    uses.has(`${parent} ${name.slice(0, -capacitySuffix.length)}`);
  const add = (track: Track, level: number): void => {
    const below = children.get(track.id);
    const isCounter = track.kind === 'counter';
    const { depths, hasSlices } = data.of(track.id);
    // An actor that only holds lanes and counters is a heading.
    const isGroup = track.kind === 'simulation' || (track.kind === 'actor' && !hasSlices);
    const kind = isCounter ? 'counter' : isGroup ? 'group' : 'slices';
    const height = kind === 'slices' ? depths * laneHeight + gap : heights[kind];
    rows.push({
      track,
      level,
      kind,
      y,
      height,
      isOpen: !closed.has(track.id),
      hasChildren: below !== undefined,
      depths,
    });
    y += height;
  };
  const matches = (track: Track): boolean =>
    wanted === '' || track.name.toLowerCase().includes(wanted) || track.actor.toLowerCase().includes(wanted);
  const matchesBelow = (track: Track): boolean => matches(track) || (children.get(track.id) ?? []).some(matchesBelow);
  const walk = (list: readonly Track[], level: number, all: boolean): void => {
    for (const track of list) {
      if (isCapacity(track)) continue;
      const here = all || matches(track);
      if (!here && !matchesBelow(track)) {
        hidden++;
        continue;
      }
      if (!pinned.has(track.id)) add(track, level);
      if (!closed.has(track.id) || (wanted !== '' && !here)) walk(children.get(track.id) ?? [], level + 1, here);
    }
  };
  for (const id of pinned) {
    const track = data.tracks.get(id);
    if (track !== undefined) add(track, 0);
  }
  walk(children.get(0) ?? [], 0, wanted === '');
  return { rows, height: y, hidden };
}

/** The rows that [top, bottom) of the scroll area shows, found by bisection. */
export function visibleRows({ rows }: RowLayout, top: number, bottom: number): readonly Row[] {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle]!;
    if (row.y + row.height <= top) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < rows.length && rows[end]!.y < bottom) end++;
  return rows.slice(low, end);
}

/** Path of a track for people: the actor and, for a lane or counter, its name. */
export function pathOf(track: Track): string {
  const last = track.actor.split('/').pop();
  return track.actor === '' || last === track.name || track.actor === track.name
    ? track.actor || track.name
    : `${track.actor}/${track.name}`;
}
