import type { Resolved } from '../kit/parameters.ts';
import type { Replication } from '../kit/run-scenario.ts';

/** One run of a study: replication `replication` of the setting at `point`. */
export interface SweepRun {
  readonly point: number;
  readonly replication: number;
  readonly resolved: Resolved;
}

/** How a run ended for good. */
export type RunResult =
  | { readonly kind: 'done'; readonly replication: Replication }
  | { readonly kind: 'failed'; readonly error: string };

/** Where runs are computed. Results do not depend on it. */
export interface SweepEngine {
  /** What people read: `2 threads`, `Redis at host:6379`. */
  readonly name: string;
  /** Runs it wants to have at a time, so that none of its workers waits. */
  readonly window: number;
  /** Computes a run, with its retries. Rejects with `StudyStopped` after `stop`, and when the engine itself cannot go on. */
  readonly run: (run: SweepRun) => Promise<RunResult>;
  /** Gives up everything that is not finished. */
  readonly stop: () => void;
  /** Frees workers and connections. */
  readonly close: () => Promise<void>;
}

/** Thrown for runs that were given up because the study was stopped. */
export class StudyStopped extends Error {
  constructor() {
    super('the study was stopped');
    this.name = 'StudyStopped';
  }
}
