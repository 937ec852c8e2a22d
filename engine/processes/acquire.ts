import {
  type ActorRef,
  type AnyRef,
  type Context,
  type Duration,
  type EventHandle,
  type Message,
  NO_TIME,
  phases,
  type Time,
  type WaitCause,
} from '../kernel/index.ts';
import { processErrors } from './errors.ts';
import { TIMER, type Timer } from './host.ts';
import type { Holding, Process } from './process.ts';
import { type Claim, type ClaimPlace, GRANTED, HELD, NOWHERE, QUEUED, type Resource } from './resource.ts';
import { DECIDED, IDLE, type Steps, WAITING, Wait } from './wait.ts';

export interface AcquireOptions {
  /** Units wanted at once. Default 1. */
  readonly amount?: number;
  /** Smaller goes first. Default 0. */
  readonly priority?: number;
  /** On a preemptive resource: whether to take units from less important holders. Default true. */
  readonly preempt?: boolean;
  /** Gives up waiting after this long; the value is then 'reneged'. */
  readonly patience?: Duration;
  /** Does not even queue behind this many; the value is then 'balked'. */
  readonly maxQueue?: number;
}

/** Units in hand. */
export interface Hold {
  readonly resource: Resource;
  readonly amount: number;
  readonly priority: number;
  /** False once released or preempted. */
  readonly isHeld: boolean;
  /** Gives the units back. Throws PROC_NOT_HELD when they are gone already. */
  release(): void;
}

/** Thrown at the wait of a process whose units were taken away: by a more important request, or by a reduction of capacity. */
export class Preempted extends Error {
  readonly hold: Hold;
  /** The process or actor that took the units; undefined when the capacity was reduced. */
  readonly by: unknown;
  /** Since when the units were held, in ticks. */
  readonly since: Time;

  constructor(hold: Hold, by: unknown, since: Time) {
    super(`preempted on '${hold.resource.name}'`);
    this.name = 'Preempted';
    this.hold = hold;
    this.by = by;
    this.since = since;
  }
}

/** What `acquire` with these options can come to. */
export type Acquired<O extends AcquireOptions> =
  | Hold
  | (O extends { readonly patience: Duration } ? 'reneged' : never)
  | (O extends { readonly maxQueue: number } ? 'balked' : never);

const NO_HANDLE = 0 as EventHandle;
const NO_SINCE = 0 as Time;
const noOptions: AcquireOptions = {};

/** A request of a process, then its hold: one object from queueing to giving back. See `acquire`. */
export class Acquire<Value> extends Wait<Value> implements Claim, Hold, Holding, Timer {
  declare readonly type: typeof TIMER;
  declare readonly resource: Resource;
  declare readonly amount: number;
  declare readonly priority: number;
  declare readonly preempts: boolean;
  declare place: ClaimPlace;
  declare since: Time;
  declare before: Claim | undefined;
  declare after: Claim | undefined;
  declare previousHolder: Claim | undefined;
  declare nextHolder: Claim | undefined;
  declare nextHeld: Holding | undefined;
  declare readonly options: AcquireOptions;
  declare timer: EventHandle;
  declare deadline: number;
  declare refusal: 'reneged' | 'balked' | undefined;

  constructor(resource: Resource, options: AcquireOptions) {
    super();
    this.resource = resource;
    this.amount = options.amount ?? 1;
    this.priority = options.priority ?? 0;
    this.preempts = resource.isPreemptive && (options.preempt ?? true);
    this.place = NOWHERE;
    this.since = NO_SINCE;
    this.before = undefined;
    this.after = undefined;
    this.previousHolder = undefined;
    this.nextHolder = undefined;
    this.nextHeld = undefined;
    this.options = options;
    this.timer = NO_HANDLE;
    this.deadline = 0;
    this.refusal = undefined;
  }

  get isHeld(): boolean {
    return this.place === HELD;
  }

