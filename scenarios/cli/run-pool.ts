import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { Tinypool } from 'tinypool';
import type { Resolved } from '../kit/parameters.ts';
import type { Replication } from '../kit/run-scenario.ts';
import type { Execute } from '../kit/runs.ts';
import type { Attempt } from '../sweep/attempt.ts';
import type { RunTask } from './run-worker.ts';

/** Runs on worker threads, so that the main thread stays free for progress and Ctrl-C. */
export interface RunPool {
  /** An `Execute` for the scenario of this name; rejects runs that were not finished when the pool was stopped. */
  readonly execute: (scenario: string) => Execute;
  /** Computes one replication of a run; rejects when the pool was stopped. */
  readonly replication: (scenario: string, resolved: Resolved, replication: number) => Promise<Replication>;
  /** Tries one replication in a thread, which reports to the channel `progress`; rejects when the thread died, the pool was stopped or `cancel` fired. */
  readonly attempt: (
    scenario: string,
    resolved: Resolved,
    replication: number,
    options?: { readonly progress?: AttemptProgress; readonly cancel?: AbortSignal },
  ) => Promise<Attempt>;
  readonly threads: number;
  /** Ends running work at once. */
  readonly stop: () => void;
  /** Ends the threads; every run must be finished or stopped. */
  readonly close: () => Promise<void>;
}

/** Where a thread reports how far a run is: the name of a broadcast channel, and the run's name in its messages. */
export interface AttemptProgress {
  readonly channel: string;
  readonly id: string;
}

/** Starts a pool with at most `threads` workers, default one per core and 8 at most. Results do not depend on their number. */
export function startRunPool(threads: number = Math.min(8, availableParallelism())): RunPool {
  const abort = new AbortController();
  setMaxListeners(0, abort.signal); // every waiting run listens to it
  const pool = new Tinypool({
    filename: new URL('./run-worker.js', import.meta.url).href,
    minThreads: 1,
    maxThreads: threads,
    isolateWorkers: false,
  });
  const signal = abort.signal as never;
  return {
    execute: (scenario) => (resolved) =>
      pool.run({ scenario, resolved } satisfies RunTask, { name: 'computeRun', signal }),
    replication: (scenario, resolved, replication) =>
      pool.run({ scenario, resolved, replication }, { name: 'computeReplication', signal }),
    attempt: (scenario, resolved, replication, { progress, cancel } = {}) =>
      pool.run(
        { scenario, resolved, replication, ...(progress === undefined ? {} : { progress }) },
        { name: 'computeAttempt', signal: cancel === undefined ? signal : (cancel as never) },
      ),
    threads,
    stop: () => abort.abort(),
    close: () => pool.destroy(),
  };
}
