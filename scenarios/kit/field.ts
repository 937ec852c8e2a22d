import { z } from 'zod';
import { scenarioErrors } from './errors.ts';
import type { ParamMeta } from './param.ts';
import { type Dimension, type UnitChoice, unitOf, writeNumber } from './units.ts';

/** A value a parameter may have. */
export type ParamValue = number | boolean | string;

/** A parameter as flags, help, forms and sweeps need it, derived from its zod schema alone. */
export type Field = NumberField | ChoiceField | BooleanField | TextField;

interface FieldBase {
  readonly name: string;
  readonly describe: string;
  readonly schema: z.ZodType;
}

export interface NumberField extends FieldBase, UnitChoice {
  readonly kind: 'number';
  readonly whole: boolean;
  /** Bounds in the parsed unit; infinite when the schema has none. */
  readonly min: number;
  readonly max: number;
  readonly minExcluded: boolean;
  readonly maxExcluded: boolean;
  readonly words: Readonly<Record<string, number>>;
  readonly default: number;
}

export interface ChoiceField extends FieldBase {
  readonly kind: 'choice';
  readonly choices: readonly string[];
  readonly default: string;
}

export interface BooleanField extends FieldBase {
  readonly kind: 'boolean';
  readonly default: boolean;
}

/** Free text, such as the path of a trace; the schema alone says what is valid. */
export interface TextField extends FieldBase {
  readonly kind: 'text';
  readonly default: string;
}

interface Described extends ParamMeta {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly default?: unknown;
  readonly description?: string;
}

/** Reads a zod schema (number, integer, enum, boolean or text with default and description) into a field. Throws SCENARIO_DEFINITION otherwise. */
export function fieldOf(scenario: string, name: string, schema: z.ZodType): Field {
  const refuse = (problem: string, hint: string): never => {
    throw scenarioErrors.create('SCENARIO_DEFINITION', { id: scenario, problem: `parameter ${name} ${problem}`, hint });
  };
  const json = z.toJSONSchema(schema, { unrepresentable: 'any' }) as Described;
  const describe = json.description ?? '';
  if (describe === '') refuse('has no description', "Pass describe: '...' or .describe('...').");
  if (json.default === undefined) refuse('has no default', 'Pass default: ... or .default(...).');
  if (json.type === 'boolean') return { kind: 'boolean', name, describe, schema, default: json.default as boolean };
  if (json.enum?.every((choice) => typeof choice === 'string'))
    return { kind: 'choice', name, describe, schema, choices: json.enum as string[], default: json.default as string };
  if (json.type === 'string') return { kind: 'text', name, describe, schema, default: json.default as string };
  if (json.type !== 'number' && json.type !== 'integer')
    return refuse('is of no supported type', 'Use param.integer, param.bytes, param.choice and the like.');
  const whole = json.type === 'integer';
  const dimension: Dimension = json.dimension ?? (whole ? 'count' : json.unit === undefined ? 'number' : 'physical');
  const minExcluded = json.exclusiveMinimum !== undefined;
  const maxExcluded = json.exclusiveMaximum !== undefined;
  return {
    kind: 'number',
    name,
    describe,
    schema,
    dimension,
    whole,
    unit: json.unit ?? '',
    binary: json.binary ?? false,
    min: json.exclusiveMinimum ?? json.minimum ?? Number.NEGATIVE_INFINITY,
    max: json.exclusiveMaximum ?? json.maximum ?? Number.POSITIVE_INFINITY,
    minExcluded,
    maxExcluded,
    words: json.words ?? {},
    default: json.default as number,
  };
}

/** `value` as a person writes it in `--set`; read back by `parseValue` to exactly the same value. */
export function formatValue(field: Field, value: ParamValue): string {
  return field.kind === 'number' && typeof value === 'number' ? writeNumber(value, field) : String(value);
}

/** Type, range and unit on one short line, e.g. `whole number, 1 to 1024`. */
export function describeType(field: Field): string {
  switch (field.kind) {
    case 'boolean':
      return 'true or false';
    case 'choice':
      return field.choices.join(' | ');
    case 'text':
      return 'text';
    case 'number': {
      const unit = unitOf(field);
      const noun = nounOf(field, unit);
      const range = describeRange(field);
      return range === '' ? noun : `${noun}, ${range}`;
    }
    default:
      return field satisfies never;
  }
}

function nounOf(field: NumberField, unit: string): string {
  switch (field.dimension) {
    case 'bytes':
      return 'bytes';
    case 'bandwidth':
      return 'bytes/s';
    case 'duration':
      return 'time';
    case 'fraction':
      return 'share';
    default: {
      const noun = field.whole ? 'whole number' : 'number';
      return unit === '' ? noun : field.whole ? `whole number of ${unit}` : `number in ${unit}`;
    }
  }
}

/** The permitted range in words: `1 to 1024`, `above 0`, `0 or more`; empty when there is none. */
export function describeRange(field: NumberField): string {
  const low = Number.isFinite(field.min) && !(field.whole && field.min <= Number.MIN_SAFE_INTEGER);
  const high = Number.isFinite(field.max) && !(field.whole && field.max >= Number.MAX_SAFE_INTEGER);
  const min = low ? writeNumber(field.min, field) : '';
  const max = high ? writeNumber(field.max, field) : '';
  if (low && high && !field.minExcluded && !field.maxExcluded) return `${min} to ${max}`;
  const parts: string[] = [];
  if (low) parts.push(field.minExcluded ? `above ${min}` : high ? `from ${min}` : `${min} or more`);
  if (high) parts.push(field.maxExcluded ? `below ${max}` : low ? `up to ${max}` : `at most ${max}`);
  return parts.join(', ');
}
