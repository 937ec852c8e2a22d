import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import {
  type Action,
  type ActionScope,
  actionOf,
  compileAction,
  type Expression,
  expression,
  refuseOptions,
} from './action.ts';
import type { Chart } from './chart.ts';
import { chartErrors } from './chart-errors.ts';
import { compileGuard, type Guard } from './guard.ts';
import { compileLogic, type Logic, refuseAsync } from './logic.ts';
import type { Move } from './structure.ts';

/** A transition of the machine with a dense index. */
export interface CompiledTransition {
  readonly index: number;
  readonly move: Move;
  readonly source: AnyStateNode;
  /** Event descriptor; empty for `always`. */
  readonly event: string;
  readonly guard: Guard | undefined;
  readonly actions: readonly Action[];
}

/** A state with everything resolved that runs when it is entered, left, or asked for transitions. */
export interface CompiledNode {
  readonly node: AnyStateNode;
  readonly entry: readonly Action[];
  readonly exit: readonly Action[];
  readonly initial: readonly Action[];
  readonly invokes: readonly Action[];
  readonly stops: readonly Action[];
  readonly output: Expression;
  readonly always: readonly CompiledTransition[];
  /** By descriptor, in the order of the machine. */
  readonly on: ReadonlyMap<string, readonly CompiledTransition[]>;
}

/** A machine with all names resolved and everything refused that cannot run in virtual time. */
export class Definition implements ActionScope {
  readonly machine: AnyStateMachine;
  readonly root: AnyStateNode;
  readonly nodes: ReadonlyMap<AnyStateNode, CompiledNode>;
  readonly transitions: readonly CompiledTransition[];
  readonly byMove: ReadonlyMap<Move, CompiledTransition>;
  readonly #machineOf: (machine: AnyStateMachine) => Chart;

  constructor(machine: AnyStateMachine, machineOf: (machine: AnyStateMachine) => Chart) {
    this.machine = machine;
    this.root = machine.root as AnyStateNode;
    this.#machineOf = machineOf;
    refuseAsync(machine.config.context, `${machine.id} context`);
    const nodes = new Map<AnyStateNode, CompiledNode>();
    const transitions: CompiledTransition[] = [];
    for (const node of allNodes(this.root)) nodes.set(node, this.#compileNode(node, transitions));
    this.nodes = nodes;
    this.transitions = transitions;
    this.byMove = new Map(transitions.map((transition) => [transition.move, transition]));
  }

  /** The logic a `src` names. Throws CHART_UNKNOWN_ACTOR or the refusal of its kind. */
  logic(source: unknown, where: string): Logic {
    if (typeof source !== 'string') return compileLogic(source, where, this.#machineOf);
    const inline = /^xstate\.invoke\.(\d+)\.(.*)/.exec(source);
    let logic: unknown;
    if (inline === null) logic = (this.machine.implementations.actors as Record<string, unknown>)[source];
    else {
      const node = this.machine.getStateNodeById(inline[2] as string) as AnyStateNode;
      const invoke = node.config.invoke as { src: unknown } | ReadonlyArray<{ src: unknown }>;
      logic = (Array.isArray(invoke) ? invoke[Number(inline[1])] : invoke).src;
    }
    if (logic === undefined) throw chartErrors.create('CHART_UNKNOWN_ACTOR', { name: source, where });
    return compileLogic(logic, where, this.#machineOf);
  }

  #compileNode(node: AnyStateNode, transitions: CompiledTransition[]): CompiledNode {
    const actions = (list: readonly unknown[], where: string) =>
      list.map((action) => compileAction(this, action, `${node.id} ${where}`));
    const add = (event: string, definition: AnyTransitionDefinition): CompiledTransition => {
      const where = `${node.id} ${event === '' ? 'always' : `on '${event}'`}`;
      const { guard } = definition;
      const transition: CompiledTransition = {
        index: transitions.length,
        move: definition as unknown as Move,
        source: node,
        event,
        guard: guard === undefined ? undefined : compileGuard(this.machine, guard, where),
        actions: actions(definition.actions, event === '' ? 'always' : `on '${event}'`),
      };
      transitions.push(transition);
      return transition;
    };
    const on = new Map<string, CompiledTransition[]>();
    for (const [event, list] of node.transitions)
      on.set(
        event,
        list.map((definition) => add(event, definition)),
      );
    return {
      node,
      entry: actions(node.entry, 'entry'),
      exit: actions(node.exit, 'exit'),
      initial: node.type === 'history' ? [] : actions(node.initial.actions, 'initial'),
      invokes: node.invoke.map((invoke) => this.#invoke(node, invoke as never)),
      stops: node.invoke.map(({ id }) =>
        actionOf({ kind: 'stop', child: expression(id, node.id) }, 'stop', `${node.id} invoke '${id}'`),
      ),
      output: expression(node.output, `${node.id} output`),
      always: (node.always ?? []).map((definition) => add('', definition)),
      on,
    };
  }

  #invoke(
    node: AnyStateNode,
    invoke: { readonly id: string; readonly src: string; readonly onSnapshot?: unknown; readonly input?: unknown },
  ): Action {
    const where = `${node.id} invoke '${invoke.id}'`;
    refuseOptions(invoke as never, where);
    if (invoke.onSnapshot !== undefined) throw chartErrors.create('CHART_SYNC_SNAPSHOT', { where });
    const input = expression(invoke.input, `${where}, input`);
    const op = {
      kind: 'spawn',
      id: expression(invoke.id, where),
      logic: this.logic(invoke.src, where),
      input,
    } as const;
    return actionOf(op, `invoke ${invoke.id}`, where);
  }
}

/** All states in document order, history states included. */
function allNodes(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(allNodes)];
}
