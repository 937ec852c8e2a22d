import { waitCauses } from '../../engine/index.ts';
import {
  type CounterLabel,
  LevelsOfDetail,
  type TaskLabel,
  type TraceChunk,
  type TraceConsumer,
  TraceDecoder,
  type TraceRow,
  type WaitLabel,
} from '../../engine/trace/index.ts';
import { noCause, type TrackInfo } from '../protocol/index.ts';
import { RecentWaits } from './recent-waits.ts';

export interface LiveStoreOptions {
  /** Memory of the levels of detail of one simulation. Default 128 MiB. */
  readonly levelBytes?: number | undefined;
  /** Memory of exact stretches of one simulation. Default 64 MiB. */
  readonly waitBytes?: number | undefined;
}

/** Different texts that are numbered; what comes later is called by the last of them. */
const mostStrings = 1 << 18;
/** Arrows and instants that are held, the newest. */
const mostFlows = 1 << 16;
/** Appends of which a track remembers from where they changed it. */
const mostChanges = 32;

/** What a track shows. */
export type TrackSource =
  | { readonly kind: 'rows'; readonly sim: LiveSimulation; readonly rows: number[] }
  | { readonly kind: 'counter'; readonly sim: LiveSimulation; readonly counter: number }
  | { readonly kind: 'none' };

interface TrackState {
  readonly info: TrackInfo;
  source: TrackSource;
  /** Newest appends that changed it, with the least tick at which something ended in them. */
  readonly changes: Array<{ readonly seq: number; from: number }>;
}

/** An arrow between two tasks. */
export interface LiveFlow {
  readonly id: number;
  readonly at: number;
  readonly fromTask: number;
  readonly toTask: number;
  readonly fromTrack: number;
  readonly toTrack: number;
  readonly name: string;
}

/** An instant of a track. */
export interface LiveInstant {
  readonly at: number;
  readonly task: number;
  readonly name: number;
}

/** Everything that viewers see of a run: tracks, names, levels of detail, recent exact waits. Appended to by the run, read by views. */
export class LiveStore {
  readonly #options: LiveStoreOptions;
  readonly #tracks: TrackState[] = [];
  readonly #byName = new Map<string, number>();
  readonly #sims: LiveSimulation[] = [];
  readonly #stringIds = new Map<string, number>();
  readonly strings: string[] = [];
  /** Number of the newest append. */
  seq = 0;
  /** Wall time at which the newest thing was recorded, in ms since 1970. */
  wallMs = 0;
  /** Picoseconds of a tick of the first simulation: the unit of every time that is shown. */
  tickPs = 1;

  constructor(options: LiveStoreOptions = {}) {
    this.#options = options;
    this.string('');
  }

  get trackCount(): number {
    return this.#tracks.length;
  }

  get sims(): readonly LiveSimulation[] {
    return this.#sims;
  }

  /** Ticks up to which something is known. */
  get now(): number {
    return this.#sims.reduce((now, sim) => Math.max(now, sim.now), 0);
  }

  get tasks(): number {
    return this.#sims.reduce((sum, sim) => sum + sim.decoder.tasks, 0);
  }

  get bytes(): number {
    return this.#sims.reduce((sum, sim) => sum + sim.levels.bytes + sim.stretches.bytes, 0);
  }

  get exactFrom(): number {
    return this.#sims.reduce((from, sim) => Math.max(from, sim.stretches.exactFrom * sim.scale), 0);
  }

  /** Tracks by their ids, from 1. */
  track(id: number): TrackInfo | undefined {
    return this.#tracks[id - 1]?.info;
  }

  source(id: number): TrackSource {
    return this.#tracks[id - 1]?.source ?? { kind: 'none' };
  }

  /** Tracks with ids from `first` on, `count` at most. */
  tracks(first: number, count: number): TrackInfo[] {
    return this.#tracks.slice(first - 1, first - 1 + count).map((track) => track.info);
  }

