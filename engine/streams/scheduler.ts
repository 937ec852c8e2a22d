import type { Subscription } from 'rxjs';
import { type ActorRef, type AnyRef, type Context, defineActor, type Message } from '../kernel/actor.ts';
import { BIRTH_MASK, INDEX_MASK, PER_INDEX_SPAN } from '../kernel/actor-address.ts';
import type { ErrorPlace, SimError } from '../kernel/errors.ts';
import type { EventHandle } from '../kernel/event-queue.ts';
import { neverSaved } from '../kernel/never-saved.ts';
import { phases } from '../kernel/phase.ts';
import type { Simulation } from '../kernel/simulation.ts';
import { type Duration, picosecondsPerTick, type Resolution, type Time } from '../kernel/time.ts';
import { type Timers, VirtualScheduler } from './virtual-scheduler.ts';

/** What the kernel carries for RxJS: the index of a piece of work, or of a failure. */
type Wake = { readonly type: 'work' | 'failed'; readonly index: number };

const NOBODY = 0 as AnyRef;

/** The streams of one simulation: their scheduler, the actor that runs their work, the failures on their way to it. @internal */
export class StreamRoom {
  readonly sim: Simulation;
  readonly scheduler: VirtualScheduler;
  /** Subscriptions and failures of the actors made by `fromStream`: no plain data, so they cannot be in their states. */
  readonly subscriptions = new Map<AnyRef, Subscription>();
  readonly failureCauses = new Map<AnyRef, unknown>();
  readonly #actor: ActorRef<Wake>;
  readonly #failures: SimError[] = [];

  constructor(sim: Simulation) {
    this.sim = sim;
    const { world } = sim;
    const cell = world.spawn(world.root, 'rxjs', worker as never, { room: this }, { onFailure: 'escalate' });
    this.#actor = cell.self as AnyRef as ActorRef<Wake>;
    this.scheduler = new VirtualScheduler(new KernelTimers(sim, this.#actor));
    neverSaved(sim, 'RxJS streams cannot be saved, only run again');
  }

  /**
   * Sends in the name of `from` (default: nobody), also while a probe is told: a stream from observations back into the run is
   * part of the run.
   */
  send<M extends Message>(to: ActorRef<M>, message: M, from: AnyRef = NOBODY): void {
    const { world } = this.sim;
    const { current, currentBirth } = world;
    world.current = from & INDEX_MASK;
    world.currentBirth = (from * PER_INDEX_SPAN) & BIRTH_MASK;
    try {
      world.context.send(to, message);
    } finally {
      world.current = current;
      world.currentBirth = currentBirth;
    }
  }

  /** Ends the run with `error`, by the next event of this instant. */
  fail(error: SimError): void {
    const index = this.#failures.push(error) - 1;
    this.sim.world.context.schedule(0 as Duration, this.#actor, { type: 'failed', index }, phases.release);
  }

  failure(index: number): SimError {
    return this.#failures[index] as SimError;
  }

  /** Now, in the name of `actor`, by default the one that runs RxJS work. */
  place(actor: AnyRef = this.#actor): ErrorPlace {
    return this.sim.world.place(this.sim.world.cells[actor & INDEX_MASK]);
  }
}

const worker = defineActor<{ readonly room: StreamRoom }, { readonly room: StreamRoom }, Wake>({
  kind: 'rxjs',
  init: ({ room }) => ({ room }),
  on: {
    work: ({ room }, { index }) => room.scheduler.fire(index),
    failed({ room }, { index }) {
      throw room.failure(index);
    },
  },
});

/** Pending work as events of the kernel that carry its index; one message object per row of the table. */
class KernelTimers implements Timers {
  readonly #sim: Simulation;
  readonly #actor: ActorRef<Wake>;
  readonly #messages: Wake[] = [];
  readonly #picosecondsPerTick: number;

  constructor(sim: Simulation, actor: ActorRef<Wake>) {
    this.#sim = sim;
    this.#actor = actor;
    this.#picosecondsPerTick = picosecondsPerTick[sim.resolution];
  }

  get time(): Time {
    return this.#sim.now;
  }

  get resolution(): Resolution {
    return this.#sim.resolution;
  }

  arm(ticks: number, index: number): EventHandle {
    this.#messages[index] ??= { type: 'work', index };
    const delay = (ticks * this.#picosecondsPerTick) as Duration;
    return this.#sim.world.context.schedule(delay, this.#actor, this.#messages[index]);
  }

  disarm(handle: EventHandle): void {
    this.#sim.world.queue.cancel(handle);
  }
}

const rooms = new WeakMap<Simulation, StreamRoom>();
const roomsByContext = new WeakMap<Context, StreamRoom>();

/** The streams of `sim`, made at the first call. @internal */
export function roomOf(sim: Simulation): StreamRoom {
  let room = rooms.get(sim);
  if (room === undefined) {
    room = new StreamRoom(sim);
    rooms.set(sim, room);
    roomsByContext.set(sim.world.context, room);
  }
  return room;
}

/** The streams of the simulation whose handlers get `ctx`; undefined before `schedulerOf`. @internal */
export function roomOfContext<M extends Message>(ctx: Context<M>): StreamRoom | undefined {
  return roomsByContext.get(ctx as unknown as Context);
}

/**
 * The RxJS scheduler of `sim`, the same at every call: `interval(toMilliseconds(us(10)), schedulerOf(sim))`. What is scheduled on
 * it are events of the run, received by an actor named `rxjs` in the order of (time, scheduling); unsubscribing cancels them. Work
 * that throws, and errors that no handler of the stream takes, end the run with SIM_ACTOR_FAILED and their place.
 */
export function schedulerOf(sim: Simulation): VirtualScheduler {
  return roomOf(sim).scheduler;
}
