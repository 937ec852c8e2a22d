import type { Chunk } from '../../protocol/chunk.ts';
import type { ServerMessage, ServerMessageOf } from '../../protocol/server-messages.ts';
import { takeChunk } from '../data/take-chunk.ts';
import type { Track } from '../data/trace-data.ts';
import type { Address } from './address.ts';
import { fetchJson } from './api.ts';
import type { LineState, LiveConnection } from './live-connection.ts';
import type { PageState, RunInfo, Status } from './page-state.ts';
import type { Selection } from './selection.ts';
import type { ViewRequest } from './view-request.ts';

const mostOpenCounters = 12;

export interface RunFeedParts {
  readonly live: LiveConnection;
  readonly views: ViewRequest;
  readonly choice: Selection;
  readonly address: Address;
}

/** Takes what the server says into the state of the page. */
export class RunFeed {
  readonly #state: PageState;
  readonly #parts: RunFeedParts;
  #clockOffset = 0;
  #newestWall = 0;
  #isRestoring: boolean;
  /** Actors that were closed unasked in this run; who opens one again has it open. */
  readonly #folded = new Set<number>();

  constructor(state: PageState, parts: RunFeedParts) {
    this.#state = state;
    this.#parts = parts;
    this.#isRestoring = parts.address.link.task !== undefined;
  }

  /** Milliseconds from the recording of the newest thing on screen to now; called after painting. */
  noteDelay(): void {
    if (this.#newestWall === 0) return;
    this.#state.behindMs = Math.max(0, Date.now() + this.#clockOffset - this.#newestWall);
    this.#newestWall = 0;
  }

  takeLine(line: LineState): void {
    const state = this.#state;
    const before = state.line.value;
    state.line.value = line;
    if (line.kind === 'waiting' && before.kind !== 'waiting') state.say(`${line.reason}: trying again.`);
    if (line.kind === 'refused') state.say(line.reason);
    if (line.kind === 'open') this.#parts.views.forget();
  }

  takeChunk(chunk: Chunk): void {
    const state = this.#state;
    if (takeChunk(state.data, chunk)) {
      state.reshape();
      state.changed();
    }
    if (chunk.kind !== 'unknown' && chunk.wallMs > this.#newestWall) this.#newestWall = chunk.wallMs;
    const { task } = this.#parts.address.link;
    if (this.#isRestoring && chunk.kind === 'slices' && task !== undefined) {
      this.#isRestoring = false;
      void this.#parts.choice.goto(task);
    }
    state.invalidate();
  }

  takeMessage(message: ServerMessage): void {
    const state = this.#state;
    switch (message.type) {
      case 'welcome':
        this.#welcome(message);
        break;
      case 'run': {
        const { runId, scenario, params, seed, tickPs } = message;
        if (runId === state.run.value.runId) {
          state.run.value = { runId, scenario, params, seed, tickPs };
          break;
        }
        this.#anew({ runId, scenario, params, seed, tickPs });
        this.#parts.live.resume = { runId, storeSeq: 0 };
        state.say(`A new run: ${scenario}.`);
        break;
      }
      case 'tracks':
        state.data.addTracks(message.added, message.removed);
        this.#fold(message.added);
        state.reshape();
        this.#parts.views.forget();
        state.changed();
        break;
      case 'status':
        this.#takeStatus(message);
        break;
      case 'lossy':
        state.lossy.value = message.level === 0 ? undefined : message;
        state.say(
          message.level === 0
            ? 'The picture is sharp again.'
            : `The picture is coarser by 2^${message.level}: ${message.reason}.`,
        );
        break;
      case 'controlled':
        state.say(`Viewer ${message.by}: ${message.op} at ${state.at(message.at)}.`);
        break;
      case 'finished':
        state.finished.value = message;
        break;
      case 'marks':
        state.marks.value = message.marks;
        state.invalidate();
        break;
      case 'runs':
        state.runs.value = message.runs;
        break;
      case 'seeking':
        state.seeking.value = message;
        break;
      case 'patches':
        state.watched.value = message;
        break;
      case 'refuse':
      case 'error':
        state.say(`${message.message} ${message.hint}`);
        break;
      default:
        break;
    }
  }

  /** Actors with many counters, one a link for instance, begin closed: they would fill the screen. */
  #fold(added: readonly Track[]): void {
    const { data, closed } = this.#state;
    const counters = new Map<number, number>();
    for (const { kind, parent } of data.tracks.values())
      if (kind === 'counter') counters.set(parent, (counters.get(parent) ?? 0) + 1);
    const next = new Set(closed.value);
    for (const { kind, parent } of added)
      if (kind === 'counter' && !this.#folded.has(parent) && (counters.get(parent) ?? 0) > mostOpenCounters) {
        this.#folded.add(parent);
        next.add(parent);
      }
    if (next.size !== closed.value.size) closed.value = next;
  }

  #welcome(message: ServerMessageOf<'welcome'>): void {
    const state = this.#state;
    const { live, views } = this.#parts;
    const { runId, scenario, params, seed, tickPs, now, viewerId, canControl, resumed, storeSeq } = message;
    if (!resumed) this.#anew({ runId, scenario, params, seed, tickPs });
    else state.say('Connected again.');
    state.viewerId.value = viewerId;
    state.canControl.value = canControl;
    live.resume = {
      runId,
      storeSeq: resumed ? Math.max(state.data.storeSeq, 0) : Math.min(storeSeq, state.data.storeSeq),
    };
    state.time.advance(now);
    state.changed();
    views.ask();
  }

  #takeStatus(message: Status): void {
    const state = this.#state;
    const { live } = this.#parts;
    const before = state.status.value?.state;
    state.status.value = message;
    this.#clockOffset = message.wallMs - Date.now();
    if (state.time.advance(message.now) || state.time.follow) state.changed();
    else state.invalidate();
    if (live.resume !== undefined) live.resume.storeSeq = Math.max(live.resume.storeSeq, state.data.storeSeq);
    // That a run has begun was said.
    if (before !== message.state && !(before === undefined && message.state === 'running')) this.#sayState(message);
    if (message.state === 'finished' && state.finished.value === undefined) void this.#fetchReport();
  }

  #sayState({ state, paused, now, error }: Status): void {
    const page = this.#state;
    if (state === 'paused')
      page.say(`Run paused at ${page.at(paused?.at ?? now)}${paused === null ? '' : ` by viewer ${paused.by}`}.`);
    else if (state === 'failed') page.say(`Run failed: ${error ?? 'no reason given'}`);
    else if (state === 'finished') page.say(`Run finished at ${page.at(now)}.`);
    else if (state === 'running') page.say('Run goes on.');
  }

  /** Who joins after the end is not told of it: the report is fetched. */
  async #fetchReport(): Promise<void> {
    const { run, finished, time } = this.#state;
    const { runId } = run.value;
    try {
      const answer = (await fetchJson(this.#parts, 'run')) as {
        readonly runId: string;
        readonly report: { readonly fingerprint: string } | null;
      };
      if (answer.report !== null && answer.runId === runId)
        finished.value = {
          type: 'finished',
          now: time.limit,
          fingerprint: answer.report.fingerprint,
          summary: answer.report,
        };
    } catch (error) {
      this.#state.complain(error);
    }
  }

  #anew(run: RunInfo): void {
    const { live, views } = this.#parts;
    // A link leads to a task of the run that is there when it is opened.
    if (this.#state.run.value.runId !== '') this.#isRestoring = false;
    this.#folded.clear();
    this.#newestWall = 0;
    live.leaveRun();
    views.forget();
    this.#state.begin(run);
  }
}
