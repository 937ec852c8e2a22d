import { availableParallelism } from 'node:os';
import { Tinypool } from 'tinypool';
import type { Execute } from '../kit/runs.ts';
import type { RunTask } from './run-worker.ts';

/** Runs on worker threads, so that the main thread stays free for progress and Ctrl-C. */
export interface RunPool {
  /** An `Execute` for the scenario of this name; rejects runs that were not finished when the pool was stopped. */
  readonly execute: (scenario: string) => Execute;
  /** Ends running work at once. */
  readonly stop: () => void;
  /** Ends the threads; every run must be finished or stopped. */
  readonly close: () => Promise<void>;
}

/** Starts a pool with at most `threads` workers, default one per core and 8 at most. Results do not depend on their number. */
export function startRunPool(threads: number = Math.min(8, availableParallelism())): RunPool {
  const abort = new AbortController();
  abort.signal.addEventListener('abort', () => undefined);
  const pool = new Tinypool({
    filename: new URL('./run-worker.js', import.meta.url).href,
    name: 'computeRun',
    minThreads: 1,
    maxThreads: threads,
    isolateWorkers: false,
    execArgv: process.execArgv,
  });
  return {
    execute: (scenario) => (resolved) =>
      pool.run({ scenario, resolved } satisfies RunTask, { signal: abort.signal as never }),
    stop: () => abort.abort(),
    close: () => pool.destroy(),
  };
}
