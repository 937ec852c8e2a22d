import type { AnyRef, WaitCause } from '../kernel/index.ts';
import { processErrors } from './errors.ts';
import type { Process } from './process.ts';
import { DECIDED, IDLE, type Steps, WAITING, Wait } from './wait.ts';

/** See `fork`. */
export class Fork<R> extends Wait<Process<R>> {
  /** @internal */
  declare body: Steps<R> | undefined;
  /** @internal */
  declare child: Process<R> | undefined;

  /** @internal */
  constructor(body: Steps<R>) {
    super();
    this.body = body;
    this.child = undefined;
  }

  /** @internal */
  begin(): boolean {
    const body = this.body;
    if (body === undefined) throw processErrors.create('PROC_WAIT_IN_USE', { what: 'Fork' });
    this.body = undefined;
    const child = (this.process as Process<unknown>).host.start(body);
    this.child = child;
    this.stage = DECIDED;
    child.resume();
    return true;
  }

  /** @internal */
  abandon(): void {
    this.child = undefined;
  }

  /** @internal */
  take(): Process<R> {
    this.stage = IDLE;
    return this.child as Process<R>;
  }
}

/**
 * Starts `steps` as a further process of this actor: `const child = yield* fork(customer(ctx, 7))`. It runs at once up to its first
 * wait, then the parent goes on; it shares the actor's mailbox and outlives the parent. Far cheaper than an actor of its own.
 */
export function fork<R>(steps: Steps<R>): Fork<R> {
  return new Fork(steps);
}

/** See `join`. */
export class Join<R> extends Wait<R> {
  readonly #child: Process<R>;

  /** @internal */
  constructor(child: Process<R>) {
    super();
    this.#child = child;
  }

  /** @internal */
  begin(): boolean {
    if ((this.#child as unknown) === this.process) throw processErrors.create('PROC_SELF', { what: 'join' });
    if (!this.#child.isAlive) {
      this.stage = DECIDED;
      return true;
    }
    this.#child.joiners ??= [];
    this.#child.joiners.push(this as Wait<unknown>);
    this.stage = WAITING;
    return false;
  }

  /** @internal */
  abandon(): void {
    const joiners = this.#child.joiners ?? [];
    const at = joiners.indexOf(this as Wait<unknown>);
    if (at >= 0) joiners.splice(at, 1);
    if (joiners.length === 0) this.#child.joiners = undefined;
  }

  /** @internal */
  take(): R {
    this.stage = IDLE;
    const { outcome } = this.#child;
    const { kind } = this.#child.host;
    switch (outcome.kind) {
      case 'returned':
        return outcome.value;
      case 'failed': {
        const { error } = outcome;
        const reason = error instanceof Error ? error.message : String(error);
        throw processErrors.create('PROC_FAILED', { kind, reason }, {}, error);
      }
      default:
        throw processErrors.create('PROC_CANCELLED', { kind });
    }
  }

  /** @internal */
  override get traceCause(): WaitCause {
    return 'dependency';
  }

  /** @internal */
  override get traceWhat(): string {
    return `the end of ${this.#child.host.kind}`;
  }

  /** @internal */
  override get cause(): string {
    return `the end of ${this.#child.host.kind}`;
  }

  /** @internal */
  override get holder(): AnyRef {
    return this.#child.host.self;
  }
}

/**
 * Waits for the end of `child` and takes what it returned. Throws PROC_FAILED with the cause when it failed (a failure somebody joins
 * is his, and does not end the run), PROC_CANCELLED when it was cancelled.
 */
export function join<R>(child: Process<R>): Join<R> {
  return new Join(child);
}
