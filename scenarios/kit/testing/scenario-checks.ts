import {
  atEvent,
  checkpoint,
  type Resumed,
  readCheckpoint,
  resumeWhenRun,
  type Simulation,
  snapshotErrors,
  watchSimulations,
} from '../../../engine/index.ts';
import {
  type Deviation,
  deviating,
  disturbed,
  type OrderReport,
  type Outputs,
  orderReport,
} from '../../../engine/testing/index.ts';
import { resolveParams } from '../parameters.ts';
import { runScenario } from '../run-scenario.ts';
import type { ParamsInput, Scenario } from '../scenario.ts';

/** What a run does, as the checks want it: metrics, and whatever simulations it makes. */
export type Work = () => Outputs | Promise<Outputs>;

/** The metrics of a scenario with some parameters. */
export function metricsOf(scenario: Scenario, params: ParamsInput): Work {
  const resolved = resolveParams(scenario, params);
  return async () => (await runScenario(scenario, resolved)).metrics;
}

/** What `checkpointOracle` did. */
export interface OracleReport {
  /** Simulations that the run made. */
  readonly simulations: number;
  /** Checkpoints taken and come back to. */
  readonly checkpoints: number;
  /** How many of them were come back to by putting the states back, without the events before. */
  readonly byState: number;
  /** Why the others were replayed, each reason once. */
  readonly reasons: readonly string[];
}

interface Straight {
  readonly prints: readonly string[];
  readonly events: readonly number[];
}

/**
 * The checkpoint oracle for any work: run to the end equals checkpoint, rebuild, restore, run to the end, as often in a row as there are
 * `instants` (shares of the events of each simulation, in [0, 1)). The work is done anew for each: every simulation is set up, restored to
 * this instant from a checkpoint that the work before took, saved again at the next instant, and run to its end. Restores put states back
 * where the checkpoint has them, and replay otherwise. Every fingerprint, number of events and output must be as if nothing had happened.
 * Throws SNAPSHOT_DIVERGED and what restores throw.
 */
export async function checkpointOracle(work: Work, instants: readonly number[]): Promise<OracleReport> {
  const straight = await runWatched(work, () => undefined);
  const order = [...instants].sort((a, b) => a - b);
  const resumes: Resumed[] = [];
  let saved: readonly Uint8Array[] = [];
  for (let turn = 0; turn <= order.length; turn++) {
    const before = saved;
    const next: Uint8Array[] = [];
    const share = order[turn];
    const saveNext = (sim: Simulation, number: number): void => {
      if (share === undefined) return;
      const at = Math.floor(share * ((straight.events[number] ?? 0) + 1));
      atEvent(sim, at, () => {
        next[number] = checkpoint(sim).bytes();
      });
    };
    const ends = await runWatched(work, (sim, number) => {
      const container = before[number];
      if (container === undefined) saveNext(sim, number);
      else
        resumeWhenRun(sim, readCheckpoint(container), (_, resumed) => {
          resumes.push(resumed);
          saveNext(sim, number);
        });
    });
    straight.prints.forEach((was, i) => {
      const now = ends.prints[i];
      if (now !== was)
        throw snapshotErrors.create('SNAPSHOT_DIVERGED', { event: `the end, restored ${turn} times`, now, was });
    });
    saved = next;
  }
  const reasons = resumes.flatMap(({ reason }) => reason ?? []);
  return {
    simulations: straight.events.length,
    checkpoints: resumes.length,
    byState: resumes.length - reasons.length,
    reasons: [...new Set(reasons)],
  };
}

/** Does the work and tells of each simulation, when it is made, and how all of them ended. */
async function runWatched(work: Work, made: (sim: Simulation, number: number) => void): Promise<Straight> {
  const sims: Simulation[] = [];
  const stop = watchSimulations((sim: Simulation) => {
    sims.push(sim);
    made(sim, sims.length - 1);
  });
  try {
    const outputs = await work();
    return {
      prints: [...sims.map((sim) => `${sim.fingerprint()} ${sim.events}`), JSON.stringify(outputs)],
      events: sims.map(({ events }) => events),
    };
  } finally {
    stop();
  }
}

/** A metric that depends on the order of simultaneous events, and may. */
export interface DeclaredDependence {
  readonly metric: string;
  readonly reason: string;
  /** Largest relative deviation that is permitted, e.g. 0.001. */
  readonly bound: number;
}

/** Which metrics depend on the order of simultaneous events. */
export interface TieReport extends OrderReport {
  /** Instants at which there was a choice, in all shuffled runs together; 0 says that nothing was tried. */
  readonly ties: number;
  /** What depends on the order beyond what is declared, in words. */
  readonly undeclared: readonly string[];
}

/** Runs some work as it is and once for each seed with its ties shuffled. */
export async function tieOrderReport(
  work: Work,
  seeds: readonly number[],
  declared: readonly DeclaredDependence[] = [],
): Promise<TieReport> {
  let ties = 0;
  const usual = await work();
  const others: Array<{ seed: number; outputs: Outputs }> = [];
  for (const seed of seeds) {
    const make = disturbed({ seed });
    const counting = (): Deviation => {
      const deviation = make();
      return {
        choose(ready) {
          if (ready.length > 1) ties++;
          return deviation.choose(ready);
        },
      };
    };
    others.push({ seed, outputs: await deviating(counting, work) });
  }
  const report = orderReport(usual, others);
  const undeclared = report.dependent.flatMap(({ output, usual: value, others: seen, deviation }) => {
    const bound = declared.find(({ metric }) => metric === output)?.bound;
    if (bound !== undefined && deviation <= bound) return [];
    return [`${output} is ${value}, but ${seen[0]?.value} with the ties of seed ${seen[0]?.seed}`];
  });
  return { ...report, ties, undeclared };
}
