import { neverSaved, type Simulation } from '../kernel/index.ts';

/**
 * To be called by whatever makes a thing that processes wait at: those who wait are generators in the middle of their scripts, so a
 * simulation that has one is replayed where others get their states back, whoever uses it. @internal
 */
export function sharedByProcesses(sim: Simulation, what: string, name: string): void {
  neverSaved(sim, `${what} '${name}' and the processes that use it cannot be saved, only run again`);
}
