import { type DetailItem, waitCauses } from '../../engine/index.ts';
import { type ChunkHeader, chunkFlags, newChunk, noCause, sliceFlags } from '../protocol/index.ts';
import type { LiveSimulation, LiveStore } from './live-store.ts';

/** What of a track is asked for. Times are ticks of the run. */
export interface AnswerOptions {
  readonly track: number;
  readonly view: number;
  readonly from: number;
  readonly to: number;
  /** Already made coarser where credit is short. */
  readonly ticksPerPixel: number;
  /** Only what has changed from this tick on; undefined for all of the view. */
  readonly since: number | undefined;
  /** Sum of `chunkFlags` to say with it. */
  readonly flags: number;
}

/** The chunks that show a track in a view. */
export interface Answer {
  readonly chunks: readonly Uint8Array<ArrayBuffer>[];
  readonly bytes: number;
  /** Buckets of 2^level ticks of the track's simulation. */
  readonly level: number;
  /** Items, at most two a pixel and row. */
  readonly items: number;
  /** Whether one of them has not ended. */
  readonly hasOpen: boolean;
}

/** Makes the chunks for a track in a view: slices with their exact waits and arrows where there are few, or values of a counter, and instants. */
export function answerTrack(store: LiveStore, options: AnswerOptions): Answer {
  const source = store.source(options.track);
  if (source.kind === 'rows') return answerRows(store, source.sim, source.rows, options);
  if (source.kind === 'counter') return answerCounter(store, source.sim, source.counter, options);
  return { chunks: [], bytes: 0, level: 0, items: 0, hasOpen: false };
}

/** Arrows in the range of a view, of all tracks, beyond which none are sent. */
const mostFlows = 5000;

/** The level at which a track is answered. */
export function levelOfTrack(store: LiveStore, track: number, ticksPerPixel: number): number {
  const source = store.source(track);
  if (source.kind === 'counter')
    return source.sim.levels.levelOfCounter(source.counter, ticksPerPixel / source.sim.scale);
  if (source.kind === 'none') return 0;
  const { sim, rows } = source;
  return rows.reduce((level, row) => Math.max(level, sim.levels.levelOf(row, ticksPerPixel / sim.scale)), 0);
}

function answerRows(store: LiveStore, sim: LiveSimulation, rows: readonly number[], options: AnswerOptions): Answer {
  const { scale } = sim;
  const level = levelOfTrack(store, options.track, options.ticksPerPixel);
  const width = 2 ** level;
  const from = Math.floor(Math.max(options.from, options.since ?? 0) / scale / width) * width;
  const to = options.to / scale;
  const found: Array<{ readonly row: number; readonly items: readonly DetailItem[] }> = [];
  let count = 0;
  let hasOpen = false;
  for (const row of rows) {
    const items = sim.levels.slices(row, from, to, width);
    found.push({ row, items });
    count += items.length;
    hasOpen ||= items.at(-1)?.open === true;
  }
  const header = headerOf(store, options, level, from * scale);
  const { bytes, columns } = newChunk('slices', count, header);
  let i = 0;
  for (const { row, items } of found)
    for (const item of items) {
      columns.start[i] = item.start * scale;
      columns.duration[i] = (item.end - item.start) * scale;
      columns.busy[i] = item.end > item.start ? Math.min(1, item.busy / (item.end - item.start)) : 1;
      columns.task[i] = item.task;
      columns.name[i] = store.string(item.label === undefined ? '' : nameOf(item.label));
      columns.count[i] = item.count;
      columns.depth[i] = sim.places[row]!;
      columns.cause[i] = item.cause === undefined ? noCause : waitCauses.indexOf(item.cause);
      columns.flags[i] = (item.open ? sliceFlags.open : 0) | (isCollapsed(item) ? sliceFlags.collapsed : 0);
      i++;
    }
  const chunks = [bytes];
  const pixels = Math.max(1, Math.ceil((options.to - options.from) / options.ticksPerPixel));
  addStretches(chunks, sim, rows, { from, to, pixels, header, scale });
  addInstants(chunks, sim, options, header, from, to);
  addFlows(chunks, store, sim, options, header, from, to);
  const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return { chunks, bytes: total, level, items: count, hasOpen };
}

/** Whether an item stands for what ended in a bucket beside its longest task: for several, or for one that is shorter than the bucket. */
function isCollapsed({ count, busy, start, end, open }: DetailItem): boolean {
  return !open && (count > 1 || busy < end - start);
}

