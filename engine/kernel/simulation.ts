import type { ActorRef, AnyRef, Behavior, FailurePolicy, Message, SpawnOptions } from './actor.ts';
import { hot, INDEX_MASK } from './actor-address.ts';
import type { ActorCell } from './actor-cell.ts';
import type { DispatchEntry } from './dispatch-table.ts';
import { SimError } from './errors.ts';
import type { EventHandle } from './event-queue.ts';
import { queues } from './explored-queues.ts';
import { Fingerprint, type Ingredient } from './fingerprint.ts';
import type { Gate, Leave } from './gate.ts';
import { kernelErrors } from './kernel-errors.ts';
import type { Phase } from './phase.ts';
import { type Probe, ProbeHub } from './probe.ts';
import type { RandomSource, RandomStream } from './random.ts';
import type { Duration, Resolution, Time } from './time.ts';
import type { Trace } from './trace.ts';
import { describeWaits } from './wait-cycle.ts';
import { World } from './world.ts';

export interface SimulationOptions {
  /** Seed of every random stream; any integer. Default 1. */
  readonly seed?: number;
  /** Length of a tick. Default 1 ps: 2.5 hours of virtual time at most. */
  readonly resolution?: Resolution;
  /** Where random streams come from; without it `ctx.random` throws SIM_NO_RANDOM. */
  readonly random?: RandomSource;
  /** What the fingerprint is made of. Default: everything. */
  readonly fingerprint?: readonly Ingredient[];
  /** Events of one instant after which the run is declared a livelock. Default 10 million. */
  readonly maxEventsPerInstant?: number;
  /** Room made at once for this many pending events. Default 256; grows as needed. */
  readonly capacity?: number;
}

export interface RunOptions {
  /** Run every event with time < `until` (counted from the start of the run) and stop exactly there, or run until the predicate, asked after each event, is true. */
  readonly until?: Duration | (() => boolean);
  /** Stop after this many events. */
  readonly maxEvents?: number;
  /** Stop once `clock` (milliseconds) has advanced by `ms`; asked every 256 events. The kernel itself knows no wall clock. */
  readonly wallBudget?: { readonly ms: number; readonly clock: () => number };
}

/** Why a run returned: nothing left, `until` reached, predicate true, `pause` called, or a bound met. */
export type RunEnd = 'finished' | 'until' | 'predicate' | 'paused' | 'maxEvents' | 'wallBudget';

export interface RunResult {
  readonly end: RunEnd;
  /** Events handled by this call. */
  readonly events: number;
  /** Virtual time now, in ticks. */
  readonly time: Time;
}

const WALL_STRIDE = 256;

// Events handled before the loop is entered anew. A loop that never returns only ever runs the code that V8 compiled while it was
// already running, which is half as fast as the code of a function that is called again.
const BATCH = 4096;

const PAUSE = 1;
const PROBE_CHANGED = 2;

const watchers = new Set<(sim: Simulation) => void>();

/**
 * Has `watcher` told of every simulation made from now on, before its first actor, to attach probes and listeners to runs that make their
 * simulations themselves; the result takes it off. It must do nothing else with them.
 */
export function watchSimulations<Sim extends Simulation>(watcher: (sim: Sim) => void): () => void {
  watchers.add(watcher as (sim: Simulation) => void);
  return () => void watchers.delete(watcher as (sim: Simulation) => void);
}

/** Whether somebody watches or disturbs the simulations that are made now: then a result that was kept must not stand for a run. */
export function areSimulationsWatched(): boolean {
  return watchers.size > 0 || queues.make !== undefined;
}

/**
 * One simulation: its actors, its pending events, its clock. Running is synchronous; the same program, seed and parameters give
 * the same events in the same order on any machine.
 */
export class Simulation {
  /** @internal */
  readonly world: World;
  /** What it was made with, to make another one like it. @internal */
  readonly options: SimulationOptions;
  /** @internal */
  readonly lanes: Fingerprint;
  readonly #fingerprint: Fingerprint;
  readonly #instantLimit: number;
  readonly #probes = new ProbeHub(() => this.world.place(this.world.cells[this.world.current]));
  #takeOff: (() => void) | undefined = undefined;
  #gate: Gate | undefined = undefined;
  #running = false;
  /** Why the loop is to be left after the current event: bits below. */
  #interrupt = 0;
  #broken: SimError | undefined = undefined;

