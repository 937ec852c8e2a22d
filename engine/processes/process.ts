import {
  type Duration,
  type EventHandle,
  NO_TIME,
  noTask,
  type Phase,
  phases,
  type TaskRef,
  type Trace,
} from '../kernel/index.ts';
import { processErrors } from './errors.ts';
import type { Host } from './host.ts';
import { DECIDED, IDLE, type Steps, Wait } from './wait.ts';

/** Message type of the kernel event that resumes a process. @internal */
export const WAKE = 'process.wake';

const NO_HANDLE = 0 as EventHandle;

/** What became of a process, or that it still runs. */
export type ProcessOutcome<R> =
  | { readonly kind: 'alive' }
  | { readonly kind: 'returned'; readonly value: R }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'cancelled' };

type Fate = 0 | 1 | 2 | 3;
const ALIVE = 0;
const RETURNED = 1;
const FAILED = 2;
const CANCELLED = 3;

/** Thrown at the wait of an interrupted process. */
export class Interrupted extends Error {
  readonly reason: unknown;

  constructor(reason: unknown) {
    super(`interrupted: ${reason instanceof Error ? reason.message : String(reason)}`);
    this.name = 'Interrupted';
    this.reason = reason;
  }
}

/** Something held that goes back by itself when its process ends. */
export interface Holding {
  nextHeld: Holding | undefined;
  giveBack(): void;
}

/**
 * A running generator. At most one wake-up of it is pending at any time: it is cancelled by its handle when the wait ends
 * otherwise, and it must also match the number of the wait for which it was made.
 */
export class Process<R = unknown> {
  /** The record is its own wake-up message: no allocation per wait. @internal */
  readonly type = WAKE;
  /** @internal */
  readonly host: Host;
  /** What it is in the trace, from its start to its end: delays are work, other waits have their cause. */
  readonly task: TaskRef;
  readonly #trace: Trace;
  /** The task that ended its wait. */
  #releaser: TaskRef = noTask;
  readonly #body: Steps<R>;
  #wait: Wait<unknown> | undefined = undefined;
  #generation = 0;
  #wakeGeneration = -1;
  #wake: EventHandle = NO_HANDLE;
  #hasStarted = false;
  #running = false;
  #failure: unknown = undefined;
  #cancelling = false;
  #fate: Fate = ALIVE;
  #result: unknown = undefined;
  /** Most recent holding first. @internal */
  held: Holding | undefined = undefined;
  /** @internal */
  joiners: Array<Wait<unknown>> | undefined = undefined;
  /** @internal */
  previous: Process<unknown> | undefined = undefined;
  /** @internal */
  following: Process<unknown> | undefined = undefined;

  /** @internal */
  constructor(host: Host, body: Steps<R>) {
    this.host = host;
    this.#trace = host.ctx.trace;
    this.task = this.#trace.begin(host.kind);
    this.#body = body;
  }

