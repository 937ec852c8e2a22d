import { picosecondsPerTick } from '../../engine/index.ts';
import type { Leave, Probe, Simulation } from '../../engine/kernel/index.ts';
import { trailOf } from './actor-look.ts';
import { type Condition, parseCondition } from './query-language.ts';
import type { RunPosition, Stand, ToRun } from './run-link.ts';

/** Wall time that a run computes before it looks after its port, in ms. */
const turnMs = 8;
/** Longest sleep of a run that stands still or keeps in step with a wall clock, in ms. */
const napMs = 50;
/** Sleep of a run that is early, in ms. */
const earlyMs = 2;
const never = Number.POSITIVE_INFINITY;

/** The world outside of a run's gate. */
export interface GateOptions {
  /** Wall clock in ms that never goes back. */
  readonly clock: () => number;
  /** Sleeps until a message may have come, so many ms at most. */
  readonly sleep: (ms: number) => void;
  /** Whether a message may have come. */
  readonly hasMail: () => boolean;
  /** Answers what has come by `order`, sends what is due. Called between turns and when the run stops or goes on. */
  readonly serve: (urgent: boolean) => void;
}

/** What the last event was, for conditions. */
interface LastEvent {
  now: number;
  events: number;
  pending: number;
  actor: string;
  type: string;
}

/**
 * Decides how far a run goes: pause, steps, run until, breakpoints, speed. It stands between events, so that neither scenario nor simulation
 * knows of it, and never lets go of the thread for longer than a turn without looking after its port.
 */
export class RunGate {
  readonly #options: GateOptions;
  #sim: Simulation | undefined = undefined;
  #number = 0;
  #paused: { by: number; at: number; why: string } | null = null;
  /** Who asked for the present step or run-until, and its end: a count of events, a tick, a condition. */
  #by = 0;
  #untilEvent = never;
  #untilTick = never;
  #endInstant = false;
  #holds: Condition | undefined = undefined;
  #breakpoint: Condition | undefined = undefined;
  #ratio: number | null = null;
  /** Wall time and tick that belong together while the speed is bounded. */
  #originMs = 0;
  #originTick = 0;
  #turnEnds = 0;
  #batch = 64;
  #askedMs = 0;
  #askedEvents = -1;
  #askedNow = 0;
  #askedUntil = never;
  #last: LastEvent = { now: 0, events: 0, pending: 0, actor: '', type: '' };
  #unwatch: (() => void) | undefined = undefined;
  /** Not yet reached. */
  #moment: Stand | undefined;
  progress: number | null = null;

  /** `until`: where the run stands still when it gets there. */
  constructor(options: GateOptions, paused: boolean, until?: Stand) {
    this.#options = options;
    this.#moment = until;
    if (paused) this.#paused = { by: 0, at: 0, why: 'started paused' };
  }

  /** Takes over a simulation that has just been made. */
  attach(sim: Simulation, number: number): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#sim = sim;
    this.#number = number;
    this.#askedEvents = -1;
    this.#rebase();
    const moment = this.#moment;
    if (moment?.sim === number) {
      this.#moment = undefined;
      if ('event' in moment) this.#untilEvent = moment.event;
      else this.#untilTick = Math.ceil(moment.time / picosecondsPerTick[sim.resolution]);
    }
    sim.gate(() => this.#leave(sim));
  }

  get position(): RunPosition {
    const sim = this.#sim;
    return {
      sim: this.#number,
      now: sim?.now ?? 0,
      events: sim?.events ?? 0,
      queue: sim?.pending ?? 0,
      trail: sim === undefined ? '' : trailOf(sim),
      paused: this.#paused,
      speed: this.#ratio,
      progress: this.progress,
    };
  }

  /** Does what the server says. Throws LIVE_CONDITION for a condition that cannot be read. */
  order(order: Exclude<ToRun, { kind: 'world' | 'watch' }>): void {
    const now = this.#sim?.now ?? 0;
    switch (order.kind) {
      case 'pause':
        this.#stop(order.by, 'paused');
        return;
      case 'resume':
        this.#goOn(0);
        return;
      case 'step':
        this.#goOn(order.by);
        this.#untilEvent = (this.#sim?.events ?? 0) + order.events;
        return;
      case 'stepInstant':
        this.#goOn(order.by);
        this.#endInstant = true;
        this.#untilEvent = (this.#sim?.events ?? 0) + 1;
        return;
      case 'untilTime':
        this.#goOn(order.by);
        this.#untilTick = Math.max(order.time, now);
        return;
      case 'untilEvent':
        this.#goOn(order.by);
        this.#untilEvent = order.event;
        return;
      case 'untilHolds': {
        const holds = eventCondition(order.predicate);
        this.#goOn(order.by);
        this.#holds = holds;
        return;
      }
      case 'breakpoint':
        this.#breakpoint = order.predicate === null ? undefined : eventCondition(order.predicate);
        this.#by = order.by;
        return;
      case 'speed':
        this.#ratio = order.ratio;
        this.#rebase();
        return;
      default:
        order satisfies never;
    }
  }

