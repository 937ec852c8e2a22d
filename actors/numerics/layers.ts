import { type ConvolutionShape, convolve, inputGradient, patchesOf, weightGradient } from './convolution.ts';
import { numericsErrors } from './errors.ts';
import { type NetworkLayer, parameter } from './layer.ts';
import { imageShape, sizeOf, transpose } from './tensor.ts';

/** Sizes of a convolution layer. */
export interface ConvolutionOptions {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  /** Default 1. */
  readonly stride?: number;
  /** Zeros on each side; default (kernel - 1) / 2, which keeps the size at stride 1. */
  readonly padding?: number;
  /** Default true. */
  readonly bias?: boolean;
}

/** Convolution of images; saves its input as `name/input`. */
export function convolution(
  name: string,
  options: ConvolutionOptions,
): NetworkLayer & { readonly shape: ConvolutionShape } {
  const { inputs, outputs, kernel, stride = 1, padding = (kernel - 1) / 2, bias = true } = options;
  for (const [what, value] of Object.entries({ inputs, outputs, kernel, stride })) checkWhole(name, what, value, 1);
  checkWhole(name, 'padding', padding, 0);
  const shape = { inputs, outputs, kernel, stride, padding };
  const weights = parameter(`${name}/weights`, [kernel, kernel, inputs, outputs], kernel * kernel * inputs);
  const biases = parameter(`${name}/bias`, [outputs], 0);
  return {
    name,
    shape,
    parameters: bias ? [weights, biases] : [weights],
    forward(x, pass) {
      const patches = patchesOf(x, shape);
      if (pass.training) {
        pass.save(`${name}/input`, x, 'convolution-input');
        pass.note(name, { of: x.data, patches });
      }
      const y = convolve(pass.backend, x, weights.value, shape, patches);
      if (bias) addBias(y.data, biases.value);
      return y;
    },
    backward(gradient, pass, first) {
      const x = pass.load(`${name}/input`);
      const { of, patches } = pass.noted(name) as { of: Float32Array; patches: Float32Array };
      const same = of === x.data ? patches : patchesOf(x, shape);
      weights.gradient.set(weightGradient(pass.backend, x, gradient, shape, same));
      if (bias) sumColumns(gradient.data, biases.gradient);
      return first ? gradient : inputGradient(pass.backend, gradient, weights.value, x.shape, shape);
    },
  };
}

/** Fully connected layer over all numbers of a sample, whatever their shape; saves its input as `name/input`. */
export function dense(
  name: string,
  { inputs, outputs }: { readonly inputs: number; readonly outputs: number },
): NetworkLayer {
  checkWhole(name, 'inputs', inputs, 1);
  checkWhole(name, 'outputs', outputs, 1);
  const weights = parameter(`${name}/weights`, [inputs, outputs], inputs);
  const biases = parameter(`${name}/bias`, [outputs], 0);
  return {
    name,
    parameters: [weights, biases],
    forward(x, pass) {
      const samples = x.shape[0] as number;
      if (x.data.length !== samples * inputs)
        throw numericsErrors.create('NUMERICS_SHAPE', {
          what: 'the number of inputs',
          where: `layer ${name}`,
          value: x.data.length / samples,
          expected: inputs,
        });
      if (pass.training) pass.save(`${name}/input`, x, 'dense-input');
      const data = pass.backend.matMul(x.data, weights.value, samples, inputs, outputs);
      addBias(data, biases.value);
      return { shape: [samples, outputs], data };
    },
    backward(gradient, pass, first) {
      const x = pass.load(`${name}/input`);
      const samples = x.shape[0] as number;
      const { backend } = pass;
      const flipped = transpose(x.data, samples, inputs);
      weights.gradient.set(backend.matMul(flipped, gradient.data, inputs, samples, outputs));
      sumColumns(gradient.data, biases.gradient);
      if (first) return gradient;
      const across = transpose(weights.value, inputs, outputs);
      return { shape: x.shape, data: backend.matMul(gradient.data, across, samples, outputs, inputs) };
    },
  };
}

/** max(x, 0); notes its own output, so that its gradient does not depend on a saved activation. */
export function relu(name: string): NetworkLayer {
  return {
    name,
    parameters: [],
    // On the bits of the floats, without branches: signs of activations are random and a mispredicted branch costs ten times the copy.
    forward(x, pass) {
      const data = new Float32Array(x.data.length);
      const [from, to] = [bitsOf(x.data), bitsOf(data)];
      for (let i = 0; i < to.length; i++) to[i] = from[i]! & ~(from[i]! >> 31);
      if (pass.training) pass.note(name, to);
      return { shape: x.shape, data };
    },
    backward(gradient, pass) {
      const output = pass.noted(name) as Int32Array;
      const data = new Float32Array(gradient.data.length);
      const [from, to] = [bitsOf(gradient.data), bitsOf(data)];
      for (let i = 0; i < to.length; i++) to[i] = from[i]! & (-output[i]! >> 31);
      return { shape: gradient.shape, data };
    },
  };
}

function bitsOf({ buffer, byteOffset, length }: Float32Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length);
}

/** Largest of every square of `size` x `size` that lies whole in the image; the first of equals. */
export function maxPool(name: string, size = 2): NetworkLayer {
  checkWhole(name, 'size', size, 1);
  return {
    name,
    parameters: [],
    forward(x, pass) {
      const [n, h, w, c] = imageShape(x, `layer ${name}`);
      const [rows, columns] = [Math.floor(h / size), Math.floor(w / size)];
      const data = new Float32Array(n * rows * columns * c);
      const places = new Int32Array(data.length);
      let to = 0;
      for (let sample = 0; sample < n; sample++)
        for (let row = 0; row < rows; row++)
          for (let column = 0; column < columns; column++)
            for (let channel = 0; channel < c; channel++, to++) {
              const corner = ((sample * h + row * size) * w + column * size) * c + channel;
              let place = corner;
              for (let i = 0; i < size; i++)
                for (let j = 0; j < size; j++) {
                  const at = corner + (i * w + j) * c;
                  if (x.data[at]! > x.data[place]!) place = at;
                }
              places[to] = place;
              data[to] = x.data[place]!;
            }
      if (pass.training) pass.note(name, { places, shape: x.shape });
      return { shape: [n, rows, columns, c], data };
    },
    backward(gradient, pass) {
      const { places, shape } = pass.noted(name) as { places: Int32Array; shape: readonly number[] };
      const data = new Float32Array(sizeOf(shape));
      for (let i = 0; i < places.length; i++) data[places[i]!]! += gradient.data[i]!;
      return { shape, data };
    },
  };
}

function addBias(data: Float32Array, bias: Float32Array): void {
  const width = bias.length;
  for (let at = 0; at < data.length; at += width) for (let j = 0; j < width; j++) data[at + j]! += bias[j]!;
}

/** Sums of the columns, in double precision. */
function sumColumns(data: Float32Array, into: Float32Array): void {
  const width = into.length;
  const sums = new Float64Array(width);
  for (let at = 0; at < data.length; at += width) for (let j = 0; j < width; j++) sums[j]! += data[at + j]!;
  into.set(sums);
}

/** Throws NUMERICS_SHAPE unless `value` is a whole number of at least `min`. @internal */
export function checkWhole(layer: string, what: string, value: number, min: number): void {
  if (!(Number.isSafeInteger(value) && value >= min))
    throw numericsErrors.create('NUMERICS_SHAPE', {
      what,
      where: `layer ${layer}`,
      value,
      expected: `a whole number of at least ${min}`,
    });
}
