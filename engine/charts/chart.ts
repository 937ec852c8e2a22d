import {
  type AnyStateMachine,
  assign,
  cancel,
  type EventObject,
  emit,
  matchesState,
  raise,
  type StateValue,
  sendParent,
  sendTo,
  spawnChild,
  stopChild,
} from 'xstate';
import {
  type Action,
  type ActionArgs,
  actionOf,
  checkDelay,
  codes,
  compileAction,
  type Expression,
  type Op,
  refuseOptions,
  type SpawnOptions,
} from './action.ts';
import { chartErrors } from './chart-errors.ts';
import {
  type ActiveNodes,
  type Candidate,
  Configuration,
  canonical,
  covers,
  hasAlways,
  keyOf,
  type Plan,
  type Selector,
  type WholeNodes,
} from './configuration.ts';
import type { Coverage } from './coverage.ts';
import { type CompiledTransition, Definition } from './definition.ts';
import { ActorHandle, type Effect, sink } from './effect.ts';
import { type ActiveStates, compileGuard, type Guard, passes } from './guard.ts';
import { findConfiguration, type SavedConfiguration } from './saved-configuration.ts';
import { type HistoryValue, initialMicrostep, microstep, type Structure } from './structure.ts';

/** One running machine: plain data, changed in place by `Chart.send`. */
export interface ChartState<Context = unknown> {
  /** Dense id of the active states and what history remembers; `chart.value(state)` for people. */
  configuration: number;
  context: Context;
  status: 'active' | 'done' | 'error' | 'stopped';
  output: unknown;
  /** Spawned and invoked children by id. */
  children: Record<string, ActorHandle>;
  /** Children spawned so far without an id. */
  spawned: number;
  self: ActorHandle | undefined;
}

/** A state whose configuration is named; see `Chart.save`. */
export type SavedChartState<State extends ChartState> = Omit<State, 'configuration'> & {
  readonly configuration: SavedConfiguration;
};

const DEFAULT_MICROSTEPS = 100_000;
const UNKNOWN = 0;
const nothing: Effect[] = [];
const ERROR = 'xstate.error.actor';
const noSelector: Selector = { regions: [], candidates: [], isEmpty: true };
/** Event types compared one by one. */
const FEW = 8;

/**
 * A machine as tables. Configurations and what happens in them are discovered when first met and kept, so that a step is a
 * few array look-ups, the guards and the actions. Sharable by any number of `ChartState`s; not re-entrant.
 */
export class Chart<Context = unknown> {
  readonly machine: AnyStateMachine;
  readonly definition: Definition;
  readonly configurations: Configuration[] = [];
  readonly plans: Plan[] = [];
  /** What the last `start` or `send` asks of the outside, in order; `takeEffects` empties it. */
  effects: Effect[] = [];
  /** Counts what is taken; undefined: nothing is counted. */
  coverage: Coverage | undefined = undefined;

  readonly #byKey = new Map<string, Configuration>();
  readonly #eventIds = new Map<string, number>();
  readonly #wildcards: readonly string[];
  readonly #mostMicrosteps: number;
  #initial: Initial | undefined = undefined;
  #lastType = '';
  #lastId = UNKNOWN;

  #running = false;
  /** Internal events of the macrostep. */
  readonly #queue: EventObject[] = [];
  /** Whether an action replaced what XState calls the snapshot. */
  #replaced = false;
  readonly #selected: Candidate[] = [];
  readonly #args: ActionArgs;
  #state: ChartState = noState;
  readonly #guards = new Map<unknown, Guard>();

  /** `charts`: those made so far, so that machines may spawn each other. @internal */
  constructor(machine: AnyStateMachine, charts: Map<AnyStateMachine, Chart>) {
    charts.set(machine, this as unknown as Chart);
    this.machine = machine;
    this.definition = new Definition(machine, (other) => charts.get(other) ?? new Chart(other, charts));
    const descriptors = [...this.definition.nodes.values()].flatMap((node) => [...node.on.keys()]);
    this.#wildcards = descriptors.filter((descriptor) => descriptor.endsWith('*'));
    this.#eventIds.set('', UNKNOWN);
    for (const descriptor of descriptors)
      if (!descriptor.endsWith('*') && !this.#eventIds.has(descriptor))
        this.#eventIds.set(descriptor, this.#eventIds.size);
    const most = (machine.options as { maxIterations?: number } | undefined)?.maxIterations;
    this.#mostMicrosteps = most !== undefined && most < Number.POSITIVE_INFINITY ? most : DEFAULT_MICROSTEPS;
    this.#args = {
      context: undefined,
      event: { type: '' },
      self: undefined,
      system: undefined,
      spawn: (source, options) => this.#spawnFrom(source, options),
    };
  }

