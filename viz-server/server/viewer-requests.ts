import type { ClientMessage, ClientMessageOf, ServerMessage } from '../protocol/index.ts';
import type { ActorLooks } from './actor-looks.ts';
import type { AnalysisHost } from './analysis-host.ts';
import type { AnalysisAnswer } from './analysis-link.ts';
import { type Audience, watchKey } from './audience.ts';
import { liveErrors } from './errors.ts';
import type { PresentRun } from './present-run.ts';
import type { RunBook } from './run-book.ts';
import type { RunControl } from './run-control.ts';
import type { RunMarks } from './run-marks.ts';
import type { Viewer } from './viewer.ts';

export interface ViewerRequestsOptions {
  readonly run: PresentRun;
  readonly control: RunControl;
  readonly looks: ActorLooks;
  readonly runs: RunBook;
  readonly marks: RunMarks;
  readonly analysis: AnalysisHost;
  readonly audience: Audience;
}

/** Actors that one viewer may watch. */
const mostWatched = 8;
const defaultRows = 200;
const analysisRows = 1000;

/** Answers what viewers ask: each request goes to what knows of it. */
export class ViewerRequests {
  readonly #options: ViewerRequestsOptions;

  constructor(options: ViewerRequestsOptions) {
    this.#options = options;
  }

  /** Answers anything but hello, credit, views and pings. Throws or rejects with the error to be told. */
  async answer(viewer: Viewer, message: ClientMessage): Promise<ServerMessage | undefined> {
    const { control, runs, marks, analysis } = this.#options;
    switch (message.type) {
      case 'control':
        if (!viewer.canControl) throw liveErrors.create('LIVE_READ_ONLY');
        await control.perform(message, viewer.id);
        return { type: 'result', requestId: message.requestId, ok: true, truncated: false };
      case 'detail': {
        const { requestId, taskId: task, sim = 0 } = message;
        return resultOf(requestId, await analysis.ask({ kind: 'detail', sim, task }));
      }
      case 'query': {
        const { requestId, text, maxRows = defaultRows, maxMs } = message;
        return resultOf(requestId, await analysis.ask({ kind: 'query', sim: 0, text, maxRows }, maxMs));
      }
      case 'analyze': {
        const { requestId, kind: what, from, to, args: { sim = 0, kind: taskKind } = {} } = message;
        const maxRows = analysisRows;
        return resultOf(requestId, await analysis.ask({ kind: 'analyze', sim, what, from, to, taskKind, maxRows }));
      }
      case 'world':
        return this.#world(viewer, message);
      case 'compare':
        return resultOf(message.requestId, await runs.compare(message));
      case 'watch':
      case 'unwatch':
        this.#watch(viewer, message);
        return undefined;
      case 'mark':
        if (message.op !== 'list' && !viewer.canControl) throw liveErrors.create('LIVE_READ_ONLY');
        marks.change(viewer.id, message);
        return { type: 'result', requestId: message.requestId, ok: true, value: marks.list(), truncated: false };
      default:
        throw liveErrors.create('LIVE_REQUEST', { problem: `'${message.type}' is no request`, hint: '' });
    }
  }

  /** A viewer has gone: nothing is sought or watched for it alone. */
  forget(viewer: Viewer): void {
    this.#options.looks.cancel(viewer.id);
    if (viewer.watched.size > 0) this.#tellWatched();
  }

  async #world(viewer: Viewer, message: ClientMessageOf<'world'>): Promise<ServerMessage> {
    const { looks } = this.#options;
    const { requestId, actor, at, event, sim = 0 } = message;
    // Who has come back to now waits for no past.
    if (at === undefined && event === undefined) looks.cancel(viewer.id);
    const value = await looks.world({
      sim,
      actor,
      at,
      event,
      by: viewer.id,
      onProgress: (where) =>
        viewer.tell({ type: 'seeking', requestId, sim: where.sim, now: where.now, events: where.events }),
    });
    return { type: 'result', requestId, ok: true, value, truncated: false };
  }

  #watch(viewer: Viewer, message: ClientMessageOf<'watch' | 'unwatch'>): void {
    const { actor, sim = Math.max(1, this.#options.run.position.sim) } = message;
    const key = watchKey(sim, actor);
    if (message.type === 'unwatch') viewer.watched.delete(key);
    else if (viewer.watched.size < mostWatched) viewer.watched.set(key, { sim, actor });
    this.#tellWatched();
  }

  #tellWatched(): void {
    const { run, audience } = this.#options;
    run.order({ kind: 'watch', actors: audience.watched });
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
