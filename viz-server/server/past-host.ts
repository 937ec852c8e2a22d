import { Worker } from 'node:worker_threads';
import type { ActorLook } from './actor-look.ts';
import { liveErrors } from './errors.ts';
import type { FromPast, Moment, PastTask, ToPast, Waypoint } from './past-link.ts';
import { slots } from './run-link.ts';

export interface PastHostOptions {
  /** Wall time that one replay may take, in ms. Default 30 s. */
  readonly seekMs?: number | undefined;
  /** Wall time without a question after which the replay is given up, in ms. Default 60 s. */
  readonly idleMs?: number | undefined;
  /** Wall time of a replay between two checkpoints that it takes on its way, in ms. Default 100 ms; infinite: none. */
  readonly saveEveryMs?: number | undefined;
}

/** A question about the past. */
export interface PastQuestion {
  /** Who asks: of the same, a later question about another moment takes the place of an earlier one. */
  readonly by: number;
  readonly moment: Moment;
  readonly actor: string;
  /** The last place before the moment of which it is known how the run was. */
  readonly waypoint: Waypoint | undefined;
  /** Told where the replay is, in ticks of its simulation. */
  readonly onProgress?:
    | ((at: { readonly sim: number; readonly now: number; readonly events: number }) => void)
    | undefined;
}

interface Waiting extends PastQuestion {
  resolve(look: ActorLook): void;
  reject(error: Error): void;
}

/** Questions that may wait at once, and answers that are kept. */
const mostWaiting = 32;
const mostKept = 256;
const defaultSeekMs = 30_000;
const defaultIdleMs = 60_000;
const defaultSaveMs = 100;

/**
 * The server's end of the replay: one thread, whoever asks. Questions about one moment are answered together, later moments before earlier
 * ones as long as the replay can go on, and what was answered is kept.
 */
export class PastHost {
  readonly #task: Omit<PastTask, 'shared' | 'saveEveryMs'>;
  readonly #options: PastHostOptions;
  readonly #waiting: Waiting[] = [];
  readonly #kept = new Map<string, ActorLook>();
  #worker: Worker | undefined = undefined;
  #shared = new Int32Array(new SharedArrayBuffer(16));
  #current: { readonly id: number; readonly first: Waiting } | undefined = undefined;
  /** Where the replay stands. */
  #at: Moment | undefined = undefined;
  #seeks = 0;
  #timer: NodeJS.Timeout | undefined = undefined;
  #idle: NodeJS.Timeout | undefined = undefined;
  #isClosed = false;
  /** Threads that were started, and answers of replays that began at a checkpoint, for tests. */
  starts = 0;
  resumes = 0;

  constructor(task: Omit<PastTask, 'shared' | 'saveEveryMs'>, options: PastHostOptions = {}) {
    this.#task = task;
    this.#options = options;
  }

  /** Whether a replay computes now. */
  get isSeeking(): boolean {
    return this.#current !== undefined;
  }

