import {
  type ActorImage,
  type Behavior,
  type Duration,
  installWorld,
  type Message,
  picosecondsPerTick,
  type RandomSource,
  type RandomStream,
  type Simulation,
  type World,
} from '../kernel/index.ts';
import type { Checkpoint, Image, SavedActor, SavedBody, SavedRest } from './checkpoint.ts';
import { snapshotErrors } from './errors.ts';
import { decodeGraph } from './graph.ts';
import { Looks, shown } from './look.ts';
import { namedBy, SetUp } from './set-up.ts';

/** Code of any actor, for those that set-up does not spawn. */
export type AnyBehavior = Pick<Behavior<never, unknown, never>, 'kind'>;

export interface RestoreOptions {
  /** Behaviors of actors that are spawned while it runs; without them a restore falls back on the replay. */
  readonly behaviors?: readonly AnyBehavior[];
  /** Why it must be replayed even where states could be put back. */
  readonly replay?: string;
}

/** A simulation at the moment of its checkpoint. */
export interface Restored<Sim extends Simulation = Simulation> {
  readonly sim: Sim;
  /** `state`: put back; `replay`: run again up to there. */
  readonly how: 'state' | 'replay';
  /** Why it was replayed. */
  readonly reason: string | undefined;
}

/**
 * The simulation that `build` sets up, at the moment of the checkpoint: it goes on with the same fingerprint. States are put back where
 * the checkpoint has them and the code of every living actor is known; otherwise it is replayed, and `reason` says why. What handlers keep
 * outside their states is restored where `keep` was told of it, else only by a replay. Throws SNAPSHOT_CHANGED when seed, resolution, actors
 * or specs are not those of the checkpoint, SNAPSHOT_DIVERGED when the replay gets elsewhere.
 */
export function restore<Sim extends Simulation>(
  build: () => Sim,
  checkpoint: Checkpoint,
  options: RestoreOptions = {},
): Restored<Sim> {
  const sim = build();
  const reason = putBack(sim, checkpoint, options);
  if (reason === undefined) return { sim, how: 'state', reason };
  replay(sim, checkpoint);
  return { sim, how: 'replay', reason };
}

/**
 * Brings `sim`, freshly set up, to the moment of the checkpoint if the states for it are there; otherwise says why not and leaves it alone.
 * Throws SNAPSHOT_CHANGED, SNAPSHOT_UNKNOWN_CLASS.
 */
export function putBack(sim: Simulation, checkpoint: Checkpoint, options: RestoreOptions = {}): string | undefined {
  refuseIf('the seed', checkpoint.seed, sim.seed);
  refuseIf('the tick', checkpoint.resolution, sim.resolution);
  if (options.replay !== undefined) return options.replay;
  if (checkpoint.image === undefined) return checkpoint.replayOnly;
  const actors = decodeGraph(checkpoint.image.actors) as readonly SavedActor[];
  refuseOtherSetUp(sim, actors);
  return load(sim, decodeImage(checkpoint.image, actors, sim, sim), options.behaviors ?? []);
}

/** Runs a fresh simulation to the moment of `checkpoint`. Throws SNAPSHOT_DIVERGED when it is another one there. */
function replay(sim: Simulation, { event, now, fingerprint }: Checkpoint): void {
  while (sim.events < event && sim.run({ maxEvents: event - sim.events }).events > 0);
  if (sim.now < now) sim.run({ until: (now * picosecondsPerTick[sim.resolution]) as Duration });
  if (sim.fingerprint() !== fingerprint || sim.events !== event)
    throw snapshotErrors.create('SNAPSHOT_DIVERGED', { event, now: sim.fingerprint(), was: fingerprint });
}

/** An image made of new objects, and what is still to be done. @internal */
export interface DecodedImage {
  readonly actors: readonly SavedActor[];
  readonly rest: SavedRest;
  readonly later: ReadonlyArray<() => void>;
  /** The streams that saved objects draw from. */
  readonly streamOf: (actor: number, name: string) => RandomStream;
}

/** `source` has what set-up made and the image names, `sim` will draw. @internal */
export function decodeImage(
  image: Image,
  actors: readonly SavedActor[],
  sim: Simulation,
  source: Simulation,
): DecodedImage {
  const streams = new Map<string, RandomStream>();
  const streamOf = (actor: number, name: string): RandomStream => {
    // The root stays what it is, and so do its streams.
    if (actor === 0) return sim.world.root.random(name);
    const key = `${actor} ${name}`;
    let stream = streams.get(key);
    if (stream === undefined) {
      stream = (sim.world.randomSource as RandomSource).stream('', name);
      stream.restore(actors[actor]?.streams.get(name) ?? []);
      streams.set(key, stream);
    }
    return stream;
  };
  const later: Array<() => void> = [];
  const rest = decodeGraph(image.rest, { named: (cell) => namedBy(source, cell, streamOf), later }) as SavedRest;
  return { actors, rest, later, streamOf };
}

