import type { AnyStateMachine, ContextFrom } from 'xstate';
import { Chart } from './chart.ts';
import { chartErrors } from './chart-errors.ts';
import { isMachine } from './logic.ts';

/**
 * Compiles an XState v5 machine and the machines it invokes or spawns. Everything that cannot run in virtual time, and every
 * name without implementation, is refused here with its place and the reason (a CHART_ error).
 */
export function compile<M extends AnyStateMachine>(machine: M): Chart<ContextFrom<M>> {
  if (!isMachine(machine))
    throw chartErrors.create('CHART_NOT_A_MACHINE', { value: machine === null ? 'null' : typeof machine });
  return new Chart<ContextFrom<M>>(machine, new Map());
}
