import { computed, signal } from '@preact/signals';
import type { Chunk } from '../../protocol/chunk.ts';
import type { AnalysisKind, ControlMessage } from '../../protocol/client-messages.ts';
import type { Mark, ServerMessage, ServerMessageOf, Table } from '../../protocol/server-messages.ts';
import { type Item, itemsOf, stretchesOf, takeChunk } from '../data/take-chunk.ts';
import { TraceData, type Track } from '../data/trace-data.ts';
import { makePalette, waitCauses } from '../draw/palette.ts';
import { formatSpan, formatTick } from '../view/time-scale.ts';
import { TimeView } from '../view/time-view.ts';
import { layoutTracks, type Row, type RowLayout } from '../view/track-layout.ts';
import { fetchJson } from './api.ts';
import { noLink, readLink, type ViewLink, writeLink } from './deep-link.ts';
import { type LineState, LiveConnection, type Request } from './live-connection.ts';
import { readDetail, type TaskDetail } from './task-detail.ts';

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
  | 'compare';
export type Dialog = 'help' | 'palette' | 'note' | 'goto' | undefined;
type ControlOp = ControlMessage extends infer M
  ? M extends ControlMessage
    ? Omit<M, 'requestId' | 'controlToken' | 'type'>
    : never
  : never;

const mainView = 1;
const viewEveryMs = 100;
const linkEveryMs = 400;
const noRun: RunInfo = { runId: '', scenario: '', params: {}, seed: 0, tickPs: 1 };

/** The state of the page and what can be done to it. Parts of the page read signals; the timeline asks to be drawn by `invalidate`. */
export class Viewer {
  readonly data = new TraceData();
  readonly time = new TimeView();
  readonly line = signal<LineState>({ kind: 'connecting' });
  readonly run = signal<RunInfo>(noRun);
  readonly status = signal<Status | undefined>(undefined);
  readonly canControl = signal(false);
  readonly viewerId = signal(0);
  readonly lossy = signal<ServerMessageOf<'lossy'> | undefined>(undefined);
  readonly marks = signal<readonly Mark[]>([]);
  readonly finished = signal<ServerMessageOf<'finished'> | undefined>(undefined);
  /** What a screen reader hears and the foot shows. */
  readonly said = signal('');
  readonly selected = signal<Item | undefined>(undefined);
  readonly detail = signal<TaskDetail | undefined>(undefined);
  readonly hovered = signal<{ readonly item: Item; readonly x: number; readonly y: number } | undefined>(undefined);
  readonly area = signal<{ readonly from: number; readonly to: number } | undefined>(undefined);
  readonly tab = signal<Tab | undefined>(undefined);
  readonly isSideOpen = signal(true);
  readonly dialog = signal<Dialog>(undefined);
  readonly filter = signal('');
  readonly query = signal('');
  readonly found = signal<{ readonly text: string; readonly at: number; readonly total: number }>({
    text: '',
    at: 0,
    total: 0,
  });
  readonly closed = signal<ReadonlySet<number>>(new Set());
  readonly pinned = signal<ReadonlySet<number>>(new Set());
  readonly heat = signal(true);
  readonly isDark = signal(matchMedia('(prefers-color-scheme: dark)').matches);
  readonly palette = computed(() => makePalette(this.isDark.value));
  /** Counts drawn changes of the range, for tables and labels. */
  readonly moved = signal(0);
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
  behindMs = 0;
  link: ViewLink = noLink;
  readonly live: LiveConnection;
  readonly #draws: Array<() => void> = [];
  #viewTimer = 0;
  #linkTimer = 0;
  #asked = '';
  #clockOffset = 0;
  #newestWall = 0;
  readonly #chain: Item[] = [];
  #isRestoring = false;

