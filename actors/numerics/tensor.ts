import { numericsErrors } from './errors.ts';

/** Numbers of an array in row-major order; images are sample, row, column, channel. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A tensor over `data`; throws NUMERICS_SHAPE when the shape does not hold as many numbers. */
export function tensor(shape: readonly number[], data: Float32Array): Tensor {
  if (sizeOf(shape) !== data.length)
    throw numericsErrors.create('NUMERICS_SHAPE', {
      what: 'the number of elements',
      where: `a tensor of shape ${shape.join(' x ')}`,
      value: data.length,
      expected: sizeOf(shape),
    });
  return { shape, data };
}

/** A tensor of zeros. */
export function zeros(shape: readonly number[]): Tensor {
  return { shape, data: new Float32Array(sizeOf(shape)) };
}

/** How many numbers a tensor of this shape holds. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** The transpose of a matrix of `rows` x `columns`, in blocks that fit a cache. */
export function transpose(
  a: Float32Array,
  rows: number,
  columns: number,
  into: Float32Array = new Float32Array(rows * columns),
): Float32Array {
  const block = 32;
  for (let r0 = 0; r0 < rows; r0 += block)
    for (let c0 = 0; c0 < columns; c0 += block) {
      const [rEnd, cEnd] = [Math.min(rows, r0 + block), Math.min(columns, c0 + block)];
      for (let r = r0; r < rEnd; r++) for (let c = c0; c < cEnd; c++) into[c * rows + r] = a[r * columns + c]!;
    }
  return into;
}

/** Images as planes: sample, channel, row, column, the order in which neighbours in memory are neighbours in the picture. */
export function toPlanes(images: Tensor): Tensor {
  const [n, h, w, c] = imageShape(images, 'toPlanes');
  const data = new Float32Array(images.data.length);
  const size = h * w * c;
  for (let i = 0; i < n; i++)
    transpose(images.data.subarray(i * size, (i + 1) * size), h * w, c, data.subarray(i * size, (i + 1) * size));
  return { shape: [n, c, h, w], data };
}

/** The inverse of `toPlanes`. */
export function fromPlanes(planes: Tensor): Tensor {
  const [n, c, h, w] = imageShape(planes, 'fromPlanes');
  const data = new Float32Array(planes.data.length);
  const size = h * w * c;
  for (let i = 0; i < n; i++)
    transpose(planes.data.subarray(i * size, (i + 1) * size), c, h * w, data.subarray(i * size, (i + 1) * size));
  return { shape: [n, h, w, c], data };
}

/** The four extents of a batch of images; throws NUMERICS_SHAPE for any other number of axes. */
export function imageShape(x: Tensor, where: string): readonly [number, number, number, number] {
  if (x.shape.length !== 4)
    throw numericsErrors.create('NUMERICS_SHAPE', {
      what: 'the shape',
      where,
      value: x.shape.join(' x '),
      expected: 'four extents',
    });
  return x.shape as unknown as readonly [number, number, number, number];
}
