import fc from 'fast-check';
import { reasonOf, reasonWith } from '../../../engine/testing/check-commands.ts';
import { testingErrors } from '../../../engine/testing/errors.ts';
import { type CheckOptions, caseFile, type Failure } from '../../../engine/testing/index.ts';
import type { ParamValue } from '../field.ts';
import { paramsToJson, resolveParams } from '../parameters.ts';
import { type RunReport, runScenario } from '../run-scenario.ts';
import type { ParamsInput, Scenario } from '../scenario.ts';
import { parameterSets } from './generators.ts';

/** A property of a scenario over its parameters. */
export interface ParameterCheck {
  /** Names of the parameters that vary, each over what its schema allows, or over `values`. */
  readonly vary: readonly string[];
  readonly base?: ParamsInput;
  readonly values?: Readonly<Record<string, readonly ParamValue[]>>;
  /** Throws when the run is not as it should be. */
  readonly holds: (report: RunReport) => void | Promise<void>;
  /** How the command names the scenario: its path from the saved case, when it is one of your own. Default: its id. */
  readonly scenario?: string;
}

/**
 * Runs a scenario with random parameters; throws TEST_FAILED with the smallest that fail, seed and path, as a case that `escapement serve`
 * opens at the failing event. Default 20 runs.
 */
export async function checkParameters(
  scenario: Scenario,
  check: ParameterCheck,
  options: CheckOptions = {},
): Promise<void> {
  const { seed = 20261123, numRuns = 20, path } = options;
  const { vary, base, values, holds } = check;
  const sets = parameterSets(scenario, vary, {
    ...(base === undefined ? {} : { base }),
    ...(values === undefined ? {} : { values }),
  });
  const property = fc.asyncProperty(sets, async (params) =>
    holds(await runScenario(scenario, resolveParams(scenario, params))),
  );
  const details = await fc.check(property, { seed, numRuns, ...(path === undefined ? {} : { path }) });
  if (!details.failed) return;
  const [smallest] = details.counterexample ?? [{}];
  const resolved = resolveParams(scenario, smallest as ParamsInput);
  const all = paramsToJson(scenario, resolved);
  const failure: Failure<ParamsInput> = {
    name: scenario.id,
    commands: [smallest as ParamsInput],
    ...reasonOf(details.errorInstance),
    opens: { scenario: check.scenario ?? scenario.id, params: { ...all, seed: resolved.reserved.seed } },
    seed,
    path: details.counterexamplePath ?? '',
    runs: details.numRuns,
    shrinks: details.numShrinks,
  };
  throw testingErrors.create('TEST_FAILED', {
    name: scenario.id,
    runs: failure.runs,
    shrinks: failure.shrinks,
    smallest: JSON.stringify(Object.fromEntries(vary.map((name) => [name, all[name]]))),
    reason: reasonWith(failure, options.link),
    seed,
    path: failure.path,
    file: caseFile(failure),
  });
}
