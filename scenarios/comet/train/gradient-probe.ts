import { type Backend, type ConvolutionShape, type Tensor, weightGradient } from '../../../actors/numerics/index.ts';
import { type RepeatedValues, repeatedValues } from './repeated-values.ts';

/** One look at the error of one layer's weight gradient. */
export interface GradientProbe {
  readonly layer: string;
  /** Root mean square of the deviations of all weights. */
  readonly measured: number;
  /** The same by the law. */
  readonly predicted: number;
  /** The law of inputs whose values repeat; undefined where hardly any do. */
  readonly repeated: RepeatedValues | undefined;
  /** Share of weights that deviate by less than their own predicted deviation. */
  readonly coverage: number;
  /** The bound over the root mean square of the input. */
  readonly relativeBound: number;
  /** Deviations of single weights over their predicted ones. */
  readonly normalised: Float64Array;
}

/**
 * Compares the weight gradient from the raw input with `restored`, the one from the restored input; both from the same output
 * gradient. The law (equation 5): each weight's variance is bound^2 / 3 times the sum of squares of the output gradient where the
 * input is not zero.
 */
export function probeGradient(
  backend: Backend,
  layer: string,
  input: Tensor,
  gradient: Tensor,
  restored: Float32Array,
  shape: ConvolutionShape,
  bound: number,
): GradientProbe {
  const exact = weightGradient(backend, input, gradient, shape);
  const mask = { shape: input.shape, data: input.data.map((x) => (x === 0 ? 0 : 1)) };
  const squares = weightGradient(
    backend,
    mask,
    { shape: gradient.shape, data: gradient.data.map((x) => x * x) },
    shape,
  );
  const normalised = new Float64Array(exact.length);
  let [deviations, variances, inside, counted] = [0, 0, 0, 0];
  for (let k = 0; k < exact.length; k++) {
    const deviation = restored[k]! - exact[k]!;
    const variance = ((bound * bound) / 3) * squares[k]!;
    deviations += deviation * deviation;
    variances += variance;
    if (variance === 0) continue;
    counted++;
    normalised[k] = deviation / Math.sqrt(variance);
    if (Math.abs(normalised[k]!) < 1) inside++;
  }
  return {
    layer,
    measured: Math.sqrt(deviations / exact.length),
    predicted: Math.sqrt(variances / exact.length),
    repeated: repeatedValues(input, gradient, shape, bound),
    relativeBound: bound / Math.sqrt(input.data.reduce((sum, x) => sum + x * x, 0) / input.data.length),
    coverage: counted === 0 ? Number.NaN : inside / counted,
    normalised,
  };
}
