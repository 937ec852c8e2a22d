import { scenarioErrors } from './errors.ts';
import { type Field, fieldOf } from './field.ts';
import { resolveParams } from './parameters.ts';
import { optionNames, reservedFields, reservedNames } from './reserved.ts';
import { type ParamShape, type Scenario, type ScenarioDefinition, scenarioMark } from './scenario.ts';
import { simulate } from './simulate.ts';

/** Names that every scenario has already, and options of the command; those of several words, `--trace-kind`, leave `--traceKind` free. */
const taken: readonly string[] = [...reservedNames, ...optionNames.filter((name) => !/[A-Z]/.test(name))];

/** Checks a scenario's definition and makes it runnable. Throws SCENARIO_DEFINITION naming what is wrong with it. */
export function defineScenario<const Shape extends ParamShape, const Metric extends string, Built = undefined>(
  definition: ScenarioDefinition<Shape, Metric, Built>,
): Scenario {
  const { id } = definition;
  const refuse = (problem: string, hint: string): never => {
    throw scenarioErrors.create('SCENARIO_DEFINITION', { id, problem, hint });
  };
  if (typeof id !== 'string' || !/^[a-z][a-z0-9-]*$/.test(id))
    refuse('the id is not a lower-case word', "Write id: 'my-scenario'.");
  if (!('run' in definition) && !('build' in definition && 'measure' in definition))
    refuse('has no mechanism', 'Write run, or build and measure.');
  if (definition.presets?.quick === undefined) refuse("has no preset 'quick'", 'Add one that runs in seconds.');
  const own: Field[] = [];
  for (const [name, schema] of Object.entries(definition.params)) {
    if (!/^[a-z][A-Za-z0-9]*$/.test(name)) refuse(`parameter '${name}' is not in camelCase`, 'Rename it.');
    if (taken.includes(name))
      refuse(`parameter '${name}' is reserved`, 'The command has an option of that name; rename it.');
    own.push(fieldOf(id, name, schema));
  }
  const presets = Object.keys(definition.presets);
  if (presets.includes('none')) refuse("a preset may not be called 'none'", 'Rename it.');
  for (const name of Object.keys(definition.changes ?? {}))
    if (!Object.hasOwn(definition.params, name)) refuse(`changes '${name}', which is no parameter`, 'Rename it.');
  const scenario = {
    [scenarioMark]: 1 as const,
    id,
    title: definition.title,
    paper: definition.paper,
    fields: [...own, ...reservedFields(id, presets)],
    metrics: definition.metrics,
    presets: definition.presets,
    changes: definition.changes ?? {},
    refine: definition.refine ?? (() => []),
    run: 'run' in definition ? definition.run : simulate(definition),
    figures: definition.figures ?? [],
    targets: definition.targets ?? [],
    claims: definition.claims ?? [],
    invariants: definition.invariants ?? [],
    story: definition.story,
    examples: definition.examples ?? [],
  } as unknown as Scenario; // the erased form: parameters are checked by their fields before they reach the typed functions
  checkPublished(scenario, refuse);
  return scenario;
}

/** Presets, cells and targets must name existing things and hold values that parse. */
function checkPublished(scenario: Scenario, refuse: (problem: string, hint: string) => never): void {
  const attempt = (what: string, check: () => unknown): void => {
    try {
      check();
    } catch (error) {
      refuse(`${what}: ${(error as Error).message}`, 'Correct the definition.');
    }
  };
  for (const [name, preset] of Object.entries(scenario.presets)) {
    attempt(`preset ${name}`, () => resolveParams(scenario, { preset: name }));
    for (const [key, values] of Object.entries(preset.vary ?? {}))
      for (const value of values ?? [])
        attempt(`preset ${name}`, () => resolveParams(scenario, { preset: name, [key]: value }, { refine: false }));
  }
  const ids = new Set<string>();
  for (const cell of scenario.figures) {
    if (ids.has(cell.id)) refuse(`two figures are called '${cell.id}'`, 'Give each its own id.');
    ids.add(cell.id);
    if (!Object.hasOwn(scenario.metrics, cell.metric))
      refuse(`figure ${cell.id} wants metric '${cell.metric}'`, 'Declare it in metrics.');
    attempt(`figure ${cell.id}`, () => resolveParams(scenario, cell.params));
  }
  for (const claim of scenario.claims)
    if (Object.values(claim.pass).every((bound) => bound === undefined))
      refuse(`claim ${claim.id} passes at anything`, 'State min, max or equals.');
  const groups = new Set(scenario.figures.map((cell) => cell.group));
  for (const target of scenario.targets)
    for (const group of target.groups)
      if (!groups.has(group)) refuse(`target ${target.id} selects group '${group}'`, 'No figure belongs to it.');
}
