import { codecErrors } from './errors.ts';

/** The shape of an array in row-major order; one plane of height 1 is a plain sequence. */
export interface FieldShape {
  readonly planes: number;
  readonly height: number;
  readonly width: number;
}

/** Where the predictor looks: nowhere, 32 values of the flat array, tiles of 16 x 16 of each plane, or cubes of 8 x 8 x 8. */
export type PredictorDims = 0 | 1 | 2 | 3;

/** Side of a chunk by number of dimensions. */
export const chunkSides: readonly [number, number, number, number] = [1, 32, 16, 8];

/** Quantise all values first and predict integers, or predict each value from restored ones as SZ 1.4 did. */
export type CodecVariant = 'dual-quant' | 'classic-sz';

export interface CodecOptions {
  /** Largest distance between a finite value and its restored value; finite and > 0. */
  readonly errorBound: number;
  /** Default 2; classic-sz needs 1. */
  readonly dims?: PredictorDims;
  /**
   * Size of the Huffman alphabet: a power of two, 128..65536. Default 1024, but 65536 for fields of 4096 values or more of which more
   * than one in 32 would be escapes (dual-quant).
   */
  readonly bins?: number;
  /** Default dual-quant. */
  readonly variant?: CodecVariant;
}

/** Options with defaults filled in, checked. */
export type CheckedOptions = Required<CodecOptions>;

/** Symbols have 16 bits. */
export const largestAlphabet = 65536;

/** Largest magnitude on the grid: beyond it float32 rounding could reach a quarter of a step. */
export const gridLimit = 2 ** 22;

/** Width of a grid step: twice the bound, kept finite. */
export function gridStep(errorBound: number): number {
  return Math.min(2 * errorBound, Number.MAX_VALUE);
}

/** Fills in defaults. Throws CODEC_OPTION. */
export function checkOptions(options: CodecOptions): CheckedOptions {
  const { errorBound, dims = 2, bins = 1024, variant = 'dual-quant' } = options;
  const refuse = (option: string, value: unknown, expected: string): never => {
    throw codecErrors.create('CODEC_OPTION', { option, value, expected });
  };
  if (!(errorBound > 0 && errorBound < Number.POSITIVE_INFINITY)) refuse('errorBound', errorBound, 'finite and > 0');
  if (![0, 1, 2, 3].includes(dims)) refuse('dims', dims, '0, 1, 2 or 3');
  if (!(bins >= 128 && bins <= largestAlphabet && Number.isInteger(Math.log2(bins))))
    refuse('bins', bins, 'a power of two from 128 to 65536');
  if (variant !== 'dual-quant' && variant !== 'classic-sz') refuse('variant', variant, 'dual-quant or classic-sz');
  if (variant === 'classic-sz' && dims !== 1) refuse('dims', dims, '1 with classic-sz');
  return { errorBound, dims, bins, variant };
}

/** Number of values of a shape. Throws CODEC_SHAPE when it is not `values`, or empty. */
export function checkShape({ planes, height, width }: FieldShape, values: number): number {
  const count = planes * height * width;
  const whole = [planes, height, width].every((side) => Number.isInteger(side) && side > 0);
  if (!(whole && count === values && count < 2 ** 31))
    throw codecErrors.create('CODEC_SHAPE', { planes, height, width, values });
  return count;
}
