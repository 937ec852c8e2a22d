import type { AnyRef, WaitCause } from '../kernel/index.ts';
import type { Process } from './process.ts';

/** Where a wait is: not begun; waiting; decided, with its process about to go on. */
export type WaitStage = 0 | 1 | 2;
/** @internal */
export const IDLE = 0;
/** @internal */
export const WAITING = 1;
/** @internal */
export const DECIDED = 2;

/** What a wait tells when it is decided: the process itself, or the `any` or `all` it is part of. */
export interface Decision {
  decided(branch: Wait<unknown>, atOnce: boolean): void;
}

/**
 * Something a process can wait for: `const value = yield* wait`. Nothing happens before it is yielded. One object serves one
 * wait at a time; it may be used again afterwards.
 */
export abstract class Wait<T> {
  // A wait is its own iterator, step and result: `yield*` passes the step through to the driver as it is. Fields are
  // declared and set in constructors: fields that a base class defines triple the cost of making a derived object (V8 11.3).
  /** @internal */
  declare stage: WaitStage;
  /** @internal */
  declare process: Process<unknown> | undefined;
  /** @internal */
  declare group: Decision | undefined;
  /** Of the iterator protocol. @internal */
  declare done: boolean;
  /** Of the iterator protocol. @internal */
  declare value: unknown;

  /** @internal */
  constructor() {
    this.stage = IDLE;
    this.process = undefined;
    this.group = undefined;
    this.done = false;
    this.value = undefined;
  }

  /** Starts waiting for `this.process`; true when decided at once. @internal */
  abstract begin(): boolean;

  /** Gives up, waiting or decided: nothing of it may remain. @internal */
  abstract abandon(): void;

  /** The value, once decided; leaves the wait ready for another use. @internal */
  abstract take(): T;

  /** What is waited for, for the report of a deadlock; undefined when waiting for ever is no fault. @internal */
  get cause(): string | undefined {
    return undefined;
  }

  /** The actor that could end the wait. @internal */
  get holder(): AnyRef | undefined {
    return undefined;
  }

  /** What the wait is called in a trace; undefined for time that passes as work. @internal */
  get traceCause(): WaitCause | undefined {
    return undefined;
  }

  /** The thing waited for, in a trace. @internal */
  get traceWhat(): string {
    return '';
  }

  /** The wake-up that the wait itself had scheduled has come. @internal */
  expired(): void {
    this.stage = DECIDED;
  }

  /** To be called when the awaited has come about. `atOnce`: in the process's own actor, with none of its processes running. @internal */
  decide(atOnce: boolean): void {
    this.stage = DECIDED;
    this.process?.noteReleaser();
    if (this.group !== undefined) this.group.decided(this, atOnce);
    else if (atOnce) this.process?.resume();
    else this.process?.wakeForService();
  }

  [Symbol.iterator](): Iterator<Wait<unknown>, T, unknown> {
    return this as unknown as Iterator<Wait<unknown>, T, unknown>;
  }

  /** @internal */
  next(): IteratorResult<Wait<unknown>, T> {
    if (this.stage === DECIDED) {
      this.done = true;
      this.value = this.take();
    } else this.done = false;
    return this as unknown as IteratorResult<Wait<unknown>, T>;
  }

  /** @internal */
  throw(error: unknown): never {
    throw error;
  }

  /** @internal */
  return(value: unknown): IteratorResult<Wait<unknown>, T> {
    this.done = true;
    this.value = value;
    return this as unknown as IteratorResult<Wait<unknown>, T>;
  }
}

/** The body of a process or a part of one: a generator that yields waits and returns `R`. */
export type Steps<R = void> = Generator<Wait<unknown>, R, unknown>;
