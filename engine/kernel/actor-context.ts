import type { ActorRef, AnyRef, Behavior, Context, Message, SpawnOptions, Waits } from './actor.ts';
import { BIRTH_MASK, hot, INDEX_MASK, INDEX_SPAN, PER_INDEX_SPAN } from './actor-address.ts';
import type { ActorCell } from './actor-cell.ts';
import type { EventHandle } from './event-queue.ts';
import { type Phase, phases } from './phase.ts';
import type { RandomStream } from './random.ts';
import { type Duration, MAX_TIME, type Time } from './time.ts';
import type { Trace } from './trace.ts';
import type { World } from './world.ts';

/**
 * The context of every handler of one simulation. It speaks for the actor whose handler runs, which the run loop notes in the
 * world; a context object per actor would cost two cache misses an event in large models. @internal
 */
export class ActorContext implements Context<Message> {
  readonly trace: Trace;
  readonly #world: World;

  constructor(world: World) {
    this.trace = world.trace;
    this.#world = world;
  }

  get now(): Time {
    return this.#world.queue.now as Time;
  }

  get self(): ActorRef<Message> {
    return (this.#world.current + this.#world.currentBirth * INDEX_SPAN) as ActorRef<Message>;
  }

  get path(): string {
    return this.#cell().path;
  }

  since(start: Time): Duration {
    return ((this.#world.queue.now - start) * this.#world.picosecondsPerTick) as Duration;
  }

  send<M extends Message>(to: ActorRef<M>, message: M): void {
    const { queue } = this.#world;
    queue.noted[0] = queue.now;
    this.#put(to, message, phases.ordinary);
  }

  // Small on purpose: inlined into handlers, so that neither the delay nor an unused handle becomes a number on the heap.
  schedule<M extends Message>(
    delay: Duration,
    to: ActorRef<M>,
    message: M,
    phase: Phase = phases.ordinary,
  ): EventHandle {
    this.#noteTime(delay);
    return this.#world.queue.handleOf(this.#put(to, message, phase));
  }

  #put(to: number, message: Message, phase: Phase): number {
    const world = this.#world;
    const slot = world.queue.scheduleNoted(phase, to & INDEX_MASK, this.#tag(to), message);
    if (world.causes !== undefined) world.noteCause(slot);
    return slot;
  }

  /** Notes for the queue the tick that lies `delay` ahead; as a result it would become a number on the heap. */
  #noteTime(delay: number): void {
    const world = this.#world;
    const perTick = world.picosecondsPerTick;
    const time = world.queue.now + (perTick === 1 ? delay : Math.round(delay / perTick));
    // Also false for NaN; a fraction of a tick cannot hide from the floor of the sum.
    if (!(delay >= 0 && time <= MAX_TIME && Math.floor(time) === time)) world.refuseDelay(delay);
    world.queue.noted[0] = time;
  }

  /** Timers of an actor for itself carry its epoch, so that a restart drops them; other messages the birth of the addressee. */
  #tag(to: number): number {
    const world = this.#world;
    const birth = to < INDEX_SPAN ? 0 : (to * PER_INDEX_SPAN) & BIRTH_MASK;
    if ((to & INDEX_MASK) !== world.current || birth !== world.currentBirth) return birth << 1;
    return (world.hot[world.current * hot.stride + hot.epoch]! << 1) | 1;
  }

  cancel(handle: EventHandle): boolean {
    return this.#world.queue.cancel(handle);
  }

  reschedule(handle: EventHandle, delay: Duration): EventHandle | undefined {
    const world = this.#world;
    this.#noteTime(delay);
    const slot = world.queue.reschedule(handle, world.queue.noted[0]!);
    if (slot === 0) return undefined;
    if (world.causes !== undefined) world.noteCause(slot);
    return world.queue.handleOf(slot);
  }

  spawn<Spec, State, M extends Message>(
    name: string,
    behavior: Behavior<Spec, State, M>,
    spec: Spec,
    options?: SpawnOptions,
  ): ActorRef<M> {
    const untyped = behavior as unknown as Behavior<unknown, unknown, Message>;
    return this.#world.spawn(this.#cell(), name, untyped, spec, options).self as unknown as ActorRef<M>;
  }

  stop(actor?: AnyRef): void {
    const cell = actor === undefined ? this.#cell() : this.#world.find(actor);
    if (cell !== undefined) this.#world.stop(cell);
  }

  random(name: string): RandomStream {
    return this.#cell().random(name);
  }

  waitsFor(cause: string | Waits | undefined, holder?: AnyRef): void {
    this.#cell().waitsFor(cause, holder);
  }

  #cell(): ActorCell {
    return this.#world.cells[this.#world.current] as ActorCell;
  }
}
