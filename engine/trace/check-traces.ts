import { type Simulation, watchSimulations } from '../kernel/index.ts';
import { checkTrace, type TraceReport } from './task-checker.ts';

/** The traces of all simulations of one piece of code. */
export interface CheckedTraces<R> {
  readonly result: R;
  /** In the order in which the simulations were made. */
  readonly reports: readonly TraceReport[];
}

/**
 * Runs `run`, which makes simulations itself, and checks the trace of each: the property of every scenario's suite is that no report has a
 * problem and that there are tasks. Simulations made meanwhile by others are checked as well.
 */
export async function checkTraces<R>(run: () => R | Promise<R>): Promise<CheckedTraces<R>> {
  const checks: Array<() => TraceReport> = [];
  const stop = watchSimulations((sim: Simulation) => void checks.push(checkTrace(sim)));
  try {
    const result = await run();
    return { result, reports: checks.map((check) => check()) };
  } finally {
    stop();
  }
}
