import {
  type ActorImage,
  type Behavior,
  type Duration,
  installWorld,
  type Message,
  picosecondsPerTick,
  type Simulation,
  type World,
  type WorldImage,
} from '../kernel/index.ts';
import { type Checkpoint, lookOf, type SavedActor } from './checkpoint.ts';
import { snapshotErrors } from './errors.ts';
import { decodeGraph } from './graph.ts';

/** Code of any actor, for those that set-up does not spawn. */
export type AnyBehavior = Pick<Behavior<never, unknown, never>, 'kind'>;

export interface RestoreOptions {
  /** Behaviors of actors that are spawned while it runs; without them a restore falls back on the replay. */
  readonly behaviors?: readonly AnyBehavior[];
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
 * outside their states is not restored unless replayed. Throws SNAPSHOT_CHANGED when seed, resolution, actors or specs are not those of
 * the checkpoint, SNAPSHOT_DIVERGED when the replay gets elsewhere.
 */
export function restore<Sim extends Simulation>(
  build: () => Sim,
  checkpoint: Checkpoint,
  options: RestoreOptions = {},
): Restored<Sim> {
  const sim = build();
  refuseIf('the seed', checkpoint.seed, sim.seed);
  refuseIf('the tick', checkpoint.resolution, sim.resolution);
  const image = checkpoint.image === undefined ? undefined : decodeImage(checkpoint);
  if (image !== undefined) refuseOtherSetUp(sim, image.actors);
  const unknown = image === undefined ? checkpoint.replayOnly : load(sim, image, options.behaviors ?? []);
  if (unknown === undefined) return { sim, how: 'state', reason: undefined };
  replay(sim, checkpoint);
  return { sim, how: 'replay', reason: unknown };
}

/** Runs a fresh simulation to the moment of `checkpoint`. Throws SNAPSHOT_DIVERGED when it is another one there. */
export function replay(sim: Simulation, { event, now, fingerprint }: Checkpoint): void {
  while (sim.events < event && sim.run({ maxEvents: event - sim.events }).events > 0);
  if (sim.now < now) sim.run({ until: (now * picosecondsPerTick[sim.resolution]) as Duration });
  if (sim.fingerprint() !== fingerprint || sim.events !== event)
    throw snapshotErrors.create('SNAPSHOT_DIVERGED', { event, now: sim.fingerprint(), was: fingerprint });
}

/** @internal */
export interface SavedImage extends Omit<WorldImage, 'actors'> {
  readonly actors: readonly SavedActor[];
}

/** The image in a checkpoint that has one, made of new objects. @internal */
export function decodeImage({ image }: Checkpoint): SavedImage {
  return decodeGraph(image as NonNullable<typeof image>) as SavedImage;
}

/**
 * Puts `image` into `sim`; says why when the code of an actor or its spec is not known. `source` has code and specs, `edited` the specs that
 * are others. @internal
 */
export function load(
  sim: Simulation,
  image: SavedImage,
  behaviors: readonly AnyBehavior[],
  source: World = sim.world,
  edited: ReadonlyMap<number, unknown> = new Map(),
): string | undefined {
  const { cells, tables } = source;
  const known = new Map<string, Behavior<unknown, unknown, Message>>();
  for (const behavior of behaviors) known.set(behavior.kind, behavior as never);
  // Behaviors of one kind may differ by what they close over, so an actor of set-up keeps its own.
  const ambiguous = new Set<string>();
  for (const { behavior } of tables) {
    if (known.has(behavior.kind) && known.get(behavior.kind) !== behavior) ambiguous.add(behavior.kind);
    known.set(behavior.kind, behavior);
  }
  for (const behavior of behaviors) {
    known.set(behavior.kind, behavior as never);
    ambiguous.delete(behavior.kind);
  }
  const codeOf = new Map<number, Behavior<unknown, unknown, Message>>();
  const actors: ActorImage[] = [];
  for (const actor of image.actors) {
    const own = cells[actor.index];
    const isOwn = own !== undefined && own.birth === actor.birth && own.path === actor.path;
    const behavior = isOwn ? own.table.behavior : known.get(actor.kind);
    if (!actor.isAlive) {
      codeOf.set(actor.index, behavior ?? (cells[0] as (typeof cells)[0]).table.behavior);
      actors.push({ ...actor, spec: undefined, state: undefined });
      continue;
    }
    if (behavior === undefined || (!isOwn && ambiguous.has(actor.kind)))
      return `${actor.path} was spawned on the way and set-up has no ${behavior === undefined ? '' : 'single '}behavior of kind '${actor.kind}'`;
    if (!isOwn && actor.spec !== undefined && 'look' in actor.spec) return `the spec of ${actor.path} is no plain data`;
    codeOf.set(actor.index, behavior);
    const spec = edited.has(actor.index)
      ? edited.get(actor.index)
      : isOwn
        ? own.spec
        : (actor.spec as { readonly data: unknown }).data;
    if (typeof spec === 'object') Object.freeze(spec);
    const { state } = actor;
    if (state !== undefined && 'saved' in state && behavior.load === undefined)
      return `'${actor.kind}' has no load for the state of ${actor.path}`;
    const value = state === undefined ? undefined : 'saved' in state ? behavior.load?.(state.saved) : state.data;
    actors.push({ ...actor, spec, state: value });
  }
  installWorld(sim, { ...image, actors }, ({ index }) => codeOf.get(index) as Behavior<unknown, unknown, Message>);
  return undefined;
}

function refuseOtherSetUp(sim: Simulation, saved: readonly SavedActor[]): void {
  for (const cell of sim.world.cells) {
    if (cell.index === 0) continue;
    const was = saved[cell.index];
    // Its place may have been taken by a later actor since, of which set-up knows nothing.
    if (was !== undefined && was.birth > cell.birth) continue;
    refuseIf(`actor ${cell.index}`, was?.path, cell.path);
    if (was === undefined || !was.isAlive) continue;
    refuseIf(`the kind of ${cell.path}`, was.kind, cell.table.behavior.kind);
    const spec = was.spec as { readonly data: unknown } | { readonly look: string };
    if (('look' in spec ? spec.look : lookOf(spec.data)) !== lookOf(cell.spec))
      refuseIf(`the spec of ${cell.path}`, 'look' in spec ? spec.look : spec.data, cell.spec);
  }
}

function refuseIf(what: string, was: unknown, now: unknown): void {
  if (was === now) return;
  throw snapshotErrors.create('SNAPSHOT_CHANGED', { what, was: print(was), now: print(now) });
}

function print(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'missing');
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
