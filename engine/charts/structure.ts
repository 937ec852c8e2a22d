import type { AnyStateNode, AnyTransitionDefinition } from 'xstate';

/** What XState remembers for each history state that has been left, by id. */
export type HistoryValue = Readonly<Record<string, readonly AnyStateNode[]>>;

/** What a microstep follows from; transitions come from the machine, except the initial one. */
export type Move = Pick<AnyTransitionDefinition, 'source' | 'reenter' | 'actions'> & {
  readonly target?: readonly AnyStateNode[] | undefined;
};

/** A final state reached on entry: the done event it raises, or the end of the machine. */
export type Completion =
  | { readonly kind: 'state'; readonly id: string; readonly final: AnyStateNode | undefined }
  | { readonly kind: 'machine'; readonly completed: AnyStateNode };

export interface Entry {
  readonly node: AnyStateNode;
  /** Whether the actions of its initial transition run. */
  readonly byDefault: boolean;
  readonly completions: readonly Completion[];
}

/** Everything about a microstep that does not depend on context or event. */
export interface Structure {
  readonly moves: readonly Move[];
  /** States left, inner first. */
  readonly exits: readonly AnyStateNode[];
  /** States entered, in document order. */
  readonly entries: readonly Entry[];
  /** States left at last because the machine is done. */
  readonly lastExits: readonly AnyStateNode[];
  readonly nodes: readonly AnyStateNode[];
  readonly history: HistoryValue;
  /** Whether the set of active states or the history differs. */
  readonly changed: boolean;
  readonly done: boolean;
}

export function isAtomic(node: AnyStateNode): boolean {
  return node.type === 'atomic' || node.type === 'final';
}

/** Ancestors from the parent up to, but without, `end`. */
export function ancestorsOf(node: AnyStateNode, end?: AnyStateNode): AnyStateNode[] {
  const result: AnyStateNode[] = [];
  if (end === node) return result;
  for (let at = node.parent; at !== undefined && at !== end; at = at.parent) result.push(at);
  return result;
}

function isDescendant(node: AnyStateNode, ancestor: AnyStateNode | undefined): boolean {
  let at = node;
  while (at.parent !== undefined && at.parent !== ancestor) at = at.parent;
  return at.parent === ancestor;
}

function childrenOf(node: AnyStateNode): AnyStateNode[] {
  return Object.values(node.states).filter((child) => child.type !== 'history');
}

function isInFinal(active: ReadonlySet<AnyStateNode>, node: AnyStateNode): boolean {
  if (node.type === 'compound') return childrenOf(node).some((child) => child.type === 'final' && active.has(child));
  if (node.type === 'parallel') return childrenOf(node).every((child) => isInFinal(active, child));
  return node.type === 'final';
}

function byOrder(a: AnyStateNode, b: AnyStateNode): number {
  return a.order - b.order;
}

/** The target of a history state that has no memory yet. */
function historyDefault(node: AnyStateNode): readonly AnyStateNode[] {
  const parent = node.parent as AnyStateNode;
  const config = node.config as { readonly target?: string | readonly string[] };
  if (config.target === undefined || config.target === '')
    return parent.type === 'parallel' ? [parent] : parent.initial.target;
  const targets = typeof config.target === 'string' ? [config.target] : config.target;
  return targets.map((target) => byPath(parent, target));
}

function byPath(from: AnyStateNode, path: string): AnyStateNode {
  if (path.startsWith('#')) return from.machine.getStateNodeById(path) as AnyStateNode;
  return path.split('.').reduce<AnyStateNode>((node, key) => node.states[key] as AnyStateNode, from);
}

/** The states that are active at the start of `node`: itself, initial children, all regions. */
function initialNodes(node: AnyStateNode, into = new Set<AnyStateNode>(), isIn = false): Set<AnyStateNode> {
  if (into.has(node) && !isIn) return into;
  into.add(node);
  if (node.type === 'compound') initialNodes(node.initial.target[0] as AnyStateNode, into);
  else if (node.type === 'parallel') for (const child of childrenOf(node)) initialNodes(child, into);
  return into;
}

/**
 * `nodes` made whole: missing initial states, regions and ancestors added at the end. XState derives the state value from this,
 * while its set of active states stays as it is (see README: a region whose transition targets the history of its own parallel state).
 */
