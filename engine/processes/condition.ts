import type { Simulation, WaitCause } from '../kernel/index.ts';
import { sharedByProcesses } from './shared-by-processes.ts';
import { DECIDED, IDLE, WAITING, Wait } from './wait.ts';

/** A value that processes wait for: `const open = condition(sim, { name: 'open', value: false })`. */
export class Condition<T> {
  readonly name: string;
  #value: T;
  #waiting: Array<Until<T>> = [];

  /** @internal */
  constructor(name: string, value: T) {
    this.name = name;
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  /** Those who wait for another value. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Changes the value, from any code; everybody who waited for one like it goes on, in the order in which they began to wait. */
  set(value: T): void {
    this.#value = value;
    const met = this.#waiting.filter((each) => each.test(value));
    if (met.length === 0) return;
    this.#waiting = this.#waiting.filter((each) => !met.includes(each));
    for (const each of met) each.met(value);
  }

  /** @internal */
  enter(wait: Until<T>): void {
    this.#waiting.push(wait);
  }

  /** @internal */
  leave(wait: Until<T>): void {
    this.#waiting = this.#waiting.filter((each) => each !== wait);
  }
}

/** See `until`. */
export class Until<T> extends Wait<T> {
  readonly condition: Condition<T>;
  /** @internal */
  readonly test: (value: T) => boolean;
  #met: T | undefined = undefined;

  /** @internal */
  constructor(condition: Condition<T>, test: (value: T) => boolean) {
    super();
    this.condition = condition;
    this.test = test;
  }

  /** @internal */
  begin(): boolean {
    const { value } = this.condition;
    if (this.test(value)) {
      this.#met = value;
      this.stage = DECIDED;
      return true;
    }
    this.condition.enter(this);
    this.stage = WAITING;
    return false;
  }

  /** @internal */
  met(value: T): void {
    this.#met = value;
    this.decide(false);
  }

  /** @internal */
  abandon(): void {
    if (this.stage === WAITING) this.condition.leave(this);
  }

  /** @internal */
  take(): T {
    this.stage = IDLE;
    return this.#met as T;
  }

  /** @internal */
  override get traceCause(): WaitCause {
    return 'condition';
  }

  /** @internal */
  override get traceWhat(): string {
    return this.condition.name;
  }

  /** @internal */
  override get cause(): string {
    return `condition '${this.condition.name}'`;
  }
}

/** Makes a condition of `sim`. */
export function condition<T>(sim: Simulation, options: { readonly name: string; readonly value: T }): Condition<T> {
  sharedByProcesses(sim, 'condition', options.name);
  return new Condition(options.name, options.value);
}

/** Waits until `test` holds for the value (default: until it is truthy), going on at once when it does; the value is the one that met the test. */
export function until<T>(of: Condition<T>, test: (value: T) => boolean = Boolean): Until<T> {
  return new Until(of, test);
}
