import type { AnyRef, Behavior, Context, FailurePolicy, Message, SpawnOptions } from './actor.ts';
import { BIRTH_MASK, hot, INDEX_MASK, PER_INDEX_SPAN, STOPPED } from './actor-address.ts';
import { ActorCell } from './actor-cell.ts';
import { ActorContext } from './actor-context.ts';
import { DispatchTable } from './dispatch-table.ts';
import type { ErrorPlace, SimError } from './errors.ts';
import { EventQueue } from './event-queue.ts';
import { queues } from './explored-queues.ts';
import { hashText, mix } from './fingerprint.ts';
import { kernelErrors } from './kernel-errors.ts';
import type { Probe, ProbeHub } from './probe.ts';
import type { RandomSource } from './random.ts';
import { formatTime, picosecondsPerTick, type Resolution, type Time } from './time.ts';
import { Trace } from './trace.ts';

/** The actors of one run, the pending events and what both share. The run loop is in `Simulation`. */
export class World {
  readonly queue: EventQueue<Message>;
  readonly cells: ActorCell[] = [];
  /** States by actor index. */
  readonly states: unknown[] = [];
  /** Index and birth of the actor whose handler runs; the root's between handlers. */
  current = 0;
  currentBirth = 0;
  /** See `hot`: four numbers per actor index. */
  hot: Int32Array = new Int32Array(64 * hot.stride);
  readonly tables: DispatchTable[] = [];
  readonly root: ActorCell;
  /** What handlers get: one object for the whole simulation, speaking for the actor whose handler runs. */
  readonly context: Context<Message>;
  /** What the actors tell about their work. */
  readonly trace: Trace;
  readonly resolution: Resolution;
  readonly picosecondsPerTick: number;
  readonly seed: number;
  readonly randomSource: RandomSource | undefined;
  failures: FailurePolicy = 'escalate';
  probe: Probe | undefined = undefined;
  /** Event during which the event in each slot was scheduled; kept only while a probe asks for causes. */
  causes: Float64Array | undefined = undefined;
  /** Number of the event being handled, counted from 1. */
  event = 0;
  /** Events handled when something outside of all handlers last did something to the run; 0 while only set-up has. */
  drivenAt = 0;
  /** Messages dropped because their addressee had stopped and said so. */
  dropped = 0;
  /** Sum of the draw hashes of stopped actors. */
  stoppedDraws = 0;
  /** Actors that are alive, the root not counted. */
  alive = 0;

  readonly #tableIndexes = new Map<Behavior<unknown, unknown, Message>, number>();
  readonly byPath: Map<string, ActorCell> = new Map();
  readonly freeIndexes: number[] = [];

  constructor(options: {
    seed: number;
    resolution: Resolution;
    random: RandomSource | undefined;
    capacity: number;
    probes: ProbeHub;
  }) {
    this.seed = options.seed;
    this.resolution = options.resolution;
    this.picosecondsPerTick = picosecondsPerTick[options.resolution];
    this.randomSource = options.random;
    this.queue = queues.make?.(this) ?? new EventQueue(options.capacity);
    this.queue.onAhead = (targets, count) => this.#touch(targets, count);
    this.trace = new Trace(this, options.probes);
    this.context = new ActorContext(this);
    this.root = new ActorCell(this, 0, 0, undefined, '', undefined, undefined, 0);
    this.cells.push(this.root);
    this.states.push(undefined);
    this.hot[hot.table] = this.tableOf(rootBehavior);
  }

