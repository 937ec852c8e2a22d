import type { ServerMessage, ServerMessageOf } from '../protocol/index.ts';
import type { PresentRun } from './present-run.ts';

/** Wall time between two words of how the run is, in ms. */
const statusMs = 250;

export interface RunStatusOptions {
  readonly run: PresentRun;
  /** How many watch. */
  readonly viewers: () => number;
  /** Tells every viewer. */
  readonly tell: (message: ServerMessage) => void;
  /** Wall clock in ms that never goes back. */
  readonly clock: () => number;
}

/** How the run is and how fast it goes, told four times a second and at every change. */
export class RunStatus {
  readonly #options: RunStatusOptions;
  readonly #timer: NodeJS.Timeout;
  #last = { wallMs: 0, events: 0, now: 0 };
  #eventsPerSecond = 0;
  #ratio = 0;

  constructor(options: RunStatusOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.tell(), statusMs);
  }

  message(): ServerMessageOf<'status'> {
    const { run, viewers } = this.#options;
    const { store, state } = run;
    const { sim, events, queue, paused, speed, progress } = run.position;
    return {
      type: 'status',
      now: run.now,
      sim,
      state,
      paused: state === 'paused' && paused !== null ? { ...paused, at: paused.at * run.scaleOf(sim) } : null,
      events,
      eventsPerSecond: this.#eventsPerSecond,
      ratio: this.#ratio,
      speed,
      queue,
      tasks: store.tasks,
      storeSeq: store.seq,
      storeBytes: store.bytes,
      exactFrom: store.exactFrom,
      behindMs: state === 'running' && store.wallMs > 0 ? Math.max(0, Date.now() - store.wallMs) : 0,
      viewers: viewers(),
      progress,
      wallMs: Date.now(),
      error: run.error,
    };
  }

  tell(): void {
    const { run, clock, tell } = this.#options;
    const wallMs = clock();
    const { wallMs: before, events, now } = this.#last;
    if (wallMs - before >= statusMs - 10) {
      const seconds = (wallMs - before) / 1000;
      this.#eventsPerSecond = Math.max(0, (run.position.events - events) / seconds);
      this.#ratio = Math.max(0, ((run.now - now) * run.store.tickPs) / 1e12 / seconds);
      this.#last = { wallMs, events: run.position.events, now: run.now };
    }
    tell(this.message());
  }

  /** Another run has begun: its speed is counted from now. */
  startAnew(): void {
    this.#last = { wallMs: this.#options.clock(), events: 0, now: 0 };
    this.#eventsPerSecond = 0;
    this.#ratio = 0;
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
