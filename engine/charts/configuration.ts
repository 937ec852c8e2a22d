import type { AnyStateNode, StateValue } from 'xstate';
import type { Action } from './action.ts';
import type { CompiledNode, CompiledTransition, Definition } from './definition.ts';
import type { ActiveStates } from './guard.ts';
import { nameConfiguration, type SavedConfiguration } from './saved-configuration.ts';
import { ancestorsOf, completed, type HistoryValue, isAtomic } from './structure.ts';

/** A microstep ready to run: actions in order, then the new configuration. */
export interface Plan {
  readonly index: number;
  readonly actions: readonly Action[];
  readonly from: number;
  readonly target: number;
  /** Whether the active states or the history differ afterwards. */
  readonly changed: boolean;
  readonly transitions: readonly CompiledTransition[];
  /** Whether eventless transitions may follow, or the machine ends. */
  readonly settles: boolean;
  /** States entered. */
  readonly entered: readonly AnyStateNode[];
}

/** A transition that may be taken in one configuration; `plan` is what it does there alone, made when first taken. */
export interface Candidate {
  readonly transition: CompiledTransition;
  plan: Plan | undefined;
}

/** Candidates of a chain of states from the inside out; asked only if none of the regions below it has one that passes. */
export interface Selector {
  readonly regions: readonly Selector[];
  readonly candidates: readonly Candidate[];
  readonly isEmpty: boolean;
}

/** Plans for sets of transitions taken together, by the indexes of the transitions in order. */
class PlanTree {
  plan: Plan | undefined = undefined;
  readonly #next = new Map<number, PlanTree>();

  next(transition: number): PlanTree {
    let tree = this.#next.get(transition);
    if (tree === undefined) {
      tree = new PlanTree();
      this.#next.set(transition, tree);
    }
    return tree;
  }
}

/** One set of active states with what history remembers. */
export class Configuration implements ActiveStates {
  readonly id: number;
  readonly nodes: readonly AnyStateNode[];
  /** Active leaves with eventless transitions on their way to the root, in the order in which they became active. */
  readonly leaves: readonly AnyStateNode[];
  readonly active: ReadonlySet<AnyStateNode>;
  readonly history: HistoryValue;
  readonly value: StateValue;
  readonly tags: ReadonlySet<string>;
  /** The event types met first here, with their selectors. */
  readonly types: string[] = [];
  readonly selectors: Selector[] = [];
  /** By event id. */
  readonly rows: Array<Selector | undefined> = [];
  /** One per leaf of `leaves`. */
  readonly always: readonly Selector[];
  readonly hasAlways: boolean;
  readonly plans = new PlanTree();
  readonly #definition: Definition;
  readonly #whole: readonly AnyStateNode[];
  #saved: SavedConfiguration | undefined = undefined;

