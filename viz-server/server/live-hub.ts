import { randomBytes } from 'node:crypto';
import { loadScenario } from '../../scenarios/cli/load-scenario.ts';
import { resolveParams } from '../../scenarios/kit/parameters.ts';
import type { RunReport } from '../../scenarios/kit/run-scenario.ts';
import type { Scenario } from '../../scenarios/kit/scenario.ts';
import { registry } from '../../scenarios/registry.ts';
import {
  type ClientMessage,
  type ControlMessage,
  closeCodes,
  limits,
  type Mark,
  protocolVersion,
  type RunState,
  type ServerMessage,
  type ServerMessageOf,
} from '../protocol/index.ts';
import { AnalysisHost } from './analysis-host.ts';
import type { AnalysisAnswer, Question } from './analysis-link.ts';
import { liveErrors } from './errors.ts';
import { LiveStore, type LiveStoreOptions } from './live-store.ts';
import { eventCondition } from './run-gate.ts';
import { RunHost } from './run-host.ts';
import type { FromRun, RunPosition } from './run-link.ts';
import { Viewer, type ViewerHost, type ViewerSocket } from './viewer.ts';

type Values = Readonly<Record<string, string | number | boolean>>;

export interface LiveHubOptions {
  /** Decides what tokens permit. */
  readonly rightsOf: ViewerHost['rightsOf'];
  readonly mayControl: ViewerHost['mayControl'];
  readonly engine: string;
  /** A scenario of one's own that viewers may start beside those of the package: a path that the command line named. */
  readonly file?: string | undefined;
  readonly store?: LiveStoreOptions | undefined;
  /** Wall clock in ms that never goes back. */
  readonly clock?: () => number;
}

/** Wall time between two looks at what viewers are owed, and between two `status`, in ms. */
const pumpMs = 50;
const statusMs = 250;
/** Wall time that one round of sending may take before sockets are read again, in ms. */
const roundMs = 12;
const mostMarks = 1000;
const worldMs = 5000;

const nowhere: RunPosition = { sim: 0, now: 0, events: 0, queue: 0, paused: null, speed: null, progress: null };

/** One server: the run, what it told, and everybody who watches. Sockets and HTTP are outside. */
export class LiveHub implements ViewerHost {
  store: LiveStore;
  readonly clock: () => number;
  readonly #options: LiveHubOptions;
  readonly #analysis = new AnalysisHost();
  readonly #viewers = new Set<Viewer>();
  readonly #marks: Mark[] = [];
  readonly #worlds = new Map<number, (answer: Extract<FromRun, { kind: 'world' }>) => void>();
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
  #nextMark = 0;
  #nextWorld = 0;
  #lastRate = { wallMs: 0, events: 0, now: 0 };
  #eventsPerSecond = 0;
  #ratio = 0;
  #isAwake = false;
  #onEnd: Array<() => void> = [];

  constructor(options: LiveHubOptions) {
    this.#options = options;
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
    return this.#marks;
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
    if (viewer.watched.size > 0) this.#tellWatched();
  }