  constructor() {
    this.link = readLink(location.hash);
    const stored = readStored('theme');
    if (stored !== null) this.isDark.value = stored === 'dark';
    this.filter.value = this.link.filter;
    this.query.value = this.link.query;
    this.closed.value = new Set(this.link.closed);
    this.pinned.value = new Set(this.link.pinned);
    this.tab.value = this.link.tab === '' ? 'blocking' : this.link.tab === 'none' ? undefined : (this.link.tab as Tab);
    if (this.link.from !== undefined && this.link.to !== undefined && this.link.to > this.link.from) {
      this.time.from = this.link.from;
      this.time.to = this.link.to;
      this.time.follow = false;
      this.isFollowing.value = false;
    }
    this.#isRestoring = this.link.task !== undefined;
    this.live = new LiveConnection(
      { token: this.link.token, control: this.link.control },
      {
        line: (state) => this.#onLine(state),
        message: (message) => this.#onMessage(message),
        chunk: (chunk) => this.#onChunk(chunk),
      },
    );
  }

  start(): void {
    this.live.open();
    addEventListener('hashchange', () => {
      const link = readLink(location.hash);
      if (link.token !== this.link.token) location.reload();
      else if (
        link.from !== undefined &&
        link.to !== undefined &&
        (link.from !== this.link.from || link.to !== this.link.to)
      )
        this.show(link.from, link.to, 0);
    });
  }

  /** Calls `draw` in the next frame after each change that moves pixels. */
  onDraw(draw: () => void): void {
    this.#draws.push(draw);
  }