/**
 * Puts `image` into `sim`; says why when the code of an actor or its spec is not known. `source` has code and specs, `edited` the specs that
 * are others. @internal
 */
export function load(
  sim: Simulation,
  { actors: heads, rest, later, streamOf }: DecodedImage,
  behaviors: readonly AnyBehavior[],
  source: World = sim.world,
  edited: ReadonlyMap<number, unknown> = new Map(),
): string | undefined {
  const { cells, tables } = source;
  const known = new Map<string, Behavior<unknown, unknown, Message>>();
  for (const behavior of behaviors) known.set(behavior.kind, behavior as never);
  // Behaviors of one kind may differ by what they close over, so an actor of set-up keeps its own.
  const ambiguous = new Set<string>();
  const meet = (behavior: Behavior<unknown, unknown, Message>): void => {
    const before = known.get(behavior.kind);
    if (before === behavior) return;
    if (before !== undefined) ambiguous.add(behavior.kind);
    known.set(behavior.kind, behavior);
    for (const child of behavior.spawns?.() ?? []) meet(child as never);
  };
  for (const { behavior } of tables) meet(behavior);
  for (const behavior of behaviors) {
    known.set(behavior.kind, behavior as never);
    ambiguous.delete(behavior.kind);
  }
  const codeOf = new Map<number, Behavior<unknown, unknown, Message>>();
  const actors: ActorImage[] = [];
  for (const [i, actor] of heads.entries()) {
    const { spec, state, waitCause } = rest.bodies[i] as SavedBody;
    const own = cells[actor.index];
    const isOwn = own !== undefined && own.birth === actor.birth && own.path === actor.path;
    const behavior = isOwn ? own.table.behavior : known.get(actor.kind);
    if (!actor.isAlive) {
      codeOf.set(actor.index, behavior ?? (cells[0] as (typeof cells)[0]).table.behavior);
      actors.push({ ...actor, spec: undefined, state: undefined, waitCause });
      continue;
    }
    if (behavior === undefined || (!isOwn && ambiguous.has(actor.kind)))
      return `${actor.path} was spawned on the way and set-up has no ${behavior === undefined ? '' : 'single '}behavior of kind '${actor.kind}'`;
    if (!isOwn && spec !== undefined && 'code' in spec) return `the spec of ${actor.path} is no plain data`;
    if (state !== undefined && 'saved' in state && behavior.load === undefined)
      return `'${actor.kind}' has no load for the state of ${actor.path}`;
    codeOf.set(actor.index, behavior);
    const given = isOwn ? own.spec : (spec as { readonly data: unknown }).data;
    const made = edited.has(actor.index) ? edited.get(actor.index) : given;
    if (typeof made === 'object') Object.freeze(made);
    const value = state === undefined ? undefined : 'saved' in state ? behavior.load?.(state.saved) : state.data;
    actors.push({ ...actor, spec: made, state: value, waitCause });
  }
  const behaviorOf = ({ index }: ActorImage) => codeOf.get(index) as Behavior<unknown, unknown, Message>;
  installWorld(sim, { ...rest, actors }, behaviorOf, streamOf);
  for (const put of later) put();
  return undefined;
}

function refuseOtherSetUp(sim: Simulation, saved: readonly SavedActor[]): void {
  const setUp = new SetUp(sim);
  const looks = new Looks((value) => setUp.placeOf(value) !== undefined);
  for (const cell of sim.world.cells) {
    if (cell.index === 0) continue;
    const was = saved[cell.index];
    // Its place may have been taken by a later actor since, of which set-up knows nothing.
    if (was !== undefined && was.birth > cell.birth) continue;
    refuseIf(`actor ${cell.index}`, was?.path, cell.path);
    if (was === undefined || !was.isAlive) continue;
    refuseIf(`the kind of ${cell.path}`, was.kind, cell.table.behavior.kind);
    if (was.look !== looks.of(cell.spec))
      throw snapshotErrors.create('SNAPSHOT_CHANGED', {
        what: `the spec of ${cell.path}`,
        was: was.shown,
        now: shown(cell.spec),
      });
  }
}

function refuseIf(what: string, was: unknown, now: unknown): void {
  if (was === now) return;
  throw snapshotErrors.create('SNAPSHOT_CHANGED', { what, was: shown(was), now: shown(now) });
}
