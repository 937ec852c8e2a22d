import {
  type ActorImage,
  type Resolution,
  SimError,
  type Simulation,
  type World,
  type WorldImage,
  worldImage,
} from '../kernel/index.ts';
import { pack, unpack } from './container.ts';
import { encodeGraph, type Graph } from './graph.ts';

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
  readonly replayOnly: string | undefined;
  readonly meta: Meta;
  /** @internal */
  readonly image: Graph | undefined;

  /** @internal */
  constructor(head: CheckpointHead, image: Graph | undefined) {
    this.seed = head.seed;
    this.resolution = head.resolution;
    this.event = head.event;
    this.now = head.now;
    this.fingerprint = head.fingerprint;
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
  const { image, ...head } = unpack(bytes) as CheckpointHead & { readonly image?: Graph };
  return new Checkpoint({ ...head, replayOnly: head.replayOnly }, image);
}

/**
 * Saves queue, states, random streams, trace position and fingerprint of `sim` between two events, and changes nothing; `meta` goes with
 * it. Where a state is no plain data and its behavior has no `save`, such as that of a generator process, the checkpoint holds the moment
 * only, and `replayOnly` says why. Throws SIM_UNFIT inside a handler and after an error.
 */
export function checkpoint(sim: Simulation, meta: Meta = {}): Checkpoint {
  const image = worldImage(sim);
  const head = {
    seed: sim.seed,
    resolution: sim.resolution,
    event: sim.events,
    now: sim.now,
    fingerprint: sim.fingerprint(),
    meta,
  };
  try {
    return new Checkpoint({ ...head, replayOnly: undefined }, encodeImage(image, sim.world));
  } catch (error) {
    if (!(error instanceof SimError) || error.code !== 'SNAPSHOT_NOT_PLAIN') throw error;
    return new Checkpoint({ ...head, replayOnly: `${error.values.path} is ${error.values.what}` }, undefined);
  }
}

/** A spec as set-up gave it: compared, not restored, where set-up gives it again. */
export interface SavedActor extends Omit<ActorImage, 'spec' | 'state'> {
  /** As data, or how it looks when it holds more than data. */
  readonly spec: { readonly data: unknown } | { readonly look: string } | undefined;
  readonly state: { readonly saved: unknown } | { readonly data: unknown } | undefined;
}

function encodeImage(image: WorldImage, world: World): Graph {
  const actors = image.actors.map((actor): SavedActor => {
    if (!actor.isAlive) return { ...actor, spec: undefined, state: undefined };
    const { behavior } = world.cells[actor.index]!.table;
    const isPlain = isPlainData(actor.spec);
    return {
      ...actor,
      spec: isPlain ? { data: actor.spec } : { look: lookOf(actor.spec) },
      state: behavior.save === undefined ? { data: actor.state } : { saved: behavior.save(actor.state) },
    };
  });
  const name = new Map(actors.map((actor) => [actor, actor.path || 'the simulation']));
  // One graph, so that an object two actors share is one object again; each state is tried alone only to name the one at fault.
  try {
    return encodeGraph({ ...image, actors }, 'the run');
  } catch (error) {
    for (const actor of actors) {
      const { state } = actor;
      const value = state === undefined ? undefined : 'saved' in state ? state.saved : state.data;
      encodeGraph(value, `the state of ${name.get(actor)}`);
      encodeGraph(actor.waitCause, `what ${name.get(actor)} waits for`);
    }
    image.queue.payloads.forEach((message) => void encodeGraph(message, `a message '${message.type}'`));
    throw error;
  }
}

function isPlainData(value: unknown): boolean {
  try {
    encodeGraph(value, '');
    return true;
  } catch {
    return false;
  }
}

/** A spec in words for comparison: functions and instances by their kind. */
export function lookOf(spec: unknown): string {
  const graph = encodeGraph(spec, '', (value) => {
    if (typeof value === 'function') return ['f'];
    const prototype: unknown = Object.getPrototypeOf(value);
    const isOwn = prototype === Object.prototype || prototype === null || Array.isArray(value) || isBuiltIn(value);
    return isOwn ? undefined : ['c', value.constructor?.name ?? ''];
  });
  return JSON.stringify(graph);
}

function isBuiltIn(value: object): boolean {
  return value instanceof Map || value instanceof Set || value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}