  /** What became of it. */
  get outcome(): ProcessOutcome<R> {
    switch (this.#fate) {
      case ALIVE:
        return { kind: 'alive' };
      case RETURNED:
        return { kind: 'returned', value: this.#result as R };
      case FAILED:
        return { kind: 'failed', error: this.#result };
      default:
        return { kind: 'cancelled' };
    }
  }

  get isAlive(): boolean {
    return this.#fate === ALIVE;
  }

  /** The number of its current wait; grows with each. */
  get generation(): number {
    return this.#generation;
  }

  /** The wait it is suspended in; undefined when it runs, is about to go on or has ended. @internal */
  get wait(): Wait<unknown> | undefined {
    return this.#wait;
  }

  /** @internal */
  get isRunning(): boolean {
    return this.#running;
  }

  /** Puts the wake-up at `delay` from now, in place of any other. @internal */
  wakeAfter(delay: Duration, phase: Phase): void {
    const { host } = this;
    if (this.#wakeGeneration === this.#generation) host.ctx.cancel(this.#wake);
    this.#wakeGeneration = this.#generation;
    this.#wake = host.ctx.schedule(delay, host.self as never, this as never, phase);
  }

  /** Whether a wake-up for the current wait is on its way. @internal */
  get isWaking(): boolean {
    return this.#wakeGeneration === this.#generation;
  }

  /** Takes back a wake-up on its way. @internal */
  unwake(): void {
    if (this.#wakeGeneration !== this.#generation) return;
    this.host.ctx.cancel(this.#wake);
    this.#wakeGeneration = -1;
  }

  /** @internal */
  wakeForService(): void {
    this.wakeAfter(NO_TIME, phases.service);
  }

  /** Handles its wake-up event. A wake-up that is not for the current wait does nothing; false then. @internal */
  woken(): boolean {
    if (this.#wakeGeneration !== this.#generation || this.#fate !== ALIVE) return false;
    this.#wakeGeneration = -1;
    const wait = this.#wait;
    if (wait !== undefined && wait.stage !== DECIDED) wait.expired();
    this.resume();
    return true;
  }

  /** Runs the body up to its next wait. @internal */
  resume(): void {
    const trace = this.#trace;
    if (!trace.isRecording) {
      this.#resume();
      return;
    }
    const before = trace.current;
    trace.work(this.task, this.#releaser);
    this.#releaser = noTask;
    trace.current = this.task;
    try {
      this.#resume();
      this.tellWait();
    } finally {
      trace.current = before;
    }
  }

  /** Tells the trace what it waits for now. @internal */
  tellWait(): void {
    const wait = this.#wait;
    if (wait === undefined || !this.#trace.isRecording) return;
    const cause = wait.traceCause;
    if (cause === undefined) this.#trace.work(this.task);
    else this.#trace.wait(this.task, cause, wait.traceWhat);
  }

  /** Remembers in whose name its wait ends. @internal */
  noteReleaser(): void {
    if (this.#trace.isRecording) this.#releaser = this.#trace.current;
  }

  #resume(): void {
    this.unwake();
    this.#generation++;
    this.#wait = undefined;
    this.#running = true;
    const body = this.#body;
    let step: IteratorResult<Wait<unknown>, R>;
    // What was decided at once is taken before any failure is thrown, or what it granted would be lost.
    let isDecided = false;
    for (;;) {
      try {
        step = isDecided ? body.next() : this.#next(body);
      } catch (error) {
        this.#running = false;
        this.#end(FAILED, error);
        if (this.joiners !== undefined) return;
        throw error;
      }
      if (step.done === true) break;
      // With the star the wait itself comes through, without it a step that holds it.
      const wait =
        (step as unknown as Wait<unknown>).stage === undefined ? step.value : (step as unknown as Wait<unknown>);
      if (this.#fate !== ALIVE) {
        this.#running = false;
        body.return(undefined as R);
        return;
      }
      isDecided = false;
      if (this.#failure !== undefined || this.#cancelling) continue;
      try {
        if (wait.stage !== IDLE) throw processErrors.create('PROC_WAIT_IN_USE', { what: wait.constructor.name });
        wait.process = this;
        wait.group = undefined;
        if (!wait.begin()) {
          this.#running = false;
          this.#wait = wait;
          return;
        }
        isDecided = true;
      } catch (error) {
        this.#failure = wait instanceof Wait ? error : this.#badYield(wait);
      }
    }
    this.#running = false;
    if (this.#cancelling) this.#end(CANCELLED, undefined);
    else this.#end(RETURNED, step.value);
  }

  #next(body: Steps<R>): IteratorResult<Wait<unknown>, R> {
    if (this.#failure !== undefined && this.#hasStarted) {
      const failure = this.#failure;
      this.#failure = undefined;
      return body.throw(failure);
    }
    this.#hasStarted = true;
    if (this.#cancelling) {
      this.#cancelling = false;
      const last = body.return(undefined as R);
      this.#cancelling = last.done === true;
      return last;
    }
    return body.next();
  }

  #badYield(value: unknown): Error {
    return processErrors.create('PROC_BAD_YIELD', { value: String(value), kind: this.host.kind });
  }

  /** Ends the current wait and has `failure` thrown at it in the release phase of this instant, or at the next wait when it runs; false when it has ended or another failure is on its way. @internal */
  fail(failure: unknown): boolean {
    if (this.#fate !== ALIVE || this.#failure !== undefined || this.#cancelling) return false;
    this.#failure = failure;
    if (!this.#running) this.#leaveWait();
    return true;
  }

  /** @internal */
  cancel(): boolean {
    if (this.#fate !== ALIVE || this.#cancelling) return false;
    this.#cancelling = true;
    this.#failure = undefined;
    if (!this.#running) this.#leaveWait();
    return true;
  }

  #leaveWait(): void {
    const wait = this.#wait;
    this.unwake();
    this.#generation++;
    this.#wait = undefined;
    if (wait !== undefined) abandon(wait);
    this.wakeAfter(NO_TIME, phases.release);
  }

  /** Its actor is gone: runs the `finally` blocks, which may not wait, and gives everything back. @internal */
  dispose(): void {
    if (this.#fate !== ALIVE) return;
    const wait = this.#wait;
    this.unwake();
    this.#generation++;
    this.#wait = undefined;
    if (wait !== undefined) abandon(wait);
    try {
      if (!this.#running) this.#body.return(undefined as R);
    } finally {
      this.#end(CANCELLED, undefined);
    }
  }

  #end(fate: Fate, result: unknown): void {
    if (this.#fate !== ALIVE) return;
    this.#fate = fate;
    this.#result = result;
    // Leaving its last wait may have cost it what it held, and that would wake it.
    this.unwake();
    while (this.held !== undefined) {
      const holding = this.held;
      this.held = holding.nextHeld;
      holding.giveBack();
    }
    const joiners = this.joiners;
    if (joiners !== undefined) for (const joiner of joiners) joiner.decide(false);
    if (fate === FAILED) this.#trace.annotate(this.task, 'failed', String(result));
    this.#trace.end(this.task);
    this.host.ended(this as Process<unknown>);
  }
}

/** Gives a wait up and makes it usable again. @internal */
export function abandon(wait: Wait<unknown>): void {
  wait.abandon();
  wait.stage = IDLE;
}

/**
 * Throws `Interrupted` with `reason` at the wait of `process`, in the release phase of this instant, or at its next wait when it
 * is running; what it waited for is given up, and a grant it has not seen yet goes back. False, and nothing happens, when it has
 * ended or is being interrupted already.
 */
export function interrupt(process: Process<unknown>, reason: unknown): boolean {
  return process.fail(new Interrupted(reason));
}

/** Ends `process` in the release phase of this instant, or at its next wait when it is running: its `finally` blocks run, what it holds goes back. False when it has ended. */
export function cancel(process: Process<unknown>): boolean {
  return process.cancel();
}