export function completed(nodes: readonly AnyStateNode[]): AnyStateNode[] {
  const whole = new Set(nodes);
  for (const node of whole) {
    if (node.type === 'compound' && !nodes.some((each) => each.parent === node)) initialNodes(node, whole, true);
    if (node.type === 'parallel')
      for (const child of childrenOf(node)) if (!whole.has(child)) initialNodes(child, whole);
  }
  for (const node of whole) for (const ancestor of ancestorsOf(node)) whole.add(ancestor);
  return [...whole];
}

function effectiveTargets(target: readonly AnyStateNode[] | undefined, history: HistoryValue): readonly AnyStateNode[] {
  const result = new Set<AnyStateNode>();
  for (const node of target ?? []) {
    if (node.type !== 'history') result.add(node);
    else for (const each of history[node.id] ?? effectiveTargets(historyDefault(node), history)) result.add(each);
  }
  return [...result];
}

/** The innermost state that the transition does not leave; undefined when it leaves even the root. */
function domainOf(move: Move, history: HistoryValue): AnyStateNode | undefined {
  const targets = effectiveTargets(move.target, history);
  const { source } = move;
  if (!move.reenter && targets.every((target) => target === source || isDescendant(target, source))) return source;
  const all = [...targets, source];
  const common = ancestorsOf(all[0] as AnyStateNode).find((ancestor) =>
    all.slice(1).every((node) => isDescendant(node, ancestor)),
  );
  if (common !== undefined) return common;
  return move.reenter ? undefined : source.machine.root;
}

function exitSet(moves: readonly Move[], active: ReadonlySet<AnyStateNode>, history: HistoryValue): Set<AnyStateNode> {
  const result = new Set<AnyStateNode>();
  for (const move of moves) {
    if (move.target === undefined || move.target.length === 0) continue;
    const domain = domainOf(move, history);
    if (move.reenter && move.source === domain) result.add(domain);
    for (const node of active) if (isDescendant(node, domain)) result.add(node);
  }
  return result;
}

/** Of transitions that would leave the same states, the one whose source is innermost, else the first, stays. */
function withoutConflicts<M extends Move>(
  moves: readonly M[],
  active: ReadonlySet<AnyStateNode>,
  history: HistoryValue,
): M[] {
  const kept = new Set<M>();
  for (const move of moves) {
    const left = exitSet([move], active, history);
    const preempted: M[] = [];
    let isPreempted = false;
    for (const other of kept) {
      const shared = [...exitSet([other], active, history)].some((node) => left.has(node));
      if (!shared) continue;
      if (isDescendant(move.source, other.source)) preempted.push(other);
      else {
        isPreempted = true;
        break;
      }
    }
    if (isPreempted) continue;
    for (const other of preempted) kept.delete(other);
    kept.add(move);
  }
  return [...kept];
}

/** The sets that XState's entry algorithm fills: what to enter, and for which states initial actions run. */
class EntrySet {
  readonly toEnter = new Set<AnyStateNode>();
  readonly byDefault = new Set<AnyStateNode>();
  readonly #history: HistoryValue;

  constructor(history: HistoryValue) {
    this.#history = history;
  }

  add(move: Move): void {
    const domain = domainOf(move, this.#history);
    for (const node of move.target ?? []) {
      const entered = node.type !== 'history' && (move.source !== node || move.source !== domain || move.reenter);
      if (entered) this.#enterByDefault(node);
      this.#descend(node);
    }
    for (const node of effectiveTargets(move.target, this.#history)) {
      const ancestors = ancestorsOf(node, domain);
      if (domain?.type === 'parallel') ancestors.push(domain);
      this.#ascend(ancestors, move.source.parent === undefined && move.reenter ? undefined : domain);
    }
  }

  #enterByDefault(node: AnyStateNode): void {
    this.toEnter.add(node);
    this.byDefault.add(node);
  }

  #descend(node: AnyStateNode): void {
    if (node.type === 'history') this.#recall(node);
    else if (node.type === 'compound') {
      const initial = node.initial.target[0] as AnyStateNode;
      if (initial.type !== 'history') this.#enterByDefault(initial);
      this.#descend(initial);
      this.#ascend(ancestorsOf(initial, node), undefined);
    } else if (node.type === 'parallel')
      for (const child of childrenOf(node)) {
        if (this.#reaches(child)) continue;
        this.#enterByDefault(child);
        this.#descend(child);
      }
  }

  #recall(node: AnyStateNode): void {
    const remembered = this.#history[node.id];
    const parent = node.parent as AnyStateNode;
    const targets = remembered ?? historyDefault(node);
    const isInitial = remembered === undefined && parent.type !== 'parallel' && targets === parent.initial.target;
    for (const target of targets) {
      this.toEnter.add(target);
      if (isInitial) this.byDefault.add(parent);
      this.#descend(target);
    }
    for (const target of targets) this.#ascend(ancestorsOf(target, parent), undefined);
  }

