import type { ParamsInput, Scenario } from '../../../../scenarios/kit/index.ts';
import { metricsOf, type Work } from '../../../../scenarios/kit/testing/index.ts';
import { type RegistryEntry, registry } from '../../../../scenarios/registry.ts';

/** A scenario and runs of it that simulate all that it can simulate, each small. */
export interface Simulated {
  readonly entry: RegistryEntry;
  readonly scenario: Scenario;
  readonly runs: ReadonlyArray<{ readonly params: ParamsInput; readonly work: Work }>;
}

const quick: ParamsInput = { preset: 'quick' };

/**
 * Runs other than `quick`: where that trains a network for seconds and simulates nothing beside it (comet, reram), where training takes most of a
 * minute around one simulation (haloc: the same simulation behind ranks from tables, and real training made tiny), and where it has millions
 * of events (heat: fewer rounds). Others have more than one mechanism.
 */
const small: Readonly<Record<string, readonly ParamsInput[]>> = {
  comet: [{ preset: 'comet' }],
  reram: [
    { study: 'device', cells: 40_000, writeVariance: 0.05, writeTolerance: 0.02, maxPulses: 10, writeCycles: 1e6 },
    { network: 'linear', trials: 1, mitigation: 'pair-compensate', writeVariance: 0.05, writeTolerance: 0.02 },
  ],
  heat: [{ ...quick, warmupRounds: 1, sampleRounds: 2 }, { system: 'pytorch-cpu' }],
  haloc: [{ preset: 'uniform' }, { ...quick, trainPerClass: 4, testPerClass: 4, searchSteps: 2, epochs: 1 }],
  papagai: [quick, { ...quick, system: 'fewshot' }, { ...quick, system: 'hybrid+lecturer' }],
};

/** What every scenario simulates; `whole` at the whole of its quick preset where that is more. */
export async function simulatedRuns(whole: boolean): Promise<readonly Simulated[]> {
  return Promise.all(
    registry.map(async (entry) => {
      const scenario = await entry.load();
      const given = (whole && entry.id === 'heat' ? undefined : small[entry.id]) ?? [quick];
      return { entry, scenario, runs: given.map((params) => ({ params, work: metricsOf(scenario, params) })) };
    }),
  );
}
