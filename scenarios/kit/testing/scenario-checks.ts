import { atEvent, checkpoint, type Simulation, snapshotErrors, watchSimulations } from '../../../engine/index.ts';
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
  /** How many of them hold the states, how many the moment only. */
  readonly withStates: number;
}

/**
 * The checkpoint oracle for any work: run to the end equals checkpoint, rebuild, restore, run to the end, twice in a row. Of each simulation
 * two checkpoints are taken, where `instants` (in [0, 1)) say; the second time the work is replayed to both and compared there. States that
 * are in a checkpoint must also be the same after the replay. Throws SNAPSHOT_DIVERGED.
 */
export async function checkpointOracle(work: Work, instants: readonly [number, number]): Promise<OracleReport> {
  const prints = async (onSimulation: (sim: Simulation, number: number) => void): Promise<string[]> => {
    const sims: Simulation[] = [];
    const stop = watchSimulations((sim: Simulation) => {
      sims.push(sim);
      onSimulation(sim, sims.length - 1);
    });
    try {
      const outputs = await work();
      return [...sims.map((sim) => `${sim.fingerprint()} ${sim.events}`), JSON.stringify(outputs)];
    } finally {
      stop();
    }
  };
  const straight = await prints(() => undefined);
  const eventsOf = (number: number): number => Number((straight[number] as string).split(' ')[1]);
  const moments = (number: number): number[] =>
    instants.map((share) => Math.floor(share * (eventsOf(number) + 1))).sort((a, b) => a - b);
  const taken: Array<Array<ReturnType<typeof checkpoint>>> = [];
  const inTurn = (number: number, sim: Simulation, action: (i: number) => void): void => {
    const [first, second] = moments(number) as [number, number];
    atEvent(sim, first, () => {
      action(0);
      atEvent(sim, second, () => action(1));
    });
  };
  const saved = await prints((sim, number) => {
    const list: Array<ReturnType<typeof checkpoint>> = [];
    taken.push(list);
    inTurn(number, sim, () => list.push(checkpoint(sim)));
  });
  let checkpoints = 0;
  let withStates = 0;
  const replayed = await prints((sim, number) =>
    inTurn(number, sim, (i) => {
      const was = taken[number]?.[i];
      const now = checkpoint(sim);
      if (was === undefined || was.fingerprint !== now.fingerprint || JSON.stringify(was) !== JSON.stringify(now))
        throw snapshotErrors.create('SNAPSHOT_DIVERGED', {
          event: sim.events,
          now: now.fingerprint,
          was: was?.fingerprint ?? 'none',
        });
      checkpoints++;
      if (was.replayOnly === undefined) withStates++;
    }),
  );
  for (const other of [saved, replayed])
    straight.forEach((was, i) => {
      if (other[i] !== was) throw snapshotErrors.create('SNAPSHOT_DIVERGED', { event: 'end', now: other[i], was });
    });
  return { simulations: straight.length - 1, checkpoints, withStates };
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