  #ascend(ancestors: readonly AnyStateNode[], within: AnyStateNode | undefined): void {
    for (const ancestor of ancestors) {
      if (within === undefined || isDescendant(ancestor, within)) this.toEnter.add(ancestor);
      if (ancestor.type !== 'parallel') continue;
      for (const child of childrenOf(ancestor)) {
        if (this.#reaches(child)) continue;
        this.toEnter.add(child);
        this.#descend(child);
      }
    }
  }

  #reaches(child: AnyStateNode): boolean {
    for (const node of this.toEnter) if (isDescendant(node, child)) return true;
    return false;
  }
}

function completionsOf(
  node: AnyStateNode,
  active: ReadonlySet<AnyStateNode>,
  completed: Set<AnyStateNode>,
): Completion[] {
  if (node.type !== 'final') return [];
  const result: Completion[] = [];
  const { parent } = node;
  let at = parent?.type === 'parallel' ? parent : parent?.parent;
  let last = at ?? node;
  if (parent?.type === 'compound') result.push({ kind: 'state', id: parent.id, final: node });
  while (at?.type === 'parallel' && !completed.has(at) && isInFinal(active, at)) {
    completed.add(at);
    result.push({ kind: 'state', id: at.id, final: undefined });
    last = at;
    at = at.parent;
  }
  if (at === undefined) result.push({ kind: 'machine', completed: last });
  return result;
}

/**
 * One microstep by SCXML's algorithm as XState 5 interprets it, reduced to what states, transitions and history decide.
 * Slow, and run once per (configuration, set of transitions).
 */
export function microstep(
  nodes: readonly AnyStateNode[],
  history: HistoryValue,
  enabled: readonly Move[],
  isInitial = false,
): Structure {
  const active = new Set(nodes);
  const moves = withoutConflicts(enabled, active, history);
  const exits = isInitial ? [] : [...exitSet(moves, active, history)].sort((a, b) => byOrder(b, a));
  let after = history;
  for (const node of exits)
    for (const memory of Object.values(node.states)) {
      if (memory.type !== 'history') continue;
      const isDeep = memory.history === 'deep';
      const kept = [...active].filter((each) =>
        isDeep ? isAtomic(each) && isDescendant(each, node) : each.parent === node,
      );
      after = { ...after, [memory.id]: kept.sort(byOrder) };
    }
  for (const node of exits) active.delete(node);

  const entrySet = new EntrySet(after);
  for (const move of moves) entrySet.add(move);
  if (isInitial) entrySet.byDefault.add(nodes[0] as AnyStateNode);
  const completed = new Set<AnyStateNode>();
  const entries: Entry[] = [];
  for (const node of [...entrySet.toEnter].sort(byOrder)) {
    active.add(node);
    const byDefault = entrySet.byDefault.has(node);
    entries.push({ node, byDefault, completions: completionsOf(node, active, completed) });
  }
  const done = entries.some((entry) => entry.completions.some(({ kind }) => kind === 'machine'));
  const isSame = after === history && nodes.length === active.size && nodes.every((node) => active.has(node));
  // XState sorts the active states of a finished machine in place, which shows in the order of keys in its state value.
  const lastExits = done ? [...active].sort((a, b) => byOrder(b, a)) : [];
  return {
    moves,
    exits,
    entries,
    lastExits,
    nodes: isSame ? nodes : done ? lastExits : [...active],
    history: after,
    changed: !isSame,
    done,
  };
}

/** The microstep that starts a machine. */
export function initialMicrostep(root: AnyStateNode): Structure {
  const move: Move = { source: root, target: [...initialNodes(root)], reenter: true, actions: [] };
  return microstep([root], {}, [move], true);
}
