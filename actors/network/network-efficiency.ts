import { networkEfficiencyPresets } from '../presets/collectives/network-efficiency.ts';
import { seriesInSI } from '../presets/parameter.ts';

/** Traffic patterns whose efficiency was measured. */
export type NetworkPattern = 'ring' | 'all-to-all';

const sizes = seriesInSI(networkEfficiencyPresets.sizes).map(Math.log2);
const curves = {
  ring: read(networkEfficiencyPresets.ring),
  'all-to-all': read(networkEfficiencyPresets['all-to-all']),
} as const;

interface Curves {
  readonly nodes: readonly number[];
  readonly shares: ReadonlyArray<readonly number[]>;
}

function read(preset: (typeof networkEfficiencyPresets)[NetworkPattern]): Curves {
  return { nodes: seriesInSI(preset.nodes).map(Math.log2), shares: preset.shares.map(seriesInSI) };
}

/**
 * Share of the network bound that NCCL reaches for a buffer of `bytes` over `nodes` nodes, in (0, 1]: measured curves, straight between
 * their points in doublings, held constant beyond their ends. Below 16 MiB it is optimistic: add the latency of the fabric.
 */
export function networkEfficiency(pattern: NetworkPattern, bytes: number, nodes: number): number {
  const { nodes: counts, shares } = curves[pattern];
  const size = place(sizes, Math.log2(Math.max(1, bytes)));
  const node = place(counts, Math.log2(Math.max(1, nodes)));
  const along = (curve: readonly number[]) => between(curve, size);
  return between(shares.map(along), node);
}

/** Index of the point at or below `x`, and the fraction of the way to the next. */
function place(points: readonly number[], x: number): { readonly low: number; readonly part: number } {
  const last = points.length - 1;
  if (x <= (points[0] as number)) return { low: 0, part: 0 };
  if (x >= (points[last] as number)) return { low: last, part: 0 };
  const low = points.findIndex((point) => point > x) - 1;
  const from = points[low] as number;
  return { low, part: (x - from) / ((points[low + 1] as number) - from) };
}

function between(values: readonly number[], { low, part }: { readonly low: number; readonly part: number }): number {
  const from = values[low] as number;
  return part === 0 ? from : from + part * ((values[low + 1] as number) - from);
}