  /** Types of the events that some state names, in order of their dense ids; wildcards not included. */
  get events(): string[] {
    return [...this.#eventIds.keys()].slice(1);
  }

  /** Dense id of an event type; 0 for one that no state can answer. */
  eventId(type: string): number {
    if (type === this.#lastType) return this.#lastId;
    let id = this.#eventIds.get(type);
    if (id === undefined) {
      if (type === '*') throw chartErrors.create('CHART_WILDCARD_EVENT');
      id = UNKNOWN;
      if (this.#wildcards.some((descriptor) => covers(descriptor, type))) {
        id = this.#eventIds.size;
        this.#eventIds.set(type, id);
      }
    }
    this.#lastType = type;
    this.#lastId = id;
    return id;
  }

  /** Active states as XState writes them. */
  value(state: ChartState): StateValue {
    return this.configurations[state.configuration]!.value;
  }

  /** Whether `value`, which may be partial, is active; as `snapshot.matches`. */
  matches(state: ChartState, value: StateValue): boolean {
    return matchesState(value, this.value(state));
  }

  hasTag(state: ChartState, tag: string): boolean {
    return this.configurations[state.configuration]!.tags.has(tag);
  }

  /** Runs a new instance to its first rest. Effects are in `effects`. */
  start(input?: unknown, self?: ActorHandle): ChartState<Context> {
    const state: ChartState = {
      configuration: -1,
      context: {},
      status: 'active',
      output: undefined,
      children: {},
      spawned: 0,
      self,
    };
    const event = { type: 'xstate.init', input };
    this.#initial ??= this.#planInitial();
    const { actions, target } = this.#initial;
    if (this.#running) this.#refuseReentry(event);
    this.#begin(state, event);
    try {
      const { context } = this.machine.config as { context?: unknown };
      if (typeof context === 'function') {
        const { spawn } = this.#args;
        this.#setContext(Object.assign({}, context({ spawn, input, self })));
      } else this.#setContext(context ?? {});
      this.#perform(actions, event);
      state.configuration = target;
      this.coverage?.enter(target);
      this.#settle(state, event);
    } finally {
      this.#running = false;
      this.#queue.length = 0;
    }
    return state as ChartState<Context>;
  }

  /** One macrostep: `event`, then everything that follows from it until the machine is at rest. Ignored unless active. */
  send(state: ChartState<Context>, event: EventObject): void {
    if (state.status !== 'active') return;
    const configuration = this.configurations[state.configuration]!;
    const selector = this.#selectorFor(configuration, event.type);
    if (selector.isEmpty && !configuration.hasAlways) {
      if (event.type.startsWith(ERROR)) this.#failBecauseOf(state, event);
      return;
    }
    if (this.#running) this.#refuseReentry(event);
    this.#begin(state, event);
    try {
      const plan = this.#choose(configuration, selector);
      if (plan === undefined) {
        if (event.type.startsWith(ERROR)) this.#failBecauseOf(state, event);
        if (configuration.hasAlways) this.#settle(state, event);
      } else {
        this.#run(state, plan, event);
        if (plan.settles || this.#queue.length > 0) this.#settle(state, event);
      }
    } finally {
      this.#running = false;
      if (this.#queue.length > 0) this.#queue.length = 0;
    }
  }

  /** The effects of the last step; the next step starts with none. Give the array back with `recycle` to spare an allocation. */
  takeEffects(): Effect[] {
    const { effects } = this;
    if (effects.length === 0) return nothing;
    this.effects = [];
    return effects;
  }

  /**
   * Finds all configurations that any events and any outcome of guards can lead to, breadth first, so that their ids do not
   * depend on a run; false when it gave up at more than `limit` of them or 16 x `limit` plans. Actions do not run.
   */
  explore(limit = 256): boolean {
    this.#initial ??= this.#planInitial();
    const types = ['', ...this.events, ...this.#wildcards];
    let plansLeft = 16 * limit;
    for (let at = 0; at < this.configurations.length; at++) {
      const configuration = this.configurations[at]!;
      for (const type of types) {
        const selectors = type === '' ? configuration.always : [configuration.selectorFor(type)];
        for (const set of combinations(selectors, plansLeft)) {
          if (set.length === 0) continue;
          this.#planFor(configuration, set);
          if (--plansLeft <= 0 || this.configurations.length > limit) return false;
        }
      }
    }
    return this.configurations.length <= limit;
  }

  /** The configuration with this state value and nothing remembered by history. Throws CHART_UNKNOWN_STATE when no run or exploration met it. */
  configurationOf(value: StateValue): Configuration {
    const text = JSON.stringify(value);
    const found = this.configurations.find((each) => JSON.stringify(each.value) === text);
    if (found === undefined) throw chartErrors.create('CHART_UNKNOWN_STATE', { machine: this.machine.id, value: text });
    return found;
  }

  /**
   * `state` with the names of its active states and of what history remembers in place of its dense id, which is another one where others
   * were met first: for `Behavior.save` of an actor that keeps it in its state.
   */
  save<State extends ChartState>(state: State): SavedChartState<State> {
    return { ...state, configuration: this.configurations[state.configuration]!.saved };
  }

  /** The state that `save` was given, for any chart of the same machine. Throws CHART_OTHER_MACHINE when that has no state of some name. */
  load<State extends ChartState>(saved: SavedChartState<State>): State {
    const found = findConfiguration(saved.configuration, this.definition.nodes.keys());
    if (typeof found === 'string')
      throw chartErrors.create('CHART_OTHER_MACHINE', { machine: this.machine.id, state: found });
    return { ...saved, configuration: this.#intern(found, found.history).id } as unknown as State;
  }

  #refuseReentry(event: EventObject): never {
    throw chartErrors.create('CHART_REENTRANT', { machine: this.machine.id, type: event.type });
  }

  #begin(state: ChartState, event: EventObject): void {
    this.#running = true;
    this.#state = state;
    const args = this.#args;
    args.context = state.context;
    args.event = event;
    args.self = state.self;
    sink.current = this.effects;
  }

  #failBecauseOf(state: ChartState, event: EventObject): never {
    state.status = 'error';
    const cause = (event as { error?: unknown }).error;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw chartErrors.create('CHART_CHILD_FAILED', { machine: this.machine.id, type: event.type, reason }, {}, cause);
  }

  /** Eventless transitions and internal events until there are none. */
  #settle(state: ChartState, first: EventObject): void {
    const queue = this.#queue;
    let event = first;
    let asksAlways = true;
    let head = 0;
    let left = this.#mostMicrosteps;
    while (state.status === 'active') {
      if (left-- === 0)
        throw chartErrors.create('CHART_LIVELOCK', {
          machine: this.machine.id,
          count: this.#mostMicrosteps,
          type: first.type,
        });
      const configuration = this.configurations[state.configuration]!;
      const eventless = asksAlways && configuration.hasAlways ? this.#chooseAlways(configuration) : undefined;
      if (eventless !== undefined) {
        asksAlways = this.#run(state, eventless, event);
        continue;
      }
      if (head === queue.length) break;
      event = queue[head++] as EventObject;
      this.#args.event = event;
      const plan = this.#choose(configuration, this.#selectorFor(configuration, event.type));
      if (plan !== undefined) this.#run(state, plan, event);
      asksAlways = true;
    }
    queue.length = 0;
    if (state.status !== 'active') this.#stopChildren(state);
  }

  #stopChildren(state: ChartState): void {
    for (const child of Object.values(state.children)) this.#stop(child);
    state.children = {};
  }

  /** Types met first are compared one by one, which is cheaper than a hash; states know few events. */
  #selectorFor(configuration: Configuration, type: string): Selector {
    const { types } = configuration;
    for (let i = 0; i < types.length; i++) if (types[i] === type) return configuration.selectors[i]!;
    return this.#selectorById(configuration, type);
  }

  #selectorById(configuration: Configuration, type: string): Selector {
    const id = this.eventId(type);
    let row = configuration.rows[id];
    if (row === undefined) {
      row = id === UNKNOWN ? noSelector : configuration.selectorFor(type);
      while (configuration.rows.length <= id) configuration.rows.push(undefined);
      configuration.rows[id] = row;
      if (id !== UNKNOWN && configuration.types.length < FEW) {
        configuration.types.push(type);
        configuration.selectors.push(row);
      }
    }
    return row;
  }

  #choose(configuration: Configuration, selector: Selector): Plan | undefined {
    if (selector.regions.length === 0) {
      const candidate = this.#first(selector, configuration);
      return candidate === undefined ? undefined : (candidate.plan ?? this.#planFor(configuration, [candidate]));
    }
    const selected = this.#selected;
    selected.length = 0;
    this.#collect(selector, configuration);
    return this.#planOfSelected(configuration);
  }

  #chooseAlways(configuration: Configuration): Plan | undefined {
    const selected = this.#selected;
    selected.length = 0;
    for (const selector of configuration.always) {
      const candidate = this.#first(selector, configuration);
      if (candidate === undefined) continue;
      if (!selected.some((other) => other.transition === candidate.transition)) selected.push(candidate);
    }
    return this.#planOfSelected(configuration);
  }

