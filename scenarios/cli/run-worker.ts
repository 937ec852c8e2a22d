import type { Resolved } from '../kit/parameters.ts';
import { type Replication, type RunReport, runReplication, runScenario } from '../kit/run-scenario.ts';
import { loadScenario } from './load-scenario.ts';

/** One run for a worker thread: the scenario by name, since code does not travel between threads. */
export interface RunTask {
  readonly scenario: string;
  readonly resolved: Resolved;
}

/** Computes a run; called by the pool in a worker thread. */
export async function computeRun(task: RunTask): Promise<RunReport> {
  return runScenario(await loadScenario(task.scenario), task.resolved);
}

/** Computes one replication of a run; called by the pool in a worker thread. */
export async function computeReplication(task: RunTask & { readonly replication: number }): Promise<Replication> {
  return runReplication(await loadScenario(task.scenario), task.resolved, task.replication);
}