  invalidate(): void {
    for (const draw of this.#draws) draw();
  }

  // Words

  say(text: string): void {
    this.said.value = text;
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

  // Moving

  /** After any change of the range: draw, ask the server, keep the link. */
  changed(): void {
    this.isFollowing.value = this.time.follow;
    this.isFrozen.value = this.time.frozen;
    this.moved.value++;
    this.invalidate();
    if (this.#viewTimer === 0)
      this.#viewTimer = setTimeout(() => {
        this.#viewTimer = 0;
        this.askView();
      }, viewEveryMs) as unknown as number;
    clearTimeout(this.#linkTimer);
    this.#linkTimer = setTimeout(() => this.#keepLink(), linkEveryMs) as unknown as number;
  }

  zoom(factor: number, x = this.cursorX): void {
    this.time.remember(performance.now());
    this.time.zoom(factor, x);
    this.changed();
  }

  pan(pixels: number): void {
    this.time.remember(performance.now());
    this.time.pan(pixels);
    this.changed();
  }

  show(from: number, to: number, margin = 0.05): void {
    this.time.show(from, to, margin);
    this.changed();
  }

  fitAll(): void {
    this.time.fitAll();
    this.changed();
  }

  back(): void {
    if (!this.time.back()) this.say('No earlier view.');
    this.changed();
  }

  /** F: the selection or area; what is fitted already, everything. */
  fit(): void {
    const target = this.selected.value ?? undefined;
    const area = this.area.value ?? (target === undefined ? undefined : { from: target.start, to: target.end });
    const { from, to } = this.time;
    if (area === undefined) this.fitAll();
    else {
      this.time.show(area.from, area.to);
      if (
        Math.abs(this.time.from - from) < this.time.ticksPerPixel &&
        Math.abs(this.time.to - to) < this.time.ticksPerPixel
      )
        this.time.fitAll();
      this.changed();
    }
  }

  /** Space: the view stands still or goes on; the run does not care. */
  toggleView(): void {
    const { time } = this;
    if (time.follow && !time.frozen) {
      time.frozen = true;
      this.say('View paused; the run goes on.');
    } else {
      time.frozen = false;
      time.follow = true;
      time.advance(time.limit);
      this.say('View follows the run.');
    }
    this.changed();
  }

  /** L: follow the live edge; pressed again, with the present zoom or all of the run. */
  toggleFollow(): void {
    const { time } = this;
    if (time.follow && !time.frozen)
      time.followSpan = time.followSpan === undefined ? Math.max(1, time.limit / 10) : undefined;
    else {
      time.followSpan = time.to >= time.limit && time.from <= 0 ? undefined : time.span;
      time.follow = true;
      time.frozen = false;
    }
    time.advance(time.limit);
    this.say(
      time.followSpan === undefined
        ? 'Follows the run, all of it in view.'
        : `Follows the run, ${this.span(time.followSpan)} in view.`,
    );
    this.changed();
  }

  /** Tells the server what is on screen: the rows shown and half a screen more on both sides. */
  askView(): void {
    const { time, layout } = this;
    const rows = layout.value.rows;
    const top = this.scroll - this.height;
    const bottom = this.scroll + 2 * this.height;
    const tracks: number[] = [];
    for (const row of rows)
      if (row.y + row.height > top && row.y < bottom && row.track.kind !== 'simulation') tracks.push(row.track.id);
    if (tracks.length === 0 || time.width < 10) return;
    const isLive = time.follow && !time.frozen;
    // The margin moves in steps, so that small pans and the growth of a run that is followed do not ask anew each time.
    const step = 2 ** Math.floor(Math.log2(Math.max(1, time.span / 2)));
    const from = Math.max(0, Math.floor((time.from - time.span / 4) / step) * step);
    const to = Math.ceil((time.to + time.span / 4) / step) * step;
    const width = Math.min(16_384, Math.max(1, Math.round((to - from) / 2 ** (time.level - 0.5))));
    const message = {
      type: 'view',
      viewId: mainView,
      from,
      to,
      width,
      tracks: tracks.slice(0, 2000),
      follow: isLive || to >= time.limit,
    } as const;
    const key = JSON.stringify(message);
    if (key === this.#asked) return;
    this.#asked = key;
    this.live.send(message);
    this.data.trim(time.from - time.span, time.to + time.span, time.level);
  }

  // Choosing

  /** What is drawn at a pixel of the rows, `undefined` for nothing. Narrow items are found up to three pixels beside them. */
  hit(x: number, y: number): Item | undefined {
    const row = this.rowAt(y);
    if (row === undefined || row.kind !== 'slices') return undefined;
    const depth = Math.max(0, Math.min(row.depths - 1, Math.floor((y + this.scroll - row.y) / 20)));
    const { time } = this;
    const at = time.timeAt(x);
    const reach = 3 * time.ticksPerPixel;
    let best: Item | undefined;
    let bestDistance = Number.POSITIVE_INFINITY;
    for (const item of itemsOf(this.data, row.track.id, at - reach, at + reach, time.level)) {
      if (item.depth !== depth) continue;
      const distance = at < item.start ? item.start - at : at > item.end ? at - item.end : 0;
      if (distance > reach || distance > bestDistance || (distance === bestDistance && item.isCollapsed)) continue;
      best = item;
      bestDistance = distance;
    }
    return best;
  }

  rowAt(y: number): Row | undefined {
    return this.layout.value.rows.find((row) => row.y <= y + this.scroll && row.y + row.height > y + this.scroll);
  }

  /** Selects a task and asks what it waited for; a collapsed item is opened by zooming into it. */
  select(item: Item | undefined, options: { readonly open?: boolean; readonly keepChain?: boolean } = {}): void {
    if (options.keepChain !== true) this.#chain.length = 0;
    this.selected.value = item;
    this.detail.value = undefined;
    this.changed();
    if (item === undefined) return;
    const where = this.track(item.track);
    if (item.isCollapsed) {
      this.say(
        `${item.count} tasks end between ${this.at(item.start)} and ${this.at(item.end)}: zoom in to see them apart.`,
      );
      return;
    }
    if (options.open === true && this.tab.value !== 'histogram') this.tab.value = 'details';
    this.say(
      `${this.nameOf(item)} on ${where?.actor ?? ''} ${where?.kind === 'lane' ? where.name : ''}, ${this.span(item.end - item.start)} from ${this.at(item.start)}.`,
    );
    if (item.isOpen) this.detail.value = this.#heldDetail(item);
    else void this.loadDetail(item.task, where?.sim);
  }

  /** What the page itself knows of a task that has not ended: the server answers for ended ones. */
  #heldDetail(item: Item): TaskDetail {
    const where = this.track(item.track);
    const stretches = stretchesOf(this.data, item, this.time.level).map(({ from, until, cause, what }) => ({
      from,
      until,
      cause: waitCauses[cause] ?? '',
      what: this.data.name(what),
      by: 0,
    }));
    const last = stretches[stretches.length - 1]?.until ?? item.start;
    if (last < item.end)
      stretches.push({ from: last, until: item.end, cause: waitCauses[item.cause] ?? '', what: '', by: 0 });
    const name = this.data.name(item.name);
    return {
      task: item.task,
      kind: '',
      name,
      path: where?.actor ?? '',
      lane: where?.kind === 'lane' ? where.name : '',
      parent: 0,
      start: item.start,
      end: item.end,
      args: {},
      stretches,
      chain: [],
      flows: [],
      next: undefined,
    };
  }

  async loadDetail(task: number, sim: number | undefined): Promise<void> {
    try {
      const { value } = await this.live.request({
        type: 'detail',
        taskId: task,
        ...(sim === undefined ? {} : { sim }),
      });
      if (this.selected.value?.task === task) this.detail.value = readDetail(value);
    } catch (error) {
      this.complain(error);
    }
  }

  /** Goes to a task anywhere in the trace and shows it. */
  async goto(task: number, sim?: number): Promise<void> {
    try {
      const { value } = await this.live.request({
        type: 'detail',
        taskId: task,
        ...(sim === undefined ? {} : { sim }),
      });
      const detail = readDetail(value);
      const from = this.selected.value;
      if (from !== undefined) this.#chain.push(from);
      const item = this.#itemOf(detail, sim ?? this.simOf(from));
      this.selected.value = item;
      this.detail.value = detail;
      this.tab.value ??= 'details';
      if (
        item.start < this.time.from ||
        item.end > this.time.to ||
        item.end - item.start < 8 * this.time.ticksPerPixel
      ) {
        const margin = Math.max(item.end - item.start, this.time.span / 20);
        this.show(item.start - margin, item.end + margin, 0);
      }
      this.reveal(item.track);
      this.say(`${detail.name} on ${detail.path}, ${this.span(item.end - item.start)} from ${this.at(item.start)}.`);
      this.changed();
    } catch (error) {
      this.complain(error);
    }
  }

  /** Number of the simulation a task belongs to. */
  simOf(item: Item | undefined): number | undefined {
    return item === undefined ? undefined : this.track(item.track)?.sim;
  }

  /** A task as an item of its track; its depth is known when the page holds it. */
  #itemOf({ task, path, lane, start, end }: TaskDetail, sim: number | undefined): Item {
    let track = 0;
    for (const one of this.data.tracks.values())
      if (
        one.actor === path &&
        (sim === undefined || one.sim === sim) &&
        (lane === '' ? one.kind === 'actor' || one.kind === 'simulation' : one.kind === 'lane' && one.name === lane)
      )
        track = one.id;
    const held =
      track === 0
        ? undefined
        : itemsOf(this.data, track, start, Math.max(end, start + 1), this.time.level).find(
            (item) => item.task === task && !item.isCollapsed,
          );
    return (
      held ?? {
        track,
        depth: 0,
        start,
        end,
        task,
        name: 0,
        count: 1,
        busy: 1,
        cause: 255,
        isOpen: false,
        isCollapsed: false,
      }
    );
  }

  /** `]`: to whoever ended the longest wait of the selection. */
  forward(): void {
    const { value: detail } = this.detail;
    const by = detail?.next;
    if (by === undefined)
      this.say(detail === undefined ? 'Select a task first.' : 'Nobody is known to have ended a wait of this task.');
    else void this.goto(by, this.simOf(this.selected.value));
  }

  /** `[`: back along the way that was followed. */
  backward(): void {
    const before = this.#chain.pop();
    if (before === undefined) this.say('This is where the way began.');
    else {
      this.select(before, { keepChain: true });
      this.reveal(before.track);
    }
  }

  /** Scrolls so that the row of a track is seen, opening what hides it. */
  reveal(track: number): void {
    const closed = new Set(this.closed.value);
    let parent = this.track(track)?.parent ?? 0;
    while (parent !== 0) {
      closed.delete(parent);
      parent = this.track(parent)?.parent ?? 0;
    }
    if (closed.size !== this.closed.value.size) this.closed.value = closed;
    const row = this.layout.value.rows.find((one) => one.track.id === track);
    if (row === undefined) return;
    if (row.y < this.scroll || row.y + row.height > this.scroll + this.height)
      this.scrollTo(Math.max(0, row.y - this.height / 3));
  }

  /** Set by the timeline. */
  scrollTo: (top: number) => void = () => {};

  /** The slice before or after the selected one on its row; the first one in view without a selection. */
  neighbour(direction: -1 | 1): void {
    const { value: item } = this.selected;
    const { time } = this;
    if (item === undefined) {
      const row = this.layout.value.rows.find((one) => one.kind === 'slices' && one.y >= this.scroll);
      if (row !== undefined) this.select(itemsOf(this.data, row.track.id, time.from, time.to, time.level)[0]);
      return;
    }
    const all = itemsOf(this.data, item.track, time.from - time.span, time.to + time.span, time.level).filter(
      (one) => one.depth === item.depth,
    );
    const next =
      direction > 0
        ? all.find((one) => one.start >= item.end && one.task !== item.task)
        : all.filter((one) => one.end <= item.start && one.task !== item.task).pop();
    if (next === undefined) {
      this.say(direction > 0 ? 'No later task here.' : 'No earlier task here.');
      return;
    }
    this.select(next);
    if (next.start < time.from || next.end > time.to) {
      const middle = (next.start + next.end) / 2;
      this.show(middle - time.span / 2, middle + time.span / 2, 0);
    }
  }

  /** The task nearest in time on the row above or below. */
  neighbourRow(direction: -1 | 1): void {
    const { value: item } = this.selected;
    if (item === undefined) {
      this.neighbour(1);
      return;
    }
    const lanes: Array<readonly [Row, number]> = [];
    for (const row of this.layout.value.rows)
      if (row.kind === 'slices') for (let depth = 0; depth < row.depths; depth++) lanes.push([row, depth]);
    let at = lanes.findIndex(([row, depth]) => row.track.id === item.track && depth === item.depth);
    const { time } = this;
    const middle = Math.min(Math.max((item.start + item.end) / 2, time.from), time.to);
    for (at += direction; at >= 0 && at < lanes.length; at += direction) {
      const [row, depth] = lanes[at]!;
      const all = itemsOf(this.data, row.track.id, time.from, time.to, time.level).filter((one) => one.depth === depth);
      let best: Item | undefined;
      let least = Number.POSITIVE_INFINITY;
      for (const one of all) {
        const distance = Math.max(0, one.start - middle, middle - one.end);
        if (distance < least) {
          least = distance;
          best = one;
        }
      }
      if (best === undefined) continue;
      this.select(best);
      this.reveal(row.track.id);
      return;
    }
    this.say(direction > 0 ? 'This is the last row.' : 'This is the first row.');
  }

  /** Enter and Shift+Enter: the next task whose name has the search text, across the rows. */
  search(text: string, direction: -1 | 1): void {
    const wanted = text.trim().toLowerCase();
    if (wanted === '') return;
    const { time } = this;
    const hits: Item[] = [];
    for (const row of this.layout.value.rows)
      if (row.kind === 'slices')
        for (const item of itemsOf(this.data, row.track.id, time.from, time.to, time.level))
          if (!item.isCollapsed && this.nameOf(item).toLowerCase().includes(wanted)) hits.push(item);
    hits.sort((a, b) => a.start - b.start || a.track - b.track);
    if (hits.length === 0) {
      this.found.value = { text, at: 0, total: 0 };
      this.say(`No task in view is named ${text}.`);
      return;
    }
    const now = this.selected.value;
    const at = hits.findIndex((item) => item.task === now?.task && item.track === now.track);
    const next = at < 0 ? (direction > 0 ? 0 : hits.length - 1) : (at + direction + hits.length) % hits.length;
    this.found.value = { text, at: next + 1, total: hits.length };
    this.select(hits[next]);
    this.reveal(hits[next]!.track);
  }

  toggle(set: 'closed' | 'pinned', track: number): void {
    const next = new Set(this[set].value);
    if (!next.delete(track)) next.add(track);
    this[set].value = next;
    this.changed();
  }

  toggleTheme(): void {
    this.isDark.value = !this.isDark.value;
    try {
      localStorage.setItem('escapement-theme', this.isDark.value ? 'dark' : 'light');
    } catch {
      // A browser that keeps nothing forgets the theme: no more than that.
    }
    this.invalidate();
  }

  // The server

  async control(op: ControlOp): Promise<void> {
    if (!this.canControl.value) {
      this.say('This link only watches: the run is controlled by the link with the control token.');
      return;
    }
    try {
      await this.live.request({ type: 'control', ...op } as Request);
    } catch (error) {
      this.complain(error);
    }
  }

  toggleRun(): void {
    void this.control({ op: this.status.value?.state === 'paused' ? 'resume' : 'pause' } as ControlOp);
  }

  async analyse(
    kind: AnalysisKind,
    args?: { readonly kind?: string; readonly sim?: number },
  ): Promise<Table | undefined> {
    const area = this.area.value;
    const range = area === undefined ? {} : { from: Math.max(0, area.from), to: area.to };
    const { table } = await this.live.request({
      type: 'analyze',
      kind,
      ...range,
      ...(args === undefined ? {} : { args }),
    });
    return table;
  }

  async addMark(text: string): Promise<void> {
    const item = this.selected.value;
    const area = this.area.value;
    const tick = Math.max(0, Math.round(area?.from ?? item?.start ?? this.time.timeAt(this.cursorX)));
    const tick2 = area?.to ?? item?.end;
    try {
      await this.live.request({
        type: 'mark',
        op: 'add',
        tick,
        text,
        ...(tick2 === undefined ? {} : { tick2: Math.round(tick2) }),
        ...(item === undefined ? {} : { track: item.track }),
      });
      this.say(`Marked ${this.at(tick)}.`);
    } catch (error) {
      this.complain(error);
    }
  }

  complain(error: unknown): void {
    this.say(error instanceof Error ? error.message : String(error));
  }

  /** Milliseconds from the recording of the newest thing on screen to now; called after painting. */
  noteDelay(): void {
    if (this.#newestWall === 0) return;
    this.behindMs = Math.max(0, Date.now() + this.#clockOffset - this.#newestWall);
    this.#newestWall = 0;
  }

  linkText(): string {
    const { time, selected, tab, query, filter, pinned, closed, run } = this;
    return writeLink({
      token: this.link.token,
      control: this.link.control,
      run: run.value.runId,
      from: time.follow && !time.frozen ? undefined : Math.round(time.from),
      to: time.follow && !time.frozen ? undefined : Math.round(time.to),
      task: selected.value === undefined || selected.value.isCollapsed ? undefined : selected.value.task,
      tab: tab.value ?? 'none',
      query: query.value,
      filter: filter.value,
      pinned: [...pinned.value],
      closed: [...closed.value].slice(0, 100),
    });
  }

  #keepLink(): void {
    const text = this.linkText();
    if (text === location.hash) return;
    this.link = readLink(text);
    history.replaceState(null, '', text);
  }

  #onLine(state: LineState): void {
    const before = this.line.value;
    this.line.value = state;
    if (state.kind === 'waiting' && before.kind !== 'waiting') this.say(`${state.reason}: trying again.`);
    if (state.kind === 'refused') this.say(state.reason);
    if (state.kind === 'open') this.#asked = '';
  }

  #onMessage(message: ServerMessage): void {
    switch (message.type) {
      case 'welcome': {
        const { runId, scenario, params, seed, tickPs, now, viewerId, canControl, resumed, storeSeq } = message;
        if (!resumed) this.#anew({ runId, scenario, params, seed, tickPs });
        else this.say('Connected again.');
        this.viewerId.value = viewerId;
        this.canControl.value = canControl;
        this.live.resume = {
          runId,
          storeSeq: resumed ? Math.max(this.data.storeSeq, 0) : Math.min(storeSeq, this.data.storeSeq),
        };
        this.time.advance(now);
        this.changed();
        this.askView();
        break;
      }
      case 'run': {
        const { runId, scenario, params, seed, tickPs } = message;
        if (runId === this.run.value.runId) {
          this.run.value = { runId, scenario, params, seed, tickPs };
          break;
        }
        this.#anew({ runId, scenario, params, seed, tickPs });
        this.live.resume = { runId, storeSeq: 0 };
        this.say(`A new run: ${scenario}.`);
        break;
      }
      case 'tracks':
        this.data.addTracks(message.added, message.removed);
        this.#shape.value++;
        this.#asked = '';
        this.changed();
        break;
      case 'status': {
        const before = this.status.value?.state;
        this.status.value = message;
        this.#clockOffset = message.wallMs - Date.now();
        if (this.time.advance(message.now) || this.time.follow) this.changed();
        else this.invalidate();
        if (this.live.resume !== undefined)
          this.live.resume.storeSeq = Math.max(this.live.resume.storeSeq, this.data.storeSeq);
        if (before !== message.state) this.#sayState(message);
        if (message.state === 'finished' && this.finished.value === undefined) void this.#fetchReport();
        break;
      }
      case 'lossy':
        this.lossy.value = message.level === 0 ? undefined : message;
        this.say(
          message.level === 0
            ? 'The picture is sharp again.'
            : `The picture is coarser by 2^${message.level}: ${message.reason}.`,
        );
        break;
      case 'controlled':
        this.say(`Viewer ${message.by}: ${message.op} at ${this.at(message.at)}.`);
        break;
      case 'finished':
        this.finished.value = message;
        break;
      case 'marks':
        this.marks.value = message.marks;
        this.invalidate();
        break;
      case 'patches':
        this.watched.value = message;
        break;
      case 'refuse':
        this.say(`${message.message} ${message.hint}`);
        break;
      case 'error':
        this.say(`${message.message} ${message.hint}`);
        break;
      default:
        break;
    }
  }