/** The waits inside of the tasks, where there is at most one a pixel: parts of tasks that are narrower are not drawn. */
function addStretches(
  chunks: Uint8Array<ArrayBuffer>[],
  sim: LiveSimulation,
  rows: readonly number[],
  at: {
    readonly from: number;
    readonly to: number;
    readonly pixels: number;
    readonly header: ChunkHeader;
    readonly scale: number;
  },
): void {
  const ranges = rows.map((row) => ({ row, ...sim.stretches.range(row, at.from, at.to) }));
  const count = ranges.reduce((sum, range) => sum + range.count, 0);
  if (count === 0 || ranges.some((range) => range.count > at.pixels + 4)) return;
  const { bytes, columns } = newChunk('milestones', count, at.header);
  let i = 0;
  for (const { row, first, count: length } of ranges) {
    const { until, task, what, cause } = sim.stretches.columns(row);
    for (let j = first; j < first + length; j++, i++) {
      columns.until[i] = until[j]! * at.scale;
      columns.task[i] = task[j]!;
      columns.what[i] = what[j]!;
      columns.cause[i] = cause[j]!;
    }
  }
  chunks.push(bytes);
}

function addInstants(
  chunks: Uint8Array<ArrayBuffer>[],
  sim: LiveSimulation,
  options: AnswerOptions,
  header: ChunkHeader,
  from: number,
  to: number,
): void {
  const list = sim.instants.get(options.track)?.filter(({ at }) => at >= from && at < to) ?? [];
  if (list.length === 0) return;
  const { bytes, columns } = newChunk('instants', list.length, header);
  for (const [i, { at, name, task }] of list.entries()) {
    columns.at[i] = at * sim.scale;
    columns.name[i] = name;
    columns.task[i] = task;
  }
  chunks.push(bytes);
}

/** The arrows that touch a track, where there are few enough to be seen. */
function addFlows(
  chunks: Uint8Array<ArrayBuffer>[],
  store: LiveStore,
  sim: LiveSimulation,
  options: AnswerOptions,
  header: ChunkHeader,
  from: number,
  to: number,
): void {
  const { flowList } = sim;
  const first = firstFrom(flowList, from);
  const end = firstFrom(flowList, to);
  if (end - first > mostFlows) return;
  const list = flowList
    .slice(first, end)
    .filter(({ fromTrack, toTrack }) => fromTrack === options.track || toTrack === options.track);
  if (list.length === 0) return;
  const { bytes, columns } = newChunk('flows', list.length, header);
  for (const [i, flow] of list.entries()) {
    columns.fromAt[i] = flow.at * sim.scale;
    columns.toAt[i] = flow.at * sim.scale;
    columns.fromTask[i] = flow.fromTask;
    columns.toTask[i] = flow.toTask;
    columns.fromTrack[i] = flow.fromTrack;
    columns.toTrack[i] = flow.toTrack;
    columns.name[i] = store.string(flow.name);
    columns.id[i] = flow.id;
  }
  chunks.push(bytes);
}

/** Place of the first arrow at or after a tick; arrows are in order of time. */
function firstFrom(flows: ReadonlyArray<{ readonly at: number }>, at: number): number {
  let low = 0;
  let high = flows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (flows[middle]!.at < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function answerCounter(store: LiveStore, sim: LiveSimulation, counter: number, options: AnswerOptions): Answer {
  const { scale, levels } = sim;
  const perPixel = options.ticksPerPixel / scale;
  const level = levels.levelOfCounter(counter, perPixel);
  const width = 2 ** level;
  const from = Math.floor(Math.max(options.from, options.since ?? 0) / scale / width) * width;
  const to = options.to / scale;
  const items = levels.values(counter, from, to, 2 * width).filter((item) => item.at >= from);
  // The value with which the view begins comes from before it.
  const before = options.since === undefined && from > 0 ? levels.values(counter, 0, from, from / 4).at(-1) : undefined;
  const extra = before === undefined ? 0 : 1;
  const { bytes, columns } = newChunk(
    'counterLevels',
    items.length + extra,
    headerOf(store, options, level, from * scale),
  );
  if (before !== undefined) {
    columns.at[0] = from * scale;
    columns.min[0] = before.last;
    columns.max[0] = before.last;
    columns.last[0] = before.last;
  }
  for (const [i, { at, min, max, last, area }] of items.entries()) {
    columns.at[i + extra] = at * scale;
    columns.min[i + extra] = min;
    columns.max[i + extra] = max;
    columns.last[i + extra] = last;
    columns.area[i + extra] = area * scale;
  }
  return { chunks: [bytes], bytes: bytes.length, level, items: items.length, hasOpen: false };
}

function headerOf(store: LiveStore, options: AnswerOptions, level: number, from: number): ChunkHeader {
  const isPart = options.since !== undefined;
  return {
    flags: options.flags | chunkFlags.replaces | (isPart ? chunkFlags.follow : 0),
    level,
    track: options.track,
    view: options.view,
    storeSeq: store.seq,
    from,
    to: options.to,
    wallMs: store.wallMs,
  };
}

function nameOf({ kind, name }: { readonly kind: string; readonly name: string }): string {
  return name === '' || name === kind ? kind : name;
}
