import type { Behavior, FailurePolicy, Message, Waits } from './actor.ts';
import { hot, STOPPED } from './actor-address.ts';
import { ActorCell } from './actor-cell.ts';
import type { QueueImage } from './event-queue.ts';
import { kernelErrors } from './kernel-errors.ts';
import type { RandomStream } from './random.ts';
import type { Simulation } from './simulation.ts';

/** An actor in a `WorldImage`, also one that has stopped: its index and birth make references to it known. */
export interface ActorImage {
  readonly index: number;
  readonly birth: number;
  readonly path: string;
  readonly name: string;
  readonly kind: string;
  readonly isAlive: boolean;
  /** Events handled before it was spawned. */
  readonly bornAt: number;
  /** Index of the parent; -1 for the root and for what has stopped. */
  readonly parent: number;
  /** Indexes of the children in order of their spawning. */
  readonly children: readonly number[];
  /** Whether `sim.actor(path)` finds it at once; numbered actors are searched. */
  readonly isNamed: boolean;
  readonly spec: unknown;
  readonly state: unknown;
  readonly onFailure: FailurePolicy | undefined;
  readonly epoch: number;
  readonly pathHash: number;
  readonly numbers: ReadonlyMap<string, number>;
  readonly streams: ReadonlyMap<string, readonly number[]>;
  readonly waitCause: string | Waits | undefined;
  readonly waitHolder: number;
}

/** All that decides how a run goes on, apart from code. States, specs and messages are the run's own objects, not copies. */
export interface WorldImage {
  readonly queue: QueueImage<Message>;
  readonly actors: readonly ActorImage[];
  readonly freeIndexes: readonly number[];
  readonly failures: FailurePolicy;
  readonly event: number;
  readonly drivenAt: number;
  readonly dropped: number;
  readonly stoppedDraws: number;
  readonly alive: number;
  /** Tasks begun: where the trace stands. */
  readonly tasks: number;
  /** The two lanes of the fingerprint. */
  readonly lanes: readonly [number, number];
}

/** What decides how `sim` goes on, between two events. Changes nothing. Throws SIM_UNFIT. */
export function worldImage(sim: Simulation): WorldImage {
  if (sim.isUnfit) throw kernelErrors.create('SIM_UNFIT', {}, sim.world.place(undefined));
  const { world } = sim;
  return {
    queue: world.queue.save(),
    actors: world.cells.map((cell) => actorImage(sim, cell)),
    freeIndexes: [...world.freeIndexes],
    failures: world.failures,
    event: world.event,
    drivenAt: world.drivenAt,
    dropped: world.dropped,
    stoppedDraws: world.stoppedDraws,
    alive: world.alive,
    tasks: world.trace.tasks,
    lanes: sim.lanes.state(),
  };
}

function actorImage({ world }: Simulation, cell: ActorCell): ActorImage {
  const { index, birth, path, name, isAlive, bornAt } = cell;
  return {
    index,
    birth,
    path,
    name,
    kind: cell.table.behavior.kind,
    isAlive,
    bornAt,
    parent: isAlive ? (cell.parent?.index ?? -1) : -1,
    children: isAlive ? [...(cell.children ?? [])].map((child) => child.index) : [],
    isNamed: world.byPath.get(path) === cell,
    spec: isAlive ? cell.spec : undefined,
    state: isAlive ? world.states[index] : undefined,
    onFailure: cell.onFailure,
    epoch: world.hot[index * hot.stride + hot.epoch]!,
    pathHash: cell.pathHash,
    numbers: cell.numbers(),
    streams: new Map(isAlive ? [...cell.streams()].map(([stream, drawn]) => [stream, drawn.state()] as const) : []),
    waitCause: cell.waitCause,
    waitHolder: cell.waitHolder,
  };
}

/**
 * Replaces everything in `sim` by what the image holds, code apart: `behaviorOf` gives the behavior of each actor, living or not. Objects
 * of the image become those of the run, and so do the streams that `streamOf` gives. Throws SIM_UNFIT.
 */
export function installWorld(
  sim: Simulation,
  image: WorldImage,
  behaviorOf: (actor: ActorImage) => Behavior<unknown, unknown, Message>,
  streamOf: (actor: number, name: string) => RandomStream,
): void {
  if (sim.isUnfit) throw kernelErrors.create('SIM_UNFIT', {}, sim.world.place(undefined));
  const { world } = sim;
  const { cells, states, byPath, freeIndexes } = world;
  const length = Math.max(64, 2 * image.actors.length) * hot.stride;
  if (world.hot.length < length) world.hot = new Int32Array(length);
  byPath.clear();
  freeIndexes.splice(0, freeIndexes.length, ...image.freeIndexes);
  cells.length = states.length = 1;
  world.root.children = undefined;
  for (const actor of image.actors) {
    const { index, birth, isAlive } = actor;
    const base = index * hot.stride;
    world.hot[base + hot.accepts] = isAlive ? birth : STOPPED;
    world.hot[base + hot.epoch] = actor.epoch;
    world.hot[base + hot.pathHash] = actor.pathHash;
    if (index > 0) {
      world.hot[base + hot.table] = world.tableOf(behaviorOf(actor));
      // A parent may have a higher index than its child, so those that have one are made below, from the top.
      if (!isAlive)
        cells[index] = new ActorCell(
          world,
          index,
          birth,
          undefined,
          actor.path,
          undefined,
          actor.onFailure,
          actor.bornAt,
        );
    }
  }
  const put = (actor: ActorImage, cell: ActorCell): void => {
    cells[actor.index] = cell;
    states[actor.index] = actor.state;
    if (actor.isNamed) byPath.set(actor.path, cell);
    cell.restoreNumbers(actor.numbers);
    cell.waitCause = actor.waitCause;
    cell.waitHolder = actor.waitHolder;
    for (const [name, state] of actor.streams) {
      const stream = streamOf(actor.index, name);
      stream.restore(state);
      cell.adopt(name, stream);
    }
    if (actor.children.length > 0) cell.children = new Set();
    for (const index of actor.children) {
      const { birth, name, spec, onFailure, bornAt } = image.actors[index] as ActorImage;
      const child = new ActorCell(world, index, birth, cell, name, spec, onFailure, bornAt);
      cell.children?.add(child);
      put(image.actors[index] as ActorImage, child);
    }
  };
  put(image.actors[0] as ActorImage, world.root);
  world.failures = image.failures;
  world.event = image.event;
  world.drivenAt = image.drivenAt;
  world.dropped = image.dropped;
  world.stoppedDraws = image.stoppedDraws;
  world.alive = image.alive;
  world.trace.restore(image.tasks);
  sim.lanes.restore(image.lanes);
  world.queue.load(image.queue);
}
