import type { Backend } from './backend.ts';
import { numericsErrors } from './errors.ts';
import { imageShape, type Tensor, transpose } from './tensor.ts';

/** Sizes of a convolution; weights are kernel row, kernel column, input channel, output channel. */
export interface ConvolutionShape {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
  /** Zeros around the image on each side. */
  readonly padding: number;
}

/** Rows and columns of the output for an input of `extent`. */
export function outputExtent(extent: number, { kernel, stride, padding }: ConvolutionShape): number {
  return Math.floor((extent + 2 * padding - kernel) / stride) + 1;
}

/** The convolution of images with `weights`, without bias: patches times weights. `patches` saves making them when they are at hand. */
export function convolve(
  backend: Backend,
  x: Tensor,
  weights: Float32Array,
  shape: ConvolutionShape,
  patches: Float32Array = patchesOf(x, shape),
): Tensor {
  const { samples, rows, columns, depth } = geometryOf(x, shape);
  const count = samples * rows * columns;
  const data = backend.matMul(patches, weights, count, depth, shape.outputs);
  return { shape: [samples, rows, columns, shape.outputs], data };
}

/** The gradient of the weights of a convolution that had the input `x`. */
export function weightGradient(
  backend: Backend,
  x: Tensor,
  gradient: Tensor,
  shape: ConvolutionShape,
  patches: Float32Array = patchesOf(x, shape),
): Float32Array {
  const { samples, rows, columns, depth } = geometryOf(x, shape);
  const count = samples * rows * columns;
  const { outputs } = shape;
  const flipped = transpose(gradient.data, count, outputs);
  return transpose(backend.matMul(flipped, patches, outputs, count, depth), outputs, depth);
}

/** The gradient of the input of a convolution, of shape `input`. */
export function inputGradient(
  backend: Backend,
  gradient: Tensor,
  weights: Float32Array,
  input: readonly number[],
  shape: ConvolutionShape,
): Tensor {
  const x = { shape: input, data: new Float32Array(input.reduce((a, b) => a * b, 1)) };
  const { samples, rows, columns, depth } = geometryOf(x, shape);
  const { outputs } = shape;
  const patches = backend.matMul(
    gradient.data,
    transpose(weights, depth, outputs),
    samples * rows * columns,
    outputs,
    depth,
  );
  if (isPointwise(shape)) return { shape: input, data: patches };
  scatterPatches(patches, x, shape);
  return x;
}

interface Geometry {
  readonly samples: number;
  readonly rows: number;
  readonly columns: number;
  /** Numbers in a patch. */
  readonly depth: number;
}

function geometryOf(x: Tensor, shape: ConvolutionShape): Geometry {
  const [samples, h, w, channels] = imageShape(x, 'the input of a convolution');
  if (channels !== shape.inputs)
    throw numericsErrors.create('NUMERICS_SHAPE', {
      what: 'the number of channels',
      where: 'the input of a convolution',
      value: channels,
      expected: shape.inputs,
    });
  const [rows, columns] = [outputExtent(h, shape), outputExtent(w, shape)];
  if (!(rows >= 1 && columns >= 1))
    throw numericsErrors.create('NUMERICS_SHAPE', {
      what: 'the size',
      where: 'the input of a convolution',
      value: `${h} x ${w}`,
      expected: `at least the kernel of ${shape.kernel} less the padding of ${shape.padding} on both sides`,
    });
  return { samples, rows, columns, depth: shape.kernel * shape.kernel * channels };
}

function isPointwise({ kernel, stride, padding }: ConvolutionShape): boolean {
  return kernel === 1 && stride === 1 && padding === 0;
}

/** All patches under the kernel, one a row (im2col); the data of `x` itself when a patch is a pixel. */
export function patchesOf(x: Tensor, shape: ConvolutionShape): Float32Array {
  if (isPointwise(shape)) return x.data;
  const { samples, rows, columns, depth } = geometryOf(x, shape);
  const size = rows * columns * depth;
  const patches = new Float32Array(samples * size);
  const runs = runsOf(x, shape);
  const { data } = x;
  const imageSize = data.length / samples;
  for (let n = 0; n < samples; n++)
    for (let r = 0; r < runs.length; r += 3) {
      const from = n * imageSize + runs[r]!;
      const to = n * size + runs[r + 1]!;
      const length = runs[r + 2]!;
      for (let i = 0; i < length; i++) patches[to + i] = data[from + i]!;
    }
  return patches;
}

/** Adds every patch to the place it was taken from (col2im). */
function scatterPatches(patches: Float32Array, x: Tensor, shape: ConvolutionShape): void {
  const { samples, rows, columns, depth } = geometryOf(x, shape);
  const size = rows * columns * depth;
  const runs = runsOf(x, shape);
  const { data } = x;
  const imageSize = data.length / samples;
  for (let n = 0; n < samples; n++)
    for (let r = 0; r < runs.length; r += 3) {
      const to = n * imageSize + runs[r]!;
      const from = n * size + runs[r + 1]!;
      const length = runs[r + 2]!;
      for (let i = 0; i < length; i++) data[to + i]! += patches[from + i]!;
    }
}

/** Runs of numbers of one sample that lie together both in the image and in its patches: place in the image, in the patches, length. */
function runsOf(x: Tensor, shape: ConvolutionShape): Int32Array {
  const { rows, columns, depth } = geometryOf(x, shape);
  const [, h, w, channels] = x.shape as [number, number, number, number];
  const { kernel, stride, padding } = shape;
  const runs = new Int32Array(rows * columns * kernel * 3);
  let end = 0;
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const left = column * stride - padding;
      const first = Math.max(0, -left);
      const last = Math.min(kernel, w - left);
      for (let k = 0; k < kernel; k++) {
        const y = row * stride - padding + k;
        if (y < 0 || y >= h || last <= first) continue;
        runs[end++] = (y * w + left + first) * channels;
        runs[end++] = (row * columns + column) * depth + (k * kernel + first) * channels;
        runs[end++] = (last - first) * channels;
      }
    }
  return runs.subarray(0, end);
}
