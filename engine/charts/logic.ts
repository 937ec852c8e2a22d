import type { AnyActorLogic, AnyStateMachine } from 'xstate';
import type { Chart } from './chart.ts';
import { chartErrors } from './chart-errors.ts';

/** What a child actor runs: a compiled machine, a reducer, or a callback declared deterministic. */
export type Logic =
  | { readonly kind: 'machine'; readonly chart: Chart }
  | { readonly kind: 'transition'; readonly logic: AnyActorLogic }
  | { readonly kind: 'callback'; readonly callback: (args: unknown) => unknown };

const declared = new WeakSet<object>();

/**
 * Declares that a callback logic uses neither timers, promises nor ambient time: it only reacts to what it receives, at once.
 * Such logic runs in virtual time; undeclared callbacks are refused with CHART_CALLBACK.
 */
export function deterministic<L extends AnyActorLogic>(logic: L): L {
  declared.add(logic);
  return logic;
}

/** Throws CHART_ASYNC for an async function. */
export function refuseAsync(fn: unknown, where: string): void {
  if (typeof fn === 'function' && fn.constructor.name === 'AsyncFunction')
    throw chartErrors.create('CHART_ASYNC', { where });
}

/** Whether `value` is an XState machine; by its mark, since a process may hold several copies of the library. */
export function isMachine(value: unknown): value is AnyStateMachine {
  return typeof value === 'object' && value !== null && '__xstatenode' in value && 'root' in value;
}

type Family = 'machine' | 'transition' | 'callback' | 'promise' | 'observable' | 'other';

/** XState's logic creators leave no tag on what they make; their answers to their own internal events tell them apart. */
function familyOf(logic: AnyActorLogic): Family {
  if (isMachine(logic)) return 'machine';
  const shape = logic as { readonly config?: unknown; readonly start?: unknown };
  if (typeof logic.transition !== 'function' || typeof shape.config !== 'function') return 'other';
  if (shape.start === undefined) return 'transition';
  const scope = { self: {} } as never;
  if ('_subscription' in (logic.getInitialSnapshot(scope, undefined) as object)) return 'observable';
  try {
    const active = { status: 'active', output: undefined, error: undefined } as never;
    const next = logic.transition(active, { type: 'xstate.promise.resolve' } as never, scope) as { status: string };
    return next.status === 'done' ? 'promise' : 'other';
  } catch {
    return 'callback';
  }
}

/** Compiles actor logic. Throws the refusal of its kind, with `where`. */
export function compileLogic(logic: unknown, where: string, machineOf: (machine: AnyStateMachine) => Chart): Logic {
  if (typeof logic !== 'object' || logic === null) throw chartErrors.create('CHART_LOGIC', { where });
  const actorLogic = logic as AnyActorLogic;
  const { config } = actorLogic as { readonly config?: unknown };
  const family = familyOf(actorLogic);
  switch (family) {
    case 'machine':
      return { kind: 'machine', chart: machineOf(logic as AnyStateMachine) };
    case 'transition':
      refuseAsync(config, where);
      return { kind: 'transition', logic: actorLogic };
    case 'callback':
      if (!declared.has(actorLogic)) throw chartErrors.create('CHART_CALLBACK', { where });
      refuseAsync(config, where);
      return { kind: 'callback', callback: config as (args: unknown) => unknown };
    case 'promise':
      throw chartErrors.create('CHART_PROMISE', { where });
    case 'observable':
      throw chartErrors.create('CHART_OBSERVABLE', { where });
    case 'other':
      throw chartErrors.create('CHART_LOGIC', { where });
    default:
      return family satisfies never;
  }
}