  /** Looks at an actor at a moment of the past. Rejects with LIVE_PAST: too long, superseded, no such moment, not the same run. */
  ask(question: PastQuestion): Promise<ActorLook> {
    const kept = this.#kept.get(keyOf(question));
    if (kept !== undefined) return Promise.resolve(kept);
    for (const other of [...this.#waiting])
      if (other.by === question.by && placeOf(other.moment) !== placeOf(question.moment))
        this.#drop(other, 'another moment was asked for since', '');
    if (this.#waiting.length >= mostWaiting)
      return Promise.reject(refusal(`${mostWaiting} questions about the past wait already`, 'Ask later.'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...question, resolve, reject });
      this.#next();
    });
  }

  /** Somebody has gone: nothing is sought for them alone. */
  cancel(by: number): void {
    for (const other of [...this.#waiting]) if (other.by === by) this.#drop(other, 'who asked has gone', '');
  }

  /** Ends the thread; what waits is refused. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const other of [...this.#waiting]) this.#drop(other, 'the run has been replaced', 'Ask about the new one.');
    clearTimeout(this.#idle);
    await this.#stop();
  }

  #drop(waiting: Waiting, why: string, hint: string): void {
    this.#forget(waiting);
    waiting.reject(refusal(why, hint));
    const { moment } = this.#current?.first ?? {};
    if (moment === undefined || this.#waiting.some((other) => placeOf(other.moment) === placeOf(moment))) return;
    // Nobody waits for it any more: the replay stands still where it is.
    this.#over();
    this.#tell({ kind: 'cancel' });
    this.#next();
  }

  #forget(waiting: Waiting): void {
    const at = this.#waiting.indexOf(waiting);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  #over(): void {
    clearTimeout(this.#timer);
    this.#current = undefined;
  }

  #next(): void {
    if (this.#current !== undefined || this.#isClosed) return;
    clearTimeout(this.#idle);
    const first = this.#choose();
    if (first === undefined) {
      this.#idle = setTimeout(() => void this.#stop(), this.#options.idleMs ?? defaultIdleMs);
      this.#idle.unref();
      return;
    }
    const id = ++this.#seeks;
    this.#current = { id, first };
    const most = this.#options.seekMs ?? defaultSeekMs;
    this.#timer = setTimeout(() => {
      const { moment } = first;
      this.#over();
      this.#tell({ kind: 'cancel' });
      for (const other of this.#waitingFor(moment)) {
        this.#forget(other);
        other.reject(
          refusal(`the replay has not come there within ${most} ms`, 'Ask again: it goes on from where it is.'),
        );
      }
      this.#next();
    }, most);
    this.#thread();
    this.#tell({ kind: 'seek', id, moment: first.moment, actor: first.actor, waypoint: first.waypoint });
  }

  /** The nearest moment ahead of the replay, else the earliest, else whatever came first. */
  #choose(): Waiting | undefined {
    const at = this.#at;
    const ahead = this.#waiting.filter(({ moment }) => at === undefined || isBefore(at, moment));
    return (ahead.length > 0 ? ahead : this.#waiting).reduce<Waiting | undefined>(
      (best, one) => (best === undefined || isBefore(one.moment, best.moment) ? one : best),
      undefined,
    );
  }

  #waitingFor(moment: Moment): Waiting[] {
    const place = placeOf(moment);
    return this.#waiting.filter((other) => placeOf(other.moment) === place);
  }

  #hear(message: FromPast): void {
    const current = this.#current;
    if (current === undefined || message.id !== current.id) return;
    const { first } = current;
    switch (message.kind) {
      case 'position':
        for (const { onProgress } of this.#waitingFor(first.moment)) onProgress?.(message);
        return;
      case 'there': {
        if (message.from > 0) this.resumes++;
        this.#at = first.moment;
        this.#keep(keyOf(first), message.look);
        for (const same of this.#waitingFor(first.moment)) {
          if (same.actor !== first.actor) continue;
          this.#forget(same);
          same.resolve(message.look);
        }
        this.#over();
        this.#next();
        return;
      }
      case 'diverged':
        this.#refuse(
          first,
          `the replay parts from the run before event ${message.event}`,
          'The scenario is not deterministic, or its file has changed.',
        );
        void this.#stop();
        return;
      case 'none':
        this.#refuse(first, message.why, 'Choose an earlier moment.');
        return;
      default:
        message satisfies never;
    }
  }

  #refuse({ moment }: Waiting, why: string, hint: string): void {
    this.#over();
    for (const other of this.#waitingFor(moment)) {
      this.#forget(other);
      other.reject(refusal(why, hint));
    }
    this.#next();
  }

  #keep(key: string, look: ActorLook): void {
    this.#kept.set(key, look);
    if (this.#kept.size <= mostKept) return;
    for (const oldest of this.#kept.keys()) {
      this.#kept.delete(oldest);
      return;
    }
  }

  #tell(message: ToPast): void {
    this.#worker?.postMessage(message);
    Atomics.add(this.#shared, slots.inbox, 1);
    Atomics.notify(this.#shared, slots.inbox);
  }

  #thread(): void {
    if (this.#worker !== undefined) return;
    this.starts++;
    const shared = new Int32Array(new SharedArrayBuffer(16));
    const worker = new Worker(new URL('./past-thread.js', import.meta.url), {
      workerData: { ...this.#task, saveEveryMs: this.#options.saveEveryMs ?? defaultSaveMs, shared } satisfies PastTask,
    });
    this.#shared = shared;
    this.#worker = worker;
    worker.on('message', (message: FromPast) => {
      if (this.#worker === worker) this.#hear(message);
    });
    const fail = (why: string): void => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#at = undefined;
      const first = this.#current?.first;
      if (first !== undefined) this.#refuse(first, `the replay has failed: ${why}`, 'Ask again.');
    };
    worker.on('error', (error) => fail(error.message.slice(0, 300)));
    worker.on('exit', (code) => fail(`its thread ended with ${code}`));
  }

  async #stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#at = undefined;
    await worker?.terminate();
  }
}

function refusal(problem: string, hint: string): Error {
  return liveErrors.create('LIVE_PAST', { problem, hint });
}

function placeOf(moment: Moment): string {
  return 'event' in moment ? `${moment.sim} #${moment.event}` : `${moment.sim} ${moment.tick}`;
}

function keyOf({ moment, actor }: PastQuestion): string {
  return `${placeOf(moment)} ${actor}`;
}

/** Whether a replay that stands at `a` may go on to `b`; of a tick and an event nobody knows before. */
function isBefore(a: Moment, b: Moment): boolean {
  if (a.sim !== b.sim) return a.sim < b.sim;
  if ('event' in a) return 'event' in b && a.event <= b.event;
  return 'tick' in b && a.tick <= b.tick;
}
