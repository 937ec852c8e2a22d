import { type ConvolutionShape, patchesOf, type Tensor } from '../../../actors/numerics/index.ts';

/** More distinct values than this are taken for a continuum, which the plain law describes. */
const mostValues = 1024;
/** Places of the grid that are tried. */
const places = 64;

/** How the gradients of a layer's weights err when its inputs have few distinct values. */
export interface RepeatedValues {
  /** Root mean square deviation of the weights' gradients over all places of the codec's grid. */
  readonly deviation: number;
  /** Standard deviation, over those places, of the root mean square deviation at one of them, relative to `deviation`. */
  readonly scatter: number;
}

/**
 * Equal inputs err alike behind a codec whose error is a function of the value: the deviation of weight k is the sum over values v of
 * error(v) x (sum of the output gradient where the input is v). That leaves few independent errors, so that it depends on where the
 * grid of step 2 x bound lies: this moves the grid through one step. The plain law is the case of values that occur once. Undefined when
 * the input has more than 1024 distinct values.
 */
export function repeatedValues(
  input: Tensor,
  gradient: Tensor,
  shape: ConvolutionShape,
  bound: number,
): RepeatedValues | undefined {
  const kinds = kindsOf(input.data);
  if (kinds === undefined) return undefined;
  const weights = shape.kernel ** 2 * shape.inputs * shape.outputs;
  const sums = gradientSums(kinds, input, gradient, shape);
  let [sum, squares] = [0, 0];
  const deviations = new Float64Array(weights);
  for (let place = 0; place < places; place++) {
    deviations.fill(0);
    for (const [value, kind] of kinds) {
      const steps = value / (2 * bound) + (place + 0.5) / places;
      const error = 2 * bound * (steps - Math.floor(steps) - 0.5);
      for (let k = 0; k < weights; k++) deviations[k]! += error * sums[kind * weights + k]!;
    }
    const square = deviations.reduce((total, x) => total + x * x, 0) / weights;
    squares += square / places;
    sum += Math.sqrt(square) / places;
  }
  return { deviation: Math.sqrt(squares), scatter: Math.sqrt(Math.max(0, 1 - (sum * sum) / squares)) };
}

/** Sums of the output gradient over the positions where a weight meets a value, by value and weight. */
function gradientSums(
  kinds: ReadonlyMap<number, number>,
  input: Tensor,
  gradient: Tensor,
  shape: ConvolutionShape,
): Float64Array {
  const { outputs } = shape;
  const depth = shape.kernel ** 2 * shape.inputs;
  const patches = patchesOf(input, shape);
  const sums = new Float64Array(kinds.size * depth * outputs);
  for (let i = 0; i < patches.length; i++) {
    if (patches[i] === 0) continue;
    const to = (kinds.get(patches[i]!)! * depth + (i % depth)) * outputs;
    const from = Math.floor(i / depth) * outputs;
    for (let o = 0; o < outputs; o++) sums[to + o]! += gradient.data[from + o]!;
  }
  return sums;
}

/** A number for each distinct value that is not zero; undefined when there are too many. */
function kindsOf(values: Float32Array): ReadonlyMap<number, number> | undefined {
  const kinds = new Map<number, number>();
  for (const value of values) {
    if (value === 0 || kinds.has(value)) continue;
    if (kinds.size === mostValues) return undefined;
    kinds.set(value, kinds.size);
  }
  return kinds;
}
