import { existsSync, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Scenario } from '../kit/scenario.ts';
import { didYouMean } from '../kit/suggest.ts';
import { registry } from '../registry.ts';

/** Loads a scenario of the package by id, or a person's own file by path (`./my-scenario.js`). Throws SCENARIO_UNKNOWN, SCENARIO_FILE. */
export async function loadScenario(name: string): Promise<Scenario> {
  const entry = registry.find((candidate) => candidate.id === name);
  if (entry !== undefined) return entry.load();
  const { kitErrors, quoted } = await import('../kit/errors.ts');
  if (!looksLikeFile(name)) {
    const ids = registry.map((candidate) => candidate.id);
    const hint = didYouMean(name, ids, "See 'escapement list'; a file of your own needs its path, ./my-scenario.js.");
    throw kitErrors.create('SCENARIO_UNKNOWN', { id: quoted(name), hint });
  }
  return loadFile(name);
}

/** Whether a scenario argument means a file rather than an id. */
export function looksLikeFile(name: string): boolean {
  return /[\\/]/.test(name) || /\.[cm]?[jt]s$/.test(name);
}

async function loadFile(name: string): Promise<Scenario> {
  const { kitErrors, quoted } = await import('../kit/errors.ts');
  const { isScenario } = await import('../kit/scenario.ts');
  const refuse = (problem: string, hint: string, cause?: unknown): never => {
    throw kitErrors.create('SCENARIO_FILE', { file: quoted(name, 120), problem, hint }, {}, cause);
  };
  const path = resolve(name);
  if (!existsSync(path)) refuse('there is no such file', 'Check the path.');
  if (!statSync(path).isFile()) refuse('is not a file', 'Name the file that defines the scenario.');
  if (/^\.[cm]?ts$/.test(extname(path))) refuse('is TypeScript', 'Compile it first and name the .js file.');
  const { resolvePackageFromAnywhere } = await import('./resolve-package.ts');
  resolvePackageFromAnywhere();
  let module: Record<string, unknown> = {};
  try {
    module = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    refuse(
      `cannot be loaded: ${quoted(what.split('\n')[0] ?? '', 200)}`,
      'Correct it; --debug shows the stack.',
      error,
    );
  }
  const found = module.default ?? module.scenario;
  if (found === undefined) refuse('exports no scenario', "Export it as default or as 'scenario'.");
  if (!isScenario(found))
    return refuse('exports something else than a scenario', 'Make it with defineScenario({...}).');
  return found;
}
