import { paramsToJson, resolveParams } from '../../scenarios/kit/parameters.ts';
import type { RunReport } from '../../scenarios/kit/run-scenario.ts';
import type { MetricInfo, Scenario } from '../../scenarios/kit/scenario.ts';
import type { ClientMessageOf, ComparableRun, ComparisonValueOf, Table } from '../protocol/index.ts';
import type { AnalysisHost } from './analysis-host.ts';
import type { AnalysisAnswer } from './analysis-link.ts';
import { DivergenceHost } from './divergence-host.ts';
import { liveErrors } from './errors.ts';
import { tableOf } from './result-tables.ts';
import { RunHost } from './run-host.ts';
import type { FromRun, RunPosition } from './run-link.ts';

type Values = Readonly<Record<string, string | number | boolean>>;
type Comparison = Omit<ClientMessageOf<'compare'>, 'type' | 'requestId'>;

/** A run that can be compared, as the server knows it. */
interface BookedRun {
  readonly run: number;
  kind: ComparableRun['kind'];
  readonly scenario: string;
  /** As a person gave them; what they come to is in `params`. */
  readonly given: Values;
  params: Values;
  readonly changes: Values;
  readonly free: readonly string[];
  seed: number;
  state: ComparableRun['state'];
  progress: number | null;
  /** In ps. */
  now: number;
  tickPs: number;
  events: number;
  report: RunReport | undefined;
  error: string | null;
  warnings: readonly string[];
}

export interface RunBookOptions {
  readonly analysis: AnalysisHost;
  /** A scenario that viewers may start. Throws LIVE_REQUEST. */
  readonly load: (scenario: string) => Promise<Scenario>;
  /** Length of a tick of the watched run, in ps. */
  readonly tickPs: () => number;
  /** Told when something about the runs has changed. */
  readonly changed: () => void;
}

/** Runs beside the watched one that are kept for comparison, the newest. */
const mostOthers = 4;
/** Wall time between two words of a run's progress, in ms. */
const tellMs = 250;
const compareMs = 30_000;
/** Bytes of a trace that is loaded. */
export const mostTraceBytes: number = 64 << 20;

/** The runs that a server knows: the watched one, at most one that computes beside it, earlier ones, loaded traces; compares any two. */
export class RunBook {
  readonly #options: RunBookOptions;
  readonly #runs: BookedRun[] = [];
  readonly #divergence = new DivergenceHost();
  #count = 0;
  #fork: { readonly host: RunHost; readonly booked: BookedRun } | undefined = undefined;
  #isForking = false;
  #toldMs = 0;

  constructor(options: RunBookOptions) {
    this.#options = options;
  }

  /** Number of the watched run, 0 before the first. */
  get watched(): number {
    return this.#runs.find(({ kind }) => kind === 'live')?.run ?? 0;
  }

