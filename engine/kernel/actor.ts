import type { EventHandle } from './event-queue.ts';
import type { Phase } from './phase.ts';
import type { RandomStream } from './random.ts';
import type { Duration, Time } from './time.ts';
import type { Trace } from './trace.ts';

/** What actors exchange: plain, structured-cloneable data told apart by `type`. */
export interface Message {
  readonly type: string;
}

declare const refBrand: unique symbol;

/**
 * The address of an actor that understands `M`. A plain number, so that it can live in states and messages and be cloned,
 * saved and hashed. Sending a message the actor does not understand is a compile error.
 */
export type ActorRef<M extends Message> = number & { readonly [refBrand]: (message: M) => void };

/** The reference of any actor, when only its identity matters. */
export type AnyRef = ActorRef<never>;

/** What happens when a handler throws: start over from `init`, stop the actor, or hand the failure to its parent (at the root: end the run). */
export type FailurePolicy = 'restart' | 'stop' | 'escalate';

export interface SpawnOptions {
  /** Default: the simulation's `failures` policy. */
  readonly onFailure?: FailurePolicy;
  /** Messages that reach the actor after it stopped: an error that ends the run (default), or dropped and counted. Its own timers are always dropped. */
  readonly afterStop?: 'error' | 'drop';
}

/** A wait that is looked at only when a run died of a deadlock, for actors that wait often or for several things at once. */
export interface Waits {
  /** What the actor waits for now; undefined when for nothing. */
  readonly cause: string | undefined;
  /** The actor that could end the wait. */
  readonly holder: AnyRef | undefined;
}

/** What a handler may do. One object per actor, the same for its whole life. */
export interface Context<Self extends Message = Message> {
  /** Virtual time, in ticks. */
  readonly now: Time;
  readonly self: ActorRef<Self>;
  /** Hierarchical name, e.g. `node3/gpu1/hbm`. */
  readonly path: string;
  /** Where it tells what it works on and waits for. */
  readonly trace: Trace;
  /** Time since `start`. */
  since(start: Time): Duration;
  /** Delivers `message` at the current instant, after everything already scheduled for it in the ordinary phase. To be able to cancel it, `schedule` it without delay. */
  send<M extends Message>(to: ActorRef<M>, message: M): void;
  /**
   * Delivers `message` to `to` after `delay`, rounded to whole ticks. Equal times run in phase, then scheduling order.
   * Throws SIM_PAST for a negative or fractional delay, SIM_RANGE past 2^53 ticks.
   */
  schedule<M extends Message>(delay: Duration, to: ActorRef<M>, message: M, phase?: Phase): EventHandle;
  /** Cancels a pending event: it never runs. False, and harmless, when it already ran or was cancelled. */
  cancel(handle: EventHandle): boolean;
  /** Moves a pending event to `delay` from now, behind what is already scheduled there; undefined when it already ran or was cancelled. */
  reschedule(handle: EventHandle, delay: Duration): EventHandle | undefined;
  /** Creates a child `name` and runs its `init` at once. A name ending in `#` gets a running number. Throws SIM_DUPLICATE_NAME. */
  spawn<Spec, State, M extends Message>(
    name: string,
    behavior: Behavior<Spec, State, M>,
    spec: Spec,
    options?: SpawnOptions,
  ): ActorRef<M>;
  /** Stops an actor (default: this one) and its children. Stopping twice is harmless. */
  stop(actor?: AnyRef): void;
  /** The stream `name` of this actor: a function of (seed, path, name) alone. */
  random(name: string): RandomStream;
  /**
   * Declares what this actor waits for, so that a run that dies of a deadlock can say who waited for whom; undefined when it
   * waits no longer. `holder` is the actor that could end the wait. A `Waits` object is asked only then.
   */
  waitsFor(cause: string | Waits | undefined, holder?: AnyRef): void;
}

/** Named, shared, stateless code of a kind of actor. `Spec` is frozen configuration, `State` plain data that only the actor's handlers change. */
export interface Behavior<Spec, State, M extends Message> {
  readonly kind: string;
  init(spec: Spec, ctx: Context<M>): State;
  receive(state: State, message: M, ctx: Context<M>): void;
  /** Called once when the actor stops or starts over, before its state is dropped: the place to give back what is shared. Must not throw. */
  dispose?(state: State, ctx: Context<M>): void;
  /** For a state that is no plain data: what a checkpoint keeps of it, as plain data. It must not change the state. */
  save?(state: State): unknown;
  /** The state from what `save` returned, in a copy. */
  load?(data: unknown): State;
  /** Code of the actors that it spawns on the way, so that a checkpoint can bring them back; asked for then only. */
  spawns?(): ReadonlyArray<Pick<Behavior<never, unknown, never>, 'kind'>>;
  /** Handlers by message type; when present the kernel calls them directly and refuses other types. */
  readonly on?: Readonly<Record<string, (state: State, message: never, ctx: Context<M>) => void>>;
}

/** One handler per message type. */
export type Handlers<State, M extends Message> = {
  readonly [Type in M['type']]: (state: State, message: Extract<M, { type: Type }>, ctx: Context<M>) => void;
};

export interface ActorDefinition<Spec, State, M extends Message> {
  readonly kind: string;
  readonly init: (spec: Spec, ctx: Context<M>) => State;
  readonly on: Handlers<State, M>;
  /** For a state that is no plain data: what a checkpoint keeps of it, and the state from that. */
  save?(state: State): unknown;
  load?(data: unknown): State;
  /** Code of the actors that it spawns on the way, so that a checkpoint can bring them back; asked for then only. */
  spawns?(): ReadonlyArray<Pick<Behavior<never, unknown, never>, 'kind'>>;
}

/** The plain, fastest form of an actor: a handler per message type, dispatched by the kernel without going through `receive`. */
export function defineActor<Spec, State, M extends Message>(
  definition: ActorDefinition<Spec, State, M>,
): Behavior<Spec, State, M> {
  const on = definition.on as unknown as Record<string, (state: State, message: M, ctx: Context<M>) => void>;
  return {
    kind: definition.kind,
    init: definition.init,
    receive: (state, message, ctx) => on[message.type]?.(state, message, ctx),
    on,
    ...(definition.save === undefined ? {} : { save: definition.save }),
    ...(definition.load === undefined ? {} : { load: definition.load }),
    ...(definition.spawns === undefined ? {} : { spawns: definition.spawns }),
  };
}
