import { batch, computed, type Signal, signal } from '@preact/signals';
import type { ComparableRun, Mark, ServerMessageOf } from '../../protocol/server-messages.ts';
import type { Item } from '../data/take-chunk.ts';
import { TraceData, type Track } from '../data/trace-data.ts';
import { makePalette } from '../draw/palette.ts';
import { formatSpan, formatTick } from '../view/time-scale.ts';
import { TimeView } from '../view/time-view.ts';
import { layoutTracks, type RowLayout } from '../view/track-layout.ts';
import type { LineState } from './live-connection.ts';
import type { TaskDetail } from './task-detail.ts';

/** What runs, as the server said it. */
export interface RunInfo {
  readonly runId: string;
  readonly scenario: string;
  readonly params: Readonly<Record<string, string | number | boolean>>;
  readonly seed: number;
  readonly tickPs: number;
}

export type Status = ServerMessageOf<'status'>;
export type Tab =
  | 'details'
  | 'blocking'
  | 'results'
  | 'counters'
  | 'memory'
  | 'table'
  | 'topology'
  | 'chart'
  | 'query'
  | 'histogram'
  | 'compare'
  | 'published';
export type Dialog = 'help' | 'palette' | 'note' | 'goto' | undefined;

const wordsEveryMs = 100;
const noRun: RunInfo = { runId: '', scenario: '', params: {}, seed: 0, tickPs: 1 };

/**
 * What the page knows and shows. Parts of the page read signals; the timeline asks to be drawn by `invalidate`. What belongs to one run is
 * made by `ofRun` or told by `onNewRun`, so that nothing of it is left when another run begins.
 */
export class PageState {
  readonly #forgets: Array<() => void> = [];
  readonly data = new TraceData();
  readonly time = new TimeView();
  readonly line = signal<LineState>({ kind: 'connecting' });
  readonly run = signal<RunInfo>(noRun);
  readonly status = this.ofRun<Status | undefined>(undefined);
  readonly canControl = signal(false);
  readonly viewerId = signal(0);
  readonly lossy = this.ofRun<ServerMessageOf<'lossy'> | undefined>(undefined);
  readonly marks = this.ofRun<readonly Mark[]>([]);
  readonly finished = this.ofRun<ServerMessageOf<'finished'> | undefined>(undefined);
  /** The newest state of the actor that is watched. */
  readonly watched = this.ofRun<ServerMessageOf<'patches'> | undefined>(undefined);
  /** The runs that can be compared, the newest last. */
  readonly runs = signal<readonly ComparableRun[]>([]);
  /** The moment of the past that is looked at; undefined: now. */
  readonly pastAt = this.ofRun<number | undefined>(undefined);
  /** How far a replay of the past is. */
  readonly seeking = this.ofRun<ServerMessageOf<'seeking'> | undefined>(undefined);
  /** What a screen reader hears and the foot shows. */
  readonly said = signal('');
  readonly selected = this.ofRun<Item | undefined>(undefined);
  readonly detail = this.ofRun<TaskDetail | undefined>(undefined);
  readonly hovered = this.ofRun<{ readonly item: Item; readonly x: number; readonly y: number } | undefined>(undefined);
  readonly area = this.ofRun<{ readonly from: number; readonly to: number } | undefined>(undefined);
  readonly tab = signal<Tab | undefined>(undefined);
  readonly isSideOpen = signal(true);
  readonly dialog = signal<Dialog>(undefined);
  readonly filter = signal('');
  readonly query = signal('');
  readonly found = this.ofRun<{ readonly text: string; readonly at: number; readonly total: number }>({
    text: '',
    at: 0,
    total: 0,
  });
  readonly closed = signal<ReadonlySet<number>>(new Set());
  readonly pinned = signal<ReadonlySet<number>>(new Set());
  readonly heat = signal(true);
  readonly isDark = signal(matchMedia('(prefers-color-scheme: dark)').matches);
  readonly palette = computed(() => makePalette(this.isDark.value));
  /** Counts changes of the range, for tables and labels: at most ten a second, the last one always. */
  readonly moved = signal(0);
  /** Whether counts of events, not times, take equal room on the axis. */
  readonly isByEvents = signal(false);
  readonly isFollowing = signal(true);
  readonly isFrozen = signal(false);
  readonly #shape = signal(0);
  readonly layout = computed<RowLayout>(() => {
    this.#shape.value;
    return layoutTracks(this.data, { closed: this.closed.value, pinned: this.pinned.value, filter: this.filter.value });
  });
  /** Pixels scrolled, and the height that shows rows. */
  scroll = 0;
  height = 500;
  cursorX = 0;
  /** Milliseconds from recording to painting of the newest thing on screen. */
  behindMs = 0;
  /** Set by the timeline. */
  scrollTo: (top: number) => void = () => {};
  #movedTimer = 0;
  #movedAt = Number.NEGATIVE_INFINITY;
  readonly #draws: Array<() => void> = [];
  readonly #moves: Array<() => void> = [];

