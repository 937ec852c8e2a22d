import type { RunOptions, RunResult, Simulation } from '../kernel/index.ts';
import { atEvent } from './at-event.ts';
import type { Checkpoint } from './checkpoint.ts';
import { snapshotErrors } from './errors.ts';
import { putBack, type RestoreOptions } from './restore.ts';

/** How a run came to the moment of a checkpoint, and why not by its states. */
export interface Resumed {
  readonly how: 'state' | 'replay';
  readonly reason: string | undefined;
}

/**
 * Has `sim` go on from `checkpoint`, whoever sets it up and runs it: when its first run begins the states are put back, or, where only a
 * replay can do, the run goes on to that moment and is compared there; then `reached` is told. To whoever runs it, it is a run from the start.
 * A run that something outside drives between events is replayed. `run` throws SNAPSHOT_CHANGED, SNAPSHOT_DIVERGED.
 */
export function resumeWhenRun(
  sim: Simulation,
  checkpoint: Checkpoint,
  reached: (sim: Simulation, resumed: Resumed) => void,
  options: RestoreOptions = {},
): void {
  const run = sim.run.bind(sim);
  const compared = (reason: string | undefined) => (at: Simulation) => {
    const { event, fingerprint: was } = checkpoint;
    const now = at.fingerprint();
    if (now !== was) throw snapshotErrors.create('SNAPSHOT_DIVERGED', { event, now, was });
    reached(at, { how: reason === undefined ? 'state' : 'replay', reason });
  };
  sim.run = (given: RunOptions = {}): RunResult => {
    sim.run = run;
    const { drivenAt } = checkpoint;
    const reason =
      drivenAt > 0 ? `it was driven from outside up to event ${drivenAt}` : putBack(sim, checkpoint, options);
    if (reason !== undefined) {
      atEvent(sim, checkpoint.event, compared(reason));
      return sim.run(given);
    }
    compared(undefined)(sim);
    const rest = sim.run(given);
    return { ...rest, events: rest.events + checkpoint.event };
  };
}
