import {
  type Bytes,
  type BytesPerSecond,
  bytes,
  bytesPerSecond,
  type FlopPerSecond,
  flopPerSecond,
  type Hertz,
  hertz,
  type Watts,
  watts,
} from '../../engine/kernel/quantities.ts';

/** SI size of every unit a preset may use: bytes, seconds, FLOP, hertz, watts, volts, ohms, dollars; counts, shares and clock cycles are 1. */
const scales = {
  '1': 1,
  clk: 1,
  B: 1,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  'GB/s': 1e9,
  'TB/s': 1e12,
  'TFLOP/s': 1e12,
  TFLOP: 1e12,
  ps: 1e-12,
  ns: 1e-9,
  us: 1e-6,
  ms: 1e-3,
  s: 1,
  MHz: 1e6,
  W: 1,
  V: 1,
  ohm: 1,
  $: 1,
} as const;

/** A unit a preset number may carry; GB is 1e9 B and GiB 2^30 B, `1` is a count or a share, `clk` a clock cycle of the part. */
export type Unit = keyof typeof scales;
export type SizeUnit = 'B' | 'MB' | 'GB' | 'KiB' | 'MiB' | 'GiB';
export type RateUnit = 'GB/s' | 'TB/s';
export type TimeUnit = 'ps' | 'ns' | 'us' | 'ms' | 's';

/** Where a number comes from: a datasheet, somebody's measurement, a fit to measurements, or belief. */
export type ParameterKind = 'spec' | 'measured' | 'fitted' | 'assumed';

/** One hardware number with its provenance; `source` names the public origin. */
export interface Parameter<U extends Unit = Unit> {
  readonly value: number;
  readonly unit: U;
  readonly kind: ParameterKind;
  readonly source: string;
}

/** Several numbers of one origin, for instance a measured curve. */
export interface ParameterSeries<U extends Unit = Unit> {
  readonly values: readonly number[];
  readonly unit: U;
  readonly kind: ParameterKind;
  readonly source: string;
}

type Maker = <const U extends Unit>(value: number, unit: U, source: string) => Parameter<U>;

const maker =
  (kind: ParameterKind): Maker =>
  (value, unit, source) =>
    Object.freeze({ value, unit, kind, source });

/** A number printed by the vendor. */
export const spec: Maker = maker('spec');
/** A number somebody measured. */
export const measured: Maker = maker('measured');
/** A constant of a model here, fitted to a measured table named in `source`. */
export const fitted: Maker = maker('fitted');
/** A number nobody checked: recalled, carried over from a sibling, or chosen. */
export const assumed: Maker = maker('assumed');

/** A curve somebody measured. */
export function measuredSeries<const U extends Unit>(
  values: readonly number[],
  unit: U,
  source: string,
): ParameterSeries<U> {
  return Object.freeze({ values: Object.freeze([...values]), unit, kind: 'measured', source });
}

/** Whether `value` has the shape of a series. */
export function isParameterSeries(value: unknown): value is ParameterSeries {
  return typeof value === 'object' && value !== null && 'values' in value && 'unit' in value && 'kind' in value;
}

/** The values of a series in SI units. */
export function seriesInSI(series: ParameterSeries): readonly number[] {
  return series.values.map((value) => value * scales[series.unit]);
}

/** The value in SI units (bytes, seconds, FLOP, hertz, watts), a plain number. */
export function inSI(parameter: Parameter): number {
  return parameter.value * scales[parameter.unit];
}

/** A size as typed bytes. */
export function asBytes(parameter: Parameter<SizeUnit>): Bytes {
  return bytes(inSI(parameter));
}

/** A rate as typed bytes per second. */
export function asRate(parameter: Parameter<RateUnit>): BytesPerSecond {
  return bytesPerSecond(inSI(parameter));
}

/** A peak as typed FLOP per second. */
export function asFlopRate(parameter: Parameter<'TFLOP/s'>): FlopPerSecond {
  return flopPerSecond(inSI(parameter));
}

/** A clock as typed hertz. */
export function asHertz(parameter: Parameter<'MHz'>): Hertz {
  return hertz(inSI(parameter));
}

/** A power as typed watts. */
export function asWatts(parameter: Parameter<'W'>): Watts {
  return watts(inSI(parameter));
}

/** Nested records of parameters. */
export type ParameterTree = { readonly [name: string]: Parameter | ParameterTree | string | undefined };

/** The same tree with each parameter read as a plain SI number; strings stay. */
export type InSI<T> = {
  readonly [K in keyof T]: T[K] extends Parameter ? number : T[K] extends string ? T[K] : InSI<T[K]>;
};

/** Whether `value` has the shape of a parameter. */
export function isParameter(value: unknown): value is Parameter {
  return typeof value === 'object' && value !== null && 'value' in value && 'unit' in value && 'kind' in value;
}

/** Reads a whole tree of parameters into frozen plain SI numbers. */
export function treeInSI<T extends object>(tree: T): InSI<T> {
  const entries = Object.entries(tree).map(([name, value]) => [
    name,
    isParameter(value) ? inSI(value) : typeof value === 'object' && value !== null ? treeInSI(value) : value,
  ]);
  return Object.freeze(Object.fromEntries(entries)) as InSI<T>;
}

/** The same tree marked `assumed`, each source saying that the number was carried over: `note` tells whence and where. */
export function carriedOver<T extends object>(tree: T, note: string): T {
  const entries = Object.entries(tree).map(([name, value]) => [
    name,
    isParameter(value)
      ? Object.freeze({ ...value, kind: 'assumed', source: `${note}; original: ${value.source}` })
      : typeof value === 'object' && value !== null
        ? carriedOver(value, note)
        : value,
  ]);
  return Object.freeze(Object.fromEntries(entries)) as T;
}
