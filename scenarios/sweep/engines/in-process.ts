import type { Scenario } from '../../kit/scenario.ts';
import { type Attempt, attemptLimit, attemptRun } from '../attempt.ts';
import { type RunResult, StudyStopped, type SweepEngine } from '../engine.ts';

/** Computes runs one after the other in this thread. */
export function inProcessEngine(scenario: Scenario): SweepEngine {
  return localEngine('this process', 1, (run) => attemptRun(scenario, run.resolved, run.replication));
}

/** An engine over `attempt`: tries again up to the limit unless a failure is final. `attempt` may reject after `stop`. */
export function localEngine(
  name: string,
  window: number,
  attempt: (run: Parameters<SweepEngine['run']>[0]) => Promise<Attempt>,
  ends: { readonly stop?: () => void; readonly close?: () => Promise<void> } = {},
): SweepEngine {
  let stopped = false;
  return {
    name,
    window,
    async run(run): Promise<RunResult> {
      for (let i = 1; ; i++) {
        await new Promise((resume) => setImmediate(resume));
        if (stopped) throw new StudyStopped();
        const result = await attempt(run).catch((error: unknown) => {
          throw stopped ? new StudyStopped() : error;
        });
        if (result.kind === 'done') return result;
        if (result.final || i === attemptLimit) return { kind: 'failed', error: result.error };
      }
    },
    stop() {
      stopped = true;
      ends.stop?.();
    },
    close: async () => ends.close?.(),
  };
}
