import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { kitErrors, quoted } from '../kit/errors.ts';
import type { ParamsInput } from '../kit/scenario.ts';
import { looksLikeFile } from './load-scenario.ts';

/** A failing case of the property-test kit, as the command opens it: the scenario that shows it, and where it failed. */
export interface OpenedCase {
  /** Id, or a path as the command line would have it. */
  readonly scenario: string;
  readonly params: ParamsInput;
  /** The event during which it failed; undefined when that showed only at the end. */
  readonly event: number | undefined;
}

/** Whether a scenario argument means a failing case rather than a scenario. */
export function looksLikeCase(name: string): boolean {
  return name.endsWith('.json');
}

/** The case in a file that `saveCase` wrote. Throws SCENARIO_FILE. */
export function openCase(name: string): OpenedCase {
  const refuse = (problem: string): never => {
    throw kitErrors.create('SCENARIO_FILE', {
      file: quoted(name, 120),
      problem,
      hint: 'Name a scenario, or a case that a failed check has saved.',
    });
  };
  if (!existsSync(name)) refuse('there is no such file');
  let opens: { scenario?: unknown; params?: unknown; event?: unknown } | undefined;
  try {
    opens = (JSON.parse(readFileSync(name, 'utf8')) as { opens?: typeof opens }).opens;
  } catch {
    refuse('is no JSON');
  }
  const { scenario, params = {}, event } = opens ?? {};
  if (typeof scenario !== 'string' || typeof params !== 'object' || params === null)
    return refuse('is no case that names a scenario');
  return {
    scenario: looksLikeFile(scenario) ? pathFrom(name, scenario) : scenario,
    params: params as ParamsInput,
    event: typeof event === 'number' ? event : undefined,
  };
}

/** The path of a file that is named from where the case lies. */
function pathFrom(name: string, scenario: string): string {
  const path = relative('.', resolve(dirname(name), scenario));
  return path.startsWith('..') ? path : `./${path}`;
}