  constructor(options: SimulationOptions = {}) {
    const seed = options.seed ?? 1;
    if (!Number.isSafeInteger(seed)) throw kernelErrors.create('SIM_BAD_SEED', { value: seed });
    this.world = new World({
      seed,
      resolution: options.resolution ?? 'ps',
      random: options.random,
      capacity: options.capacity ?? 256,
      probes: this.#probes,
    });
    this.options = options;
    this.#fingerprint = this.lanes = new Fingerprint(options.fingerprint);
    this.#instantLimit = options.maxEventsPerInstant ?? 10_000_000;
    for (const watcher of watchers) watcher(this);
  }

  /** What set-up tells about its work, and where listeners are attached: `sim.trace.listen(sink)`. */
  get trace(): Trace {
    return this.world.trace;
  }

  get seed(): number {
    return this.world.seed;
  }

  get resolution(): Resolution {
    return this.world.resolution;
  }

  /** Virtual time, in ticks. */
  get now(): Time {
    return this.world.queue.now as Time;
  }

  /** Virtual time since the start. */
  get elapsed(): Duration {
    return (this.world.queue.now * this.world.picosecondsPerTick) as Duration;
  }

  /** Events handled so far. */
  get events(): number {
    return this.world.event;
  }

  /** Events waiting to run. */
  get pending(): number {
    return this.world.queue.size;
  }

  /** Messages dropped because their addressee had stopped and was spawned with `afterStop: 'drop'`. */
  get dropped(): number {
    return this.world.dropped;
  }

  /** Creates a top-level actor and runs its `init` at once. Throws SIM_DUPLICATE_NAME. */
  spawn<Spec, State, M extends Message>(
    name: string,
    behavior: Behavior<Spec, State, M>,
    spec: Spec,
    options?: SpawnOptions,
  ): ActorRef<M> {
    this.#act('spawn');
    const untyped = behavior as unknown as Behavior<unknown, unknown, Message>;
    return this.world.spawn(this.world.root, name, untyped, spec, options).self as unknown as ActorRef<M>;
  }

  /** Delivers `message` at the current instant. */
  send<M extends Message>(to: ActorRef<M>, message: M): void {
    this.#act('send');
    this.world.context.send(to, message);
  }

  /** Delivers `message` after `delay`. Throws SIM_PAST, SIM_RANGE. */
  schedule<M extends Message>(delay: Duration, to: ActorRef<M>, message: M, phase?: Phase): EventHandle {
    this.#act('schedule');
    return this.world.context.schedule(delay, to, message, phase);
  }

  cancel(handle: EventHandle): boolean {
    this.#act('cancel');
    return this.world.queue.cancel(handle);
  }

  reschedule(handle: EventHandle, delay: Duration): EventHandle | undefined {
    this.#act('reschedule');
    return this.world.context.reschedule(handle, delay);
  }

  stop(actor: AnyRef): void {
    this.#act('stop');
    this.world.context.stop(actor);
  }

  /** A stream of the simulation itself, for set-up and workloads. */
  random(name: string): RandomStream {
    this.#act('random');
    return this.world.root.random(name);
  }

  /** What happens by default when a handler throws. `SpawnOptions.onFailure` overrides it per actor. */
  failures(policy: FailurePolicy): void {
    this.#act('failures');
    this.world.failures = policy;
  }

  /** The living actor at `path`; undefined when there is none. */
  actor(path: string): AnyRef | undefined {
    return this.world.findByPath(path)?.self;
  }

  /** The path of a living actor; undefined when it has stopped. */
  pathOf(actor: AnyRef): string | undefined {
    return this.world.find(actor)?.path;
  }

  /** The state of a living actor, to be read only; undefined when it has stopped. */
  stateOf(actor: AnyRef): unknown {
    return this.world.find(actor) === undefined ? undefined : this.world.states[actor & INDEX_MASK];
  }

  /** Paths of all living actors, in order of creation. */
  actors(): string[] {
    return this.world.cells.filter((cell) => cell.isAlive && cell !== this.world.root).map((cell) => cell.path);
  }

