import type { Time } from '../kernel/index.ts';

/** What a resource has seen. Times in ticks. */
export interface UsageReport {
  /** Time covered. */
  readonly time: number;
  /** Part of the capacity that was in use, weighted by time; 0 when there was none. */
  readonly utilisation: number;
  /** Mean units in use. */
  readonly meanInUse: number;
  /** Mean length of the queue. */
  readonly meanQueue: number;
  readonly longestQueue: number;
  readonly granted: number;
  /** Mean time from request to grant; 0 when nothing was granted. */
  readonly meanWait: number;
  readonly longestWait: number;
  /** Requests that gave up waiting, and how long they had waited on average. */
  readonly reneged: number;
  readonly meanPatience: number;
  /** Requests that found the queue too long. */
  readonly balked: number;
  readonly preempted: number;
}

/** Accumulators behind `UsageReport`. @internal */
export class Usage {
  granted = 0;
  balked = 0;
  preempted = 0;
  #reneged = 0;
  #start: number;
  #last: number;
  #inUseArea = 0;
  #queueArea = 0;
  #capacityArea = 0;
  #waitSum = 0;
  #longestWait = 0;
  #patienceSum = 0;
  #longestQueue = 0;

  constructor(now: Time) {
    this.#start = now;
    this.#last = now;
  }

  /** Accounts for the time since the last change; the levels are those before this one. */
  advance(now: number, inUse: number, queue: number, capacity: number): void {
    if (queue > this.#longestQueue) this.#longestQueue = queue;
    const span = now - this.#last;
    if (span === 0) return;
    this.#last = now;
    this.#inUseArea += span * inUse;
    this.#queueArea += span * queue;
    this.#capacityArea += span * capacity;
  }

  grant(wait: number): void {
    this.granted++;
    if (wait === 0) return;
    this.#waitSum += wait;
    if (wait > this.#longestWait) this.#longestWait = wait;
  }

  renege(wait: number): void {
    this.#reneged++;
    this.#patienceSum += wait;
  }

  reset(now: Time): void {
    this.granted = 0;
    this.balked = 0;
    this.preempted = 0;
    this.#reneged = 0;
    this.#start = now;
    this.#last = now;
    this.#inUseArea = 0;
    this.#queueArea = 0;
    this.#capacityArea = 0;
    this.#waitSum = 0;
    this.#longestWait = 0;
    this.#patienceSum = 0;
    this.#longestQueue = 0;
  }

  report(now: Time, capacity: number, inUse: number, queue: number): UsageReport {
    const left = now - this.#last;
    const time = now - this.#start;
    const per = (sum: number, count: number) => (count === 0 ? 0 : sum / count);
    const inUseArea = this.#inUseArea + left * inUse;
    return {
      time,
      utilisation: per(inUseArea, this.#capacityArea + left * capacity),
      meanInUse: per(inUseArea, time),
      meanQueue: per(this.#queueArea + left * queue, time),
      longestQueue: Math.max(this.#longestQueue, queue),
      granted: this.granted,
      meanWait: per(this.#waitSum, this.granted),
      longestWait: this.#longestWait,
      reneged: this.#reneged,
      meanPatience: per(this.#patienceSum, this.#reneged),
      balked: this.balked,
      preempted: this.preempted,
    };
  }
}
