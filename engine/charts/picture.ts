import type { AnyStateNode } from 'xstate';
import type { Action } from './action.ts';
import type { Chart, ChartState } from './chart.ts';

/** A state as a viewer draws it. */
export interface PictureNode {
  readonly id: string;
  readonly key: string;
  readonly parent: string | undefined;
  readonly kind: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
  /** Whether its parent starts here. */
  readonly isInitial: boolean;
  readonly isDeepHistory: boolean;
  readonly tags: readonly string[];
  readonly description: string | undefined;
  readonly entry: readonly string[];
  readonly exit: readonly string[];
  readonly invokes: readonly string[];
}

/** A transition as a viewer draws it. `index` is that of coverage reports. */
export interface PictureEdge {
  readonly index: number;
  readonly source: string;
  /** Empty: actions without leaving any state. */
  readonly targets: readonly string[];
  readonly event: string;
  readonly kind: 'event' | 'always' | 'after' | 'done' | 'error';
  readonly guard: string | undefined;
  readonly actions: readonly string[];
  readonly reenter: boolean;
}

/** A machine, and where one instance of it is. Data only. */
export interface Picture {
  readonly id: string;
  /** In document order, parents first. */
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
  /** Ids of active states, in document order; empty without an instance. */
  readonly active: readonly string[];
  readonly status: ChartState['status'] | undefined;
  readonly context: unknown;
}

const names = (actions: readonly Action[]): string[] =>
  actions.filter(({ where }) => where !== '').map(({ op, name }) => (op.kind === 'constant' ? op.effect.kind : name));

/** The machine of `chart` as nodes and edges, with the live state of `state`. */
export function picture(chart: Chart, state?: ChartState): Picture {
  const { nodes, transitions, machine } = chart.definition;
  const active = state === undefined ? [] : [...(chart.configurations[state.configuration]?.nodes ?? [])];
  return {
    id: machine.id,
    nodes: [...nodes.values()].map(({ node, entry, exit }) => ({
      id: node.id,
      key: node.key,
      parent: node.parent?.id,
      kind: node.type,
      isInitial: node.parent?.type === 'compound' && node.parent.initial.target[0] === (node as AnyStateNode),
      isDeepHistory: node.history === 'deep',
      tags: node.tags,
      description: node.description,
      entry: names(entry),
      exit: names(exit),
      invokes: node.invoke.map(({ id }) => id),
    })),
    edges: transitions.map(({ index, source, move, event, guard, actions }) => ({
      index,
      source: source.id,
      targets: (move.target ?? []).map((target) => target.id),
      event,
      kind: kindOf(event),
      guard: guard?.name,
      actions: names(actions),
      reenter: move.reenter,
    })),
    active: active.sort((a, b) => a.order - b.order).map((node) => node.id),
    status: state?.status,
    context: state?.context,
  };
}

function kindOf(event: string): PictureEdge['kind'] {
  if (event === '') return 'always';
  if (event.startsWith('xstate.after.')) return 'after';
  if (event.startsWith('xstate.done.')) return 'done';
  return event.startsWith('xstate.error.') ? 'error' : 'event';
}