  /** Attaches a probe, or with undefined takes it off. `causes`: also keep which event scheduled which. Only one at a time; see `watch`. */
  probe(probe: Probe | undefined, options: { readonly causes?: boolean } = {}): void {
    if (this.#running) throw kernelErrors.create('SIM_RUNNING', { what: 'probe' }, this.world.place(undefined));
    this.#takeOff?.();
    this.#takeOff = probe === undefined ? undefined : this.watch(probe);
    this.world.causes = probe !== undefined && options.causes === true ? new Float64Array(1024) : undefined;
  }

  /**
   * Attaches one more probe, at any time; the result takes it off, at any time. Probes are told in the order of their attachment.
   * What one throws is thrown by `run`, as SIM_PROBE_FAILED, when everything it was asked for is done: the run does not notice.
   */
  watch(probe: Probe): () => void {
    const takeOff = this.#probes.add(probe);
    this.#setProbe(this.#probes);
    return () => {
      takeOff();
      if (this.#probes.isEmpty) this.#setProbe(undefined);
    };
  }

  /** Whether handlers run now, or an error has ended the run: then there is nothing to checkpoint. @internal */
  get isUnfit(): boolean {
    return (this.#running && !this.#probes.isTelling) || this.#broken !== undefined;
  }

  /** Has `gate` asked how far every run may go, or with undefined no longer; results and fingerprint are those of a run without. */
  gate(gate: Gate | undefined): void {
    this.#gate = gate;
  }

  #askGate(gate: Gate): Leave {
    this.#probes.telling++;
    try {
      return gate();
    } finally {
      this.#probes.telling--;
    }
  }

  #setProbe(probe: Probe | undefined): void {
    if (this.world.probe !== probe) this.#interrupt |= PROBE_CHANGED;
    this.world.probe = probe;
  }

  /** Somebody outside of all handlers does something to the run. */
  #act(what: string): void {
    if (this.#probes.isTelling) this.#refuse(what);
    if (!this.#running) this.world.drivenAt = this.world.event;
  }

  #refuse(what: string): never {
    throw kernelErrors.create('SIM_WATCHED', { what }, this.world.place(this.world.cells[this.world.current]));
  }

  /**
   * The hash of this run so far: every event's time, actor and kind, the states of all random streams, and `metrics` in order
   * of their names. Equal for equal program, seed and parameters, on any machine, watched or not.
   */
  fingerprint(metrics: Readonly<Record<string, number>> = {}): string {
    const names = Object.keys(metrics).sort();
    const draws = this.#fingerprint.includesDraws ? this.world.drawsHash() : 0;
    return this.#fingerprint.digest([draws, ...names.map((name) => metrics[name] as number)]);
  }

  /** Handles one event; false when none is left. */
  step(): boolean {
    return this.run({ maxEvents: 1 }).events === 1;
  }

  /** Asks the run to return after the current event; harmless when none is running. */
  pause(): void {
    if (this.#running) this.#interrupt |= PAUSE;
  }

  /**
   * Runs until nothing is left or a bound is met. Bounds compose: running to 1 us and then to 2 us equals running to 2 us.
   * `until` is exclusive: events at exactly that time wait for the next call. A run that empties while actors wait throws SIM_DEADLOCK.
   */
  run(options: RunOptions = {}): RunResult {
    if (this.#running || this.#probes.isTelling)
      throw kernelErrors.create('SIM_RUNNING', { what: 'run' }, this.world.place(undefined));
    if (this.#broken !== undefined)
      throw kernelErrors.create('SIM_BROKEN', { code: this.#broken.code }, {}, this.#broken);
    const limit = this.#limit(options.until);
    const predicate = typeof options.until === 'function' ? options.until : undefined;
    const most = options.maxEvents ?? Number.POSITIVE_INFINITY;
    const budget = options.wallBudget;
    const deadline = budget === undefined ? 0 : budget.clock() + budget.ms;
    const stride = predicate !== undefined ? 1 : budget !== undefined ? WALL_STRIDE : BATCH;
    const before = this.world.event;
    this.#running = true;
    this.#interrupt = 0;
    let end: RunEnd | undefined;
    try {
      while (end === undefined) {
        const left = most - (this.world.event - before);
        if (left <= 0) {
          end = 'maxEvents';
          continue;
        }
        const leave = this.#gate === undefined ? undefined : this.#askGate(this.#gate);
        const count = Math.min(stride, left, leave?.events ?? left);
        const goesOn = leave === undefined ? this.#burst(limit, count) : this.#burstBefore(leave.until, limit, count);
        if (goesOn) {
          if ((this.#interrupt & PAUSE) !== 0) end = 'paused';
          else if (predicate?.()) end = 'predicate';
          else if (budget !== undefined && budget.clock() >= deadline) end = 'wallBudget';
        } else end = limit === Number.POSITIVE_INFINITY ? 'finished' : 'until';
      }
    } catch (error) {
      if (error instanceof SimError && error.fatal) this.#broken = error;
      throw error;
    } finally {
      this.#running = false;
      this.world.current = 0;
      this.world.currentBirth = 0;
    }
    this.#probes.runEnds(this.now);
    const failure = this.#probes.takeFailure();
    if (failure !== undefined) throw failure;
    if (end === 'finished') this.#refuseDeadlock();
    return { end, events: this.world.event - before, time: this.now };
  }

  #limit(until: RunOptions['until']): number {
    if (until === undefined || typeof until === 'function') return Number.POSITIVE_INFINITY;
    const limit = Math.round(until / this.world.picosecondsPerTick);
    if (!(limit >= this.now))
      throw kernelErrors.create('SIM_PAST', { at: `${until} ps`, now: this.now }, this.world.place(undefined));
    return limit;
  }

  /** As `#burst`, but leaves events from `until` on alone; the clock stays at the last event, so that nobody sees where it stopped. */
  #burstBefore(until: number, limit: number, count: number): boolean {
    if (until >= limit) return this.#burst(limit, count);
    for (let i = 0; i < count; i++) {
      const next = this.world.queue.peekTime();
      if (next >= until && next < limit) return true;
      if (!this.#burst(limit, 1)) return false;
      if (this.#interrupt !== 0) return true;
    }
    return true;
  }

  /** Handles up to `count` events before `limit`, fewer after a failure; false when none was left. */
  #burst(limit: number, count: number): boolean {
    const world = this.world;
    const last = world.event + count;
    // The loop holds the probe in a local, so that a change of it costs no look-up per event.
    this.#interrupt &= ~PROBE_CHANGED;
    try {
      return this.#loop(limit, last);
    } catch (error) {
      this.#fail(error);
      return true;
    }
  }

  #loop(limit: number, last: number): boolean {
    const world = this.world;
    const queue = world.queue;
    const cells = world.cells;
    const fingerprint = this.#fingerprint;
    const instantLimit = this.#instantLimit;
    const probe = world.probe;
    const context = world.context;
    let instant: number = Number.NaN; // a double from the start, so that no time goes to the heap
    let inInstant = 0;
    while (world.event < last) {
      if (!queue.take(limit)) return false;
      const now = queue.now;
      const tag = queue.tag;
      const target = queue.target;
      const actors = world.hot;
      const base = target * hot.stride;
      if (tag >>> 1 !== actors[base + (tag & 1)]) {
        const lost = world.undeliverable();
        if (lost === undefined) continue;
        throw lost;
      }
      world.event++;
      if (now !== instant) {
        instant = now;
        inInstant = 0;
      } else if (++inInstant > instantLimit)
        throw kernelErrors.create('SIM_LIVELOCK', { count: inInstant }, world.place(cells[target]));
      const message = queue.payload as Message;
      const table = world.tables[actors[base + hot.table]!]!;
      const entry = table.find(message.type);
      if (entry === undefined) {
        const known = table.types().join(', ');
        throw kernelErrors.create('SIM_UNKNOWN_MESSAGE', { type: message.type, known }, world.place(cells[target]));
      }
      fingerprint.event(now | 0, (now * 2 ** -32) | 0, actors[base + hot.pathHash]!, entry.hash);
      world.current = target;
      world.currentBirth = actors[base + hot.accepts]!;
      if (probe === undefined) entry.handle(world.states[target], message, context);
      else this.#watched(probe, message, entry.handle);
      if (this.#interrupt !== 0) return true;
    }
    return true;
  }

  #watched(probe: Probe, message: Message, handle: DispatchEntry['handle']): void {
    const world = this.world;
    const event = world.event;
    const self = world.context.self as AnyRef;
    probe.eventBegins?.(event, world.causes?.[world.queue.slot] ?? 0, world.queue.now as Time, self, message);
    handle(world.states[world.current], message, world.context);
    probe.eventEnds?.(event, self);
  }

  /** Applies the failure policy of the actor whose handler threw, or ends the run. */
  #fail(error: unknown): void {
    if (error instanceof SimError && (error.fatal || error.code === 'SIM_UNKNOWN_ACTOR')) throw error;
    const world = this.world;
    const failed = world.cells[world.queue.target] as ActorCell;
    for (let cell: ActorCell | undefined = failed; cell !== undefined && cell !== world.root; cell = cell.parent) {
      const policy = cell.onFailure ?? world.failures;
      if (policy === 'stop') {
        world.stop(cell);
        return;
      }
      if (policy === 'restart') {
        try {
          world.restart(cell);
          return;
        } catch (second) {
          throw kernelErrors.create('SIM_RESTART_FAILED', { reason: describe(second) }, world.place(cell), second);
        }
      }
    }
    if (error instanceof SimError && error.place.actor !== undefined) {
      this.#broken = error;
      throw error;
    }
    const type = world.queue.payload?.type;
    throw kernelErrors.create('SIM_ACTOR_FAILED', { type, reason: describe(error) }, world.place(failed), error);
  }

  #refuseDeadlock(): void {
    const waits = describeWaits(this.world);
    if (waits.count > 0)
      throw kernelErrors.create('SIM_DEADLOCK', { count: waits.count, waits: waits.text }, this.world.place(undefined));
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
