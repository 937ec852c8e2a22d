import { adcStep, type CrossbarSpec, type MappingSpec, readMatrix, type Tiling } from '../../../actors/index.ts';
import type { Samples } from '../../../actors/numerics/index.ts';
import { KERNEL, type TrainedShape } from '../networks.ts';

/** One layer as a chip has it: levels of all cells row by row, and how they lie on arrays. */
export interface ConvertedLayer {
  readonly levels: Float32Array;
  readonly tiling: Tiling;
  /** A weight level in weights, W / L. */
  readonly unit: number;
  readonly biases: Float32Array;
}

/**
 * Classifies pictures through converters: inputs of a layer become whole numbers of `inputBits`, columns of an array are read
 * slice by slice, and each sum is rounded to the steps of a converter of `adcBits` over the full scale of a column.
 */
export class ConvertedPass {
  readonly #shapes: readonly TrainedShape[];
  readonly #samples: Samples;
  readonly #crossbar: CrossbarSpec;
  readonly #mapping: MappingSpec;

  constructor(shapes: readonly TrainedShape[], samples: Samples, crossbar: CrossbarSpec, mapping: MappingSpec) {
    this.#shapes = shapes;
    this.#samples = samples;
    this.#crossbar = crossbar;
    this.#mapping = mapping;
  }

  /** Share of the pictures classified right. */
  accuracy(layers: readonly ConvertedLayer[]): number {
    const { images, labels, count } = this.#samples;
    const pixels = images.length / count;
    let correct = 0;
    for (let i = 0; i < count; i++) {
      let x: Float64Array = Float64Array.from(images.subarray(i * pixels, (i + 1) * pixels));
      for (const [l, shape] of this.#shapes.entries())
        x = this.#layer(shape, layers[l]!, x, l === this.#shapes.length - 1);
      if (x.indexOf(x.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)) === labels[i])
        correct++;
    }
    return correct / count;
  }

  #layer(shape: TrainedShape, layer: ConvertedLayer, x: Float64Array, isLast: boolean): Float64Array {
    const crossbar = this.#crossbar;
    const mapping = this.#mapping;
    const top = 2 ** crossbar.inputBits - 1;
    const most = x.reduce((a, b) => Math.max(a, b), 0);
    const whole = Int32Array.from(x, (value) => (most > 0 ? Math.floor((value / most) * top + 0.5) : 0));
    const inputs = shape.kind === 'convolution' ? patches(whole, shape) : whole;
    const step = adcStep(crossbar.rows, crossbar.dacBits, mapping.cellBits, crossbar.adcBits);
    const { tiling, levels, unit, biases } = layer;
    const values = readMatrix({ tiling, mapping, crossbar }, levels, inputs, step);
    const scale = unit * (most / top);
    for (let i = 0; i < values.length; i++) {
      const value = values[i]! * scale + biases[i % shape.outputs]!;
      values[i] = isLast ? value : Math.max(0, value);
    }
    return shape.kind === 'convolution' ? pooled(values, shape) : values;
  }
}

/** Windows of a convolution, kernel row, kernel column, channel. */
function patches(x: Int32Array, { side, channels, inputs, windows }: TrainedShape): Int32Array {
  const size = side - KERNEL + 1;
  const out = new Int32Array(windows * inputs);
  const run = KERNEL * channels;
  for (let row = 0, to = 0; row < size; row++)
    for (let column = 0; column < size; column++)
      for (let k = 0; k < KERNEL; k++, to += run) {
        const at = ((row + k) * side + column) * channels;
        out.set(x.subarray(at, at + run), to);
      }
  return out;
}

/** Largest of each square of two by two; row, column, channel. */
function pooled(x: Float64Array, { side, outputs }: TrainedShape): Float64Array {
  const size = side - KERNEL + 1;
  const half = size >> 1;
  const out = new Float64Array(half * half * outputs);
  for (let row = 0, to = 0; row < half; row++)
    for (let column = 0; column < half; column++)
      for (let o = 0; o < outputs; o++, to++) {
        const at = (2 * row * size + 2 * column) * outputs + o;
        const below = at + size * outputs;
        out[to] = Math.max(x[at]!, x[at + outputs]!, x[below]!, x[below + outputs]!);
      }
  return out;
}
