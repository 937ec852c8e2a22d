import type { AnyStateMachine } from 'xstate';
import type { Action } from './action.ts';
import type { Chart } from './chart.ts';
import { chartErrors } from './chart-errors.ts';
import { compile } from './compile.ts';
import { isStructural } from './guard.ts';

/** A machine whose next state depends on nothing but state and event. */
export interface TransitionTable {
  readonly chart: Chart;
  /** Configuration at the start. */
  readonly initial: number;
  /** By event: the next configuration of each of 256. */
  readonly tables: ReadonlyMap<string, Uint8Array>;
}

const MOST = 256;

/** Tabulates a machine. Throws CHART_NOT_A_TABLE, CHART_TOO_MANY_STATES and what `compile` throws. */
export function tabulate(machine: AnyStateMachine): TransitionTable {
  const chart = compile(machine) as Chart;
  const refuse = (what: string, where: string): never => {
    throw chartErrors.create('CHART_NOT_A_TABLE', { machine: machine.id, what, where });
  };
  if (machine.config.context !== undefined) refuse('context', machine.id);
  const check = (actions: readonly Action[]) => {
    for (const { op, name, where } of actions) if (op.kind !== 'raiseNow') refuse(`action '${name}'`, where);
  };
  for (const { node, entry, exit, initial, invokes } of chart.definition.nodes.values()) {
    if (node.after.length > 0) refuse('after', node.id);
    if (invokes.length > 0) refuse('invoke', node.id);
    check([...entry, ...exit, ...initial]);
  }
  for (const { guard, actions, source, event } of chart.definition.transitions) {
    if (guard !== undefined && !isStructural(guard)) refuse(`guard '${guard.name}'`, `${source.id} on '${event}'`);
    check(actions);
  }
  const { configuration: initial } = chart.start();
  const types = chart.events;
  const rows = types.map(() => [] as number[]);
  for (let at = 0; at < chart.configurations.length; at++) {
    if (chart.configurations.length > MOST)
      throw chartErrors.create('CHART_TOO_MANY_STATES', { machine: machine.id, count: MOST });
    for (const [k, type] of types.entries()) {
      const state = { ...chart.start(), configuration: at, status: isOver(chart, at) ? 'done' : 'active' } as const;
      const cell = { ...state } as ReturnType<Chart['start']>;
      chart.send(cell, { type });
      rows[k]?.push(cell.configuration);
    }
  }
  const tables = new Map<string, Uint8Array>();
  for (const [k, type] of types.entries()) {
    const table = Uint8Array.from({ length: 256 }, (_, state) => state);
    table.set(rows[k] ?? []);
    tables.set(type, table);
  }
  return { chart, initial, tables };
}

/** Whether a configuration is one in which the machine has ended. */
function isOver(chart: Chart, configuration: number): boolean {
  const { root } = chart.definition;
  const { active } = chart.configurations[configuration] as Chart['configurations'][number];
  const over = (node: typeof root): boolean => {
    const children = Object.values(node.states).filter((child) => child.type !== 'history') as (typeof root)[];
    if (node.type === 'parallel') return children.every(over);
    if (node.type === 'compound') return children.some((child) => child.type === 'final' && active.has(child));
    return node.type === 'final';
  };
  return over(root);
}
