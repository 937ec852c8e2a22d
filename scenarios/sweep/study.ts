import { createHash } from 'node:crypto';
import { SimError } from '../../engine/index.ts';
import { quoted } from '../kit/errors.ts';
import { fieldOf, type ParamValue } from '../kit/field.ts';
import { param } from '../kit/param.ts';
import { checkCombination, type Resolved, resolveParams } from '../kit/parameters.ts';
import { parseValue } from '../kit/parse-value.ts';
import { reservedNames } from '../kit/reserved.ts';
import { replicationSeed } from '../kit/run-scenario.ts';
import type { ParamsInput, Scenario } from '../kit/scenario.ts';
import { didYouMean } from '../kit/suggest.ts';
import { type Axis, formatAxis, listAxis, parseAxis } from './axis.ts';
import { sweepErrors } from './errors.ts';
import { type Sampling, samplePoints } from './sampling.ts';
import type { StudySpec } from './study-spec.ts';
import { type Condition, namesOfFields, namesOfMetrics, parseCondition } from './where.ts';

/** A metric that settings are ordered by. */
export interface Goal {
  readonly metric: string;
  readonly unit: string;
  readonly direction: 'max' | 'min';
}

/** How long the replications of a setting go on. */
export interface Replicating {
  /** Replications of every setting, and the fewest when a precision is asked for. */
  readonly least: number;
  readonly most: number;
  /** Relative half width of the goal's 95 % interval that is enough; undefined: `least` replications and no more. */
  readonly precision: number | undefined;
}

/** One combination of values. */
export interface Setting {
  readonly point: number;
  readonly values: readonly ParamValue[];
  readonly resolved: Resolved;
  /** Why the scenario cannot run it; undefined when it can. */
  readonly refusal: string | undefined;
}

/** A checked study: its settings are computed from their number, none is stored. */
export interface Study {
  readonly scenario: Scenario;
  readonly spec: StudySpec;
  readonly axes: readonly Axis[];
  readonly base: Resolved;
  /** Points before `where`. */
  readonly points: number;
  readonly replicating: Replicating;
  readonly goal: Goal;
  readonly among: Condition | undefined;
  readonly given: readonly string[];
  readonly pareto: readonly Goal[];
  /** Names what is computed, 16 hexadecimal digits; ranking and report do not belong to it. */
  readonly key: string;
  /** The setting at `point`, or undefined when `where` leaves it out. */
  readonly setting: (point: number) => Setting | undefined;
}

const mostPoints = 10_000_000;

/** Checks a study against its scenario. Throws SWEEP_STUDY, SWEEP_AXIS, SWEEP_WHERE and the errors of parameters. */
export function makeStudy(scenario: Scenario, spec: StudySpec): Study {
  const numberOf = (name: string, text: number | string, min: number, max: number): number =>
    parseValue(
      fieldOf('command', name, param.integer({ min, max, default: min, describe: name })),
      String(text),
    ) as number;
  const axes = axesOf(scenario, spec);
  const sampling = readSampling(spec.sample, numberOf);
  const names = namesOfFields(scenario.fields.filter((field) => !['seed', 'replications'].includes(field.name)));
  const where = spec.where.map((text) => parseCondition(text, names));
  const first = Object.fromEntries(
    axes.map((axis) => [axis.field.name, axis.kind === 'list' ? axis.values[0] : axis.low]),
  );
  const input = {
    ...spec.set,
    ...(spec.preset === undefined ? {} : { preset: spec.preset }),
    seed: spec.seed,
    ...first,
  };
  const base = resolveParams(scenario, input as ParamsInput, { refine: false });
  if (base.reserved.replications !== 1) refuse('replications are set as a parameter', 'Write --replications N.');
  for (const axis of axes)
    if (axis.kind === 'range' && sampling.kind === 'grid')
      throw sweepErrors.create('SWEEP_AXIS', {
        axis: `${axis.field.name}=${formatAxis(axis)}`,
        problem: 'a grid needs a step',
        hint: 'Write low..high:x2 or low..high:+1, or draw points with --sample lhs:200.',
      });
  const columns = sampling.kind === 'grid' ? undefined : samplePoints(axes, sampling, base.reserved.seed);
  const sizes = axes.map((axis) => (axis.kind === 'list' ? axis.values.length : 0));
  const points = sampling.kind === 'grid' ? sizes.reduce((product, size) => product * size, 1) : sampling.count;
  if (points > mostPoints)
    refuse(`${points} points are more than ${mostPoints}`, 'Vary less, or draw points with --sample lhs:1000.');
  const valuesAt = (point: number): readonly ParamValue[] => {
    if (columns !== undefined) return columns.map((column) => column[point] as ParamValue);
    const values: ParamValue[] = [];
    let rest = point;
    for (let a = axes.length - 1; a >= 0; a--) {
      const axis = axes[a] as Axis & { readonly kind: 'list' };
      values[a] = axis.values[rest % axis.values.length] as ParamValue;
      rest = Math.floor(rest / axis.values.length);
    }
    return values;
  };
  const replicating = readReplicating(spec, numberOf);
  const goal = readGoal(scenario, spec.rank ?? Object.keys(scenario.metrics)[0] ?? '', '--rank');
  const both = new Map([...namesOfFields(scenario.fields), ...namesOfMetrics(scenario.metrics)]);
  if (spec.pareto.length > 0 && spec.pareto.length !== 2)
    refuse(
      `a Pareto front has two metrics, not ${spec.pareto.length}`,
      'Write --pareto tflopsPerGpu,peakMemoryBytes:min.',
    );
  for (const name of spec.given)
    if (!axes.some((axis) => axis.field.name === name))
      refuse(
        `'${quoted(name)}' is given but does not vary`,
        `Axes are ${axes.map((axis) => axis.field.name).join(', ')}.`,
      );
  const setting = (point: number): Setting | undefined => {
    const values = valuesAt(point);
    const own = { ...base.own };
    const reserved: Record<string, ParamValue> = { ...base.reserved };
    for (const [a, axis] of axes.entries()) {
      const into = (reservedNames as readonly string[]).includes(axis.field.name) ? reserved : own;
      into[axis.field.name] = values[a] as ParamValue;
    }
    if (spec.independent) reserved.seed = replicationSeed(base.reserved.seed, point + 1);
    if (!where.every((condition) => condition.holds({ ...reserved, ...own }))) return undefined;
    return { point, values, resolved: { own, reserved: reserved as never }, refusal: refusalOf(scenario, own) };
  };
  return {
    scenario,
    spec,
    axes,
    base,
    points,
    replicating,
    goal,
    among: spec.among === undefined ? undefined : parseCondition(spec.among, both, '--among'),
    given: spec.given,
    pareto: spec.pareto.map((text) => readGoal(scenario, text, '--pareto')),
    key: keyOf(scenario, spec, axes, base, replicating, goal, where),
    setting,
  };
}

