import type { SimError } from '../../engine/index.ts';
import { kitErrors, quoted } from './errors.ts';
import { describeRange, type Field, formatValue, type NumberField, type ParamValue } from './field.ts';
import { didYouMean, suggest } from './suggest.ts';
import { readNumber, scalesOf, writeNumber } from './units.ts';

/** Reads the text of a parameter. The result is finite and in range; throws PARAM_VALUE with what would be right otherwise. */
export function parseValue(field: Field, text: string): ParamValue {
  const trimmed = text.trim();
  if (field.kind === 'text') return checkValue(field, text);
  if (trimmed === '') throw refuse(field, text, 'the value is empty', `Write ${example(field)}.`);
  switch (field.kind) {
    case 'boolean': {
      const word = trimmed.toLowerCase();
      if (['true', 'yes', 'on', '1'].includes(word)) return checkValue(field, true);
      if (['false', 'no', 'off', '0'].includes(word)) return checkValue(field, false);
      throw refuse(field, text, 'must be true or false', `Write ${example(field)}.`);
    }
    case 'choice':
      return checkValue(field, trimmed);
    case 'number': {
      if (Object.hasOwn(field.words, trimmed)) return checkValue(field, field.words[trimmed] as number);
      const read = readNumber(trimmed, field);
      switch (read.kind) {
        case 'value':
          return checkValue(field, field.dimension === 'duration' ? Math.round(read.value) : read.value, text);
        case 'no-number':
          throw refuse(field, text, `must be ${requirement(field)}`, `Write ${example(field)}.`);
        case 'no-unit':
          throw refuse(field, text, 'has no unit', `Write ${example(field)}.`);
        case 'unknown-unit': {
          const suffixes = scalesOf(field).map((scale) => scale.suffix);
          const near = suggest(
            read.suffix,
            suffixes.filter((suffix) => suffix !== ''),
          );
          const hint =
            near === undefined
              ? `Write ${example(field)}.`
              : `Did you mean '${trimmed.slice(0, trimmed.length - read.suffix.length)}${near}'?`;
          throw refuse(field, text, `'${quoted(read.suffix, 20)}' is not a unit of this parameter`, quoted(hint, 100));
        }
        default:
          return read satisfies never;
      }
    }
    default:
      return field satisfies never;
  }
}

/** Checks a typed value against type, range and schema; `text` is what the person wrote, for the message. Throws PARAM_VALUE. */
export function checkValue(field: Field, value: unknown, text: string = String(value)): ParamValue {
  const problem = problemOf(field, value);
  if (problem !== undefined) throw refuse(field, text, problem[0], problem[1]);
  const checked = field.schema.safeParse(value);
  if (checked.success) return value as ParamValue;
  throw refuse(
    field,
    text,
    quoted(checked.error.issues[0]?.message ?? 'is not valid', 120),
    `Write ${example(field)}.`,
  );
}

function problemOf(field: Field, value: unknown): readonly [string, string] | undefined {
  switch (field.kind) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : ['must be true or false', `Write ${example(field)}.`];
    case 'choice': {
      if (typeof value === 'string' && field.choices.includes(value)) return undefined;
      const all = `Choose ${field.choices.join(', ')}.`;
      return ['is not one of its values', didYouMean(String(value), field.choices, all)];
    }
    case 'text':
      return typeof value === 'string' ? undefined : ['must be a text', `Write ${example(field)}.`];
    case 'number': {
      const hint = `Write ${example(field)}.`;
      if (typeof value !== 'number' || Number.isNaN(value)) return [`must be ${requirement(field)}`, hint];
      const low = field.minExcluded ? value <= field.min : value < field.min;
      const high = field.maxExcluded ? value >= field.max : value > field.max;
      if (low || high) {
        const nearest = nearestInside(field, low);
        return [`must be ${requirement(field)}`, nearest === undefined ? hint : `The nearest is ${nearest}.`];
      }
      if (!Number.isFinite(value)) return [`must be ${requirement(field)}`, hint];
      if (!field.whole) return undefined;
      if (!Number.isInteger(value)) {
        const below = Math.floor(value);
        const neighbour = problemOf(field, below) === undefined ? below : Math.ceil(value);
        return ['must be a whole number', `The nearest is ${writeNumber(neighbour, field)}.`];
      }
      return Number.isSafeInteger(value) ? undefined : ['is too large to be exact', hint];
    }
    default:
      return field satisfies never;
  }
}

function nearestInside(field: NumberField, low: boolean): string | undefined {
  const bound = low ? field.min : field.max;
  const excluded = low ? field.minExcluded : field.maxExcluded;
  if (excluded || !Number.isFinite(bound) || (field.whole && Math.abs(bound) >= Number.MAX_SAFE_INTEGER))
    return undefined;
  return writeNumber(bound, field);
}

/** What the parameter wants, e.g. `a whole number, 1 to 1024`. */
function requirement(field: NumberField): string {
  const noun = {
    count: 'a whole number',
    number: 'a number',
    fraction: 'a share',
    bytes: 'a number of bytes',
    bandwidth: 'a number of bytes per second',
    duration: 'a time',
    physical: field.unit === '' ? 'a number' : `a number in ${field.unit}`,
  }[field.dimension];
  const range = describeRange(field);
  return range === '' ? noun : `${noun}, ${range}`;
}

function example(field: Field): string {
  const text = formatValue(field, field.default);
  const word = field.kind === 'number' ? Object.keys(field.words)[0] : undefined;
  return word === undefined
    ? `for example ${field.name}=${text}`
    : `for example ${field.name}=${text} or ${field.name}=${word}`;
}

function refuse(field: Field, text: string, problem: string, hint: string): SimError {
  return kitErrors.create('PARAM_VALUE', { name: field.name, value: quoted(text), problem, hint });
}
