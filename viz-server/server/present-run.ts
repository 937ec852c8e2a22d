import { randomBytes } from 'node:crypto';
import type { RunReport } from '../../scenarios/kit/run-scenario.ts';
import type { RunState, ServerMessage } from '../protocol/index.ts';
import type { AnalysisHost } from './analysis-host.ts';
import { liveErrors } from './errors.ts';
import { LiveStore, type LiveStoreOptions } from './live-store.ts';
import { archived, type RunBook } from './run-book.ts';
import { RunHost } from './run-host.ts';
import type { FromRun, RunPosition, RunTask, ToRun } from './run-link.ts';

export interface PresentRunOptions {
  readonly store?: LiveStoreOptions | undefined;
  readonly runs: RunBook;
  readonly analysis: AnalysisHost;
  /** Tells every viewer. */
  readonly tell: (message: ServerMessage) => void;
  /** Told what the run says of actors and of where it is, after that has been noted here. */
  readonly onMessage: (message: Extract<FromRun, { kind: 'position' | 'world' | 'state' }>) => void;
  /** Told when the run stands still, goes on or has ended. */
  readonly onState: () => void;
}

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

/** The run that is watched: which it is, how it is, where it is, and what it has recorded. */
export class PresentRun {
  readonly #options: PresentRunOptions;
  #host: RunHost | undefined = undefined;
  #store: LiveStore;
  #id = 'none';
  #task: Pick<RunTask, 'scenario' | 'params'> = { scenario: '', params: {} };
  #params: RunTask['params'] = {};
  #seed = 0;
  #state: RunState = 'idle';
  #position = nowhere;
  #report: RunReport | undefined = undefined;
  #error: string | null = null;
  #onEnd: Array<() => void> = [];

  constructor(options: PresentRunOptions) {
    this.#options = options;
    this.#store = new LiveStore(options.store);
  }

  get store(): LiveStore {
    return this.#store;
  }

  /** Tells it apart from every other run of any server. */
  get id(): string {
    return this.#id;
  }

  /** Scenario and parameters as they were given; the scenario is '' before the first run. */
  get task(): Pick<RunTask, 'scenario' | 'params'> {
    return this.#task;
  }

  /** What the given parameters come to, as soon as the run has said so. */
  get params(): RunTask['params'] {
    return this.#params;
  }

  get seed(): number {
    return this.#seed;
  }

  get state(): RunState {
    return this.#state;
  }

  /** Where it is, in ticks of its simulation. */
  get position(): RunPosition {
    return this.#position;
  }

  /** Where it is, in ticks of the run. */
  get now(): number {
    return Math.max(this.#store.now, this.#position.now * this.scaleOf(this.#position.sim));
  }

  /** The report, when it has finished. */
  get report(): RunReport | undefined {
    return this.#report;
  }

  get error(): string | null {
    return this.#error;
  }

  /** Ticks of the run in a tick of simulation `sim`. */
  scaleOf(sim: number): number {
    return this.#store.sims[sim - 1]?.scale ?? 1;
  }

  /** Settles when the run has ended, well or not. */
  ended(): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    return new Promise((resolve) => this.#onEnd.push(resolve));
  }

  /** Starts a run in the place of the one before, which must have been stopped. */
  begin(task: Omit<RunTask, 'shared'>): void {
    const { scenario, params, paused } = task;
    this.#store = new LiveStore(this.#options.store);
    this.#id = randomBytes(8).toString('hex');
    this.#task = { scenario, params };
    this.#params = params;
    this.#position = nowhere;
    this.#report = undefined;
    this.#error = null;
    this.#state = paused ? 'paused' : 'running';
    const host: RunHost = new RunHost(task, (message) => {
      if (this.#host === host) this.#hear(message);
    });
    this.#host = host;
  }

  /** Tells viewers which run it is; another `runId` than before voids what they hold. */
  introduce(): void {
    this.#options.tell({
      type: 'run',
      runId: this.#id,
      scenario: this.#task.scenario,
      params: this.#params,
      seed: this.#seed,
      tickPs: this.#store.tickPs,
    });
  }

  /** Whether there is a run, though it may have ended. */
  get isThere(): boolean {
    return this.#host !== undefined;
  }

  /** Whether there is one that has not ended, though it may stand still. */
  get isGoing(): boolean {
    return this.isThere && !this.#isOver;
  }

  /** Says something to it; nobody hears it when there is none. */
  order(order: ToRun): void {
    this.#host?.tell(order);
  }

  /** Ends it where it is; what it told stays until another one begins. */
  async stop(): Promise<void> {
    const host = this.#host;
    this.#host = undefined;
    await host?.stop();
  }

  get #isOver(): boolean {
    return this.#state === 'finished' || this.#state === 'failed';
  }

  #hear(message: FromRun): void {
    const { runs, analysis, tell, onMessage } = this.#options;
    runs.hear(message);
    switch (message.kind) {
      case 'began':
        this.#params = message.params;
        this.#seed = message.seed;
        this.introduce();
        return;
      case 'sim': {
        const { tickPs } = this.#store;
        this.#store.addSimulation(message.sim, message.tickPs);
        analysis.hear(archived(runs.watched, message));
        if (this.#store.tickPs !== tickPs) this.introduce();
        return;
      }
      case 'chunk':
        this.#store.take(message.sim, message.chunk, message.wallMs);
        analysis.hear(archived(runs.watched, message));
        return;
      case 'position':
        this.#position = message.position;
        onMessage(message);
        this.#notePause();
        return;
      case 'world':
      case 'state':
        onMessage(message);
        return;
      case 'finished': {
        this.#report = message.report;
        this.#end('finished');
        const { fingerprint } = message.report;
        tell({ type: 'finished', now: this.now, fingerprint, summary: message.report });
        return;
      }
      case 'failed':
        this.#error = message.message;
        this.#end('failed');
        return;
      default:
        message satisfies never;
    }
  }

  #notePause(): void {
    if (this.#state !== 'running' && this.#state !== 'paused') return;
    const before = this.#state;
    this.#state = this.#position.paused === null ? 'running' : 'paused';
    if (before !== this.#state) this.#options.onState();
  }

  #end(state: 'finished' | 'failed'): void {
    this.#state = state;
    this.#options.onState();
    for (const resolve of this.#onEnd.splice(0)) resolve();
  }
}

/** Says that there is no run of which something could be asked. */
export function nothingRuns(): Error {
  return liveErrors.create('LIVE_REQUEST', { problem: 'nothing runs', hint: 'Start a scenario, or reset.' });
}