  spawn(
    parent: ActorCell,
    name: string,
    behavior: Behavior<unknown, unknown, Message>,
    spec: unknown,
    options: SpawnOptions | undefined,
  ): ActorCell {
    const numbered = name.endsWith('#');
    const fullName = numbered ? parent.numbered(name.slice(0, -1)) : name;
    const index = this.freeIndexes.pop() ?? this.cells.length;
    const before = this.cells[index];
    const parity = options?.afterStop === 'drop' ? 1 : 0;
    let birth = (before?.birth ?? -1) + 1;
    if ((birth & 1) !== parity) birth++;
    if (typeof spec === 'object') Object.freeze(spec);
    const cell = new ActorCell(this, index, birth & BIRTH_MASK, parent, fullName, spec, options?.onFailure, this.event);
    if (!numbered) {
      if (name === '' || this.byPath.has(cell.path)) {
        if (index < this.cells.length) this.freeIndexes.push(index);
        throw kernelErrors.create('SIM_DUPLICATE_NAME', { value: cell.path }, this.place(parent));
      }
      this.byPath.set(cell.path, cell);
    }
    this.cells[index] = cell;
    this.#setHot(cell, behavior, mix(parent.pathHash, hashText(fullName)));
    parent.children ??= new Set();
    parent.children.add(cell);
    this.alive++;
    this.states[index] = undefined;
    this.probe?.actorSpawned?.(cell.self, cell.path, behavior.kind);
    this.#init(cell);
    return cell;
  }

