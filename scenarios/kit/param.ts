import { z } from 'zod';
import type { Bytes, BytesPerSecond, Duration } from '../../engine/index.ts';
import { scenarioErrors } from './errors.ts';
import { type Dimension, readNumber, type UnitChoice } from './units.ts';

/** What a parameter's schema carries beside its type and range; written by `param.*` and read by `fieldOf`. */
export interface ParamMeta {
  readonly dimension?: Dimension;
  readonly unit?: string;
  readonly binary?: boolean;
  /** Words that stand for a value, e.g. `{ auto: 0 }`. */
  readonly words?: Readonly<Record<string, number>>;
}

/** A number, or its text with a unit: `25e9` or `'25GB/s'`. */
export type Written = number | string;

interface Options {
  readonly default: Written;
  /** One line: what it means. */
  readonly describe: string;
  readonly min?: Written;
  readonly max?: Written;
  /** Words that stand for a value, e.g. `{ auto: 0 }`; the value must be in range. */
  readonly words?: Readonly<Record<string, number>>;
}

type Bounds = Pick<Options, 'min' | 'max'> & { readonly above?: Written; readonly below?: Written };

function numeric(
  choice: UnitChoice,
  options: Omit<Options, 'min' | 'max'> & Bounds,
  whole: boolean,
): z.ZodType<number> {
  const read = (written: Written): number => {
    if (typeof written === 'number') return written;
    const result = readNumber(written, choice);
    if (result.kind === 'value') return result.value;
    throw scenarioErrors.create('SCENARIO_DEFINITION', {
      id: 'parameter',
      problem: `'${written}' in the declaration '${options.describe}' cannot be read`,
      hint: 'Write a number with a unit of its kind.',
    });
  };
  let schema: z.ZodNumber = whole ? z.number().int() : z.number();
  if (options.min !== undefined) schema = schema.min(read(options.min));
  if (options.max !== undefined) schema = schema.max(read(options.max));
  if (options.above !== undefined) schema = schema.gt(read(options.above));
  if (options.below !== undefined) schema = schema.lt(read(options.below));
  const meta: ParamMeta = {
    dimension: choice.dimension,
    unit: choice.unit,
    binary: choice.binary,
    ...(options.words === undefined ? {} : { words: options.words }),
  };
  return schema.default(read(options.default)).meta({ description: options.describe, ...meta });
}

const of = (dimension: Dimension, unit = '', binary = false): UnitChoice => ({ dimension, unit, binary });

/** Constructors of parameters: each returns a zod schema that carries range, default, unit and meaning. */
export const param = {
  /** A whole number; `binary` makes a bare K, M, G count in powers of 1024. */
  integer(options: Options & { readonly binary?: boolean; readonly unit?: string }): z.ZodType<number> {
    return numeric(of('count', options.unit, options.binary), options, true);
  },
  /** A number of tokens: K and M are powers of 1024, so `128K` is 131072. */
  tokens(options: Options): z.ZodType<number> {
    return numeric(of('count', 'tokens', true), options, true);
  },
  /** A real number without unit; `above` and `below` exclude the bound itself. */
  number(options: Options & Bounds): z.ZodType<number> {
    return numeric(of('number'), options, false);
  },
  /** A real number in a unit such as `W` or `FLOP/s`: bare, or with an SI prefix (`312TFLOP/s`). */
  quantity(options: Options & Bounds & { readonly unit: string }): z.ZodType<number> {
    return numeric(of('physical', options.unit), options, false);
  },
  /** A share from 0 to 1, or a percentage: `0.85` or `85%`. `above: 0` excludes zero. */
  fraction(options: Omit<Options, 'min' | 'max'> & Bounds): z.ZodType<number> {
    const low = options.above === undefined && options.min === undefined ? { min: 0 } : {};
    const high = options.below === undefined && options.max === undefined ? { max: 1 } : {};
    return numeric(of('fraction'), { ...options, ...low, ...high }, false);
  },
  /** Bytes: `40GiB` (binary), `25GB` (decimal), or a bare number of bytes. */
  bytes(options: Options): z.ZodType<Bytes> {
    return numeric(of('bytes'), options, true) as z.ZodType<number> as z.ZodType<Bytes>;
  },
  /** Bytes per second: `25GB/s`, `200Gbit/s`, or a bare number of bytes per second. `above: 0` excludes zero. */
  bandwidth(options: Options & Bounds): z.ZodType<BytesPerSecond> {
    return numeric(of('bandwidth'), options, false) as z.ZodType<number> as z.ZodType<BytesPerSecond>;
  },
  /** A span of time with its unit: `10us`, `3ms`; whole picoseconds. */
  duration(options: Options): z.ZodType<Duration> {
    return numeric(of('duration'), options, true) as z.ZodType<number> as z.ZodType<Duration>;
  },
  /** One of a few names. */
  choice<const Names extends readonly [string, ...string[]]>(
    names: Names,
    options: { readonly default: Names[number]; readonly describe: string },
  ): z.ZodType<Names[number]> {
    return z
      .enum(names)
      .default(options.default as never)
      .meta({ description: options.describe }) as unknown as z.ZodType<Names[number]>;
  },
  /** Free text, such as a path; `pattern` says which, `patternText` in words. */
  text(options: {
    readonly default: string;
    readonly describe: string;
    readonly pattern?: RegExp;
    readonly patternText?: string;
  }): z.ZodType<string> {
    const { pattern, patternText } = options;
    const schema =
      pattern === undefined ? z.string() : z.string().regex(pattern, patternText ?? `must match ${pattern}`);
    return schema.default(options.default).meta({ description: options.describe });
  },
  /** `true` or `false`; also `yes`, `no`, `on`, `off`, `1`, `0`. */
  boolean(options: { readonly default: boolean; readonly describe: string }): z.ZodType<boolean> {
    return z.boolean().default(options.default).meta({ description: options.describe });
  },
} as const;
