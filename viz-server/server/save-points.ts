import { checkpoint } from '../../engine/index.ts';
import type { Simulation } from '../../engine/kernel/index.ts';

/** A moment of a replay from which it can go on. */
export interface SavePoint {
  /** Number of the simulation. */
  readonly sim: number;
  readonly event: number;
  readonly now: number;
  /** Container of the checkpoint. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Where a replay is to go: after so many events, or to a tick whose events are not yet counted. */
export interface SaveTarget {
  readonly sim: number;
  readonly event: number | undefined;
  readonly tick: number;
}

const most = 32;
const mostBytes = 128 << 20;
/** Share of a replay's time that checkpoints may take. */
const share = 0.1;

/** Checkpoints that a replay takes on its way: the longer it lasts, the farther apart, so that their number and bytes are bounded. */
export class SavePoints {
  #list: SavePoint[] = [];
  #bytes = 0;
  readonly #clock: () => number;
  #everyMs: number;
  #dueMs: number;
  #isOff = false;

  /** `everyMs`: wall time of the replay between two of them, at first; `clock`: wall time in ms that never goes back. */
  constructor(everyMs: number, clock: () => number = () => performance.now()) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#dueMs = clock() + everyMs;
  }

  get length(): number {
    return this.#list.length;
  }

  /** Takes one between two events when it is due and nothing from here on was saved. Changes nothing in `sim`. */
  offer(sim: Simulation, number: number): void {
    const began = this.#clock();
    if (this.#isOff || began < this.#dueMs || sim.events === 0) return;
    this.#dueMs = began + this.#everyMs;
    if (this.#list.some((point) => point.sim > number || (point.sim === number && point.event >= sim.events))) return;
    const bytes = this.#save(sim);
    if (bytes === undefined) return;
    this.#list.push({ sim: number, event: sim.events, now: sim.now, bytes });
    this.#bytes += bytes.length;
    const ended = this.#clock();
    this.#dueMs = ended + Math.max(this.#everyMs, (ended - began) / share);
    if (this.#list.length > most || this.#bytes > mostBytes) this.#thin();
  }

  /** The last one of which it is sure that it is not after the target. */
  before({ sim, event, tick }: SaveTarget): SavePoint | undefined {
    return this.#list.findLast(
      (point) => point.sim === sim && (event === undefined ? point.now < tick : point.event <= event),
    );
  }

  /** Whether so much lies between where a replay stands and its target that it is worth to begin anew from the last one before it. */
  isFar(event: number, target: SaveTarget): boolean {
    const last = this.before(target);
    if (last === undefined) return false;
    return (
      this.#list.filter((point) => point.sim === last.sim && point.event > event && point.event <= last.event).length >
      1
    );
  }

  /** A run of which only a replay leads to its moments has none. */
  #save(sim: Simulation): Uint8Array<ArrayBuffer> | undefined {
    try {
      const saved = checkpoint(sim);
      if (saved.replayOnly === undefined && saved.drivenAt === 0) return saved.bytes();
    } catch {
      // What cannot be saved is replayed.
    }
    this.#isOff = true;
    return undefined;
  }

  #thin(): void {
    this.#list = this.#list.filter((_, i) => i % 2 === 1);
    this.#bytes = this.#list.reduce((sum, { bytes }) => sum + bytes.length, 0);
    this.#everyMs *= 2;
  }
}
