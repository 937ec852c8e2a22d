import type { AnyStateMachine, EventObject } from 'xstate';
import { type Assigner, assignerOf, mergerOf } from './assigner.ts';
import { chartErrors } from './chart-errors.ts';
import type { ActorHandle, Effect } from './effect.ts';
import type { GuardArgs } from './guard.ts';
import { type Logic, refuseAsync } from './logic.ts';

/** What actions are called with; one object per chart, valid during the call. */
export interface ActionArgs extends GuardArgs {
  event: EventObject;
  self: ActorHandle | undefined;
  /** XState's actor system has no counterpart: actors are named by their path in the simulation. */
  readonly system: undefined;
  /** For assigners: makes a child, which starts when the macrostep ends. */
  readonly spawn: (source: unknown, options?: SpawnOptions) => ActorHandle;
}

export interface SpawnOptions {
  readonly id?: string;
  readonly input?: unknown;
  readonly systemId?: string;
  readonly syncSnapshot?: boolean;
}

type Fn = (args: ActionArgs, params: unknown) => unknown;
/** A value, or how to get it. */
export type Expression = { readonly fn: Fn | undefined; readonly value: unknown };

/** An action with names resolved. `fn` is the function of a custom action, an assigner, a collector. */
export type Op =
  | { readonly kind: 'call'; readonly fn: Fn }
  | { readonly kind: 'assign'; readonly assigner: Assigner }
  | { readonly kind: 'enqueue'; readonly fn: (args: never, params: unknown) => void }
  /** The same effect each time: timers of `after`, emits of constants. */
  | { readonly kind: 'constant'; readonly effect: Effect }
  /** An internal event that is the same each time. */
  | { readonly kind: 'raiseNow'; readonly event: EventObject }
  | { readonly kind: 'raise'; readonly event: Expression; readonly delay: Expression; readonly id: string | undefined }
  | {
      readonly kind: 'send';
      readonly to: Expression;
      readonly event: Expression;
      readonly delay: Expression;
      readonly id: string | undefined;
    }
  | { readonly kind: 'emit'; readonly event: Expression }
  | { readonly kind: 'cancel'; readonly id: Expression }
  | { readonly kind: 'log'; readonly value: Expression; readonly label: string | undefined }
  | { readonly kind: 'spawn'; readonly id: Expression; readonly logic: Logic; readonly input: Expression }
  | { readonly kind: 'stop'; readonly child: Expression }
  | { readonly kind: 'doneState'; readonly type: string; readonly output: Expression }
  | { readonly kind: 'done'; readonly type: string; readonly final: Expression; readonly output: Expression };

/** The frequent kinds of `Op` as a number, so that the loop over actions meets one shape of object. */
export const codes = { call: 0, assign: 1, constant: 2, raiseNow: 3, other: 4 } as const;

/** An op with its place and the parameters given where it is used. */
export interface Action {
  readonly code: number;
  readonly op: Op;
  /** The function of a custom action. */
  readonly fn: Fn | undefined;
  readonly assigner: Assigner | undefined;
  readonly name: string;
  readonly where: string;
  readonly params: unknown;
  readonly paramsOf: ((args: GuardArgs) => unknown) | undefined;
}

interface Builtin {
  readonly type: string;
  readonly resolve?: unknown;
  readonly [key: string]: unknown;
}

/** What compiling an action needs of its machine. */
export interface ActionScope {
  readonly machine: AnyStateMachine;
  logic(source: unknown, where: string): Logic;
}

/** An expression from a value or function. Throws CHART_ASYNC. */
export function expression(value: unknown, where: string): Expression {
  refuseAsync(value, where);
  return typeof value === 'function' ? { fn: value as Fn, value: undefined } : { fn: undefined, value };
}

/** `delay` if it can be one. Throws CHART_BAD_DELAY. */
export function checkDelay(delay: unknown, where: string): number {
  if (typeof delay !== 'number' || !(delay >= 0 && delay < Number.POSITIVE_INFINITY))
    throw chartErrors.create('CHART_BAD_DELAY', { where, value: String(delay) });
  return delay;
}

function delayOf(machine: AnyStateMachine, delay: unknown, where: string): Expression {
  const named = machine.implementations.delays as Record<string, unknown>;
  if (typeof delay === 'string' && named[delay] === undefined)
    throw chartErrors.create('CHART_UNKNOWN_DELAY', { name: delay, where });
  const result = expression(typeof delay === 'string' ? named[delay] : delay, `${where}, delay`);
  if (result.fn === undefined && result.value !== undefined) checkDelay(result.value, where);
  return result;
}

export function refuseOptions(options: Builtin | SpawnOptions, where: string): void {
  if (options.systemId !== undefined)
    throw chartErrors.create('CHART_SYSTEM_ID', { name: String(options.systemId), where });
  if (options.syncSnapshot === true) throw chartErrors.create('CHART_SYNC_SNAPSHOT', { where });
}

