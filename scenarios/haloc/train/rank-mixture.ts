import {
  cumulate,
  fullTucker,
  type Kernel,
  kernelOf,
  reconstructed,
  seenThrough,
  type Tucker2,
  truncationTable,
} from '../../../actors/numerics/index.ts';
import { isDense, type Ranks } from '../low-rank.ts';

/** A trained convolution with its full decomposition. */
export interface TrainedLayer {
  readonly kernel: Kernel;
  readonly full: Tucker2;
  /** Loss of every truncation, as `truncationTable` orders it. */
  readonly losses: Float64Array;
}

/** Decomposes trained weights. */
export function trainedLayer(weights: ArrayLike<number>, taps: number, inputs: number, outputs: number): TrainedLayer {
  const kernel = kernelOf(weights, taps, inputs, outputs);
  const full = fullTucker(kernel);
  return { kernel, full, losses: truncationTable(full) };
}

/** Share of the squared weights lost at `ranks`. */
export function measuredLoss({ kernel, losses }: TrainedLayer, { r1, r2 }: Ranks): number {
  return r1 === 0 ? 0 : (losses[(r1 - 1) * kernel.outputs + r2 - 1] as number);
}

/**
 * The weights of a mixture: sum over candidates of p times their reconstruction. All candidates are cuts of one full core, so the mixture is
 * that core, each entry weighed by the probability of the candidates that keep it.
 */
export function mixedWeights({ full }: TrainedLayer, candidates: readonly Ranks[], p: Float64Array): Kernel {
  const { core, u1, u2 } = full;
  const { taps, inputs, outputs } = core;
  const size = inputs * outputs;
  const kept = new Float64Array(size);
  // Entry (a, b) is kept by ranks above a and b: mirrored, the sum over those is a sum over the rectangle up to it.
  for (const [i, ranks] of candidates.entries()) {
    const { r1, r2 } = isDense(ranks) ? { r1: inputs, r2: outputs } : ranks;
    kept[(inputs - r1) * outputs + outputs - r2]! += p[i]!;
  }
  cumulate(kept, inputs, outputs);
  const data = core.data.map((value, i) => value * kept[size - 1 - (i % size)]!);
  return reconstructed({ u1, core: { taps, inputs, outputs, data }, u2 });
}

/** The gradient of a loss in the probabilities, from its gradient in the mixed weights: inner products with every reconstruction. */
export function probabilityGradient(layer: TrainedLayer, candidates: readonly Ranks[], gradient: Kernel): Float64Array {
  const { core, u1, u2 } = layer.full;
  const { inputs, outputs } = core;
  const size = inputs * outputs;
  const turned = seenThrough(gradient, u1, u2).data;
  const table = new Float64Array(size);
  for (let i = 0; i < turned.length; i++) table[i % size]! += turned[i]! * core.data[i]!;
  cumulate(table, inputs, outputs);
  return Float64Array.from(candidates, (ranks) => {
    const { r1, r2 } = isDense(ranks) ? { r1: inputs, r2: outputs } : ranks;
    return table[(r1 - 1) * outputs + r2 - 1] as number;
  });
}
