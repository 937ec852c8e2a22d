import { codecErrors } from './errors.ts';
import { checkShape, type FieldShape } from './options.ts';

/** A field after an 8x8 discrete cosine transform with one quantiser for all coefficients: no bound holds for its error. */
export interface BlockDct {
  readonly shape: FieldShape;
  /** 127 over the largest magnitude; 0 when all values are zero. */
  readonly scale: number;
  /** Coefficients were divided by 2^shift. */
  readonly shift: number;
  /** Quantised coefficients, block by block. */
  readonly coefficients: Int8Array;
  readonly nonZero: number;
}

const side = 8;

/** Orthonormal DCT-II matrix, row = frequency. */
const cosines = Float64Array.from({ length: side * side }, (_, i) => {
  const frequency = Math.floor(i / side);
  const place = i % side;
  const norm = frequency === 0 ? Math.SQRT1_2 : 1;
  return (norm / 2) * Math.cos(((2 * place + 1) * frequency * Math.PI) / 16);
});

/** Stored size: a bit for each coefficient, a byte for each that is not zero. */
export function blockDctBytes({ coefficients, nonZero }: BlockDct): number {
  return Math.ceil(coefficients.length / 8) + nonZero;
}

/**
 * Scales to 8 bits, pads planes with zeros to multiples of 8, transforms and divides by 2^shift (0..7), in the way of JPEG-ACT
 * (ISCA 2020). Throws CODEC_SHAPE; CODEC_OPTION for values that are not finite or a bad shift.
 */
export function encodeBlockDct(values: Float32Array, shape: FieldShape, shift: number): BlockDct {
  checkShape(shape, values.length);
  if (!(Number.isInteger(shift) && shift >= 0 && shift <= 7))
    throw codecErrors.create('CODEC_OPTION', { option: 'shift', value: shift, expected: 'a whole number from 0 to 7' });
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const magnitude = Math.abs(values[i]!);
    if (!(magnitude < Number.POSITIVE_INFINITY))
      throw codecErrors.create('CODEC_OPTION', { option: `value ${i}`, value: values[i], expected: 'finite' });
    if (magnitude > largest) largest = magnitude;
  }
  const scale = largest === 0 ? 0 : 127 / largest;
  const { blocksDown, blocksAcross } = blocks(shape);
  const coefficients = new Int8Array(shape.planes * blocksDown * blocksAcross * side * side);
  const block = new Float64Array(side * side);
  let nonZero = 0;
  let at = 0;
  forEachBlock(shape, (from, height, width) => {
    block.fill(0);
    for (let i = 0; i < height; i++)
      for (let j = 0; j < width; j++) block[i * side + j] = Math.round(values[from + i * shape.width + j]! * scale);
    transform(block, false);
    for (let i = 0; i < block.length; i++) {
      const quantised = Math.max(-128, Math.min(127, Math.round(block[i]! / 2 ** shift)));
      coefficients[at++] = quantised;
      if (quantised !== 0) nonZero++;
    }
  });
  return { shape, scale, shift, coefficients, nonZero };
}

/** The values an encoded field stands for. */
export function decodeBlockDct({ shape, scale, shift, coefficients }: BlockDct): Float32Array<ArrayBuffer> {
  const values = new Float32Array(shape.planes * shape.height * shape.width);
  if (scale === 0) return values;
  const block = new Float64Array(side * side);
  let at = 0;
  forEachBlock(shape, (from, height, width) => {
    for (let i = 0; i < block.length; i++) block[i] = coefficients[at++]! * 2 ** shift;
    transform(block, true);
    for (let i = 0; i < height; i++)
      for (let j = 0; j < width; j++) values[from + i * shape.width + j] = block[i * side + j]! / scale;
  });
  return values;
}

function blocks({ height, width }: FieldShape): { blocksDown: number; blocksAcross: number } {
  return { blocksDown: Math.ceil(height / side), blocksAcross: Math.ceil(width / side) };
}

/** Calls with the index of the first value of each block and the part of it that lies in the plane. */
function forEachBlock(shape: FieldShape, visit: (from: number, height: number, width: number) => void): void {
  for (let plane = 0; plane < shape.planes; plane++)
    for (let row = 0; row < shape.height; row += side)
      for (let column = 0; column < shape.width; column += side) {
        const from = (plane * shape.height + row) * shape.width + column;
        visit(from, Math.min(side, shape.height - row), Math.min(side, shape.width - column));
      }
}

const half = new Float64Array(side * side);

/** C B C' in place, or C' B C for the inverse. */
function transform(block: Float64Array, inverse: boolean): void {
  const c = cosines;
  for (let k = 0; k < side; k++)
    for (let j = 0; j < side; j++) {
      let sum = 0;
      for (let i = 0; i < side; i++) sum += (inverse ? c[i * side + k]! : c[k * side + i]!) * block[i * side + j]!;
      half[k * side + j] = sum;
    }
  for (let k = 0; k < side; k++)
    for (let l = 0; l < side; l++) {
      let sum = 0;
      for (let j = 0; j < side; j++) sum += half[k * side + j]! * (inverse ? c[j * side + l]! : c[l * side + j]!);
      block[k * side + l] = sum;
    }
}
