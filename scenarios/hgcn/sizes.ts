import type { Sizes } from './inputs.ts';
import type { LayerSize } from './lowered.ts';

/** The two layers: X0 of f features to h, X1 of h to the classes. */
export function layersOf(sizes: Sizes): readonly [LayerSize, LayerSize] {
  const { nodes, features, hidden, classes, featureDensity, hiddenDensity } = sizes;
  return [
    { layer: 1, inputs: features, outputs: hidden, nonzeros: Math.round(nodes * features * featureDensity) },
    { layer: 2, inputs: hidden, outputs: classes, nonzeros: Math.round(nodes * hidden * hiddenDensity) },
  ];
}

/** Multiply-adds of one inference when the update comes first: X W and A' (X W) of both layers. */
export function macsOf(sizes: Sizes): number {
  return layersOf(sizes).reduce((sum, { nonzeros, outputs }) => sum + (nonzeros + sizes.nonzeros) * outputs, 0);
}

/** Bytes of X0 in the smallest of three forms: dense, values with a bitmap, values with indices of `index` bytes. */
export function featureBytes(sizes: Sizes, index: number): number {
  const { nodes, features } = sizes;
  const entries = nodes * features;
  const nonzeros = layersOf(sizes)[0].nonzeros;
  return Math.min(4 * entries, 4 * nonzeros + entries / 8, (4 + index) * nonzeros);
}

/** Whether X0 and A' are on chip before the clock starts. */
export function isResident(
  residency: 'auto' | 'ddr' | 'onchip',
  sizes: Sizes,
  index: number,
  edgeBytes: number,
  onChip: number,
): boolean {
  if (residency !== 'auto') return residency === 'onchip';
  return featureBytes(sizes, index) + edgeBytes * sizes.nonzeros <= onChip;
}
