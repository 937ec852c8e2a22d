import { type Attempt, failureOf } from '../attempt.ts';
import { StudyStopped, type SweepEngine, type SweepRun } from '../engine.ts';
import { localEngine } from './in-process.ts';

/** What the engine needs of a pool of worker threads. */
export interface AttemptPool {
  readonly threads: number;
  /** Tries one run in a thread; rejects when the thread died or the pool was stopped. */
  readonly attempt: (run: SweepRun) => Promise<Attempt>;
  readonly stop: () => void;
  readonly close: () => Promise<void>;
}

/** Computes runs on worker threads of this machine; a thread that dies fails its attempt only. */
export function threadEngine(pool: AttemptPool): SweepEngine {
  let stopped = false;
  const attempt = (run: SweepRun): Promise<Attempt> =>
    pool.attempt(run).catch((error: unknown) => {
      if (stopped) throw new StudyStopped();
      return failureOf(error);
    });
  const stop = (): void => {
    stopped = true;
    pool.stop();
  };
  const name = `${pool.threads} thread${pool.threads === 1 ? '' : 's'}`;
  return localEngine(name, 4 * pool.threads, attempt, { stop, close: pool.close });
}