  #planOfSelected(configuration: Configuration): Plan | undefined {
    const selected = this.#selected;
    if (selected.length === 0) return undefined;
    if (selected.length === 1) {
      const candidate = selected[0]!;
      return candidate.plan ?? this.#planFor(configuration, [candidate]);
    }
    let tree = configuration.plans;
    for (const candidate of selected) tree = tree.next(candidate.transition.index);
    return tree.plan ?? this.#planFor(configuration, [...selected]);
  }

  #first(selector: Selector, configuration: Configuration): Candidate | undefined {
    const { candidates } = selector;
    for (let i = 0; i < candidates.length; i++) {
      const candidate = candidates[i]!;
      const { guard } = candidate.transition;
      if (guard === undefined || passes(guard, this.#args, configuration)) return candidate;
    }
    return undefined;
  }

  /** Puts what the regions select into `#selected`, in their order; false when that is nothing. */
  #collect(selector: Selector, configuration: Configuration): boolean {
    let any = false;
    for (const region of selector.regions) if (this.#collect(region, configuration)) any = true;
    if (any) return true;
    const candidate = this.#first(selector, configuration);
    if (candidate === undefined) return false;
    this.#selected.push(candidate);
    return true;
  }

  /** Whether what XState calls the snapshot was replaced, which is when it asks for eventless transitions again. */
  #run(state: ChartState, plan: Plan, event: EventObject): boolean {
    this.#replaced = plan.changed;
    if (plan.actions.length > 0) this.#perform(plan.actions, event);
    state.configuration = plan.target;
    if (this.coverage !== undefined) this.coverage.take(plan);
    return this.#replaced;
  }

  #setContext(context: unknown): void {
    this.#state.context = context;
    this.#args.context = context;
    this.#replaced = true;
  }

  #perform(actions: readonly Action[], event: EventObject): void {
    const args = this.#args;
    args.event = event;
    for (let i = 0; i < actions.length; i++) {
      const action = actions[i]!;
      const params = action.paramsOf === undefined ? action.params : action.paramsOf(args);
      switch (action.code) {
        case codes.call:
          action.fn!(args, params);
          break;
        case codes.assign:
          this.#setContext(action.assigner!(this.#state.context, args, params));
          break;
        case codes.constant:
          this.effects.push((action.op as Extract<Op, { kind: 'constant' }>).effect);
          break;
        case codes.raiseNow:
          this.#queue.push((action.op as Extract<Op, { kind: 'raiseNow' }>).event);
          break;
        default:
          this.#performOther(action, params);
      }
    }
  }

  #evaluate(expression: Expression, params: unknown): unknown {
    return expression.fn === undefined ? expression.value : expression.fn(this.#args, params);
  }

  #delay(expression: Expression, action: Action, params: unknown): number | undefined {
    const delay = this.#evaluate(expression, params);
    return delay === undefined ? undefined : checkDelay(delay, action.where);
  }

  #performOther(action: Action, params: unknown): void {
    const { op } = action;
    switch (op.kind) {
      case 'raise': {
        const event = this.#evaluate(op.event, params) as EventObject;
        const delay = this.#delay(op.delay, action, params);
        if (delay === undefined) this.#queue.push(event);
        else this.effects.push({ kind: 'raise', event, delay, id: op.id });
        return;
      }
      case 'send': {
        const event = this.#evaluate(op.event, params) as EventObject;
        const delay = this.#delay(op.delay, action, params);
        const to = this.#target(this.#evaluate(op.to, params));
        this.effects.push({ kind: 'send', to, event, delay, id: op.id });
        return;
      }
      case 'emit':
        this.effects.push({ kind: 'emit', event: this.#evaluate(op.event, params) as EventObject });
        return;
      case 'cancel':
        this.effects.push({ kind: 'cancel', id: this.#evaluate(op.id, params) as string });
        return;
      case 'log':
        this.effects.push({ kind: 'log', value: this.#evaluate(op.value, params), label: op.label });
        return;
      case 'enqueue':
        this.#enqueue(op.fn as (args: unknown, params: unknown) => void, action.where, params);
        return;
      case 'spawn': {
        const id = this.#evaluate(op.id, params) as string | undefined;
        this.#spawn(id, (child) => ({
          kind: 'spawn',
          child,
          logic: op.logic,
          input: this.#evaluate(op.input, undefined),
        }));
        return;
      }
      case 'stop': {
        const named = this.#evaluate(op.child, params);
        const child = typeof named === 'string' ? this.#state.children[named] : (named as ActorHandle | undefined);
        this.#replaced = true;
        if (child === undefined) return;
        const { [child.id]: _, ...others } = this.#state.children;
        this.#state.children = others;
        this.#stop(child);
        return;
      }
      case 'doneState':
        this.#queue.push({ type: op.type, output: this.#evaluate(op.output, undefined) } as EventObject);
        return;
      case 'done': {
        const state = this.#state;
        state.status = 'done';
        this.#replaced = true;
        const { event } = this.#args;
        this.#args.event = { type: op.type, output: this.#evaluate(op.final, undefined) } as EventObject;
        state.output = this.#evaluate(op.output, undefined);
        this.#args.event = event;
        return;
      }
      case 'call':
      case 'assign':
      case 'constant':
      case 'raiseNow':
        return;
      default:
        op satisfies never;
    }
  }

  #target(to: unknown): ActorHandle | number | string | undefined {
    if (to === undefined || to === null) return this.#state.self ?? '#_internal';
    if (typeof to !== 'string') return to as ActorHandle | number;
    if (to === '#_parent') return undefined;
    if (to === '#_internal') return this.#state.self ?? to;
    const id = to.startsWith('#_') ? to.slice(2) : to;
    return this.#state.children[id] ?? id;
  }

  #spawn(id: string | undefined, effect: (child: ActorHandle) => Effect): ActorHandle {
    const child = new ActorHandle(id ?? `child${++this.#state.spawned}`);
    this.effects.push(effect(child));
    this.#state.children = { ...this.#state.children, [child.id]: child };
    this.#replaced = true;
    return child;
  }

  #spawnFrom(source: unknown, options: SpawnOptions = {}): ActorHandle {
    const where = `${this.machine.id} spawn`;
    refuseOptions(options, where);
    const logic = this.definition.logic(source, where);
    const { input } = options;
    const value = typeof input === 'function' ? input(this.#args) : input;
    return this.#spawn(options.id, (child) => ({ kind: 'spawn', child, logic, input: value }));
  }

  #stop(child: ActorHandle): void {
    if (child.ref === undefined) child.stopped = true;
    this.effects.push({ kind: 'stop', child });
  }

  #enqueue(collect: (args: unknown, params: unknown) => void, where: string, params: unknown): void {
    const queued: unknown[] = [];
    const { context, event, self, system } = this.#args;
    const enqueue = Object.assign((action: unknown) => queued.push(action), {
      assign: (value: never) => queued.push(assign(value)),
      cancel: (id: string) => queued.push(cancel(id)),
      raise: (raised: never, options?: never) => queued.push(raise(raised, options)),
      sendTo: (to: never, sent: never, options?: never) => queued.push(sendTo(to, sent, options)),
      sendParent: (sent: never, options?: never) => queued.push(sendParent(sent, options)),
      spawnChild: (source: never, options?: never) => queued.push(spawnChild(source, options)),
      stopChild: (child: never) => queued.push(stopChild(child)),
      emit: (emitted: never) => queued.push(emit(emitted)),
    });
    const active = this.configurations[this.#state.configuration] ?? (this.#initial as Initial).before;
    const check = (guard: unknown) => passes(this.#guard(guard, where), this.#args, active);
    collect({ context, event, enqueue, check, self, system }, params);
    const actions = queued.map((action) => compileAction(this.definition, action, `${where}, enqueued`));
    this.#perform(actions, event);
  }

  #guard(guard: unknown, where: string): Guard {
    let compiled = this.#guards.get(guard);
    if (compiled === undefined) {
      compiled = compileGuard(this.machine, guard, `${where}, check`);
      if (typeof guard === 'string') this.#guards.set(guard, compiled);
    }
    return compiled;
  }

  #planInitial(): Initial {
    const structure = initialMicrostep(this.definition.root);
    const leaves = structure.entries.map(({ node }) => node).filter(hasAlways);
    const target = this.#internActive({ nodes: structure.nodes, leaves }, structure.history);
    const before: ActiveStates = { active: new Set([this.definition.root]), value: target.value };
    return { actions: this.#actionsOf(structure), target: target.id, before };
  }

  #planFor(configuration: Configuration, candidates: readonly Candidate[]): Plan {
    const moves = candidates.map(({ transition }) => transition.move);
    const structure = microstep(configuration.nodes, configuration.history, moves);
    const taken = structure.moves.map((move) => this.definition.byMove.get(move) as CompiledTransition);
    const leaves = new Set(configuration.leaves);
    for (const node of structure.exits) leaves.delete(node);
    for (const { node } of structure.entries) if (hasAlways(node)) leaves.add(node);
    const target = structure.changed
      ? this.#internActive({ nodes: structure.nodes, leaves: [...leaves] }, structure.history)
      : configuration;
    const plan: Plan = {
      index: this.plans.length,
      actions: this.#actionsOf(structure),
      from: configuration.id,
      target: target.id,
      changed: structure.changed,
      transitions: taken,
      entered: structure.entries.map(({ node }) => node),
      settles: structure.done || target.hasAlways,
    };
    this.plans.push(plan);
    const [only] = candidates;
    if (only !== undefined && candidates.length === 1) only.plan = plan;
    else {
      let tree = configuration.plans;
      for (const { transition } of candidates) tree = tree.next(transition.index);
      tree.plan = plan;
    }
    return plan;
  }

  #internActive(states: ActiveNodes, history: HistoryValue): Configuration {
    return this.#intern(canonical(this.definition.root, states), history);
  }

  #intern(states: WholeNodes, history: HistoryValue): Configuration {
    const key = keyOf(states, history);
    let configuration = this.#byKey.get(key);
    if (configuration === undefined) {
      configuration = new Configuration(this.configurations.length, states, history, this.definition);
      this.configurations.push(configuration);
      this.#byKey.set(key, configuration);
    }
    return configuration;
  }

  #actionsOf(structure: Structure): Action[] {
    const { nodes, byMove, root } = this.definition;
    const actions: Action[] = [];
    for (const node of structure.exits) {
      const { exit, stops } = nodes.get(node)!;
      actions.push(...exit, ...stops);
    }
    for (const move of structure.moves) actions.push(...(byMove.get(move)?.actions ?? []));
    for (const { node, byDefault, completions } of structure.entries) {
      const { entry, invokes, initial } = nodes.get(node)!;
      actions.push(...entry, ...invokes, ...(byDefault ? initial : []));
      for (const completion of completions) {
        if (completion.kind === 'state') {
          const output = completion.final === undefined ? noOutput : nodes.get(completion.final)!.output;
          const op: Op = { kind: 'doneState', type: `xstate.done.state.${completion.id}`, output };
          actions.push(actionOf(op, 'done', node.id));
        } else {
          const { completed } = completion;
          const final = completed.parent === undefined ? noOutput : nodes.get(completed)!.output;
          const output = nodes.get(root)!.output;
          const type = `xstate.done.state.${completed.id}`;
          actions.push(actionOf({ kind: 'done', type, final, output }, 'done', node.id));
        }
      }
    }
    for (const node of structure.lastExits) actions.push(...nodes.get(node)!.exit);
    return actions;
  }
}

/** How an instance starts. `before`: what XState takes for active until the first microstep is over. */
interface Initial {
  readonly actions: readonly Action[];
  readonly target: number;
  readonly before: ActiveStates;
}

const noOutput: Expression = { fn: undefined, value: undefined };
const noState: ChartState = {
  configuration: 0,
  context: undefined,
  status: 'stopped',
  output: undefined,
  children: {},
  spawned: 0,
  self: undefined,
};

/** All sets of candidates that some outcome of the guards selects, at most `limit`. */
function combinations(selectors: readonly Selector[], limit: number): Candidate[][] {
  let sets: Candidate[][] = [[]];
  for (const selector of selectors) {
    const own = outcomes(selector, limit);
    sets = sets.flatMap((set) => own.map((more) => [...set, ...more])).slice(0, limit);
  }
  return sets;
}

function outcomes(selector: Selector, limit: number): Candidate[][] {
  const below = combinations(selector.regions, limit).filter((set) => set.length > 0);
  const own: Candidate[][] = [];
  for (const candidate of selector.candidates) {
    own.push([candidate]);
    if (candidate.transition.guard === undefined) return [...below, ...own];
  }
  return [...below, ...own, []];
}
