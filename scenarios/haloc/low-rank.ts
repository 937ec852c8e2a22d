import { type ConvLayer, convMacs } from '../../actors/cnn/index.ts';
import type { ConvolutionWork } from '../../actors/compute/index.ts';

/** Ranks of a layer: r1 between input and core, r2 between core and output; both 0 = dense. Two factors have one rank, r1 = r2. */
export interface Ranks {
  readonly r1: number;
  readonly r2: number;
}

export const dense: Ranks = { r1: 0, r2: 0 };

/** Whether the layer stays as it is. */
export function isDense({ r1 }: Ranks): boolean {
  return r1 === 0;
}

/** Multiplications of a layer at `ranks` on one image: C r1 Hin^2 + K^2 r1 r2 Hout^2 + r2 N Hout^2, or C r Hout^2 + r N Hout^2. */
export function macsAt(layer: ConvLayer, { r1, r2 }: Ranks): number {
  const { inChannels, outChannels, kernel, inSize, outSize } = layer;
  if (r1 === 0) return convMacs(layer);
  const area = outSize * outSize;
  if (kernel === 1) return (inChannels * r1 + r2 * outChannels) * area;
  return inChannels * r1 * inSize * inSize + kernel * kernel * r1 * r2 * area + r2 * outChannels * area;
}

/** Weights of a layer at `ranks`. */
export function parametersAt(layer: ConvLayer, ranks: Ranks): number {
  const works = isDense(ranks) ? [denseWork(layer, 1)] : factorsOf(layer, ranks, 1);
  return works.reduce(
    (sum, { inputs, outputs, kernel, groups }) => sum + (kernel * kernel * inputs * outputs) / groups,
    0,
  );
}

/** The dense convolution as a kernel sees it. */
export function denseWork(
  { inChannels, outChannels, kernel, inSize, outSize, groups }: ConvLayer,
  batch: number,
): ConvolutionWork {
  return { inputs: inChannels, outputs: outChannels, kernel, inSize, outSize, groups, batch };
}

/** The convolutions that replace a layer: the first at input size, then the core with kernel and stride, then the last. */
export function factorsOf(layer: ConvLayer, { r1, r2 }: Ranks, batch: number): readonly ConvolutionWork[] {
  const { inChannels, outChannels, kernel, inSize, outSize } = layer;
  const common = { groups: 1, batch };
  const last = { ...common, inputs: r2, outputs: outChannels, kernel: 1, inSize: outSize, outSize };
  if (kernel === 1) return [{ ...common, inputs: inChannels, outputs: r1, kernel: 1, inSize, outSize }, last];
  return [
    { ...common, inputs: inChannels, outputs: r1, kernel: 1, inSize, outSize: inSize },
    { ...common, inputs: r1, outputs: r2, kernel, inSize, outSize },
    last,
  ];
}

/** Largest equal rank whose multiplications do not exceed those of the dense layer, even where it is above the width; 0 when there is none. */
export function breakEvenRank(layer: ConvLayer): number {
  let rank = 0;
  while (macsAt(layer, { r1: rank + 1, r2: rank + 1 }) <= convMacs(layer)) rank++;
  return rank;
}