  #stop(by: number, why: string): void {
    this.#untilEvent = never;
    this.#untilTick = never;
    this.#endInstant = false;
    this.#holds = undefined;
    this.#paused ??= { by, at: this.#sim?.now ?? 0, why };
  }

  #goOn(by: number): void {
    this.#stop(0, '');
    this.#paused = null;
    this.#by = by;
    this.#askedEvents = -1;
    // The event at which a condition held does not hold the run again.
    this.#last.events = -1;
    this.#rebase();
  }

  #rebase(): void {
    this.#originMs = this.#options.clock();
    this.#originTick = this.#sim?.now ?? 0;
  }

  #leave(sim: Simulation): Leave {
    const { clock, sleep, hasMail, serve } = this.#options;
    let wallMs = clock();
    if (this.#askedEvents >= 0) this.#adapt(sim.events - this.#askedEvents, wallMs - this.#askedMs);
    for (;;) {
      if (wallMs >= this.#turnEnds || hasMail()) {
        serve(false);
        wallMs = clock();
        this.#turnEnds = wallMs + turnMs;
      }
      const wasRunning = this.#paused === null;
      if (wasRunning) this.#stopIfDue(sim);
      if (this.#paused === null) {
        if (this.#ratio === null || sim.events !== this.#askedEvents) {
          const leave = this.#next(sim, wallMs);
          this.#askedMs = wallMs;
          this.#askedEvents = sim.events;
          this.#askedNow = sim.now;
          this.#askedUntil = leave.until;
          return leave;
        }
        // Nothing up to the tick that the speed allows by now.
        this.#askedEvents = -1;
        sleep(earlyMs);
        wallMs = clock();
        continue;
      } else if (wasRunning) serve(true);
      sleep(napMs);
      serve(false);
      wallMs = clock();
    }
  }

  #next(sim: Simulation, wallMs: number): Leave {
    const isWatching = this.#holds !== undefined || this.#breakpoint !== undefined;
    this.#watch(sim, isWatching);
    const left = Math.max(1, this.#untilEvent - sim.events);
    return {
      events: isWatching ? 1 : Math.min(left, this.#batch),
      until: Math.min(this.#untilTick, this.#due(wallMs)),
    };
  }

  /** The tick that a bounded speed has reached. */
  #due(wallMs: number): number {
    const sim = this.#sim;
    if (this.#ratio === null || sim === undefined) return never;
    const ticks = ((wallMs - this.#originMs) * 1e9 * this.#ratio) / picosecondsPerTick[sim.resolution];
    return this.#originTick + Math.floor(ticks) + 1;
  }

  #stopIfDue(sim: Simulation): void {
    if (sim.events >= this.#untilEvent) {
      if (!this.#endInstant) {
        this.#stop(this.#by, 'stepped');
        return;
      }
      this.#untilEvent = never;
      this.#endInstant = false;
      this.#untilTick = sim.now + 1;
      this.#askedEvents = -1;
      return;
    }
    // A clock that a bound of the program has moved on has not come to the time asked for.
    const hasMoved = sim.now !== this.#askedNow && sim.now < this.#untilTick;
    const stands = sim.events === this.#askedEvents && this.#askedUntil === this.#untilTick && !hasMoved;
    if (stands && this.#untilTick < never) {
      this.#stop(this.#by, 'reached the time');
      return;
    }
    if (this.#unwatch === undefined || this.#last.events !== sim.events) return;
    if (this.#holds?.(this.#last) === true) {
      this.#stop(this.#by, 'the condition holds');
      return;
    }
    if (this.#breakpoint?.(this.#last) === true) this.#stop(this.#by, 'breakpoint');
  }

  /** Looks at events only while a condition asks for it. */
  #watch(sim: Simulation, wanted: boolean): void {
    if (wanted === (this.#unwatch !== undefined)) return;
    if (!wanted) {
      this.#unwatch?.();
      this.#unwatch = undefined;
      return;
    }
    const perTick = picosecondsPerTick[sim.resolution];
    const probe: Probe = {
      eventBegins: (event, _cause, time, actor, message) => {
        this.#last = {
          now: time * perTick,
          events: event,
          pending: sim.pending,
          actor: sim.pathOf(actor) ?? '',
          type: message.type,
        };
      },
    };
    this.#unwatch = sim.watch(probe);
  }

  /** So many events at a time that a turn is neither exceeded by much nor spent on asking. */
  #adapt(events: number, tookMs: number): void {
    if (tookMs > turnMs / 2) this.#batch = Math.max(1, this.#batch >>> 1);
    else if (tookMs < turnMs / 8 && events >= this.#batch) this.#batch = Math.min(4096, 2 * this.#batch);
  }
}

/** Reads a condition on the last event. Throws LIVE_CONDITION. */
export function eventCondition(text: string): Condition {
  return parseCondition(text, { now: 'time', events: 'number', pending: 'number', actor: 'text', type: 'text' });
}
