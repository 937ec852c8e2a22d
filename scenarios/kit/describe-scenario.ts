import { describeType, type Field, formatValue } from './field.ts';
import type { MetricInfo, Paper, Preset, Scenario } from './scenario.ts';

/** A parameter as data for forms and tools; `min` and `max` are left out where there is no bound. */
export interface FieldDescription {
  readonly name: string;
  readonly kind: Field['kind'];
  readonly describe: string;
  /** Type, range and unit in words. */
  readonly type: string;
  readonly default: number | boolean | string;
  /** The default as a person writes it. */
  readonly defaultText: string;
  readonly dimension?: string;
  readonly unit?: string;
  readonly whole?: boolean;
  /** A bare K, M or G counts in powers of 1024. */
  readonly binary?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly minExcluded?: boolean;
  readonly maxExcluded?: boolean;
  readonly words?: Readonly<Record<string, number>>;
  readonly choices?: readonly string[];
}

/** A scenario as plain data: what a form, a sweep or another tool must know to run it. */
export interface ScenarioDescription {
  readonly id: string;
  readonly title: string;
  readonly paper: Paper;
  readonly params: readonly FieldDescription[];
  readonly presets: Readonly<Record<string, Preset>>;
  /** Parameters that `branch --set` can change in a running world. */
  readonly changeable: readonly string[];
  readonly metrics: Readonly<Record<string, MetricInfo>>;
}

/** Describes a scenario by data that survives JSON. */
export function describeScenario(scenario: Scenario): ScenarioDescription {
  const { id, title, paper, presets, metrics } = scenario;
  const changeable = Object.keys(scenario.changes);
  return { id, title, paper, params: scenario.fields.map(describeField), presets, changeable, metrics };
}

function describeField(field: Field): FieldDescription {
  const common = {
    name: field.name,
    kind: field.kind,
    describe: field.describe,
    type: describeType(field),
    default: field.default,
    defaultText: formatValue(field, field.default),
  };
  if (field.kind === 'choice') return { ...common, choices: field.choices };
  if (field.kind !== 'number') return common;
  const { dimension, unit, whole, binary, words, minExcluded, maxExcluded } = field;
  return {
    ...common,
    dimension,
    unit,
    whole,
    binary,
    words,
    ...(Number.isFinite(field.min) ? { min: field.min, minExcluded } : {}),
    ...(Number.isFinite(field.max) ? { max: field.max, maxExcluded } : {}),
  };
}
