import { closeCodes, limits, type ServerMessage } from '../protocol/index.ts';
import type { Viewer } from './viewer.ts';

/** Wall time between two looks at what viewers are owed, in ms. */
const pumpMs = 50;
/** Wall time that one round of sending may take before sockets are read again, in ms. */
const roundMs = 12;
/** Rest after a round, in its lengths. */
const restFactor = 2;

/** An actor that somebody watches. */
export interface WatchedActor {
  readonly sim: number;
  readonly actor: string;
}

/** Everybody who watches: what all are told, and whose turn it is to be sent what is due. */
export class Audience {
  readonly #viewers = new Set<Viewer>();
  readonly #clock: () => number;
  readonly #timer: NodeJS.Timeout;
  #isAwake = false;
  #restUntil = 0;

  /** `clock`: wall time in ms that never goes back. */
  constructor(clock: () => number) {
    this.#clock = clock;
    this.#timer = setInterval(() => this.wake(), pumpMs);
  }

  get size(): number {
    return this.#viewers.size;
  }

  /** Takes one more; false when there are too many, after saying so. */
  add(viewer: Viewer): boolean {
    if (this.#viewers.size >= limits.maxViewers) {
      viewer.refuse('full', closeCodes.full, `${limits.maxViewers} viewers watch already`, 'Close another page.');
      return false;
    }
    this.#viewers.add(viewer);
    return true;
  }

  remove(viewer: Viewer): void {
    viewer.end();
    this.#viewers.delete(viewer);
  }

  /** Tells everybody. */
  tell(message: ServerMessage): void {
    for (const viewer of this.#viewers) viewer.tell(message);
  }

  /** Tells those who watch an actor. */
  tellWatching({ sim, actor }: WatchedActor, message: ServerMessage): void {
    for (const viewer of this.#viewers) if (viewer.watched.has(watchKey(sim, actor))) viewer.tell(message);
  }

  /** The actors that somebody watches, each once. */
  get watched(): WatchedActor[] {
    const all = new Map<string, WatchedActor>();
    for (const viewer of this.#viewers) for (const [key, watched] of viewer.watched) all.set(key, watched);
    return [...all.values()];
  }

  /** Another run has begun: all that was sent is void. */
  startAnew(): void {
    for (const viewer of this.#viewers) viewer.startAnew();
  }

  /** Soon sends everybody what is due, in turns. */
  wake(): void {
    if (this.#isAwake || this.#viewers.size === 0 || this.#clock() < this.#restUntil) return;
    this.#isAwake = true;
    setImmediate(() => {
      this.#isAwake = false;
      const began = this.#clock();
      // Who was served goes to the end, so that everybody has a turn although a round ends early.
      for (const viewer of [...this.#viewers]) {
        if (this.#clock() - began > roundMs) break;
        viewer.pump(began + roundMs);
        this.#viewers.delete(viewer);
        this.#viewers.add(viewer);
      }
      // What the run tells has most of the thread, however many watch.
      this.#restUntil = this.#clock() + restFactor * (this.#clock() - began);
    });
  }

  /** Tells everybody that the server is gone. */
  close(): void {
    clearInterval(this.#timer);
    for (const viewer of this.#viewers)
      viewer.refuse('unavailable', closeCodes.unavailable, 'the server has been closed', 'Start it again.');
    this.#viewers.clear();
  }
}

/** Under what a viewer keeps an actor that it watches. */
export function watchKey(sim: number, actor: string): string {
  return `${sim} ${actor}`;
}
