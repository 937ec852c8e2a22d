import type { Subscriber } from 'rxjs';
import { type EventHandle, EventQueue } from '../kernel/event-queue.ts';
import { phases } from '../kernel/phase.ts';
import type { Probe } from '../kernel/probe.ts';
import type { Simulation } from '../kernel/simulation.ts';
import { MAX_TIME, type Resolution, type Time } from '../kernel/time.ts';
import { guarded } from './unhandled.ts';
import { type Timers, VirtualScheduler } from './virtual-scheduler.ts';

/**
 * Those who watch one simulation: their subscriptions, and a queue of timers that is theirs alone. The run drives it from outside:
 * before an event is told, all timers due by then fire. @internal
 */
export class Observers {
  readonly scheduler: VirtualScheduler;
  readonly #sim: Simulation;
  readonly #timers: ObserverTimers;
  readonly #subscribers = new Set<Subscriber<never>>();
  #takeOff: (() => void) | undefined = undefined;

  constructor(sim: Simulation) {
    this.#sim = sim;
    this.#timers = new ObserverTimers(sim, () => this.#attachOrLeave());
    this.scheduler = new VirtualScheduler(this.#timers);
    this.#timers.fire = (index) => this.scheduler.fire(index);
  }

  /** Subscribes `subscriber` to what `probe` reports, until it unsubscribes. */
  add(subscriber: Subscriber<never>, probe: Probe): void {
    this.#subscribers.add(subscriber);
    this.#attachOrLeave();
    const takeOff = this.#sim.watch(probe);
    subscriber.add(() => {
      takeOff();
      this.#subscribers.delete(subscriber);
      this.#attachOrLeave();
    });
  }

  /** Fires what is due by now and completes all subscriptions, in the order in which they were made. */
  finish(): void {
    const failures: unknown[] = [];
    attempt(failures, () => this.#timers.fireUntil(this.#sim.now));
    for (const subscriber of [...this.#subscribers])
      attempt(failures, () => guarded((each) => each.complete(), subscriber, undefined));
    if (failures.length > 0) throw failures[0];
  }

  // The timers' probe is first, so that what is due fires before the event is told to anybody.
  #attachOrLeave(): void {
    const wanted = this.#subscribers.size > 0 || this.#timers.size > 0;
    if (wanted === (this.#takeOff !== undefined)) return;
    this.#takeOff?.();
    const fire = (time: Time) => this.#timers.fireUntil(time);
    this.#takeOff = wanted
      ? this.#sim.watch({ eventBegins: (_event, _cause, time) => fire(time), runEnds: fire })
      : undefined;
  }
}

class ObserverTimers implements Timers {
  fire: (index: number) => void = () => undefined;
  readonly #sim: Simulation;
  readonly #changed: () => void;
  readonly #queue = new EventQueue<undefined>();
  /** Time of the timer that fires; -1 when none does and the simulation's own clock counts. */
  #firing = -1;

  constructor(sim: Simulation, changed: () => void) {
    this.#sim = sim;
    this.#changed = changed;
  }

  get time(): Time {
    return (this.#firing >= 0 ? this.#firing : this.#sim.now) as Time;
  }

  get resolution(): Resolution {
    return this.#sim.resolution;
  }

  get size(): number {
    return this.#queue.size;
  }

  arm(ticks: number, index: number): EventHandle | undefined {
    const time = this.time + ticks;
    if (time > MAX_TIME) return undefined;
    const handle = this.#queue.handleOf(this.#queue.schedule(time, phases.ordinary, index, 0, undefined));
    if (this.#queue.size === 1) this.#changed();
    return handle;
  }

  disarm(handle: EventHandle): void {
    this.#queue.cancel(handle);
    if (this.#queue.size === 0) this.#changed();
  }

  /** Fires all timers due at `limit` or before, in their order; throws the first thing one of them threw when all have fired. */
  fireUntil(limit: Time): void {
    const queue = this.#queue;
    if (this.#firing >= 0 || queue.peekTime() > limit) return;
    const failures: unknown[] = [];
    while (queue.peekTime() <= limit && queue.take(limit + 1)) {
      this.#firing = queue.now;
      attempt(failures, () => this.fire(queue.target));
    }
    this.#firing = -1;
    if (queue.size === 0) this.#changed();
    if (failures.length > 0) throw failures[0];
  }
}

function attempt(failures: unknown[], work: () => void): void {
  try {
    work();
  } catch (error) {
    failures.push(error);
  }
}

const rooms = new WeakMap<Simulation, Observers>();

/** Those who watch `sim`. @internal */
export function observersOf(sim: Simulation): Observers {
  let room = rooms.get(sim);
  if (room === undefined) {
    room = new Observers(sim);
    rooms.set(sim, room);
  }
  return room;
}

/**
 * The RxJS scheduler for streams of observations: virtual time without events in the run. A timer fires before the first event at
 * or after its time is told, or when the run returns. Windows closed by it contain what happened before their end, never at it.
 */
export function observerScheduler(sim: Simulation): VirtualScheduler {
  return observersOf(sim).scheduler;
}

/** Fires what is due by now on `observerScheduler(sim)`, then completes all streams that `observe` gave out for `sim`, so that last windows and sums are told. */
export function finishObserving(sim: Simulation): void {
  observersOf(sim).finish();
}
