import { quoted } from '../kit/errors.ts';
import { type Field, formatValue, type NumberField, type ParamValue } from '../kit/field.ts';
import { fieldNamed } from '../kit/parameters.ts';
import { checkValue, parseValue } from '../kit/parse-value.ts';
import type { Scenario } from '../kit/scenario.ts';
import { readNumber } from '../kit/units.ts';
import { sweepErrors } from './errors.ts';

/** A parameter that a study varies: over a list of values, or over a range that samples fill. */
export type Axis = ListAxis | RangeAxis;

export interface ListAxis {
  readonly kind: 'list';
  readonly field: Field;
  readonly values: readonly ParamValue[];
}

export interface RangeAxis {
  readonly kind: 'range';
  readonly field: NumberField;
  readonly low: number;
  readonly high: number;
  /** Equal ratios are equally likely, not equal differences. */
  readonly log: boolean;
}

const mostValues = 100_000;

/**
 * Reads `gpus=8,16,32`, `seq=8K..1M:x2`, `sp=1..8:+1`, `system` (every choice) and, for samples, `nicBandwidth=10GB/s..100GB/s` or `…:log`.
 * Throws SWEEP_AXIS, and PARAM_UNKNOWN and PARAM_VALUE of the parameter itself.
 */
export function parseAxis(scenario: Scenario, name: string, text: string): Axis {
  const field = fieldNamed(scenario, name);
  const refuse = (problem: string, hint: string): never => {
    throw sweepErrors.create('SWEEP_AXIS', { axis: quoted(text === '' ? name : `${name}=${text}`), problem, hint });
  };
  if (name === 'preset') refuse('a preset cannot be varied', 'Vary what it sets, or make one study for each.');
  if (name === 'seed' || name === 'replications')
    refuse(`${name} is no axis`, 'Write --replications N for runs with other random numbers.');
  if (text.trim() === '') return { kind: 'list', field, values: everyChoice(field, refuse) };
  const values: ParamValue[] = [];
  const items = text.split(',');
  for (const item of items) {
    const range = /^\s*(.+?)\.\.(.+?)(?::(.*))?$/.exec(item);
    if (range === null || field.kind !== 'number') {
      values.push(parseValue(field, item));
      continue;
    }
    const low = parseValue(field, range[1] as string) as number;
    const high = parseValue(field, range[2] as string) as number;
    if (!(low < high)) refuse(`the range ${item.trim()} is empty`, 'Write low..high.');
    const step = range[3]?.trim();
    if (step === undefined || step === 'log') {
      if (items.length > 1) refuse(`${item.trim()} has no step`, 'In a list give it one, :x2 or :+1.');
      if (step === 'log' && low <= 0) refuse('a logarithmic range begins above 0', 'Raise its lower end.');
      return { kind: 'range', field, low, high, log: step === 'log' };
    }
    for (const value of stepped(field, low, high, step, refuse)) values.push(checkValue(field, value));
  }
  return { kind: 'list', field, values: [...new Set(values)] };
}

/** An axis over values that a preset names. */
export function listAxis(scenario: Scenario, name: string, values: readonly unknown[]): ListAxis {
  const field = fieldNamed(scenario, name);
  const read = (value: unknown): ParamValue =>
    typeof value === 'string' ? parseValue(field, value) : checkValue(field, value);
  return { kind: 'list', field, values: [...new Set(values.map(read))] };
}

/** The value at share `u` in [0, 1) of an axis; ranges of whole numbers are rounded down onto low..high. */
export function valueAt(axis: Axis, u: number): ParamValue {
  if (axis.kind === 'list') return axis.values[Math.floor(u * axis.values.length)] as ParamValue;
  const { low, high, log, field } = axis;
  const end = field.whole ? high + 1 : high;
  const value = log ? low * (end / low) ** u : low + u * (end - low);
  return field.whole ? Math.min(high, Math.floor(value)) : Math.min(high, value);
}

/** The axis as `--vary` takes it: equal texts mean equal axes. */
export function formatAxis(axis: Axis): string {
  if (axis.kind === 'list') return axis.values.map((value) => formatValue(axis.field, value)).join(',');
  return `${formatValue(axis.field, axis.low)}..${formatValue(axis.field, axis.high)}${axis.log ? ':log' : ''}`;
}

type Refuse = (problem: string, hint: string) => never;

function everyChoice(field: Field, refuse: Refuse): readonly ParamValue[] {
  if (field.kind === 'choice') return field.choices;
  if (field.kind === 'boolean') return [false, true];
  return refuse('has no values', `Write --vary ${field.name}=${formatValue(field, field.default)},...`);
}

function stepped(field: NumberField, low: number, high: number, step: string, refuse: Refuse): number[] {
  const kind = step.slice(0, 1);
  const amount =
    kind === 'x'
      ? ({ kind: 'value', value: Number(step.slice(1)) } as const)
      : kind === '+'
        ? readNumber(step.slice(1), field)
        : ({ kind: 'no-number' } as const);
  const grows =
    amount.kind === 'value' &&
    Number.isFinite(amount.value) &&
    (kind === 'x' ? amount.value > 1 && low > 0 : amount.value > 0);
  if (!grows)
    return refuse(
      `'${quoted(step, 20)}' is no step`,
      "Write :x2 to double from above 0, or :+4 to add (in the parameter's unit).",
    );
  const values: number[] = [];
  for (let i = 0; ; i++) {
    const value = kind === 'x' ? low * amount.value ** i : low + amount.value * i;
    if (value > high * (1 + 1e-12)) return values;
    if (values.length === mostValues) refuse(`has more than ${mostValues} values`, 'Take a wider step.');
    values.push(Math.min(value, high));
  }
}
