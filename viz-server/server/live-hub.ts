import { randomBytes } from 'node:crypto';
import { loadScenario } from '../../scenarios/cli/load-scenario.ts';
import { paramsToJson, resolveParams } from '../../scenarios/kit/parameters.ts';
import type { RunReport } from '../../scenarios/kit/run-scenario.ts';
import type { Scenario } from '../../scenarios/kit/scenario.ts';
import { registry } from '../../scenarios/registry.ts';
import {
  type ActorWorld,
  type ClientMessage,
  type ClientMessageOf,
  type ComparableRun,
  type ControlMessage,
  closeCodes,
  limits,
  type Mark,
  protocolVersion,
  type RunState,
  type ServerMessage,
  type ServerMessageOf,
} from '../protocol/index.ts';
import type { ActorLook } from './actor-look.ts';
import { AnalysisHost } from './analysis-host.ts';
import type { AnalysisAnswer, Question } from './analysis-link.ts';
import { liveErrors } from './errors.ts';
import { LiveStore, type LiveStoreOptions } from './live-store.ts';
import { MarkBook } from './mark-book.ts';
import { PastHost, type PastHostOptions, type PastQuestion } from './past-host.ts';
import type { Moment } from './past-link.ts';
import { archived, RunBook } from './run-book.ts';
import { eventCondition } from './run-gate.ts';
import { RunHost } from './run-host.ts';
import type { FromRun, RunPosition, Stand } from './run-link.ts';
import { Viewer, type ViewerHost, type ViewerSocket } from './viewer.ts';
import { Waypoints } from './waypoints.ts';

type Values = Readonly<Record<string, string | number | boolean>>;

export interface LiveHubOptions {
  /** Decides what tokens permit. */
  readonly rightsOf: ViewerHost['rightsOf'];
  readonly mayControl: ViewerHost['mayControl'];
  readonly engine: string;
  /** A scenario of one's own that viewers may start beside those of the package: a path that the command line named. */
  readonly file?: string | undefined;
  readonly store?: LiveStoreOptions | undefined;
  /** Folder in which marks are kept beyond the server's end. */
  readonly marks?: string | undefined;
  readonly past?: PastHostOptions | undefined;
  /** Wall clock in ms that never goes back. */
  readonly clock?: () => number;
}

/** Wall time between two looks at what viewers are owed, and between two `status`, in ms. */
const pumpMs = 50;
const statusMs = 250;
/** Wall time that one round of sending may take before sockets are read again, in ms. */
const roundMs = 12;
/** Rest after a round, in its lengths. */
const restFactor = 2;
const worldMs = 5000;

const nowhere: RunPosition = {
  sim: 0,
  now: 0,
  events: 0,
  queue: 0,
  trail: '',
  paused: null,
  speed: null,
  progress: null,
};

/** Which actor, and when: after the events of a tick of the run, after so many events, or now. */
export interface WorldQuestion {
  /** 0: the newest. */
  readonly sim: number;
  readonly actor: string;
  readonly at?: number | undefined;
  readonly event?: number | undefined;
  /** Who asks, for whom only the newest moment counts. */
  readonly by?: number | undefined;
  readonly onProgress?: PastQuestion['onProgress'];
}

/** One server: the run, what it told, and everybody who watches. Sockets and HTTP are outside. */
export class LiveHub implements ViewerHost {
  store: LiveStore;
  readonly clock: () => number;
  readonly #options: LiveHubOptions;
  readonly #analysis = new AnalysisHost();
  readonly #viewers = new Set<Viewer>();
  readonly #marks: MarkBook;
  readonly #waypoints = new Waypoints();
  #past: PastHost | undefined = undefined;
  #nextAsker = 0;
  readonly #worlds = new Map<number, (look: ActorLook | undefined) => void>();
  readonly #timers: NodeJS.Timeout[];
  #run: RunHost | undefined = undefined;
  #runId = 'none';
  #scenario = '';
  #given: Values = {};
  #params: Values = {};
  #seed = 0;
  #state: RunState = 'idle';
  #position: RunPosition = nowhere;
  #report: RunReport | undefined = undefined;
  #error: string | null = null;
  #nextViewer = 0;
  #nextWorld = 0;
  #lastRate = { wallMs: 0, events: 0, now: 0 };
  #eventsPerSecond = 0;
  #ratio = 0;
  #isAwake = false;
  #restUntil = 0;
  #onEnd: Array<() => void> = [];