function assignOp(assignment: unknown, where: string): Op {
  refuseAsync(assignment, where);
  if (typeof assignment === 'function') return { kind: 'assign', assigner: mergerOf(assignment as Fn) };
  const pairs = Object.entries(assignment as Record<string, unknown>);
  const values = pairs.map(([key, value]) => expression(value, `${where}, assign '${key}'`));
  const keys = pairs.map(([key]) => key);
  return { kind: 'assign', assigner: assignerOf(keys, values) };
}

function isConstant(...expressions: readonly Expression[]): boolean {
  return expressions.every(({ fn }) => fn === undefined);
}

function raiseOp(event: Expression, delay: Expression, id: string | undefined): Op {
  if (!isConstant(event, delay)) return { kind: 'raise', event, delay, id };
  const constant = event.value as EventObject;
  if (delay.value === undefined) return { kind: 'raiseNow', event: constant };
  return { kind: 'constant', effect: { kind: 'raise', event: constant, delay: delay.value as number, id } };
}

function opOf(scope: ActionScope, builtin: Builtin, where: string): Op {
  const { machine } = scope;
  const id = builtin.id as string | undefined;
  switch (builtin.type) {
    case 'xstate.assign':
      return assignOp(builtin.assignment, where);
    case 'xstate.enqueueActions':
      refuseAsync(builtin.collect, where);
      return { kind: 'enqueue', fn: builtin.collect as (args: never, params: unknown) => void };
    case 'xstate.raise':
      return raiseOp(expression(builtin.event, where), delayOf(machine, builtin.delay, where), id);
    case 'xstate.sendTo': {
      const delay = delayOf(machine, builtin.delay, where);
      return { kind: 'send', to: expression(builtin.to, where), event: expression(builtin.event, where), delay, id };
    }
    case 'xstate.emit': {
      const event = expression(builtin.event, where);
      if (!isConstant(event)) return { kind: 'emit', event };
      return { kind: 'constant', effect: { kind: 'emit', event: event.value as EventObject } };
    }
    case 'xstate.cancel': {
      const sendId = expression(builtin.sendId, where);
      if (!isConstant(sendId)) return { kind: 'cancel', id: sendId };
      return { kind: 'constant', effect: { kind: 'cancel', id: sendId.value as string } };
    }
    case 'xstate.log':
      return {
        kind: 'log',
        value: expression(builtin.value, where),
        label: builtin.label as string | undefined,
      };
    case 'xstate.spawnChild': {
      refuseOptions(builtin, where);
      const input = expression(builtin.input, `${where}, input`);
      return { kind: 'spawn', id: expression(builtin.id, where), logic: scope.logic(builtin.src, where), input };
    }
    case 'xstate.stopChild':
      return { kind: 'stop', child: expression(builtin.actorRef, where) };
    default:
      throw chartErrors.create('CHART_UNKNOWN_ACTION', { name: builtin.type, where });
  }
}

/** Resolves an action of a machine. Throws the refusal of what cannot run in virtual time, with `where`. */
export function compileAction(scope: ActionScope, action: unknown, where: string): Action {
  const isInline = typeof action === 'function';
  const name = isInline ? action.name : typeof action === 'string' ? action : (action as { type: string }).type;
  const implementations = scope.machine.implementations.actions as Record<string, unknown>;
  const resolved = (isInline ? action : implementations[name]) as Builtin | undefined;
  if (resolved === undefined) throw chartErrors.create('CHART_UNKNOWN_ACTION', { name, where });
  const params = isInline || typeof action === 'string' ? undefined : (action as { params?: unknown }).params;
  const isDynamic = typeof params === 'function';
  const place = { name: name === '' ? 'action' : name, where };
  refuseAsync(resolved, `${where}, action '${place.name}'`);
  const op: Op =
    resolved.resolve === undefined
      ? { kind: 'call', fn: resolved as unknown as Fn }
      : opOf(scope, resolved, `${where}, ${resolved.type.slice('xstate.'.length)}`);
  return actionOf(
    op,
    place.name,
    where,
    isDynamic ? undefined : params,
    isDynamic ? (params as (args: GuardArgs) => unknown) : undefined,
  );
}

/** An action from its op. */
export function actionOf(op: Op, name: string, where: string, params?: unknown, paramsOf?: Action['paramsOf']): Action {
  const code = op.kind in codes ? codes[op.kind as Exclude<keyof typeof codes, 'other'>] : codes.other;
  const fn = op.kind === 'call' ? op.fn : undefined;
  const assigner = op.kind === 'assign' ? op.assigner : undefined;
  return { code, op, fn, assigner, name, where, params, paramsOf };
}