function refuse(problem: string, hint: string): never {
  throw sweepErrors.create('SWEEP_STUDY', { problem, hint });
}

/** What `--vary` says, over what the preset varies. */
function axesOf(scenario: Scenario, spec: StudySpec): readonly Axis[] {
  const byName = new Map<string, Axis>();
  const preset = spec.preset === undefined ? undefined : scenario.presets[spec.preset];
  for (const [name, values] of Object.entries(preset?.vary ?? {}))
    if (!Object.hasOwn(spec.set, name)) byName.set(name, listAxis(scenario, name, values as readonly unknown[]));
  for (const [name, text] of Object.entries(spec.vary)) {
    if (Object.hasOwn(spec.set, name)) refuse(`${name} is both set and varied`, 'Leave one out.');
    byName.set(name, parseAxis(scenario, name, text));
  }
  return [...byName.values()];
}

function refusalOf(scenario: Scenario, own: Resolved['own']): string | undefined {
  try {
    checkCombination(scenario, own);
    return undefined;
  } catch (error) {
    if (error instanceof SimError && error.code === 'PARAM_CONFLICT') return error.message;
    throw error;
  }
}

type NumberOf = (name: string, text: number | string, min: number, max: number) => number;

function readSampling(text: string, numberOf: NumberOf): Sampling {
  if (text === 'grid') return { kind: 'grid' };
  const [kind = '', count = ''] = text.split(':');
  if (kind !== 'random' && kind !== 'lhs')
    refuse(`'${quoted(text)}' is no way to choose points`, 'Write grid, random:200 or lhs:200.');
  return { kind: kind as 'random' | 'lhs', count: numberOf('sample', count, 1, mostPoints) };
}

function readReplicating(spec: StudySpec, numberOf: NumberOf): Replicating {
  const given = numberOf('replications', spec.replications, 1, 100_000);
  if (spec.untilPrecision === undefined) return { least: given, most: given, precision: undefined };
  const field = fieldOf(
    'command',
    'untilPrecision',
    param.fraction({ above: 0, default: 0.02, describe: 'precision' }),
  );
  const precision = parseValue(field, spec.untilPrecision) as number;
  const least = given === 1 ? 10 : given;
  const most = numberOf('mostReplications', spec.mostReplications, 2, 100_000);
  return { least: Math.max(2, Math.min(least, most)), most, precision };
}

const smallerIsBetter: ReadonlySet<string> = new Set(['s', 'B', 'J', 'W']);

function readGoal(scenario: Scenario, text: string, option: string): Goal {
  const [metric = '', direction] = text.trim().split(':');
  const info = scenario.metrics[metric];
  if (info === undefined || !Object.hasOwn(scenario.metrics, metric))
    return refuse(
      `${option}: there is no metric '${quoted(metric)}'`,
      didYouMean(metric, Object.keys(scenario.metrics), `Metrics are ${Object.keys(scenario.metrics).join(', ')}.`),
    );
  if (direction !== undefined && direction !== 'max' && direction !== 'min')
    refuse(`${option}: '${quoted(text)}' has no direction`, `Write ${metric}:max or ${metric}:min.`);
  return {
    metric,
    unit: info.unit,
    direction: (direction as Goal['direction'] | undefined) ?? (smallerIsBetter.has(info.unit) ? 'min' : 'max'),
  };
}

function keyOf(
  scenario: Scenario,
  spec: StudySpec,
  axes: readonly Axis[],
  base: Resolved,
  replicating: Replicating,
  goal: Goal,
  where: readonly Condition[],
): string {
  const { own, reserved } = base;
  const computed = [
    scenario.id,
    own,
    reserved.seed,
    reserved.backend,
    axes.map((axis) => [axis.field.name, formatAxis(axis)]),
    where.map((condition) => condition.text),
    spec.sample,
    replicating,
    replicating.precision === undefined ? '' : goal.metric,
    spec.independent,
  ];
  return createHash('sha256').update(JSON.stringify(computed)).digest('hex').slice(0, 16);
}