  begin(): boolean {
    if (this.place !== NOWHERE) throw processErrors.create('PROC_WAIT_IN_USE', { what: 'hold' });
    this.refusal = undefined;
    if (this.resource.request(this, this.options.maxQueue ?? Number.POSITIVE_INFINITY)) {
      this.stage = DECIDED;
      return true;
    }
    if ((this.place as ClaimPlace) === NOWHERE) {
      this.refusal = 'balked';
      this.stage = DECIDED;
      return true;
    }
    this.stage = WAITING;
    if (this.options.patience !== undefined) {
      const { host } = this.process as Process<unknown>;
      this.deadline = host.ctx.now + this.options.patience / host.picosecondsPerTick;
      this.timer = host.ctx.schedule(this.options.patience, host.self as never, this as never);
    }
    return false;
  }

  granted(): void {
    this.#stopTimer();
    this.decide(false);
  }

  get canGoBack(): boolean {
    return this.group === undefined;
  }

  revoked(): boolean {
    if (this.group !== undefined) return false;
    const process = this.process as Process<unknown>;
    process.unwake();
    this.stage = WAITING;
    if (this.options.patience !== undefined) {
      const { host } = process;
      const left = (this.deadline - host.ctx.now) * host.picosecondsPerTick;
      this.timer = host.ctx.schedule(Math.max(0, left) as Duration, host.self as never, this as never);
    }
    return true;
  }

  lost(by: Claim | undefined): void {
    const process = this.process as Process<unknown>;
    this.#unlink(process);
    process.fail(new Preempted(this, by?.owner, this.since));
  }

  get canLose(): boolean {
    return true;
  }

  get owner(): unknown {
    return this.process;
  }

  get ownerRef(): AnyRef | undefined {
    return this.process?.host.self;
  }

  /** The end of patience. */
  ring(): void {
    this.timer = NO_HANDLE;
    if (this.place !== QUEUED) return;
    this.resource.withdraw(this, true);
    this.refusal = 'reneged';
    this.decide(true);
  }

  abandon(): void {
    this.#stopTimer();
    if (this.place === QUEUED) this.resource.withdraw(this, true);
    else if (this.place === GRANTED) this.resource.giveBack(this);
  }

  take(): Value {
    this.stage = IDLE;
    if (this.refusal !== undefined) return this.refusal as Value;
    const process = this.process as Process<unknown>;
    this.place = HELD;
    this.nextHeld = process.held;
    process.held = this;
    return this as unknown as Value;
  }

  release(): void {
    if (this.place !== HELD) throw processErrors.create('PROC_NOT_HELD', { name: this.resource.name });
    this.#unlink(this.process as Process<unknown>);
    this.resource.giveBack(this);
  }

  giveBack(): void {
    if (this.place === HELD) this.resource.giveBack(this);
  }

  override get traceCause(): WaitCause {
    return this.resource.waitCause;
  }

  override get traceWhat(): string {
    return this.resource.name;
  }

  override get cause(): string {
    return `'${this.resource.name}'`;
  }

  override get holder(): AnyRef | undefined {
    return this.resource.holder;
  }

  #stopTimer(): void {
    if (this.timer === NO_HANDLE) return;
    this.process?.host.ctx.cancel(this.timer);
    this.timer = NO_HANDLE;
  }

  #unlink(process: Process<unknown>): void {
    if (process.held === this) process.held = this.nextHeld;
    else
      for (let held = process.held; held !== undefined; held = held.nextHeld)
        if (held.nextHeld === this) held.nextHeld = this.nextHeld;
    this.nextHeld = undefined;
  }
}

Object.defineProperty(Acquire.prototype, 'type', { value: TIMER });

/**
 * Takes units of `resource`, waiting in its queue if need be: `const hold = yield* acquire(gpu, { patience: ms(1) })`. Taken at once
 * when they are free. Throws PROC_TOO_LARGE for more than there can ever be, PROC_BAD_AMOUNT, PROC_BAD_PRIORITY.
 */