  readonly runs: RunBook;

  /** Throws LIVE_MARKS for a folder in which nothing can be written. */
  constructor(options: LiveHubOptions) {
    this.#options = options;
    this.#marks = new MarkBook(options.marks);
    this.runs = new RunBook({
      analysis: this.#analysis,
      load: (scenario) => this.load(scenario),
      tickPs: () => this.store.tickPs,
      changed: () => this.#broadcast({ type: 'runs', runs: this.runs.list() }),
    });
    this.store = new LiveStore(options.store);
    this.clock = options.clock ?? (() => performance.now());
    this.#timers = [setInterval(() => this.wake(), pumpMs), setInterval(() => this.#tellStatus(), statusMs)];
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  get runId(): string {
    return this.#runId;
  }

  get state(): RunState {
    return this.#state;
  }

  /** The report of the run, when it has finished. */
  get report(): RunReport | undefined {
    return this.#report;
  }

  get error(): string | null {
    return this.#error;
  }

  get marks(): readonly Mark[] {
    return this.#marks.list(this.store.tracks(1, this.store.trackCount));
  }

  /** Whether a replay of the past computes now. */
  get isSeeking(): boolean {
    return this.#past?.isSeeking === true;
  }

  rightsOf(token: string, controlToken: string | undefined): { readonly canControl: boolean } | undefined {
    return this.#options.rightsOf(token, controlToken);
  }

  mayControl(controlToken: string): boolean {
    return this.#options.mayControl(controlToken);
  }

  /** Takes a connection; undefined when there are too many, after saying so. */
  connect(socket: ViewerSocket): Viewer | undefined {
    const viewer = new Viewer(++this.#nextViewer, socket, this);
    if (this.#viewers.size >= limits.maxViewers) {
      viewer.refuse('full', closeCodes.full, `${limits.maxViewers} viewers watch already`, 'Close another page.');
      return undefined;
    }
    this.#viewers.add(viewer);
    return viewer;
  }

  disconnect(viewer: Viewer): void {
    viewer.end();
    this.#viewers.delete(viewer);
    this.#past?.cancel(viewer.id);
    if (viewer.watched.size > 0) this.#tellWatched();
  }

  joined(viewer: Viewer): void {
    viewer.tell({ type: 'marks', marks: [...this.marks] });
    viewer.tell({ type: 'runs', runs: this.runs.list() });
  }

  /** Ends the present run and starts another. Throws what is wrong with scenario or parameters, and then nothing has changed. */
  async start(scenario: string, params: Values, paused: boolean, until?: Stand): Promise<void> {
    const loaded = await this.load(scenario);
    const resolved = resolveParams(loaded, params);
    this.#marks.open({ scenario: loaded.id, params: paramsToJson(loaded, resolved), seed: resolved.reserved.seed });
    const [previous, past] = [this.#run, this.#past];
    this.#run = undefined;
    this.#past = undefined;
    await Promise.all([previous?.stop(), past?.close()]);
    this.store = new LiveStore(this.#options.store);
    this.#waypoints.clear();
    this.#runId = randomBytes(8).toString('hex');
    this.#scenario = scenario;
    this.#given = params;
    this.#params = params;
    this.#position = nowhere;
    this.#report = undefined;
    this.#error = null;
    this.#lastRate = { wallMs: this.clock(), events: 0, now: 0 };
    this.#state = paused ? 'paused' : 'running';
    for (const answer of this.#worlds.values()) answer(undefined);
    this.#worlds.clear();
    const number = this.runs.begin(scenario, params, paused);
    for (const viewer of this.#viewers) viewer.startAnew();
    this.#tellRun();
    this.#broadcast({ type: 'marks', marks: [...this.marks] });
    const run: RunHost = new RunHost({ scenario, params, paused, until }, (message) => {
      if (this.#run === run) this.#hear(message, number);
    });
    this.#run = run;
  }

  /** A scenario that viewers may start. Throws SCENARIO_UNKNOWN. */
  async load(name: string): Promise<Scenario> {
    if (name !== this.#options.file && !registry.some((entry) => entry.id === name))
      throw liveErrors.create('LIVE_REQUEST', {
        problem: `there is no scenario '${name.slice(0, 60)}'`,
        hint: 'See /api/v1/scenarios.',
      });
    return loadScenario(name);
  }

  /** Settles when the run has ended, well or not. */
  ended(): Promise<void> {
    if (this.#state === 'finished' || this.#state === 'failed') return Promise.resolve();
    return new Promise((resolve) => this.#onEnd.push(resolve));
  }

  /** Does what `viewer` (0: the command or HTTP) asks of the run. Throws for what cannot be done. */
  async control(message: ControlMessage, viewer: number): Promise<void> {
    switch (message.op) {
      case 'start':
        await this.start(message.args.scenario, message.args.params ?? {}, message.args.paused ?? false);
        break;
      case 'reset':
        if (this.#scenario === '') throw nothingRuns();
        await this.start(this.#scenario, this.#given, message.args?.paused ?? false);
        break;
      case 'fork':
        await this.runs.fork(message.args.params ?? {}, message.args.free ?? []);
        break;
      case 'endFork':
        await this.runs.endFork();
        break;
      default: {
        const run = this.#run;
        if (run === undefined || this.#state === 'finished' || this.#state === 'failed') throw nothingRuns();
        run.tell(orderOf(message, viewer, this.#scale));
      }
    }
    this.#broadcast({
      type: 'controlled',
      op: message.op,
      args: 'args' in message ? (message.args ?? {}) : {},
      by: viewer,
      at: this.#position.now,
    });
  }

  /**
   * The state of an actor, now or at a moment of the past, which a replay beside the run finds while the run goes on. Throws LIVE_REQUEST
   * for an actor or a moment that there is not, LIVE_PAST when the replay does not lead there.
   */
  async world({ actor, at, event, by, onProgress, ...question }: WorldQuestion): Promise<ActorWorld> {
    if (this.#run === undefined) throw nothingRuns();
    const sim = question.sim === 0 ? Math.max(1, this.#position.sim) : question.sim;
    const scale = this.#scaleOf(sim);
    const isPast = at !== undefined || event !== undefined;
    const look = isPast
      ? await this.#lookBack(momentOf(sim, scale, at, event), actor, by ?? -++this.#nextAsker, onProgress)
      : await this.#lookNow(sim, actor);
    if (look?.found !== true)
      throw liveErrors.create('LIVE_REQUEST', {
        problem: `no actor '${actor.slice(0, 100)}' lives in simulation ${sim}${isPast ? ' at that moment' : ''}`,
        hint: 'Paths are those of the tracks.',
      });
    const { found: _, pending, ...rest } = look;
    return {
      ...rest,
      sim,
      isPast,
      // What was so after the last event of a tick is so at that tick.
      at: event === undefined && at !== undefined ? at : look.at * scale,
      pending: pending?.map((message) => ({ ...message, at: message.at * scale })) ?? null,
    };
  }

  #lookBack(wanted: Moment, actor: string, by: number, onProgress: PastQuestion['onProgress']): Promise<ActorLook> {
    const { sim, now, events } = this.#position;
    // Of the present tick there may be events to come.
    const isNow = 'tick' in wanted && wanted.sim === sim && wanted.tick === now;
    const moment = isNow ? { sim, event: events } : wanted;
    // What has been recorded has been, also when the run has not said yet where it is.
    const reached = Math.max(now, (this.store.sims[wanted.sim - 1]?.now ?? 0) / this.#scaleOf(wanted.sim));
    const isReached =
      moment.sim < sim || (moment.sim === sim && ('event' in moment ? moment.event <= events : moment.tick <= reached));
    if (!isReached)
      throw liveErrors.create('LIVE_PAST', {
        problem: 'the run has not come there yet',
        hint: 'Choose a moment before now.',
      });
    this.#past ??= new PastHost({ scenario: this.#scenario, params: this.#given }, this.#options.past);
    const scale = this.#scaleOf(moment.sim);
    return this.#past.ask({
      by,
      moment,
      actor,
      waypoint: this.#waypoints.before(moment),
      onProgress: onProgress && ((at) => onProgress({ ...at, now: at.now * scale })),
    });
  }

  #lookNow(sim: number, actor: string): Promise<ActorLook | undefined> {
    if (this.#worlds.size >= 64)
      throw liveErrors.create('LIVE_REQUEST', { problem: 'too many states are asked for', hint: 'Ask later.' });
    const id = ++this.#nextWorld;
    return new Promise((resolve) => {
      const timer = setTimeout(() => answer(undefined), worldMs);
      const answer = (look: ActorLook | undefined): void => {
        clearTimeout(timer);
        this.#worlds.delete(id);
        resolve(look);
      };
      this.#worlds.set(id, answer);
      this.#run?.tell({ kind: 'world', id, sim, actor });
    });
  }

  /** Compares two runs. Throws LIVE_REQUEST, LIVE_TRACE. */
  compare(asked: Omit<ClientMessageOf<'compare'>, 'type' | 'requestId'>): Promise<AnalysisAnswer> {
    return this.runs.compare(asked);
  }

  /** The runs that can be compared, the newest last. */
  get comparable(): readonly ComparableRun[] {
    return this.runs.list();
  }

  /** Asks the thread that analyses. */
  ask(question: Question, maxMs?: number): Promise<AnalysisAnswer> {
    return this.#analysis.ask(question, maxMs);
  }

  welcome(viewer: Viewer, resume: { readonly runId: string } | undefined): ServerMessageOf<'welcome'> {
    return {
      type: 'welcome',
      protocol: protocolVersion,
      engine: this.#options.engine,
      runId: this.#runId,
      scenario: this.#scenario,
      params: this.#params,
      seed: this.#seed,
      tickPs: this.store.tickPs,
      now: this.#now,
      state: this.#state,
      viewerId: viewer.id,
      viewers: this.#viewers.size,
      limits: {
        maxPayload: limits.maxPayload,
        initialCredit: limits.initialCredit,
        maxViews: limits.maxViews,
        maxRows: limits.maxRows,
      },
      storeSeq: this.store.seq,
      canControl: viewer.canControl,
      resumed: resume?.runId === this.#runId,
    };
  }

  status(): ServerMessageOf<'status'> {
    const { store } = this;
    const { sim, events, queue, paused, speed, progress } = this.#position;
    return {
      type: 'status',
      now: this.#now,
      sim,
      state: this.#state,
      paused: this.#state === 'paused' && paused !== null ? { ...paused, at: paused.at * this.#scale } : null,
      events,
      eventsPerSecond: this.#eventsPerSecond,
      ratio: this.#ratio,
      speed,
      queue,
      tasks: store.tasks,
      storeSeq: store.seq,
      storeBytes: store.bytes,
      exactFrom: store.exactFrom,
      behindMs: this.#state === 'running' && store.wallMs > 0 ? Math.max(0, Date.now() - store.wallMs) : 0,
      viewers: this.#viewers.size,
      progress,
      wallMs: Date.now(),
      error: this.#error,
    };
  }

  async request(viewer: Viewer, message: ClientMessage): Promise<ServerMessage | undefined> {
    switch (message.type) {
      case 'control':
        if (!viewer.canControl) throw liveErrors.create('LIVE_READ_ONLY');
        await this.control(message, viewer.id);
        return { type: 'result', requestId: message.requestId, ok: true, truncated: false };
      case 'detail':
        return resultOf(
          message.requestId,
          await this.ask({ kind: 'detail', sim: message.sim ?? 0, task: message.taskId }),
        );
      case 'query': {
        const { text, maxRows = 200, maxMs } = message;
        return resultOf(message.requestId, await this.ask({ kind: 'query', sim: 0, text, maxRows }, maxMs));
      }
      case 'analyze': {
        const { kind, from, to, args } = message;
        const question: Question = {
          kind: 'analyze',
          sim: args?.sim ?? 0,
          what: kind,
          from,
          to,
          taskKind: args?.kind,
          maxRows: 1000,
        };
        return resultOf(message.requestId, await this.ask(question));
      }
      case 'world': {
        const { requestId, actor, at, event } = message;
        // Who has come back to now waits for no past.
        if (at === undefined && event === undefined) this.#past?.cancel(viewer.id);
        const onProgress: PastQuestion['onProgress'] = ({ sim, now, events }) =>
          viewer.tell({ type: 'seeking', requestId, sim, now, events });
        const value = await this.world({ sim: message.sim ?? 0, actor, at, event, by: viewer.id, onProgress });
        return { type: 'result', requestId, ok: true, value, truncated: false };
      }
      case 'compare':
        return resultOf(message.requestId, await this.compare(message));
      case 'watch':
      case 'unwatch': {
        const sim = message.sim ?? Math.max(1, this.#position.sim);
        const key = `${sim} ${message.actor}`;
        if (message.type === 'unwatch') viewer.watched.delete(key);
        else if (viewer.watched.size < 8) viewer.watched.set(key, { sim, actor: message.actor });
        this.#tellWatched();
        return undefined;
      }
      case 'mark': {
        if (message.op !== 'list' && !viewer.canControl) throw liveErrors.create('LIVE_READ_ONLY');
        this.#marks.change(viewer.id, message, (id) => this.store.track(id));
        if (message.op !== 'list') this.#broadcast({ type: 'marks', marks: [...this.marks] });
        return { type: 'result', requestId: message.requestId, ok: true, value: this.marks, truncated: false };
      }
      default:
        throw liveErrors.create('LIVE_REQUEST', { problem: `'${message.type}' is no request`, hint: '' });
    }
  }

  wake(): void {
    if (this.#isAwake || this.#viewers.size === 0 || this.clock() < this.#restUntil) return;
    this.#isAwake = true;
    setImmediate(() => {
      this.#isAwake = false;
      const began = this.clock();
      // Who was served goes to the end, so that everybody has a turn although a round ends early.
      for (const viewer of [...this.#viewers]) {
        if (this.clock() - began > roundMs) break;
        viewer.pump(began + roundMs);
        this.#viewers.delete(viewer);
        this.#viewers.add(viewer);
      }
      // What the run tells has most of the thread, however many watch.
      this.#restUntil = this.clock() + restFactor * (this.clock() - began);
    });
  }

  /** Ends the run and the threads; viewers are told that the server is gone. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    for (const viewer of this.#viewers)
      viewer.refuse('unavailable', closeCodes.unavailable, 'the server has been closed', 'Start it again.');
    this.#viewers.clear();
    const [run, past] = [this.#run, this.#past];
    this.#run = undefined;
    this.#past = undefined;
    await Promise.all([run?.stop(), past?.close(), this.runs.close()]);
    await this.#analysis.close();
  }

  /** Ticks of the run in a tick of the present simulation. */
  get #scale(): number {
    return this.#scaleOf(this.#position.sim);
  }

  #scaleOf(sim: number): number {
    return this.store.sims[sim - 1]?.scale ?? 1;
  }

  get #now(): number {
    return Math.max(this.store.now, this.#position.now * this.#scale);
  }

  #hear(message: FromRun, run: number): void {
    this.runs.hear(message);
    switch (message.kind) {
      case 'began':
        this.#params = message.params;
        this.#seed = message.seed;
        this.#tellRun();
        return;
      case 'sim': {
        const { tickPs } = this.store;
        this.store.addSimulation(message.sim, message.tickPs);
        this.#analysis.hear(archived(run, message));
        if (this.store.tickPs !== tickPs) this.#tellRun();
        return;
      }
      case 'chunk':
        this.store.take(message.sim, message.chunk, message.wallMs);
        this.#analysis.hear(archived(run, message));
        return;
      case 'position': {
        this.#position = message.position;
        this.#waypoints.add(message.position);
        if (this.#state !== 'running' && this.#state !== 'paused') return;
        const before = this.#state;
        this.#state = message.position.paused === null ? 'running' : 'paused';
        if (before !== this.#state) this.#tellStatus();
        return;
      }
      case 'world':
        this.#worlds.get(message.id)?.(message.look);
        return;
      case 'state': {
        const { sim, actor, at, state } = message;
        const key = `${sim} ${actor}`;
        for (const viewer of this.#viewers)
          if (viewer.watched.has(key)) viewer.tell({ type: 'patches', actor, sim, at: at * this.#scaleOf(sim), state });
        return;
      }
      case 'finished': {
        this.#report = message.report;
        this.#state = 'finished';
        this.#end();
        const { fingerprint } = message.report;
        this.#broadcast({ type: 'finished', now: this.#now, fingerprint, summary: message.report });
        return;
      }
      case 'failed':
        this.#error = message.message;
        this.#state = 'failed';
        this.#end();
        return;
      default:
        message satisfies never;
    }
  }

  #end(): void {
    this.#tellStatus();
    for (const resolve of this.#onEnd.splice(0)) resolve();
  }

  #tellWatched(): void {
    const all = new Map<string, { readonly sim: number; readonly actor: string }>();
    for (const viewer of this.#viewers) for (const [key, watched] of viewer.watched) all.set(key, watched);
    this.#run?.tell({ kind: 'watch', actors: [...all.values()] });
  }

  #tellRun(): void {
    this.#broadcast({
      type: 'run',
      runId: this.#runId,
      scenario: this.#scenario,
      params: this.#params,
      seed: this.#seed,
      tickPs: this.store.tickPs,
    });
  }

  #tellStatus(): void {
    const wallMs = this.clock();
    const { wallMs: before, events, now } = this.#lastRate;
    if (wallMs - before >= statusMs - 10) {
      const seconds = (wallMs - before) / 1000;
      this.#eventsPerSecond = Math.max(0, (this.#position.events - events) / seconds);
      this.#ratio = Math.max(0, ((this.#now - now) * this.store.tickPs) / 1e12 / seconds);
      this.#lastRate = { wallMs, events: this.#position.events, now: this.#now };
    }
    this.#broadcast(this.status());
  }

  #broadcast(message: ServerMessage): void {
    for (const viewer of this.#viewers) viewer.tell(message);
  }
}

/** An event counts more than a tick; ticks are those of the run. */
function momentOf(sim: number, scale: number, at: number | undefined, event: number | undefined): Moment {
  return event === undefined ? { sim, tick: Math.floor((at ?? 0) / scale) } : { sim, event };
}

function nothingRuns(): Error {
  return liveErrors.create('LIVE_REQUEST', { problem: 'nothing runs', hint: 'Start a scenario, or reset.' });
}

function orderOf(
  message: Exclude<ControlMessage, { op: 'start' | 'reset' | 'fork' | 'endFork' }>,
  by: number,
  scale: number,
): Parameters<RunHost['tell']>[0] {
  switch (message.op) {
    case 'pause':
      return { kind: 'pause', by };
    case 'resume':
      return { kind: 'resume' };
    case 'step':
      return 'events' in message.args ? { kind: 'step', events: message.args.events, by } : { kind: 'stepInstant', by };
    case 'runUntil': {
      const { args } = message;
      if ('time' in args) return { kind: 'untilTime', time: Math.ceil(args.time / scale), by };
      if ('event' in args) return { kind: 'untilEvent', event: args.event, by };
      eventCondition(args.predicate);
      return { kind: 'untilHolds', predicate: args.predicate, by };
    }
    case 'speed':
      return { kind: 'speed', ratio: message.args.ratio };
    case 'breakpoint': {
      const { predicate } = message.args;
      if (predicate !== null) eventCondition(predicate);
      return { kind: 'breakpoint', predicate, by };
    }
    default:
      return message satisfies never;
  }
}

function resultOf(requestId: number, answer: AnalysisAnswer): ServerMessage {
  switch (answer.kind) {
    case 'table':
      return {
        type: 'result',
        requestId,
        ok: true,
        table: answer.table,
        ...(answer.value === undefined ? {} : { value: answer.value }),
        truncated: answer.truncated,
      };
    case 'value':
      return { type: 'result', requestId, ok: true, value: answer.value, truncated: false };
    case 'bytes':
      return { type: 'error', requestId, code: 'LIVE_REQUEST', message: 'bytes come over HTTP', hint: '' };
    case 'error':
      return { type: 'error', requestId, code: answer.code, message: answer.message, hint: answer.hint };
    default:
      return answer satisfies never;
  }
}