  /** Whether a track has changed since append `seq`. */
  changedSince(id: number, seq: number): boolean {
    return (this.#tracks[id - 1]?.changes.at(-1)?.seq ?? 0) > seq;
  }

  /** The tick from which on a track has changed since append `seq`; 0 when that is no longer known. */
  changedFrom(id: number, seq: number): number {
    const { changes = [] } = this.#tracks[id - 1] ?? {};
    if (changes.length === mostChanges && changes[0]!.seq > seq) return 0;
    return changes.reduce((from, change) => (change.seq > seq ? Math.min(from, change.from) : from), this.now);
  }

  /** The number of a text. */
  string(text: string): number {
    let id = this.#stringIds.get(text);
    if (id === undefined) {
      if (this.strings.length >= mostStrings) return mostStrings - 1;
      id = this.strings.push(this.strings.length === mostStrings - 1 ? '…' : text.slice(0, 200)) - 1;
      this.#stringIds.set(text, id);
    }
    return id;
  }

  /** A simulation of the run begins. */
  addSimulation(sim: number, tickPs: number): void {
    if (this.#sims.length === 0) this.tickPs = tickPs;
    const track = this.#add('simulation', '', sim, `simulation ${sim}`, 0, '');
    this.#sims.push(new LiveSimulation(this, sim, track, tickPs, this.#options));
  }

  /** Takes what simulation `sim` told. */
  take(sim: number, chunk: TraceChunk, wallMs: number): void {
    this.seq++;
    this.wallMs = wallMs;
    this.#sims[sim - 1]?.decoder.read(chunk);
  }

  /** @internal */
  trackOf(sim: LiveSimulation, path: string, lane: string): number {
    if (path === '' && lane === '') return sim.track;
    const key = `${sim.number}\0${path}\0${lane}`;
    const known = this.#byName.get(key);
    if (known !== undefined) return known;
    const slash = path.lastIndexOf('/');
    const above =
      lane !== '' ? this.trackOf(sim, path, '') : slash < 0 ? sim.track : this.trackOf(sim, path.slice(0, slash), '');
    const id =
      lane !== ''
        ? this.#add('lane', path, sim.number, lane, above, '')
        : this.#add('actor', path, sim.number, path.slice(slash + 1), above, '');
    this.#byName.set(key, id);
    return id;
  }

  /** @internal */
  addRow(sim: LiveSimulation, track: number, row: number): void {
    const state = this.#tracks[track - 1]!;
    if (state.source.kind === 'rows') state.source.rows.push(row);
    else state.source = { kind: 'rows', sim, rows: [row] };
  }

  /** @internal */
  addCounter(sim: LiveSimulation, { path, name, unit }: CounterLabel, counter: number): number {
    const id = this.#add('counter', path, sim.number, name, this.trackOf(sim, path, ''), unit);
    this.#tracks[id - 1]!.source = { kind: 'counter', sim, counter };
    return id;
  }

  /** Something on a track ended, or will, at `from`. @internal */
  touch(track: number, from: number): void {
    const { changes } = this.#tracks[track - 1]!;
    const last = changes.at(-1);
    if (last !== undefined && last.seq === this.seq) {
      if (from < last.from) last.from = from;
      return;
    }
    if (changes.length === mostChanges) changes.shift();
    changes.push({ seq: this.seq, from });
  }

  #add(kind: TrackInfo['kind'], actor: string, sim: number, name: string, parent: number, unit: string): number {
    const id = this.#tracks.length + 1;
    const info = { id, parent, kind, name: name.slice(0, 200), order: id, unit: unit.slice(0, 40), actor, sim };
    this.#tracks.push({ info, source: { kind: 'none' }, changes: [] });
    return id;
  }
}

/** One simulation of a run in the store. */
export class LiveSimulation implements TraceConsumer {
  readonly number: number;
  readonly track: number;
  readonly levels: LevelsOfDetail;
  readonly stretches: RecentWaits;
  readonly decoder: TraceDecoder;
  /** The place of each row among those of its track. */
  readonly places: number[] = [];
  readonly flowList: LiveFlow[] = [];
  readonly instants = new Map<number, LiveInstant[]>();
  /** Ticks of the run in a tick of this simulation. */
  readonly scale: number;
  readonly #store: LiveStore;
  readonly #tracks: number[] = [];
  readonly #counterTracks: number[] = [];
  /** Of each row: its open task, where its present stretch began, and what it waits for. */
  readonly #task: number[] = [];
  readonly #mark: number[] = [];
  readonly #what: number[] = [];
  readonly #cause: number[] = [];
  #flows = 0;

  constructor(store: LiveStore, number: number, track: number, tickPs: number, options: LiveStoreOptions) {
    this.#store = store;
    this.number = number;
    this.track = track;
    this.scale = tickPs / store.tickPs;
    this.levels = new LevelsOfDetail({ budgetBytes: options.levelBytes ?? 128 << 20 });
    this.stretches = new RecentWaits(options.waitBytes ?? 64 << 20);
    this.decoder = new TraceDecoder([this.levels, this]);
  }

  /** In ticks of the run. */
  get now(): number {
    return this.decoder.now * this.scale;
  }

  row({ index, track: { path, lane }, place }: TraceRow): void {
    const track = this.#store.trackOf(this, path, lane);
    this.#tracks[index] = track;
    this.places[index] = place;
    this.#task[index] = 0;
    this.stretches.addRow();
    this.#store.addRow(this, track, index);
  }

  counter(index: number, label: CounterLabel): void {
    this.#counterTracks[index] = this.#store.addCounter(this, label, index);
  }

  begins(row: number, at: number, task: number, _label: TaskLabel): void {
    this.#task[row] = task;
    this.#cause[row] = noCause;
    this.#what[row] = 0;
    this.#mark[row] = at;
    this.#store.touch(this.#tracks[row]!, at * this.scale);
  }

  waits(row: number, at: number, _task: number, wait: WaitLabel): void {
    this.#close(row, at);
    this.#cause[row] = waitCauses.indexOf(wait.cause);
    this.#what[row] = this.#store.string(wait.what);
  }

  works(row: number, at: number): void {
    this.#close(row, at);
    this.#cause[row] = noCause;
    this.#what[row] = 0;
  }

  ends(row: number, at: number): void {
    this.#close(row, at);
    this.#task[row] = 0;
  }

  note(): void {}

  counts(counter: number, at: number): void {
    this.#store.touch(this.#counterTracks[counter]!, at * this.scale);
  }

  flows(fromRow: number, toRow: number, at: number, name: string): void {
    if (this.flowList.length >= 2 * mostFlows) this.flowList.splice(0, mostFlows);
    this.flowList.push({
      id: ++this.#flows,
      at,
      fromTask: this.#task[fromRow]!,
      toTask: this.#task[toRow]!,
      fromTrack: this.#tracks[fromRow]!,
      toTrack: this.#tracks[toRow]!,
      name,
    });
  }

  marks(row: number, at: number, name: string): void {
    const track = this.#tracks[row]!;
    let list = this.instants.get(track);
    if (list === undefined) {
      list = [];
      this.instants.set(track, list);
    }
    if (list.length >= 4096) list.splice(0, 2048);
    list.push({ at, task: this.#task[row]!, name: this.#store.string(name) });
    this.#store.touch(track, at * this.scale);
  }

  #close(row: number, at: number): void {
    if (at > this.#mark[row]!) this.stretches.add(row, at, this.#task[row]!, this.#what[row]!, this.#cause[row]!);
    this.#mark[row] = at;
    this.#store.touch(this.#tracks[row]!, at * this.scale);
  }
}