  /** The runs as viewers are told of them: the watched one and the one beside it last, before them the last watched one. */
  list(): ComparableRun[] {
    const tickPs = this.#options.tickPs();
    return this.#runs.map(({ given: _, report, tickPs: __, now, ...run }) => ({
      ...run,
      free: [...run.free],
      warnings: [...run.warnings],
      now: now / tickPs,
      fingerprint: report?.fingerprint ?? '',
    }));
  }

  /** Another run is watched from now on; the one before stays for comparison. Returns its number. */
  begin(scenario: string, given: Values, isPaused: boolean): number {
    const before = this.#runs.find(({ kind }) => kind === 'live');
    if (before !== undefined) {
      before.kind = 'earlier';
      // The order is that of usefulness: who starts a run again means to compare it with the last one.
      this.#runs.push(...this.#runs.splice(this.#runs.indexOf(before), 1));
      if (before.state === 'running' || before.state === 'paused') before.state = 'stopped';
    }
    const booked = this.#book({ kind: 'live', scenario, given, changes: {}, free: [] });
    booked.state = isPaused ? 'paused' : 'running';
    this.#options.analysis.hear({ kind: 'begin', run: booked.run, isWatched: true });
    this.#options.changed();
    return booked.run;
  }

  /** What the watched run told. */
  hear(message: FromRun): void {
    const live = this.#runs.find(({ kind }) => kind === 'live');
    if (live !== undefined) this.#note(live, message);
  }

  /**
   * Starts a second run of the watched scenario under its parameters with `changes`, or with things free; one that computes still is ended.
   * Throws what is wrong with the parameters, LIVE_REQUEST when nothing is watched or nothing would be different in kind.
   */
  async fork(changes: Values, free: readonly string[]): Promise<number> {
    const live = this.#runs.find(({ kind }) => kind === 'live');
    if (live === undefined)
      throw liveErrors.create('LIVE_REQUEST', { problem: 'there is no run to compare with', hint: 'Start one.' });
    if (this.#isForking)
      throw liveErrors.create('LIVE_REQUEST', { problem: 'a second run is being started', hint: 'Wait for it.' });
    const scenario = await this.#options.load(live.scenario);
    const given = { ...live.given, ...changes };
    const resolved = resolveParams(scenario, given);
    if (resolved.reserved.replications > 1)
      throw liveErrors.create('LIVE_REQUEST', {
        problem: 'runs with replications cannot be compared task by task',
        hint: 'Set replications=1.',
      });
    this.#isForking = true;
    try {
      await this.endFork();
    } finally {
      this.#isForking = false;
    }
    const booked = this.#book({ kind: 'fork', scenario: live.scenario, given, changes, free });
    booked.params = paramsToJson(scenario, resolved);
    booked.seed = resolved.reserved.seed;
    const { analysis } = this.#options;
    analysis.hear({ kind: 'begin', run: booked.run, isWatched: false });
    const host: RunHost = new RunHost({ scenario: live.scenario, params: given, paused: false, free }, (message) => {
      if (this.#fork?.host !== host) return;
      if (message.kind === 'sim' || message.kind === 'chunk') analysis.hear(archived(booked.run, message));
      this.#note(booked, message);
      if (message.kind === 'finished' || message.kind === 'failed') void this.endFork();
    });
    this.#fork = { host, booked };
    this.#options.changed();
    return booked.run;
  }

  /** Ends the second run where it is; what it has recorded stays. */
  async endFork(): Promise<void> {
    const fork = this.#fork;
    if (fork === undefined) return;
    this.#fork = undefined;
    if (fork.booked.state === 'running') fork.booked.state = 'stopped';
    await fork.host.stop();
    this.#options.changed();
  }

  /** Takes a recorded trace; returns its number. Throws LIVE_TRACE. */
  async load(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    const run = ++this.#count;
    const answer = await this.#options.analysis.ask({ kind: 'load', run, bytes }, compareMs);
    if (answer.kind === 'error')
      throw liveErrors.create('LIVE_TRACE', { problem: answer.message.replace(/\.$/, ''), hint: answer.hint });
    const { makespanPs, cut } = (answer.kind === 'value' ? answer.value : {}) as { makespanPs: number; cut: number };
    const booked = this.#book({ kind: 'file', scenario: name.slice(0, 100), given: {}, changes: {}, free: [] }, run);
    booked.state = 'finished';
    booked.now = makespanPs;
    if (cut > 0) booked.warnings = [`${cut} tasks were cut off by the end of the recording`];
    this.#options.changed();
    return run;
  }

  /** Compares two runs. Throws LIVE_REQUEST for numbers that there are not, or for what such runs do not tell. */
  async compare(asked: Comparison): Promise<AnalysisAnswer> {
    const { what, sim = 0, kind, from, to, columns, maxRows = 1000 } = asked;
    const before = this.#find(asked.before ?? this.watched);
    const other = this.#runs.findLast(({ run }) => run !== before.run);
    const after = this.#find(asked.after ?? other?.run ?? 0);
    if (what === 'metrics') return this.#metrics(before, after);
    if (what === 'divergence') return this.#parting(before, after, Math.max(1, sim));
    return this.#options.analysis.ask(
      {
        kind: 'compare',
        what,
        sim,
        before: before.run,
        after: after.run,
        tickPs: this.#options.tickPs(),
        beforeIsOver: isOver(before),
        afterIsOver: isOver(after),
        taskKind: kind,
        from,
        to,
        columns,
        maxRows,
      },
      compareMs,
    );
  }

  async close(): Promise<void> {
    await Promise.all([this.endFork(), this.#divergence.close()]);
  }

  #find(run: number): BookedRun {
    const found = this.#runs.find((one) => one.run === run);
    if (found !== undefined) return found;
    throw liveErrors.create('LIVE_REQUEST', {
      problem: run === 0 ? 'there is no second run to compare with' : `there is no run ${run}`,
      hint: `There are ${this.#runs.map((one) => one.run).join(', ') || 'none'}: start another, or load a trace.`,
    });
  }

  #book(
    { kind, scenario, given, changes, free }: Pick<BookedRun, 'kind' | 'scenario' | 'given' | 'changes' | 'free'>,
    run = ++this.#count,
  ): BookedRun {
    const booked: BookedRun = {
      run,
      kind,
      scenario,
      given,
      params: given,
      changes,
      free,
      seed: 0,
      state: 'running',
      progress: null,
      now: 0,
      tickPs: 1,
      events: 0,
      report: undefined,
      error: null,
      warnings: [],
    };
    this.#runs.push(booked);
    const others = this.#runs.filter((one) => one.kind !== 'live' && one !== this.#fork?.booked);
    for (const gone of others.slice(0, Math.max(0, others.length - mostOthers))) {
      this.#runs.splice(this.#runs.indexOf(gone), 1);
      this.#options.analysis.hear({ kind: 'forget', run: gone.run });
    }
    return booked;
  }

  #note(booked: BookedRun, message: FromRun): void {
    switch (message.kind) {
      case 'began':
        booked.params = message.params;
        booked.seed = message.seed;
        break;
      case 'sim':
        booked.tickPs = message.tickPs;
        return;
      case 'position':
        if (!this.#notePosition(booked, message.position)) return;
        break;
      case 'finished':
        booked.report = message.report;
        booked.state = 'finished';
        booked.progress = 1;
        booked.warnings = [
          ...message.report.warnings,
          ...message.unused.map((name) => `nothing is called ${name}: no resource, station or link has become free`),
        ];
        break;
      case 'failed':
        booked.error = message.message;
        booked.state = 'failed';
        break;
      case 'chunk':
      case 'world':
      case 'state':
        return;
      default:
        message satisfies never;
    }
    this.#options.changed();
  }

  #notePosition(booked: BookedRun, { now, events, progress, paused }: RunPosition): boolean {
    booked.now = now * booked.tickPs;
    booked.events = events;
    booked.progress = progress;
    const state = booked.state;
    if (state === 'running' || state === 'paused') booked.state = paused === null ? 'running' : 'paused';
    // Where the watched run is, `status` says.
    if (booked.kind === 'live') return booked.state !== state;
    const wallMs = performance.now();
    if (booked.state === state && wallMs - this.#toldMs < tellMs) return false;
    this.#toldMs = wallMs;
    return true;
  }

  async #metrics(before: BookedRun, after: BookedRun): Promise<AnalysisAnswer> {
    const scenario = before.kind === 'file' ? undefined : await this.#options.load(before.scenario);
    const missing = [before, after].filter(({ report }) => report === undefined);
    return {
      kind: 'table',
      table: metricTable(before.report?.metrics ?? {}, after.report?.metrics ?? {}, scenario?.metrics ?? {}),
      truncated: false,
      value: {
        missing: missing.map(({ run, kind, state }) => ({
          run,
          why:
            kind === 'file' ? 'a trace holds no metrics' : state === 'failed' ? 'it has failed' : 'it has not finished',
        })),
        fingerprints: [before.report?.fingerprint ?? '', after.report?.fingerprint ?? ''],
      } satisfies ComparisonValueOf<'metrics'>,
    };
  }

  async #parting(before: BookedRun, after: BookedRun, sim: number): Promise<AnalysisAnswer> {
    if (before.kind === 'file' || after.kind === 'file')
      throw liveErrors.create('LIVE_REQUEST', {
        problem: 'a loaded trace has no events to compare',
        hint: 'Choose two runs of this server.',
      });
    if (before.scenario !== after.scenario)
      throw liveErrors.create('LIVE_REQUEST', {
        problem: 'runs of different scenarios differ from their first event on',
        hint: 'Choose two runs of one scenario.',
      });
    const task = ({ given, free }: BookedRun) => ({ params: given, free });
    const value = await this.#divergence.find({
      scenario: before.scenario,
      sim,
      before: task(before),
      after: task(after),
    });
    return {
      kind: 'value',
      value: { ...value, tickPs: this.#options.tickPs() } satisfies ComparisonValueOf<'divergence'>,
    };
  }
}

function isOver({ state }: BookedRun): boolean {
  return state === 'finished' || state === 'failed' || state === 'stopped';
}

/** What a run beside the watched one told, for the archive. */
export function archived(run: number, message: Extract<FromRun, { kind: 'sim' | 'chunk' }>) {
  return message.kind === 'sim'
    ? { kind: 'sim' as const, run, sim: message.sim, tickPs: message.tickPs }
    : { kind: 'chunk' as const, run, sim: message.sim, chunk: message.chunk };
}

function metricTable(
  before: RunReport['metrics'],
  after: RunReport['metrics'],
  infos: Readonly<Record<string, MetricInfo>>,
): Table {
  const rows = Object.keys({ ...before, ...after }).map((name) => {
    const [a, b] = [before[name], after[name]];
    const change = typeof a === 'number' && typeof b === 'number' ? b - a : null;
    const ratio = typeof a === 'number' && typeof b === 'number' && a !== 0 ? b / a - 1 : null;
    return [name, infos[name]?.unit ?? '', a ?? null, b ?? null, change, a === b ? 0 : ratio];
  });
  return tableOf('metric unit before after change relative:share', rows);
}