  /** Ends the present run and starts another. Throws what is wrong with scenario or parameters, and then nothing has changed. */
  async start(scenario: string, params: Values, paused: boolean): Promise<void> {
    const loaded = await this.load(scenario);
    resolveParams(loaded, params);
    const previous = this.#run;
    this.#run = undefined;
    await previous?.stop();
    this.store = new LiveStore(this.#options.store);
    this.#analysis.hear({ kind: 'reset' });
    this.#runId = randomBytes(8).toString('hex');
    this.#scenario = scenario;
    this.#given = params;
    this.#params = params;
    this.#position = nowhere;
    this.#report = undefined;
    this.#error = null;
    this.#marks.length = 0;
    this.#lastRate = { wallMs: this.clock(), events: 0, now: 0 };
    this.#state = paused ? 'paused' : 'running';
    for (const answer of this.#worlds.values()) answer({ kind: 'world', id: 0, found: false, at: 0, state: null });
    this.#worlds.clear();
    for (const viewer of this.#viewers) viewer.startAnew();
    this.#tellRun();
    const run: RunHost = new RunHost({ scenario, params, paused }, (message) => {
      if (this.#run === run) this.#hear(message);
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

  /** The state of an actor now. Throws LIVE_REQUEST. */
  world(sim: number, actor: string): Promise<{ readonly at: number; readonly state: unknown }> {
    const run = this.#run;
    if (run === undefined) return Promise.reject(nothingRuns());
    if (this.#worlds.size >= 64)
      return Promise.reject(
        liveErrors.create('LIVE_REQUEST', { problem: 'too many states are asked for', hint: 'Ask later.' }),
      );
    const id = ++this.#nextWorld;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => answer({ kind: 'world', id, found: false, at: 0, state: null }), worldMs);
      const answer = ({ found, at, state }: Extract<FromRun, { kind: 'world' }>): void => {
        clearTimeout(timer);
        this.#worlds.delete(id);
        if (found) resolve({ at, state });
        else
          reject(
            liveErrors.create('LIVE_REQUEST', {
              problem: `no actor '${actor.slice(0, 100)}' lives in simulation ${sim}`,
              hint: 'Paths are those of the tracks.',
            }),
          );
      };
      this.#worlds.set(id, answer);
      run.tell({ kind: 'world', id, sim: sim === 0 ? this.#position.sim : sim, actor });
    });
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
        if (message.at !== undefined)
          throw liveErrors.create('LIVE_REQUEST', {
            problem: 'states of the past are not kept',
            hint: 'Leave `at` out for the state now.',
          });
        const value = await this.world(message.sim ?? 0, message.actor);
        return { type: 'result', requestId: message.requestId, ok: true, value, truncated: false };
      }
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
        this.#mark(viewer.id, message);
        return { type: 'result', requestId: message.requestId, ok: true, value: this.#marks, truncated: false };
      }
      default:
        throw liveErrors.create('LIVE_REQUEST', { problem: `'${message.type}' is no request`, hint: '' });
    }
  }

  wake(): void {
    if (this.#isAwake) return;
    this.#isAwake = true;
    setImmediate(() => {
      this.#isAwake = false;
      const deadline = this.clock() + roundMs;
      for (const viewer of this.#viewers) viewer.pump(Math.max(deadline, this.clock() + 2));
    });
  }

  /** Ends the run and the threads; viewers are told that the server is gone. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    for (const viewer of this.#viewers)
      viewer.refuse('unavailable', closeCodes.unavailable, 'the server has been closed', 'Start it again.');
    this.#viewers.clear();
    await this.#run?.stop();
    this.#run = undefined;
    await this.#analysis.close();
  }

  /** Ticks of the run in a tick of the present simulation. */
  get #scale(): number {
    return this.store.sims[this.#position.sim - 1]?.scale ?? 1;
  }

  get #now(): number {
    return Math.max(this.store.now, this.#position.now * this.#scale);
  }

  #hear(message: FromRun): void {
    switch (message.kind) {
      case 'began':
        this.#params = message.params;
        this.#seed = message.seed;
        this.#tellRun();
        return;
      case 'sim': {
        const { tickPs } = this.store;
        this.store.addSimulation(message.sim, message.tickPs);
        this.#analysis.hear({ kind: 'sim', sim: message.sim, tickPs: message.tickPs });
        if (this.store.tickPs !== tickPs) this.#tellRun();
        return;
      }
      case 'chunk':
        this.store.take(message.sim, message.chunk, message.wallMs);
        this.#analysis.hear({ kind: 'chunk', sim: message.sim, chunk: message.chunk });
        return;
      case 'position': {
        this.#position = message.position;
        if (this.#state !== 'running' && this.#state !== 'paused') return;
        const before = this.#state;
        this.#state = message.position.paused === null ? 'running' : 'paused';
        if (before !== this.#state) this.#tellStatus();
        return;
      }
      case 'world':
        this.#worlds.get(message.id)?.(message);
        return;
      case 'state': {
        const { sim, actor, at, state } = message;
        const key = `${sim} ${actor}`;
        for (const viewer of this.#viewers)
          if (viewer.watched.has(key)) viewer.tell({ type: 'patches', actor, sim, at, state });
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

  #mark(by: number, message: Extract<ClientMessage, { type: 'mark' }>): void {
    if (message.op === 'add') {
      if (message.tick === undefined || this.#marks.length >= mostMarks)
        throw liveErrors.create('LIVE_REQUEST', {
          problem: message.tick === undefined ? 'a mark has a tick' : `there are ${mostMarks} marks already`,
          hint: 'Remove some.',
        });
      const { tick, tick2 = null, track = null, text = '' } = message;
      this.#marks.push({ id: ++this.#nextMark, tick, tick2, track, text, by });
    } else if (message.op === 'remove') {
      const at = this.#marks.findIndex((mark) => mark.id === message.id);
      if (at < 0) throw liveErrors.create('LIVE_REQUEST', { problem: 'there is no such mark', hint: 'List them.' });
      this.#marks.splice(at, 1);
    } else return;
    this.#broadcast({ type: 'marks', marks: [...this.#marks] });
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

function nothingRuns(): Error {
  return liveErrors.create('LIVE_REQUEST', { problem: 'nothing runs', hint: 'Start a scenario, or reset.' });
}

function orderOf(
  message: Exclude<ControlMessage, { op: 'start' | 'reset' }>,
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
      return { type: 'result', requestId, ok: true, table: answer.table, truncated: answer.truncated };
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
