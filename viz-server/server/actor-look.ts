import { type Chart, type MachineState, type Picture, picture } from '../../engine/charts/index.ts';
import type { Message, Simulation } from '../../engine/kernel/index.ts';
import type { ActorWorld, PendingMessage } from '../protocol/index.ts';
import { publicState } from './public-state.ts';

/** What one sees of an actor at a moment. Times are ticks of its simulation. */
export type ActorLook = Omit<ActorWorld, 'sim' | 'isPast'> & { readonly found: boolean };

const mostPending = 50;
/** Pending events of a simulation beyond which they are not gone through. */
const mostQueued = 100_000;
/** Nodes and edges of a chart that are shown. */
const mostParts = 1000;

/** Looks at the actor at `path` between two events, and changes nothing. */
export function lookAtActor(sim: Simulation | undefined, path: string): ActorLook {
  if (sim === undefined) return { ...nothing, at: 0, event: 0, trail: '' };
  const cell = sim.world.findByPath(path);
  if (cell === undefined) return { ...nothing, at: sim.now, event: sim.events, trail: trailOf(sim) };
  const state = sim.stateOf(cell.self);
  const { behavior } = cell.table;
  const { pending, more } = pendingOf(sim, cell.index);
  return {
    found: true,
    at: sim.now,
    event: sim.events,
    trail: trailOf(sim),
    kind: behavior.kind,
    spec: publicState(cell.spec),
    state: publicState(state),
    pending,
    morePending: more,
    picture: 'chart' in behavior ? pictureOf(behavior.chart as Chart, state as MachineState) : null,
  };
}

/** The lanes of the fingerprint: a hash of the events so far that costs nothing to ask for. */
export function trailOf(sim: Simulation): string {
  return sim.lanes
    .state()
    .map((lane) => (lane >>> 0).toString(16).padStart(8, '0'))
    .join('');
}

const nothing = {
  found: false,
  kind: '',
  spec: null,
  state: null,
  pending: [],
  morePending: 0,
  picture: null,
} as const;

function pendingOf(sim: Simulation, index: number): { pending: PendingMessage[] | null; more: number } {
  if (sim.pending > mostQueued) return { pending: null, more: 0 };
  const { times, targets, payloads } = sim.world.queue.save();
  const pending: PendingMessage[] = [];
  let more = 0;
  for (const [i, target] of targets.entries()) {
    if (target !== index) continue;
    if (pending.length === mostPending) {
      more++;
      continue;
    }
    const { type, ...message } = payloads[i] as Message & Record<string, unknown>;
    pending.push({ at: times[i]!, type, message: publicState(message) });
  }
  return { pending, more };
}

function pictureOf(chart: Chart, state: MachineState): Picture {
  const { nodes, edges, context, ...rest } = picture(chart, state);
  return { ...rest, nodes: nodes.slice(0, mostParts), edges: edges.slice(0, mostParts), context: publicState(context) };
}
