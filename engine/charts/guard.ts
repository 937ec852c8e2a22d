import { type AnyStateMachine, type AnyStateNode, and, matchesState, not, or, type StateValue, stateIn } from 'xstate';
import { chartErrors } from './chart-errors.ts';
import { refuseAsync } from './logic.ts';

/** What guards are called with; one object per chart, valid during the call. */
export interface GuardArgs {
  context: unknown;
  event: { readonly type: string };
}

type GuardFn = (args: GuardArgs, params: unknown) => boolean;

/** A guard with names resolved: a function, a test on the active states, or a combination. */
export interface Guard {
  readonly kind: 'call' | 'in' | 'and' | 'or' | 'not';
  readonly name: string;
  readonly fn: GuardFn | undefined;
  readonly params: unknown;
  readonly paramsOf: ((args: GuardArgs) => unknown) | undefined;
  readonly parts: readonly Guard[];
  readonly isIn: ((active: ActiveStates) => boolean) | undefined;
}

/** What `stateIn` asks. */
export interface ActiveStates {
  readonly active: ReadonlySet<AnyStateNode>;
  readonly value: StateValue;
}

interface BuiltinGuard {
  readonly check?: unknown;
  readonly guards?: readonly unknown[];
  readonly stateValue?: StateValue;
}

const never: GuardFn = () => false;
// The combinators carry no tag; their `check` functions are shared by all guards of a kind.
const checks = {
  and: (and([]) as BuiltinGuard).check,
  or: (or([]) as BuiltinGuard).check,
  not: (not(never as never) as BuiltinGuard).check,
  in: (stateIn('x') as BuiltinGuard).check,
};

function guardOf(kind: Guard['kind'], name: string, rest: Partial<Guard>): Guard {
  return { kind, name, fn: undefined, params: undefined, paramsOf: undefined, parts: [], isIn: undefined, ...rest };
}

function isInTest(machine: AnyStateMachine, value: StateValue): (states: ActiveStates) => boolean {
  if (typeof value !== 'string' || !value.startsWith('#')) return (states) => matchesState(value, states.value);
  const node = machine.getStateNodeById(value) as AnyStateNode;
  return (states) => states.active.has(node);
}

/** Resolves a guard of a machine. Throws CHART_UNKNOWN_GUARD, CHART_ASYNC. */
export function compileGuard(machine: AnyStateMachine, guard: unknown, where: string): Guard {
  const isInline = typeof guard === 'function';
  const name = isInline ? guard.name : typeof guard === 'string' ? guard : (guard as { type: string }).type;
  const implementations = machine.implementations.guards as Record<string, unknown>;
  const resolved = isInline ? guard : implementations[name];
  if (resolved === undefined) throw chartErrors.create('CHART_UNKNOWN_GUARD', { name, where });
  if (typeof resolved !== 'function') return compileGuard(machine, resolved, where);
  refuseAsync(resolved, `${where}, guard '${name}'`);
  const builtin = resolved as BuiltinGuard;
  const parts = (builtin.guards ?? []).map((part) => compileGuard(machine, part, where));
  switch (builtin.check) {
    case undefined: {
      const params = isInline || typeof guard === 'string' ? undefined : (guard as { params?: unknown }).params;
      const isDynamic = typeof params === 'function';
      return guardOf('call', name === '' ? 'guard' : name, {
        fn: resolved as GuardFn,
        params: isDynamic ? undefined : params,
        paramsOf: isDynamic ? (params as (args: GuardArgs) => unknown) : undefined,
      });
    }
    case checks.and:
      return guardOf('and', parts.map((part) => part.name).join(' and '), { parts });
    case checks.or:
      return guardOf('or', parts.map((part) => part.name).join(' or '), { parts });
    case checks.not:
      return guardOf('not', `not ${parts[0]?.name}`, { parts });
    case checks.in: {
      const value = builtin.stateValue as StateValue;
      return guardOf('in', `in ${typeof value === 'string' ? value : JSON.stringify(value)}`, {
        isIn: isInTest(machine, value),
      });
    }
    default:
      throw chartErrors.create('CHART_UNKNOWN_GUARD', { name, where });
  }
}

/** Whether the guard passes. `args` must hold the current context and event. */
export function passes(guard: Guard, args: GuardArgs, states: ActiveStates): boolean {
  switch (guard.kind) {
    case 'call':
      return guard.fn!(args, guard.paramsOf === undefined ? guard.params : guard.paramsOf(args));
    case 'and':
      for (const part of guard.parts) if (!passes(part, args, states)) return false;
      return true;
    case 'or':
      for (const part of guard.parts) if (passes(part, args, states)) return true;
      return false;
    case 'not':
      return !passes(guard.parts[0]!, args, states);
    case 'in':
      return guard.isIn!(states);
    default:
      return guard.kind satisfies never;
  }
}

/** Whether the guard looks at nothing but the active states. */
export function isStructural(guard: Guard): boolean {
  return guard.kind === 'in' || (guard.kind !== 'call' && guard.parts.every(isStructural));
}
