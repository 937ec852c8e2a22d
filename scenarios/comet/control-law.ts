/** Coefficient of the paper's form that the exact law has for normal gradients: sqrt(pi / 6), derived in the README. */
const exactCoefficient = Math.sqrt(Math.PI / 6);

/** Which law a bound is solved from. */
export interface ErrorModel {
  readonly errorModel: 'exact' | 'paper';
  readonly paperCoefficient: number;
}

/** Factor on the exact bound when the paper's coefficient is used instead. */
export function modelFactor({ errorModel, paperCoefficient }: ErrorModel): number {
  return errorModel === 'exact' ? 1 : exactCoefficient / paperCoefficient;
}

/** Bound over the rms of the non-zero values, from the gain of momentum (equation 9): batch, image size and loss scale cancel. */
export function relativeBound(sigmaFraction: number, gain: number, model: ErrorModel): number {
  return Math.sqrt(6 / Math.PI) * sigmaFraction * gain * modelFactor(model);
}

/** Deviation of a layer's weight gradient (equation 6, fast form): `squares` is the sum of squares of the gradient at its output. */
export function gradientSigma(bound: number, density: number, squares: number, outChannels: number): number {
  return bound * Math.sqrt((density * squares) / (3 * outChannels));
}

/** The bound at which that deviation is `target`; undefined when no finite positive bound has it. */
export function boundFor(
  target: number,
  density: number,
  squares: number,
  outChannels: number,
  model: ErrorModel,
): number | undefined {
  const bound = (target / gradientSigma(1, density, squares, outChannels)) * modelFactor(model);
  return Number.isFinite(bound) && bound > 0 ? bound : undefined;
}
