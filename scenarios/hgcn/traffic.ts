import type { Sizes } from './inputs.ts';
import type { LayerSize } from './lowered.ts';
import { featureBytes } from './sizes.ts';

/** Feature slices that are tried: powers of two. */
const slices = [16, 32, 64, 128, 256, 512];

/** Bytes of the index of a stored feature. */
export const featureIndex = 2;

/**
 * DRAM bytes of the aggregation: with slices of s features the edges are read once a slice, and sources that do not fit on chip once for each interval
 * of targets that does; the best s counts. `onChip` bytes are split evenly between sources and targets.
 */
export function aggregationBytes(sizes: Sizes, outputs: number, edgeBytes: number, onChip: number): number {
  const { nodes, nonzeros } = sizes;
  const most = Math.max(16, 16 * Math.ceil(outputs / 16));
  let best = Number.POSITIVE_INFINITY;
  for (const slice of slices) {
    if (slice > most) break;
    const interval = Math.max(1, Math.floor(onChip / 2 / (4 * slice)));
    const fits = 4 * nodes * outputs <= onChip / 2;
    const spilled = fits ? 0 : 4 * nodes * outputs * (1 + Math.ceil(nodes / interval));
    best = Math.min(best, nonzeros * edgeBytes * Math.ceil(outputs / slice) + spilled);
  }
  return best;
}

/** DRAM bytes of one layer of H-GCN whose inputs are not on chip; `all` counts weights and result too. */
export function layerBytes(
  sizes: Sizes,
  { layer, inputs, outputs }: LayerSize,
  memory: { readonly edgeBytes: number; readonly onChip: number; readonly all: boolean },
): number {
  const { nodes, hidden, classes } = sizes;
  const { edgeBytes, onChip, all } = memory;
  const spilled = 4 * nodes * hidden <= onChip / 2 ? 0 : 4 * nodes * hidden;
  const read = layer === 1 ? featureBytes(sizes, featureIndex) : spilled;
  const rest = all ? 4 * inputs * outputs + (layer === 2 ? 4 * nodes * classes : 0) : 0;
  return read + aggregationBytes(sizes, outputs, edgeBytes, onChip) + rest;
}
