import type { Duration, Simulation } from '../kernel/index.ts';
import { acquire, type Hold, Preempted } from './acquire.ts';
import { delay } from './delay.ts';
import type { Resource } from './resource.ts';
import type { Steps } from './wait.ts';

export interface ServeOptions {
  readonly amount?: number;
  readonly priority?: number;
  readonly preempt?: boolean;
  /**
   * What becomes of work that is preempted: goes on where it was once the units are back (default), starts from the
   * beginning, or is given up.
   */
  readonly onPreempt?: 'resume' | 'restart' | 'abandon';
  /** Called when the units are had and the work begins or goes on. */
  readonly onGrant?: () => void;
  /** Called when they were taken away and the work stands still. */
  readonly onLoss?: () => void;
}

/** How a service ended, and how often it was preempted. */
export interface Served {
  readonly isDone: boolean;
  readonly preemptions: number;
}

/** Takes units, works for `work` and gives them back, whatever happens in between: `yield* serve(sim, repairman, minutes(30))`. */
export function* serve(sim: Simulation, resource: Resource, work: Duration, options: ServeOptions = {}): Steps<Served> {
  const { onPreempt = 'resume', onGrant, onLoss, ...request } = options;
  let left = work;
  let preemptions = 0;
  for (;;) {
    const hold: Hold = yield* acquire(resource, request);
    const start = sim.elapsed;
    onGrant?.();
    try {
      yield* delay(left);
      return { isDone: true, preemptions };
    } catch (error) {
      if (!(error instanceof Preempted) || error.hold !== hold) throw error;
      preemptions++;
      onLoss?.();
      if (onPreempt === 'abandon') return { isDone: false, preemptions };
      if (onPreempt === 'resume') left = (left - (sim.elapsed - start)) as Duration;
    } finally {
      if (hold.isHeld) hold.release();
    }
  }
}