export function acquire<const O extends AcquireOptions = Record<never, never>>(
  resource: Resource,
  options?: O,
): Acquire<Acquired<O>> {
  return new Acquire(resource, options ?? noOptions);
}

/** Gives the units of `hold` back. Throws PROC_NOT_HELD. */
export function release(hold: Hold): void {
  hold.release();
}

/** Runs `body` while holding: the units go back when it ends, returns, throws or is interrupted. */
export function* using<R>(
  resource: Resource,
  body: (hold: Hold) => Steps<R>,
  options: Omit<AcquireOptions, 'patience' | 'maxQueue'> = noOptions,
): Steps<R> {
  const hold: Hold = yield* acquire(resource, options) as Acquire<Hold>;
  try {
    return yield* body(hold);
  } finally {
    if (hold.isHeld) hold.release();
  }
}

export interface RequestOptions<M extends Message> {
  readonly amount?: number;
  readonly priority?: number;
  readonly preempt?: boolean;
  /** What the actor is sent, in the service phase, once the units are its own. */
  readonly granted: M;
  /** What it is sent when they are taken away. Without it they cannot be. */
  readonly lost?: M;
}

/** The units of an actor, or its place in the queue. */
export interface ActorHold extends Hold {
  /** Leaves the queue, or gives back what was granted; false when there is nothing to give up. */
  withdraw(): boolean;
}

class ActorClaim<M extends Message> implements Claim, ActorHold {
  readonly resource: Resource;
  readonly amount: number;
  readonly priority: number;
  readonly preempts: boolean;
  readonly owner: ActorRef<M>;
  place: ClaimPlace = NOWHERE;
  since = 0 as Time;
  before: Claim | undefined = undefined;
  after: Claim | undefined = undefined;
  previousHolder: Claim | undefined = undefined;
  nextHolder: Claim | undefined = undefined;
  readonly #ctx: Context<M>;
  readonly #options: RequestOptions<M>;

  constructor(ctx: Context<M>, resource: Resource, options: RequestOptions<M>) {
    this.resource = resource;
    this.amount = options.amount ?? 1;
    this.priority = options.priority ?? 0;
    this.preempts = resource.isPreemptive && (options.preempt ?? true);
    this.owner = ctx.self;
    this.#ctx = ctx;
    this.#options = options;
  }

  get isHeld(): boolean {
    return this.place === HELD;
  }

  get ownerRef(): AnyRef {
    return this.owner as unknown as AnyRef;
  }

  get canLose(): boolean {
    return this.#options.lost !== undefined;
  }

  granted(): void {
    this.place = HELD;
    this.#ctx.schedule(NO_TIME, this.owner, this.#options.granted, phases.service);
  }

  readonly canGoBack = false;

  revoked(): boolean {
    return false;
  }

  lost(): void {
    if (this.#options.lost !== undefined) this.#ctx.schedule(NO_TIME, this.owner, this.#options.lost, phases.release);
  }

  release(): void {
    if (this.place !== HELD) throw processErrors.create('PROC_NOT_HELD', { name: this.resource.name });
    this.resource.giveBack(this);
  }

  withdraw(): boolean {
    if (this.place === NOWHERE) return false;
    if (this.place === QUEUED) this.resource.withdraw(this, true);
    else this.resource.giveBack(this);
    return true;
  }
}

/**
 * Takes units for the actor whose handler runs, in any style: `options.granted` is sent to it once they are its own. What it
 * holds does not go back by itself when it stops. Throws as `acquire` does.
 */
export function request<M extends Message>(ctx: Context<M>, resource: Resource, options: RequestOptions<M>): ActorHold {
  const claim = new ActorClaim(ctx, resource, options);
  if (resource.request(claim, Number.POSITIVE_INFINITY)) claim.granted();
  return claim;
}
