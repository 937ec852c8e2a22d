import type { Command } from 'commander';
import { kitErrors, quoted } from '../kit/errors.ts';
import { assign, fieldNamed, parseAssignments } from '../kit/parameters.ts';
import type { ParamsInput, Scenario } from '../kit/scenario.ts';
import { suggest } from '../kit/suggest.ts';

/** Options every command has that takes parameters. */
export interface ParameterOptions {
  readonly set?: readonly string[];
  readonly preset?: string;
  readonly seed?: string;
}

/** Adds `--set`, `--preset` and `--seed`, and lets `--name value` of the scenario's parameters through. */
export function withParameterOptions(command: Command): void {
  const several = (text: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), text];
  command
    .option('--set <name=value>', 'set a parameter; may be given many times', several)
    .option('--preset <name>', 'start from a preset', once('preset'))
    .option('--seed <number>', 'seed of every random stream', once('seed'))
    .allowUnknownOption(true);
}

function once(name: string): (text: string, before: string | undefined) => string {
  return (text, before) => {
    if (before === undefined) return text;
    throw kitErrors.create('PARAM_TWICE', { name, first: quoted(before), second: quoted(text) });
  };
}

/**
 * Collects parameters from `--set`, `--preset`, `--seed` and the left-over `--name value`, `--name=value`, `--flag` and `--no-flag`.
 * `command` has the options that a misspelt one may mean. Throws PARAM_UNKNOWN, PARAM_SYNTAX, PARAM_TWICE, USAGE.
 */
export function readParameters(
  scenario: Scenario,
  options: ParameterOptions,
  rest: readonly string[],
  command: Command,
): ParamsInput {
  const given = parseAssignments(options.set ?? []);
  if (options.preset !== undefined) assign(given, 'preset', options.preset);
  if (options.seed !== undefined) assign(given, 'seed', options.seed);
  for (let i = 0; i < rest.length; i++) {
    const token = rest[i] as string;
    if (!token.startsWith('--') || token === '--') {
      const hint = token.includes('=') ? `Write --set ${quoted(token)}.` : 'Parameters are written --set name=value.';
      throw kitErrors.create('USAGE', { problem: `unexpected argument '${quoted(token)}'`, hint });
    }
    const at = token.indexOf('=');
    const name = camelCase(token.slice(2, at < 0 ? undefined : at));
    const next = rest[i + 1];
    const takesNext = at < 0 && next !== undefined && !next.startsWith('--');
    const negated = /^no[A-Z]/.test(name) ? `${name.charAt(2).toLowerCase()}${name.slice(3)}` : undefined;
    const positive = negated === undefined ? undefined : scenario.fields.find((field) => field.name === negated);
    if (at < 0 && positive?.kind === 'boolean') {
      assign(given, positive.name, 'false');
      continue;
    }
    const field =
      scenario.fields.find((candidate) => candidate.name === name) ?? unknown(scenario, token, name, command);
    if (at >= 0) assign(given, name, token.slice(at + 1));
    else if (takesNext) {
      assign(given, name, next);
      i += 1;
    } else if (field.kind === 'boolean') assign(given, name, 'true');
    else throw kitErrors.create('USAGE', { problem: `--${name} has no value`, hint: `Write --${name} VALUE.` });
  }
  return given as ParamsInput;
}

/** An option that is no parameter: perhaps one of the command's own, misspelt. */
function unknown(scenario: Scenario, token: string, name: string, command: Command): never {
  const own = command.options.map((option) => (option.long ?? '').slice(2));
  const option = suggest(name, own);
  const parameter = suggest(
    name,
    scenario.fields.map((field) => field.name),
  );
  if (option !== undefined && parameter === undefined)
    throw kitErrors.create('USAGE', {
      problem: `unknown option '${quoted(token)}'`,
      hint: `Did you mean '--${option}'?`,
    });
  fieldNamed(scenario, name);
  throw new Error('unreachable: the name is unknown');
}

function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
