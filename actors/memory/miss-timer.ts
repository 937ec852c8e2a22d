import { saveClass } from '../../engine/kernel/saved-class.ts';
import { memoryErrors } from './errors.ts';

/** What bounds the time of a stream of accesses. */
export interface MissTimerSpec {
  /** Accesses that may be under way at once beyond the innermost level: fill buffers of the core. 1 for a chain of pointers. */
  readonly missesInFlight: number;
  /** Cycles between the starts of two accesses. Default 1. */
  readonly issue?: number;
  /** Latency up to which an access takes no fill buffer: that of the innermost level. Default 0. */
  readonly pipelined?: number;
}

/**
 * Time of a stream of accesses in order: each starts `issue` cycles after the one before, and a miss waits for one of
 * `missesInFlight` buffers, which it holds for its latency. With one buffer and nothing pipelined it is the sum of latencies; for
 * many misses of one latency it tends to latency / missesInFlight each. Throws CACHE_STREAM.
 */
export class MissTimer {
  readonly #buffers: Float64Array;
  readonly #issue: number;
  readonly #pipelined: number;
  #start = 0;
  #end = 0;

  constructor({ missesInFlight, issue = 1, pipelined = 0 }: MissTimerSpec) {
    if (!(Number.isSafeInteger(missesInFlight) && missesInFlight >= 1))
      throw memoryErrors.create('CACHE_STREAM', {
        what: 'missesInFlight',
        value: missesInFlight,
        expected: 'a whole number of at least 1',
      });
    this.#buffers = new Float64Array(missesInFlight);
    this.#issue = issue;
    this.#pipelined = pipelined;
  }

  static {
    saveClass(
      MissTimer,
      'memory.MissTimer',
      (timer) => ({
        spec: { missesInFlight: timer.#buffers.length, issue: timer.#issue, pipelined: timer.#pipelined },
        buffers: timer.#buffers,
        start: timer.#start,
        end: timer.#end,
      }),
      (data) => new MissTimer(data.spec).#restore(data),
      (timer, data) => void timer.#restore(data),
    );
  }

  #restore(data: { readonly buffers: Float64Array; readonly start: number; readonly end: number }): this {
    this.#buffers.set(data.buffers);
    this.#start = data.start;
    this.#end = data.end;
    return this;
  }

  /** Takes up the next access with its latency in cycles. */
  add(latency: number): void {
    let start = this.#start;
    if (latency > this.#pipelined) {
      const buffers = this.#buffers;
      let first = 0;
      for (let i = 1; i < buffers.length; i++) if (buffers[i]! < buffers[first]!) first = i;
      start = Math.max(start, buffers[first]!);
      buffers[first] = start + latency;
    }
    this.#end = Math.max(this.#end, start + latency);
    this.#start = start + this.#issue;
  }

  /** Cycles until the last access so far has its data. */
  get cycles(): number {
    return this.#end;
  }
}