  /** Runs `init` in the actor's own name, even in the middle of another's handler. */
  #init(cell: ActorCell): void {
    const { current, currentBirth } = this;
    this.current = cell.index;
    this.currentBirth = cell.birth;
    try {
      const state = cell.table.behavior.init(cell.spec, this.context);
      if (cell.isAlive) this.states[cell.index] = state;
    } finally {
      this.current = current;
      this.currentBirth = currentBirth;
    }
  }

  #setHot(cell: ActorCell, behavior: Behavior<unknown, unknown, Message>, pathHash: number): void {
    const base = cell.index * hot.stride;
    if (base >= this.hot.length) {
      const grown = new Int32Array(2 * this.hot.length);
      grown.set(this.hot);
      this.hot = grown;
    }
    this.hot[base + hot.accepts] = cell.birth;
    this.hot[base + hot.epoch] = (this.hot[base + hot.epoch]! + 1) & BIRTH_MASK;
    this.hot[base + hot.pathHash] = pathHash;
    this.hot[base + hot.table] = this.tableOf(behavior);
  }

  /** The living actor a reference names; undefined when it has stopped. Throws SIM_UNKNOWN_ACTOR for a reference of no actor ever. */
  find(ref: AnyRef): ActorCell | undefined {
    const cell = this.cells[ref & INDEX_MASK];
    if (cell === undefined) throw kernelErrors.create('SIM_UNKNOWN_ACTOR', { value: ref }, this.place(undefined));
    return cell.isAlive && cell.birth === ((ref * PER_INDEX_SPAN) & BIRTH_MASK) ? cell : undefined;
  }

  findByPath(path: string): ActorCell | undefined {
    const cell = this.byPath.get(path);
    if (cell !== undefined) return cell;
    return this.cells.find((each) => each.isAlive && each !== this.root && each.path === path);
  }

  stop(cell: ActorCell): void {
    if (!cell.isAlive || cell === this.root) return;
    const { children, parent } = cell;
    if (children !== undefined) for (const child of children) this.stop(child);
    this.#dispose(cell);
    if (!cell.isAlive) return;
    this.stoppedDraws = (this.stoppedDraws + cell.drawsHash()) | 0;
    this.hot[cell.index * hot.stride + hot.accepts] = STOPPED;
    this.#nextEpoch(cell);
    this.states[cell.index] = undefined;
    cell.waitsFor(undefined, undefined);
    parent?.children?.delete(cell);
    if (this.byPath.get(cell.path) === cell) this.byPath.delete(cell.path);
    this.freeIndexes.push(cell.index);
    this.alive--;
    this.probe?.actorStopped?.(cell.self);
  }

  /** Starts an actor over: children stopped, own timers dropped, `init` again; messages of others stay pending. */
  restart(cell: ActorCell): void {
    if (!cell.isAlive) return;
    const { children } = cell;
    if (children !== undefined) for (const child of children) this.stop(child);
    this.#dispose(cell);
    this.#nextEpoch(cell);
    cell.waitsFor(undefined, undefined);
    this.#init(cell);
  }

  /** Lets the behavior give back what it shares, in the actor's own name; once, since the state goes with it. */
  #dispose(cell: ActorCell): void {
    const { behavior } = cell.table;
    const state = this.states[cell.index];
    if (behavior.dispose === undefined || state === undefined) return;
    this.states[cell.index] = undefined;
    const { current, currentBirth } = this;
    this.current = cell.index;
    this.currentBirth = cell.birth;
    try {
      behavior.dispose(state, this.context);
    } finally {
      this.current = current;
      this.currentBirth = currentBirth;
    }
  }

  /** From here on the actor's earlier timers are dropped. */
  #nextEpoch(cell: ActorCell): void {
    const at = cell.index * hot.stride + hot.epoch;
    this.hot[at] = (this.hot[at]! + 1) & BIRTH_MASK;
  }

  place(cell: ActorCell | undefined): ErrorPlace {
    return {
      at: formatTime(this.queue.now as Time, this.resolution),
      ...(cell === undefined || cell === this.root ? {} : { actor: cell.path }),
      ...(this.event === 0 ? {} : { event: this.event }),
      seed: this.seed,
    };
  }

  refuseDelay(delay: number): never {
    const cell = this.cells[this.current];
    const now = formatTime(this.queue.now as Time, this.resolution);
    if (!(delay >= 0) || Math.floor(delay) !== delay) {
      const at = delay < 0 ? `${delay} ps from now` : `a delay of ${delay} ps`;
      throw kernelErrors.create('SIM_PAST', { at, now }, this.place(cell));
    }
    const coarser = this.resolution === 'ps' ? 'ns' : 'us';
    throw kernelErrors.create(
      'SIM_RANGE',
      { now, delay: `${delay} ps`, resolution: this.resolution, coarser },
      this.place(cell),
    );
  }

  /** What to do with an event whose addressee is gone: nothing for its own timers and where drops were declared, else an error. */
  undeliverable(): SimError | undefined {
    const tag = this.queue.tag;
    if ((tag & 1) !== 0) return undefined;
    if (((tag >>> 1) & 1) !== 0) {
      this.dropped++;
      return undefined;
    }
    const cell = this.cells[this.queue.target];
    if (cell === undefined)
      return kernelErrors.create('SIM_UNKNOWN_ACTOR', { value: this.queue.target }, this.place(undefined));
    return kernelErrors.create('SIM_LOST_MESSAGE', { type: this.queue.payload?.type }, this.place(cell));
  }

  noteCause(slot: number): void {
    let causes = this.causes as Float64Array;
    if (slot >= causes.length) {
      const grown = new Float64Array(Math.max(slot + 1, 2 * causes.length));
      grown.set(causes);
      this.causes = causes = grown;
    }
    causes[slot] = this.event;
  }

  /** Sum over all streams of this run; the same whatever the order in which actors and streams came to be. */
  drawsHash(): number {
    let sum = this.stoppedDraws;
    for (const cell of this.cells) if (cell.isAlive) sum = (sum + cell.drawsHash()) | 0;
    return sum;
  }

  /** Reads what the next events will need while their cache misses can still overlap; see `EventQueue`. */
  #touch(targets: Int32Array, count: number): void {
    const { states, hot: actors } = this;
    let read = 0;
    for (let i = 0; i < count; i++) {
      const target = targets[i]!;
      read += actors[target * hot.stride]! + (typeof states[target] === 'object' ? 1 : 0);
    }
    targets[0] = read; // so that the reads are not optimised away
  }

  /** Index in `tables` of a behavior. */
  tableOf(behavior: Behavior<unknown, unknown, Message>): number {
    let index = this.#tableIndexes.get(behavior);
    if (index === undefined) {
      index = this.tables.push(new DispatchTable(behavior)) - 1;
      this.#tableIndexes.set(behavior, index);
    }
    return index;
  }
}

const rootBehavior: Behavior<unknown, unknown, Message> = {
  kind: 'root',
  init: () => undefined,
  receive: () => undefined,
  on: {},
};
