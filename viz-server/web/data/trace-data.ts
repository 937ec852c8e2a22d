import { sliceKey } from '../../protocol/held-track.ts';
import type { TrackInfo } from '../../protocol/server-messages.ts';
import type { CounterColumns, FlowColumns, InstantColumns, MilestoneColumns, SliceColumns } from './columns.ts';
import { sliceFlags } from './columns.ts';
import { type Belongs, Segments } from './segments.ts';

/** An entry of the catalogue: a simulation, an actor, a lane of one, or a counter. */
export type Track = TrackInfo;

const sliceBelongs: Belongs<SliceColumns> = ({ from, to, isCut, columns: { start, duration, flags } }, i) => {
  if (isCut && (flags[i]! & sliceFlags.open) !== 0) return false;
  const key = sliceKey(start[i]!, duration[i]!, flags[i]!);
  return key >= from && (!isCut || key < to);
};
const milestoneBelongs: Belongs<MilestoneColumns> = ({ to, isCut, columns: { until } }, i) => !isCut || until[i]! < to;
const pointBelongs: Belongs<{ readonly at: Float64Array }> = ({ from, to, isCut, columns: { at } }, i) =>
  at[i]! >= from && (!isCut || at[i]! < to);
const flowBelongs: Belongs<FlowColumns> = ({ from, to, isCut, columns: { toAt } }, i) =>
  toAt[i]! >= from && (!isCut || toAt[i]! < to);

/** What the page holds of one track. */
export class TrackData {
  readonly slices = new Segments<SliceColumns>(sliceBelongs);
  readonly milestones = new Segments<MilestoneColumns>(milestoneBelongs);
  readonly counters = new Segments<CounterColumns>(pointBelongs);
  readonly flows = new Segments<FlowColumns>(flowBelongs);
  readonly instants = new Segments<InstantColumns>(pointBelongs);
  /** Rows that its tasks have needed so far: one more than the greatest depth seen. */
  depths = 1;
  /** Whether tasks of its own were ever seen. */
  hasSlices = false;
  /** Greatest value of a counter seen. */
  peak = 0;
  low = 0;
  version = 0;

  get size(): number {
    return (
      this.slices.size * 36 +
      this.milestones.size * 20 +
      this.counters.size * 40 +
      this.flows.size * 32 +
      this.instants.size * 16
    );
  }

  evict(from: number, to: number, level: number): void {
    for (const segments of [this.slices, this.milestones, this.flows, this.instants]) segments.evict(from, to, level);
    this.counters.evict(from, to, counterLevel(level));
  }
}

/** Counters are answered at two buckets a pixel, where slices have one. */
export function counterLevel(level: number): number {
  return Math.max(0, level - 1);
}

const maxBytes = 192 << 20;

/** Everything the page holds of a run: names, catalogue, columns. */
export class TraceData {
  readonly strings: string[] = [''];
  readonly tracks = new Map<number, Track>();
  readonly #data = new Map<number, TrackData>();
  /** Counts changes of the catalogue. */
  catalogue = 0;
  /** Counts runs: ids of names and tracks hold in one of them. */
  epoch = 0;
  storeSeq = 0;
  /** Most slices a bucket and row that a chunk brought: 2 and what spans its edges. */
  densest = 0;
  /** Chunks of kinds this page does not know. */
  unknown = 0;

  of(track: number): TrackData {
    let data = this.#data.get(track);
    if (data === undefined) {
      data = new TrackData();
      this.#data.set(track, data);
    }
    return data;
  }

  name(id: number): string {
    return this.strings[id] ?? '…';
  }

  addStrings(first: number, texts: readonly string[]): void {
    for (let i = 0; i < texts.length; i++) this.strings[first + i] = texts[i]!;
  }

  addTracks(added: readonly Track[], removed: readonly number[]): void {
    for (const track of added) this.tracks.set(track.id, track);
    for (const id of removed) {
      this.tracks.delete(id);
      this.#data.delete(id);
    }
    this.catalogue++;
  }

  get bytes(): number {
    let bytes = 0;
    for (const data of this.#data.values()) bytes += data.size;
    return bytes;
  }

  /** Keeps memory bounded: beyond its limit, what the view does not show is forgotten; the server has it. */
  trim(from: number, to: number, level: number): void {
    if (this.bytes < maxBytes) return;
    for (const data of this.#data.values()) data.evict(from, to, level);
  }

  clear(): void {
    this.strings.length = 1;
    this.tracks.clear();
    this.#data.clear();
    this.storeSeq = 0;
    this.catalogue++;
    this.epoch++;
  }
}
