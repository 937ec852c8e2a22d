import { enableMapSet, enablePatches, Immer, type Patch } from 'immer';
import type { Simulation } from '../kernel/index.ts';
import { checkpoint, type SavedActor } from './checkpoint.ts';
import { snapshotErrors } from './errors.ts';
import { decodeGraph } from './graph.ts';
import { type AnyBehavior, decodeImage, load, type Restored, restore } from './restore.ts';
import { SetUp } from './set-up.ts';

enablePatches();
enableMapSet();
// States go on being changed by their handlers, so nothing may be frozen.
const immer = new Immer({ autoFreeze: false });

/** An actor as an edit sees it: both are drafts. Most actors look at their spec in `init` only; the state counts from then on. */
export interface EditedActor {
  spec: unknown;
  /** What `save` of its behavior returned, where it has one. */
  state: unknown;
}

/** The world as an edit sees it. */
export interface EditedWorld {
  /** The living actor at `path`, as a draft. Throws SNAPSHOT_NO_ACTOR, SNAPSHOT_NOT_PLAIN. */
  actor<State = Record<string, unknown>, Spec = Record<string, unknown>>(path: string): { spec: Spec; state: State };
}

/** Changes a world by an Immer recipe: it writes to the drafts it asks for. */
export type Edit = (world: EditedWorld) => void;

/** What an edit did to one actor. */
export interface Change {
  readonly path: string;
  readonly patches: readonly Patch[];
  readonly inverse: readonly Patch[];
}

export interface ForkOptions<Sim extends Simulation> {
  /** Sets the same simulation up anew; needed where states are no plain data. */
  readonly build?: () => Sim;
  readonly behaviors?: readonly AnyBehavior[];
}

/** A branch of a run. */
export interface Fork<Sim extends Simulation> extends Restored<Sim> {
  readonly changes: readonly Change[];
}

/**
 * A second simulation at the same moment as `sim`, which stays as it is; `edit` changes specs and states of the branch. Plain states are
 * copied; otherwise, or where set-up holds what changes (`keep`), `build` sets it up again and it is restored, or replayed when `reason`
 * says why. Throws SNAPSHOT_NO_BUILD when there is no `build` then.
 */
export function fork<Sim extends Simulation>(
  sim: Sim,
  edit: Edit = () => {},
  options: ForkOptions<Sim> = {},
): Fork<Sim> {
  const from = checkpoint(sim);
  const shared = from.image === undefined ? undefined : new SetUp(sim).changing[0];
  if (from.image === undefined || shared !== undefined) {
    const reason = from.replayOnly ?? `set-up holds ${aName(shared as object)} that changes`;
    if (options.build === undefined) throw snapshotErrors.create('SNAPSHOT_NO_BUILD', { reason });
    const branch = restore(options.build, from, options);
    return { ...branch, changes: editWorld(branch.sim, edit) };
  }
  const Same = sim.constructor as new (options: Simulation['options']) => Sim;
  const branch = new Same(sim.options);
  const heads = decodeGraph(from.image.actors) as readonly SavedActor[];
  const image = decodeImage(from.image, heads, branch, sim);
  const paths = new Map(heads.filter(({ isAlive, path }) => isAlive && path !== '').map((a) => [a.path, a.index]));
  const edited = new Map<number, unknown>();
  const changes = editWith(edit, [...paths.keys()], (path) => {
    const index = paths.get(path);
    if (index === undefined) return undefined;
    const state = image.rest.bodies[index]?.state as { saved?: unknown; data?: unknown };
    const key = 'saved' in state ? 'saved' : 'data';
    const spec = sim.world.cells[index]?.spec;
    return {
      record: { spec, state: state[key] },
      put: (next) => {
        state[key] = next.state;
        if (next.spec !== spec) edited.set(index, next.spec);
      },
    };
  });
  load(branch, image, [], sim.world, edited);
  return { sim: branch, how: 'state', reason: undefined, changes };
}

function aName(object: object): string {
  return `a ${object.constructor?.name ?? 'thing'}`;
}

/** Edits `sim` where it is, between two events. Throws SNAPSHOT_NO_ACTOR, SNAPSHOT_NOT_PLAIN. */
export function editWorld(sim: Simulation, edit: Edit): readonly Change[] {
  const { world } = sim;
  return editWith(edit, sim.actors(), (path) => {
    const cell = world.findByPath(path);
    if (cell === undefined) return undefined;
    const { save, load: restore } = cell.table.behavior;
    const state = world.states[cell.index];
    return {
      record: { spec: cell.spec, state: save === undefined ? state : save(state) },
      put: (next) => {
        (cell as { spec: unknown }).spec = Object.freeze(next.spec);
        world.states[cell.index] = restore === undefined ? next.state : restore(next.state);
      },
    };
  });
}

interface Editable {
  readonly record: EditedActor;
  put(next: EditedActor): void;
}

function editWith(edit: Edit, known: readonly string[], find: (path: string) => Editable | undefined): Change[] {
  const open = new Map<string, { readonly draft: EditedActor; readonly editable: Editable }>();
  edit({
    actor<State, Spec>(path: string) {
      let entry = open.get(path);
      if (entry === undefined) {
        const editable = find(path);
        if (editable === undefined)
          throw snapshotErrors.create('SNAPSHOT_NO_ACTOR', { path, known: `${known.slice(0, 20).join(', ')}` });
        refuseClass(editable.record.state, path);
        entry = { draft: immer.createDraft(editable.record), editable };
        open.set(path, entry);
      }
      return entry.draft as { spec: Spec; state: State };
    },
  });
  const changes: Change[] = [];
  for (const [path, { draft, editable }] of open) {
    const listed: Change = { path, patches: [], inverse: [] };
    const next = immer.finishDraft(draft, (patches, inverse) =>
      Object.assign(listed, { patches, inverse }),
    ) as EditedActor;
    if (listed.patches.length === 0) continue;
    editable.put(next);
    changes.push(listed);
  }
  return changes;
}

/** Immer would hand out the state itself, not a draft of it. */
function refuseClass(state: unknown, path: string): void {
  if (typeof state !== 'object' || state === null) return;
  const prototype: unknown = Object.getPrototypeOf(state);
  if (Array.isArray(state) || state instanceof Map || state instanceof Set) return;
  if (prototype !== Object.prototype && prototype !== null)
    throw snapshotErrors.create('SNAPSHOT_NOT_PLAIN', {
      path: `the state of ${path}`,
      what: `an instance of ${state.constructor.name}`,
    });
}
