import { asTooLong, kitErrors, quoted } from './errors.ts';
import { type Field, formatValue, type ParamValue } from './field.ts';
import { checkValue, parseValue } from './parse-value.ts';
import { type Reserved, reservedNames } from './reserved.ts';
import type { ParamsInput, Scenario } from './scenario.ts';
import { didYouMean } from './suggest.ts';

/** All parameters of one run, complete and checked. */
export interface Resolved {
  /** The scenario's own parameters, in declaration order. */
  readonly own: Readonly<Record<string, ParamValue>>;
  readonly reserved: Reserved;
}

/** Reads `name=value` texts. Throws PARAM_SYNTAX without `=`, PARAM_TWICE for a name given twice. */
export function parseAssignments(texts: readonly string[]): Record<string, string> {
  const result: Record<string, string> = Object.create(null);
  for (const text of texts) {
    const at = text.indexOf('=');
    const name = at < 0 ? '' : text.slice(0, at).trim();
    if (name === '') {
      const hint = at < 0 && /^[\w-]+$/.test(text) ? `Write ${quoted(text)}=VALUE.` : 'Write name=value.';
      throw kitErrors.create('PARAM_SYNTAX', { text: quoted(text), hint });
    }
    assign(result, name, text.slice(at + 1));
  }
  return result;
}

/** Adds an assignment. Throws PARAM_TWICE when the name already has one. */
export function assign(into: Record<string, string>, name: string, value: string): void {
  const first = into[name];
  if (first !== undefined)
    throw kitErrors.create('PARAM_TWICE', { name: quoted(name), first: quoted(first), second: quoted(value) });
  into[name] = value;
}

/** The field called `name`. Throws PARAM_UNKNOWN with a suggestion. */
export function fieldNamed(scenario: Scenario, name: string): Field {
  const field = scenario.fields.find((candidate) => candidate.name === name);
  if (field !== undefined) return field;
  const names = scenario.fields.map((candidate) => candidate.name);
  throw kitErrors.create('PARAM_UNKNOWN', {
    name: quoted(name),
    hint: didYouMean(name, names, `See escapement run ${scenario.id} --help.`),
  });
}

/**
 * Completes and checks parameters: defaults, then the preset, then what is given; texts are parsed, then the scenario's own checks run.
 * Throws PARAM_UNKNOWN, PARAM_VALUE, PARAM_CONFLICT. `refine: false` leaves the checks across parameters out.
 */
export function resolveParams(
  scenario: Scenario,
  given: ParamsInput,
  options: { readonly refine?: boolean } = {},
): Resolved {
  const values = new Map<string, ParamValue>(scenario.fields.map((field) => [field.name, field.default]));
  const set = (name: string, value: unknown): void => {
    const field = fieldNamed(scenario, name);
    values.set(name, typeof value === 'string' ? parseValue(field, value) : checkValue(field, value));
  };
  if (given.preset !== undefined) set('preset', given.preset);
  const preset = scenario.presets[values.get('preset') as string];
  for (const [name, value] of Object.entries(preset?.set ?? {})) set(name, value);
  for (const [name, list] of Object.entries(preset?.vary ?? {})) if (list?.[0] !== undefined) set(name, list[0]);
  for (const [name, value] of Object.entries(given)) if (value !== undefined) set(name, value);
  const own: Record<string, ParamValue> = {};
  const reserved: Record<string, ParamValue> = {};
  for (const [name, value] of values)
    if ((reservedNames as readonly string[]).includes(name)) reserved[name] = value;
    else own[name] = value;
  if (options.refine !== false) checkCombination(scenario, own);
  return { own, reserved: reserved as unknown as Reserved };
}

/** Runs the scenario's own checks across parameters. Throws PARAM_CONFLICT. */
export function checkCombination(scenario: Scenario, own: Readonly<Record<string, ParamValue>>): void {
  const problems = refined(scenario, own);
  const first = problems[0];
  if (first === undefined) return;
  const field = fieldNamed(scenario, first.parameter);
  const use = (first.use ?? []).map((value) => `${first.parameter}=${formatValue(field, value)}`);
  const advice = use.length === 0 ? 'Change one of them.' : `Use ${use.join(' or ')}.`;
  const others = [...new Set(problems.slice(1).map((problem) => problem.parameter))];
  throw kitErrors.create('PARAM_CONFLICT', {
    name: first.parameter,
    value: formatValue(field, own[first.parameter] as ParamValue),
    problem: first.constraint,
    hint: others.length === 0 ? advice : `${advice} Also check ${others.join(', ')}.`,
  });
}

/** Parameters as JSON shows them and `--set` takes them back: numbers in base units, durations with their unit. */
export function paramsToJson(scenario: Scenario, resolved: Resolved): Record<string, ParamValue> {
  const shown: Record<string, ParamValue> = {};
  for (const field of scenario.fields) {
    if (field.name === 'seed') continue;
    const value = (resolved.own[field.name] ?? resolved.reserved[field.name as keyof Reserved]) as ParamValue;
    shown[field.name] = field.kind === 'number' && field.dimension === 'duration' ? formatValue(field, value) : value;
  }
  return shown;
}

function refined(scenario: Scenario, own: Readonly<Record<string, ParamValue>>): ReturnType<Scenario['refine']> {
  try {
    return scenario.refine(own);
  } catch (error) {
    throw asTooLong(error);
  }
}
