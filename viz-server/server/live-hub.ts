import { paramsToJson, resolveParams } from '../../scenarios/kit/parameters.ts';
import {
  type ClientMessage,
  limits,
  protocolVersion,
  type ServerMessage,
  type ServerMessageOf,
} from '../protocol/index.ts';
import { ActorLooks } from './actor-looks.ts';
import { AnalysisHost } from './analysis-host.ts';
import { Audience } from './audience.ts';
import type { LiveStore, LiveStoreOptions } from './live-store.ts';
import type { PastHostOptions } from './past-host.ts';
import { PresentRun } from './present-run.ts';
import { RunBook } from './run-book.ts';
import { RunControl } from './run-control.ts';
import type { FromRun, RunTask, Stand } from './run-link.ts';
import { RunMarks } from './run-marks.ts';
import { RunStatus } from './run-status.ts';
import { StartableScenarios } from './startable-scenarios.ts';
import { Viewer, type ViewerHost, type ViewerSocket } from './viewer.ts';
import { ViewerRequests } from './viewer-requests.ts';

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

/** One server: connects the run, what is known of it, and everybody who watches. Sockets and HTTP are outside. */
export class LiveHub implements ViewerHost {
  readonly clock: () => number;
  readonly rightsOf: ViewerHost['rightsOf'];
  readonly mayControl: ViewerHost['mayControl'];
  readonly scenarios: StartableScenarios;
  readonly audience: Audience;
  readonly analysis = new AnalysisHost();
  readonly run: PresentRun;
  readonly status: RunStatus;
  readonly looks: ActorLooks;
  readonly marks: RunMarks;
  /** The runs that can be compared. */
  readonly runs: RunBook;
  readonly control: RunControl;
  readonly #engine: string;
  readonly #requests: ViewerRequests;
  #nextViewer = 0;

  /** Throws LIVE_MARKS for a folder in which nothing can be written. */
  constructor(options: LiveHubOptions) {
    this.clock = options.clock ?? (() => performance.now());
    this.rightsOf = options.rightsOf;
    this.mayControl = options.mayControl;
    this.#engine = options.engine;
    this.scenarios = new StartableScenarios(options.file);
    const { clock, analysis } = this;
    const tell = (message: ServerMessage): void => this.audience.tell(message);
    this.runs = new RunBook({
      analysis,
      load: (scenario) => this.scenarios.load(scenario),
      tickPs: () => this.run.store.tickPs,
      changed: () => tell(this.#runsMessage()),
    });
    this.run = new PresentRun({
      store: options.store,
      runs: this.runs,
      analysis,
      tell,
      onMessage: (message) => this.#hear(message),
      onState: () => this.status.tell(),
    });
    this.marks = new RunMarks({ folder: options.marks, run: this.run, tell });
    this.looks = new ActorLooks(this.run, options.past);
    this.audience = new Audience(clock);
    this.status = new RunStatus({ run: this.run, viewers: () => this.audience.size, tell, clock });
    this.control = new RunControl({
      run: this.run,
      runs: this.runs,
      start: (scenario, params, paused) => this.start(scenario, params, paused),
      tell,
    });
    this.#requests = new ViewerRequests(this);
  }

  get store(): LiveStore {
    return this.run.store;
  }

  /** Takes a connection; undefined when there are too many, after saying so. */
  connect(socket: ViewerSocket): Viewer | undefined {
    const viewer = new Viewer(++this.#nextViewer, socket, this);
    return this.audience.add(viewer) ? viewer : undefined;
  }

  disconnect(viewer: Viewer): void {
    this.audience.remove(viewer);
    this.#requests.forget(viewer);
  }

  welcome(viewer: Viewer, resume: { readonly runId: string } | undefined): ServerMessageOf<'welcome'> {
    const { run } = this;
    return {
      type: 'welcome',
      protocol: protocolVersion,
      engine: this.#engine,
      runId: run.id,
      scenario: run.task.scenario,
      params: run.params,
      seed: run.seed,
      tickPs: run.store.tickPs,
      now: run.now,
      state: run.state,
      viewerId: viewer.id,
      viewers: this.audience.size,
      limits: {
        maxPayload: limits.maxPayload,
        initialCredit: limits.initialCredit,
        maxViews: limits.maxViews,
        maxRows: limits.maxRows,
      },
      storeSeq: run.store.seq,
      canControl: viewer.canControl,
      resumed: resume?.runId === run.id,
    };
  }

  joined(viewer: Viewer): void {
    viewer.tell(this.marks.message());
    viewer.tell(this.#runsMessage());
  }

  request(viewer: Viewer, message: ClientMessage): Promise<ServerMessage | undefined> {
    return this.#requests.answer(viewer, message);
  }

  wake(): void {
    this.audience.wake();
  }

  /** Ends the present run and starts another. Throws what is wrong with scenario or parameters, and then nothing has changed. */
  async start(scenario: string, params: RunTask['params'], paused: boolean, until?: Stand): Promise<void> {
    const loaded = await this.scenarios.load(scenario);
    const resolved = resolveParams(loaded, params);
    this.marks.open({ scenario: loaded.id, params: paramsToJson(loaded, resolved), seed: resolved.reserved.seed });
    await Promise.all([this.run.stop(), this.looks.stop()]);
    this.run.begin({ scenario, params, paused, until });
    this.status.startAnew();
    this.runs.begin(scenario, params, paused);
    this.audience.startAnew();
    this.run.introduce();
    this.status.tell();
    this.audience.tell(this.marks.message());
  }

  /** Ends the run and the threads; viewers are told that the server is gone. */
  async close(): Promise<void> {
    this.status.close();
    this.audience.close();
    await Promise.all([this.run.stop(), this.looks.stop(), this.runs.close()]);
    await this.analysis.close();
  }

  #runsMessage(): ServerMessage {
    return { type: 'runs', runs: this.runs.list() };
  }

  #hear(message: Extract<FromRun, { kind: 'position' | 'world' | 'state' }>): void {
    switch (message.kind) {
      case 'position':
        this.looks.note(message.position);
        return;
      case 'world':
        this.looks.take(message.id, message.look);
        return;
      case 'state': {
        const { sim, actor, state } = message;
        const at = message.at * this.run.scaleOf(sim);
        this.audience.tellWatching(message, { type: 'patches', actor, sim, at, state });
        return;
      }
      default:
        message satisfies never;
    }
  }
}
