import type { LayerShape, Tiling } from './tiling.ts';

/** Converters, drivers and wires of the arrays, in SI units. */
export interface CrossbarSpec {
  readonly rows: number;
  readonly columns: number;
  readonly inputBits: number;
  /** Input bits driven at once; the rest follow one slice after the other. */
  readonly dacBits: number;
  readonly adcBits: number;
  readonly adcsPerArray: number;
  /** Whether the next slice is driven while the last is converted (sample and hold). */
  readonly pipelined: boolean;
  /** Drive and settle of one slice. */
  readonly readPulseSeconds: number;
  /** Conversions per second of one converter. */
  readonly adcRate: number;
  /** Of one converter at 8 bits; power doubles with each bit. */
  readonly adcWatts: number;
  /** Of one row driver. */
  readonly dacWatts: number;
  readonly readVolts: number;
  readonly onOhms: number;
  readonly offOhms: number;
  /** Share of input bits that are 1, for energy. */
  readonly inputActivity: number;
  readonly wireOhms: number;
}

/** Slices of one input, ceil(inputBits / dacBits). */
export function slicesOfInput({ inputBits, dacBits }: Pick<CrossbarSpec, 'inputBits' | 'dacBits'>): number {
  return Math.ceil(inputBits / dacBits);
}

/** Time in seconds to convert `columns` columns, the converters of the array side by side. */
export function conversionSeconds({ adcsPerArray, adcRate }: CrossbarSpec, columns: number): number {
  return Math.ceil(columns / adcsPerArray) / adcRate;
}

/** Energy in J of `conversions` conversions. */
export function adcJoules({ adcWatts, adcBits, adcRate }: CrossbarSpec, conversions: number): number {
  return (conversions * adcWatts * 2 ** (adcBits - 8)) / adcRate;
}

/** Energy in J of `drives` drives of one row for one slice. */
export function dacJoules({ dacWatts, readPulseSeconds }: CrossbarSpec, drives: number): number {
  return drives * dacWatts * readPulseSeconds;
}

/** Total conductance in siemens of `cells` cells whose normalised conductances sum to `sum`. */
export function siemens({ onOhms, offOhms }: CrossbarSpec, cells: number, sum: number): number {
  return cells / offOhms + sum * (1 / onOhms - 1 / offOhms);
}

/** Energy in J that one slice leaves in cells of this total conductance. */
export function sliceJoules(spec: CrossbarSpec, conductance: number): number {
  return spec.inputActivity * spec.readVolts * spec.readVolts * spec.readPulseSeconds * conductance;
}

/** Time in seconds of one layer in closed form: b n slices, driving and converting overlapped or not (derived here: a two-stage pipeline). */
export function layerSeconds(spec: CrossbarSpec, { shape, cellsPerWeight }: Tiling): number {
  const drive = spec.readPulseSeconds;
  const convert = conversionSeconds(spec, Math.min(shape.outputs * cellsPerWeight, spec.columns));
  const slices = shape.windows * slicesOfInput(spec);
  return spec.pipelined ? slices * Math.max(drive, convert) + Math.min(drive, convert) : slices * (drive + convert);
}

/** Voltage lost along a bit line of N cells, all on, all driven: wire x Gon x V x N (N + 1) / 2 (derived here: segment i carries i currents). */
export function irDropVolts({ wireOhms, onOhms, readVolts, rows }: CrossbarSpec, shape: LayerShape): number {
  const n = Math.min(shape.inputs, rows);
  return ((wireOhms * readVolts) / onOhms) * ((n * (n + 1)) / 2);
}

/** Bits with which a converter loses nothing: enough for the largest sum of a column. */
export function losslessAdcBits({ rows, dacBits }: CrossbarSpec, cellBits: number): number {
  const most = rows * (2 ** dacBits - 1) * (2 ** cellBits - 1);
  let bits = 0;
  while (2 ** bits < most + 1) bits++;
  return bits;
}
