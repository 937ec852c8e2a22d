import {
  type ActorImage,
  type Resolution,
  SimError,
  type Simulation,
  type WorldImage,
  whyNeverSaved,
  worldImage,
} from '../kernel/index.ts';
import { pack, unpack } from './container.ts';
import { encodeGraph, type Graph } from './graph.ts';
import { Looks, shown } from './look.ts';
import { SetUp } from './set-up.ts';

/** Plain JSON data that goes with a checkpoint, e.g. the parameters of the run. */
export type Meta = Readonly<Record<string, unknown>>;

/** What a checkpoint holds besides the queue, the states and the streams. */
export interface CheckpointHead {
  readonly seed: number;
  readonly resolution: Resolution;
  /** Events handled and virtual time in ticks: where it was taken. */
  readonly event: number;
  readonly now: number;
  /** Fingerprint there. */
  readonly fingerprint: string;
  /** Events handled when something outside last sent, spawned or stopped anything: 0 for a run that set-up alone decides. */
  readonly drivenAt: number;
  /** Why nothing but a replay can lead there; undefined when the states are in it. */
  readonly replayOnly: string | undefined;
  readonly meta: Meta;
}

/** A moment of a run, to go on from. */
export class Checkpoint implements CheckpointHead {
  readonly seed: number;
  readonly resolution: Resolution;
  readonly event: number;
  readonly now: number;
  readonly fingerprint: string;
  readonly drivenAt: number;
  readonly replayOnly: string | undefined;
  readonly meta: Meta;
  /** @internal */
  readonly image: Image | undefined;

  /** @internal */
  constructor(head: CheckpointHead, image: Image | undefined) {
    this.seed = head.seed;
    this.resolution = head.resolution;
    this.event = head.event;
    this.now = head.now;
    this.fingerprint = head.fingerprint;
    this.drivenAt = head.drivenAt;
    this.replayOnly = head.replayOnly;
    this.meta = head.meta;
    this.image = image;
  }

  /** The container: versioned and checksummed; read it with `readCheckpoint`. */
  bytes(): Uint8Array<ArrayBuffer> {
    return pack({ ...this });
  }
}

/** The checkpoint in a container. Throws SNAPSHOT_FOREIGN, SNAPSHOT_NEWER, SNAPSHOT_CUT, SNAPSHOT_ALTERED. */
export function readCheckpoint(bytes: Uint8Array): Checkpoint {
  const { image, ...head } = unpack(bytes) as CheckpointHead & { readonly image?: Image };
  return new Checkpoint({ ...head, replayOnly: head.replayOnly }, image);
}

/**
 * Saves queue, states, random streams, trace position and fingerprint of `sim` between two events, and changes nothing; `meta` goes with
 * it. Where a state is no plain data and its behavior has no `save`, such as that of a generator process, or there is something else that
 * cannot be saved, such as a resource, the checkpoint holds the moment only, and `replayOnly` says why. Throws SIM_UNFIT inside a handler and after an error.
 */
export function checkpoint(sim: Simulation, meta: Meta = {}): Checkpoint {
  const world = worldImage(sim);
  const head = {
    seed: sim.seed,
    resolution: sim.resolution,
    event: sim.events,
    now: sim.now,
    fingerprint: sim.fingerprint(),
    drivenAt: sim.world.drivenAt,
    meta,
  };
  const never = whyNeverSaved(sim);
  if (never !== undefined) return new Checkpoint({ ...head, replayOnly: never }, undefined);
  try {
    return new Checkpoint({ ...head, replayOnly: undefined }, encodeImage(world, sim));
  } catch (error) {
    if (!(error instanceof SimError) || error.code !== 'SNAPSHOT_NOT_PLAIN') throw error;
    return new Checkpoint({ ...head, replayOnly: `${error.values.path} is ${error.values.what}` }, undefined);
  }
}

/** What is known of an actor before anything is put back. `look`: of a spec that set-up gives again, which is compared, not restored. */
export interface SavedActor extends Omit<ActorImage, 'spec' | 'state' | 'waitCause'> {
  readonly look: number | undefined;
  /** The beginning of that spec as text. */
  readonly shown: string;
}

/** The rest of it. Specs of actors spawned on the way are data, or hold code. */
export interface SavedBody {
  readonly spec: { readonly data: unknown } | { readonly code: true } | undefined;
  readonly state: { readonly saved: unknown } | { readonly data: unknown } | undefined;
  readonly waitCause: ActorImage['waitCause'];
}

/** What a checkpoint holds of a world: first what is compared with that of set-up, then what is put back. */
export interface Image {
  readonly actors: Graph;
  readonly rest: Graph;
}

/** What `Image.rest` holds. */
export interface SavedRest extends Omit<WorldImage, 'actors'> {
  readonly bodies: readonly SavedBody[];
  /** Objects of set-up that are put back in place. */
  readonly changing: readonly object[];
}

function encodeImage({ actors, ...world }: WorldImage, sim: Simulation): Image {
  const setUp = new SetUp(sim);
  const encode = (value: unknown, path: string): Graph => encodeGraph(value, path, setUp.name, setUp.placeOf);
  const isData = (value: unknown): boolean => {
    try {
      encode(value, '');
      return true;
    } catch {
      return false;
    }
  };
  const looks = new Looks((value) => setUp.placeOf(value) !== undefined);
  const heads = actors.map(({ spec, state: _, waitCause: __, ...head }): SavedActor => {
    const isCompared = head.isAlive && head.bornAt === 0;
    return { ...head, look: isCompared ? looks.of(spec) : undefined, shown: isCompared ? shown(spec) : '' };
  });
  const bodies = actors.map(({ index, isAlive, bornAt, spec, state, waitCause }): SavedBody => {
    if (!isAlive) return { spec: undefined, state: undefined, waitCause };
    const { behavior } = sim.world.cells[index]!.table;
    const given = isData(spec) ? { data: spec } : { code: true as const };
    return {
      spec: bornAt === 0 ? undefined : given,
      state: behavior.save === undefined ? { data: state } : { saved: behavior.save(state) },
      waitCause,
    };
  });
  const rest: SavedRest = { ...world, bodies, changing: setUp.changing };
  // One graph, so that an object two actors share is one object again; each state is tried alone only to name the one at fault.
  try {
    return { actors: encodeGraph(heads, 'the actors'), rest: encode(rest, 'the run') };
  } catch (error) {
    for (const [i, { state, waitCause }] of bodies.entries()) {
      const name = heads[i]?.path || 'the simulation';
      encode(state === undefined ? undefined : 'saved' in state ? state.saved : state.data, `the state of ${name}`);
      encode(waitCause, `what ${name} waits for`);
    }
    world.queue.payloads.forEach((message) => void encode(message, `a message '${message.type}'`));
    throw error;
  }
}
