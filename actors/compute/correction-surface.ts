/** One measurement that supports a surface. */
export interface CorrectionPoint {
  /** Sizes of the shape, all positive, in the order used by every query. */
  readonly at: readonly number[];
  /** Measured time over modelled time. */
  readonly ratio: number;
}

/** Width of a surface. */
export interface CorrectionOptions {
  /** Distance, in doublings of the sizes, over which a point loses its weight; 0.35 by default. */
  readonly sigma?: number;
  /** Weight of the belief that the model is right; 0.05 by default. */
  readonly prior?: number;
  /** Distinct unsupported shapes remembered; 1000 by default. */
  readonly missLimit?: number;
}

/** A factor on modelled times that pulls them towards measurements nearby and leaves them alone elsewhere. */
export interface CorrectionSurface {
  /** The factor for a shape; 1 far from every point. A shape without support goes on the miss list. */
  factor(...at: readonly number[]): number;
  /** Whether measurements stand near enough to a shape to say anything; leaves the miss list alone. */
  supports(...at: readonly number[]): boolean;
  /** Shapes asked for without support, in the order of their first query, e.g. `4096x128x7`. */
  misses(): readonly string[];
}

/**
 * Builds a surface from measurements: the logarithm of the factor is the mean of the points' logarithms with weights
 * exp(-d^2 / 2 sigma^2), d in doublings, shrunk by `prior`. A corrected time need not be monotone: measured times are not.
 */
export function correctionSurface(
  points: readonly CorrectionPoint[],
  options: CorrectionOptions = {},
): CorrectionSurface {
  const { sigma = 0.35, prior = 0.05, missLimit = 1000 } = options;
  const dimensions = points[0]?.at.length ?? 0;
  const where = new Float64Array(points.length * dimensions);
  const pull = new Float64Array(points.length);
  for (const [i, point] of points.entries()) {
    for (let d = 0; d < dimensions; d++) where[i * dimensions + d] = Math.log2(point.at[d] as number);
    pull[i] = Math.log(point.ratio);
  }
  const sharpness = 1 / (2 * sigma * sigma);
  const reach = 36 / sharpness;
  const missed = new Set<string>();
  const here = new Float64Array(dimensions);
  /** Total weight and weighted pull at a shape. */
  const gather = (at: readonly number[]): { weight: number; sum: number } => {
    for (let d = 0; d < dimensions; d++) here[d] = Math.log2(at[d] as number);
    let weight = 0;
    let sum = 0;
    for (let i = 0; i < pull.length; i++) {
      let square = 0;
      for (let d = 0; d < dimensions && square < reach; d++) {
        const gap = where[i * dimensions + d]! - here[d]!;
        square += gap * gap;
      }
      if (square >= reach) continue;
      const w = Math.exp(-square * sharpness);
      weight += w;
      sum += w * pull[i]!;
    }
    return { weight, sum };
  };
  return {
    factor(...at) {
      const { weight, sum } = gather(at);
      if (weight < prior && missed.size < missLimit) missed.add(at.join('x'));
      return Math.exp(sum / (weight + prior));
    },
    supports: (...at) => gather(at).weight >= prior,
    misses: () => [...missed],
  };
}