  constructor(id: number, states: WholeNodes, history: HistoryValue, definition: Definition) {
    const { nodes, leaves, whole } = states;
    this.#whole = whole;
    this.id = id;
    this.nodes = nodes;
    this.leaves = leaves;
    this.active = new Set(nodes);
    this.history = history;
    this.#definition = definition;
    this.value = stateValueOf(definition.root, whole);
    this.tags = new Set(nodes.flatMap((node) => node.tags));
    this.always = leaves.map((leaf) => {
      const chain = [leaf, ...ancestorsOf(leaf)];
      const candidates = chain.flatMap((node) => this.#compiled(node).always.map(candidate));
      return { regions: [], candidates, isEmpty: false };
    });
    this.hasAlways = leaves.length > 0;
  }

  /** Itself by names; the same object each time, so that a checkpoint holds it once for all instances. */
  get saved(): SavedConfiguration {
    this.#saved ??= nameConfiguration({ whole: this.#whole, nodes: this.nodes, leaves: this.leaves }, this.history);
    return this.#saved;
  }

  /** Who may answer an event. */
  selectorFor(type: string): Selector {
    return this.#selector(this.#definition.root, type);
  }

  #selector(node: AnyStateNode, type: string): Selector {
    const own = candidatesOf(this.#compiled(node), type);
    const below = activeChildren(node, this.#whole).map((child) => this.#selector(child, type));
    const [only] = below;
    if (only !== undefined && below.length === 1) {
      const candidates = [...only.candidates, ...own.map(candidate)];
      return { regions: only.regions, candidates, isEmpty: only.isEmpty && own.length === 0 };
    }
    const regions = below.filter(({ isEmpty }) => !isEmpty);
    return { regions, candidates: own.map(candidate), isEmpty: regions.length === 0 && own.length === 0 };
  }

  #compiled(node: AnyStateNode): CompiledNode {
    return this.#definition.nodes.get(node) as CompiledNode;
  }
}

function candidate(transition: CompiledTransition): Candidate {
  return { transition, plan: undefined };
}

/**
 * Children of `node` in the order in which XState asks them: that of the keys of its state value, which is the order in which
 * they became active except that JavaScript puts keys that look like integers first. Of a compound state only the first.
 */
function activeChildren(node: AnyStateNode, nodes: readonly AnyStateNode[]): AnyStateNode[] {
  const children = nodes.filter((each) => each.parent === node);
  if (node.type === 'compound') return children.slice(0, 1);
  return Object.values(Object.fromEntries(children.map((child) => [child.key, child])));
}

function stateValueOf(node: AnyStateNode, nodes: readonly AnyStateNode[]): StateValue {
  const children = activeChildren(node, nodes);
  const [first] = children;
  if (node.type === 'compound' && first !== undefined && isAtomic(first)) return first.key;
  return Object.fromEntries(children.map((child) => [child.key, stateValueOf(child, nodes)]));
}

/** Whether the state is a leaf on whose way to the root there are eventless transitions. */
export function hasAlways(node: AnyStateNode): boolean {
  return isAtomic(node) && [node, ...ancestorsOf(node)].some((each) => each.always !== undefined);
}

export interface ActiveNodes {
  /** What XState holds for active; in rare cases a parent is missing. */
  readonly nodes: readonly AnyStateNode[];
  readonly leaves: readonly AnyStateNode[];
}

export interface WholeNodes extends ActiveNodes {
  /** `nodes` with what is missing. */
  readonly whole: readonly AnyStateNode[];
}

/** Active states in canonical order. */
export function canonical(root: AnyStateNode, states: ActiveNodes): WholeNodes {
  const all = completed(states.nodes);
  const whole: AnyStateNode[] = [];
  const visit = (node: AnyStateNode): void => {
    whole.push(node);
    for (const child of all) if (child.parent === node) visit(child);
  };
  visit(root);
  const active = new Set(states.nodes);
  return { whole, nodes: whole.filter((node) => active.has(node)), leaves: states.leaves };
}

/** Equal for configurations that behave alike. */
export function keyOf({ whole, nodes, leaves }: WholeNodes, history: HistoryValue): string {
  const active = new Set(nodes);
  const orders = (list: readonly AnyStateNode[] | undefined) => list?.map((node) => node.order).join(',');
  const memory = Object.keys(history)
    .sort()
    .map((id) => `${id}=${orders(history[id])}`);
  const missing = nodes.length === whole.length ? '' : orders(whole.filter((node) => !active.has(node)));
  return `${orders(whole)}|${missing}|${orders(leaves)}|${memory.join(';')}`;
}

/** Whether an event descriptor (`name`, `*`, `prefix.*`) covers an event type. */
export function covers(descriptor: string, type: string): boolean {
  if (descriptor === type || descriptor === '*') return true;
  if (!descriptor.endsWith('.*')) return false;
  const prefix = descriptor.slice(0, -2);
  return !prefix.includes('*') && (type === prefix || type.startsWith(`${prefix}.`));
}

/** The transitions of one state for an event: exact ones, then wildcards, longest first. */
function candidatesOf(node: CompiledNode, type: string): readonly CompiledTransition[] {
  const wild = [...node.on.keys()]
    .filter((descriptor) => descriptor !== type && covers(descriptor, type))
    .sort((a, b) => b.length - a.length)
    .flatMap((descriptor) => node.on.get(descriptor) ?? []);
  return [...(node.on.get(type) ?? []), ...wild];
}
