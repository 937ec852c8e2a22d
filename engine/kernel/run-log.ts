import type { Phase } from './phase.ts';
import type { Time } from './time.ts';

const CHUNK = 2 ** 16;

/** One event of a compared run. */
export interface RunEvent {
  /** Number of the event, counted from 1. */
  readonly event: number;
  /** Number of the event during which this one was scheduled; 0 for set-up. */
  readonly cause: number;
  readonly time: Time;
  readonly phase: Phase;
  /** Path of the actor that handled it. */
  readonly actor: string;
  /** The message's type. */
  readonly kind: string;
}

interface Chunk {
  readonly times: Float64Array;
  /** What happened, an index into the table of (actor, kind), times 8, plus the phase. */
  readonly what: Uint32Array;
  readonly left: Uint32Array;
  readonly right: Uint32Array;
}

/** The common past of two runs that are the same so far: 20 bytes an event, in chunks, so that growing copies nothing. @internal */
export class RunLog {
  readonly #chunks: Chunk[] = [];
  #length = 0;
  readonly #what: Array<readonly [actor: string, kind: string]> = [];
  readonly #indexes = new Map<string, Map<string, number>>();

  push(time: Time, phase: Phase, actor: string, kind: string, leftCause: number, rightCause: number): void {
    const at = this.#length++ % CHUNK;
    if (at === 0)
      this.#chunks.push({
        times: new Float64Array(CHUNK),
        what: new Uint32Array(CHUNK),
        left: new Uint32Array(CHUNK),
        right: new Uint32Array(CHUNK),
      });
    const chunk = this.#chunks[this.#chunks.length - 1] as Chunk;
    chunk.times[at] = time;
    chunk.what[at] = this.#indexOf(actor, kind) * 8 + phase;
    chunk.left[at] = leftCause;
    chunk.right[at] = rightCause;
  }

  /** Event number `event`, counted from 1, with the cause it had in the run of that side; undefined for 0. */
  get(event: number, side: 'left' | 'right'): RunEvent | undefined {
    const chunk = this.#chunks[Math.floor((event - 1) / CHUNK)];
    if (event === 0 || chunk === undefined) return undefined;
    const at = (event - 1) % CHUNK;
    const what = chunk.what[at] as number;
    const [actor, kind] = this.#what[Math.floor(what / 8)] as readonly [string, string];
    const time = chunk.times[at] as Time;
    return { event, cause: chunk[side][at] as number, time, phase: (what % 8) as Phase, actor, kind };
  }

  #indexOf(actor: string, kind: string): number {
    let kinds = this.#indexes.get(actor);
    if (kinds === undefined) {
      kinds = new Map();
      this.#indexes.set(actor, kinds);
    }
    let index = kinds.get(kind);
    if (index === undefined) {
      index = this.#what.push([actor, kind]) - 1;
      kinds.set(kind, index);
    }
    return index;
  }
}
