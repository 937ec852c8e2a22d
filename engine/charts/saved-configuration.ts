import type { AnyStateNode } from 'xstate';
import type { WholeNodes } from './configuration.ts';
import type { HistoryValue } from './structure.ts';

/** A configuration by the ids of its states: it means the same in every process, whatever was met there first. */
export interface SavedConfiguration {
  /** Active states, parents first, regions in the order in which they became active. */
  readonly states: readonly string[];
  /** Those of them that XState's set of active states lacks; see the README. */
  readonly missing: readonly string[];
  /** Active leaves with eventless transitions, in the order in which they became active. */
  readonly leaves: readonly string[];
  readonly history: Readonly<Record<string, readonly string[]>>;
}

/** Writes a configuration down. */
export function nameConfiguration({ whole, nodes, leaves }: WholeNodes, history: HistoryValue): SavedConfiguration {
  const active = new Set(nodes);
  const ids = (list: readonly AnyStateNode[]): string[] => list.map(({ id }) => id);
  return {
    states: ids(whole),
    missing: ids(whole.filter((node) => !active.has(node))),
    leaves: ids(leaves),
    history: Object.fromEntries(Object.entries(history).map(([id, list]) => [id, ids(list)])),
  };
}

/** What was written down, of a machine with these states; a text names the first that it does not have. */
export function findConfiguration(
  { states, missing, leaves, history }: SavedConfiguration,
  known: Iterable<AnyStateNode>,
): (WholeNodes & { readonly history: HistoryValue }) | string {
  const byId = new Map([...known].map((node) => [node.id, node]));
  const unknown = [...states, ...leaves, ...Object.keys(history), ...Object.values(history).flat()].find(
    (id) => !byId.has(id),
  );
  if (unknown !== undefined) return unknown;
  const nodesOf = (ids: readonly string[]) => ids.map((id) => byId.get(id) as AnyStateNode);
  return {
    whole: nodesOf(states),
    nodes: nodesOf(states.filter((id) => !missing.includes(id))),
    leaves: nodesOf(leaves),
    history: Object.fromEntries(Object.entries(history).map(([id, ids]) => [id, nodesOf(ids)])),
  };
}