  /** A signal of the present run: with another one it has this value again. */
  ofRun<Value>(initial: Value): Signal<Value> {
    const made = signal(initial);
    this.#forgets.push(() => {
      made.value = initial;
    });
    return made;
  }

  /** Calls `forget` when another run begins, while `run` is still the one before. */
  onNewRun(forget: () => void): void {
    this.#forgets.push(forget);
  }

  /** Another run: of the one before nothing is left but how the reader looks at its scenario. */
  begin(run: RunInfo): void {
    const before = this.run.peek().scenario;
    const isSame = before === '' || before === run.scenario;
    batch(() => {
      this.data.clear();
      this.time.begin(isSame);
      this.behindMs = 0;
      for (const forget of this.#forgets) forget();
      // Tracks have other numbers in another scenario.
      if (!isSame) {
        this.closed.value = new Set();
        this.pinned.value = new Set();
      }
      this.run.value = run;
    });
    this.reshape();
    this.changed();
  }

  /** Calls `draw` after each change that moves pixels. */
  onDraw(draw: () => void): void {
    this.#draws.push(draw);
  }

  /** Calls `move` after each change of the range, the rows or what is chosen. */
  onMove(move: () => void): void {
    this.#moves.push(move);
  }

  /** Asks for a frame. */
  invalidate(): void {
    for (const draw of this.#draws) draw();
  }

  /** After any change of the range: draw, ask the server, keep the link. */
  changed(): void {
    this.isFollowing.value = this.time.follow;
    this.isFrozen.value = this.time.frozen;
    this.#tellMoved();
    this.invalidate();
    for (const move of this.#moves) move();
  }

  /** Words need not change sixty times a second, and each change costs what a frame may. */
  #tellMoved(): void {
    if (this.#movedTimer !== 0) return;
    const rest = this.#movedAt + wordsEveryMs - performance.now();
    const tell = (): void => {
      this.#movedTimer = 0;
      this.#movedAt = performance.now();
      this.moved.value++;
    };
    if (rest <= 0) tell();
    else this.#movedTimer = setTimeout(tell, rest) as unknown as number;
  }

  /** After any change of the catalogue or of the rows that a track needs: lays the rows out anew. */
  reshape(): void {
    this.#shape.value++;
  }

  toggle(set: 'closed' | 'pinned', track: number): void {
    const next = new Set(this[set].value);
    if (!next.delete(track)) next.add(track);
    this[set].value = next;
    this.changed();
  }

  say(text: string): void {
    this.said.value = text;
  }

  complain(error: unknown): void {
    this.say(error instanceof Error ? error.message : String(error));
  }

  span(ticks: number): string {
    return formatSpan(ticks, this.run.value.tickPs);
  }

  at(tick: number): string {
    return formatTick(tick, Math.max(1, this.time.ticksPerPixel), this.run.value.tickPs);
  }

  nameOf(item: Item): string {
    const { value: detail } = this.detail;
    return item.name === 0 && detail?.task === item.task ? detail.name : this.data.name(item.name);
  }

  track(id: number): Track | undefined {
    return this.data.tracks.get(id);
  }

  /** Number of the simulation a task belongs to. */
  simOf(item: Item | undefined): number | undefined {
    return item === undefined ? undefined : this.track(item.track)?.sim;
  }
}