  /** The newest state of the actor that is watched. */
  readonly watched = signal<ServerMessageOf<'patches'> | undefined>(undefined);

  #sayState({ state, paused, now, error }: Status): void {
    if (state === 'paused')
      this.say(`Run paused at ${this.at(paused?.at ?? now)}${paused === null ? '' : ` by viewer ${paused.by}`}.`);
    else if (state === 'failed') this.say(`Run failed: ${error ?? 'no reason given'}`);
    else if (state === 'finished') this.say(`Run finished at ${this.at(now)}.`);
    else if (state === 'running') this.say('Run goes on.');
  }

  /** Who joins after the end is not told of it: the report is fetched. */
  async #fetchReport(): Promise<void> {
    const { runId } = this.run.value;
    try {
      const answer = (await fetchJson(this, 'run')) as {
        readonly runId: string;
        readonly report: { readonly fingerprint: string } | null;
      };
      if (answer.report !== null && answer.runId === runId)
        this.finished.value = {
          type: 'finished',
          now: this.time.limit,
          fingerprint: answer.report.fingerprint,
          summary: answer.report,
        };
    } catch (error) {
      this.complain(error);
    }
  }

  #anew(run: RunInfo): void {
    this.run.value = run;
    this.data.clear();
    this.selected.value = undefined;
    this.detail.value = undefined;
    this.area.value = undefined;
    this.finished.value = undefined;
    this.lossy.value = undefined;
    this.marks.value = [];
    this.#asked = '';
    this.#shape.value++;
    this.changed();
  }

  #onChunk(chunk: Chunk): void {
    if (takeChunk(this.data, chunk)) {
      this.#shape.value++;
      this.changed();
    }
    if (chunk.kind !== 'unknown' && chunk.wallMs > this.#newestWall) this.#newestWall = chunk.wallMs;
    if (this.#isRestoring && chunk.kind === 'slices' && this.link.task !== undefined) {
      this.#isRestoring = false;
      void this.goto(this.link.task);
    }
    this.invalidate();
  }
}

function readStored(key: string): string | null {
  try {
    return localStorage.getItem(`escapement-${key}`);
  } catch {
    return null;
  }
}
