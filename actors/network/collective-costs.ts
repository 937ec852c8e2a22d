import type { Bytes, BytesPerSecond } from '../../engine/kernel/quantities.ts';
import type { Duration } from '../../engine/kernel/time.ts';

/** What the members of a group do together; sizes are the whole buffer of a rank, as nccl-tests count them. */
export type CollectiveOp = 'all-to-all' | 'all-gather' | 'reduce-scatter' | 'all-reduce';

/**
 * One way a library moves the bytes (LL, LL128, Simple, ...): base + steps * hop + x / bandwidth + ramp * sqrt(x / 1 MB), where x are the
 * bytes that a rank sends. The library is taken to choose the fastest.
 */
export interface Protocol {
  readonly name: string;
  readonly base: Duration;
  /** For each step: 2(n-1) in an all-reduce, n-1 in the others. */
  readonly hop: Duration;
  readonly bandwidth: BytesPerSecond;
  /** At x = 1 MB; default none. */
  readonly ramp?: Duration;
  /** What `bandwidth` is multiplied by for two ranks; default 1. */
  readonly pair?: number;
  /** Whether `bandwidth` is that of a rank's port (default) or, in an all-to-all, of each peer. */
  readonly per?: 'port' | 'peer';
}

/** Share of a NIC's bandwidth that a collective reaches, by buffer size and number of nodes; between entries linear in the logarithms. */
export interface EfficiencyTable {
  /** Ascending. */
  readonly sizes: readonly Bytes[];
  /** Ascending in `nodes`, one value for each size. */
  readonly rows: ReadonlyArray<{ readonly nodes: number; readonly values: readonly number[] }>;
}

/** Reduction in the switch: latency + (1 + 1/n) S / bandwidth, for all-reduces inside one node. */
export interface SwitchReduction {
  readonly latency: Duration;
  readonly bandwidth: BytesPerSecond;
  /** Fewest ranks for which the library considers it; default 2. */
  readonly from?: number;
}

/** What crossing nodes costs on top. */
export interface NetworkCosts {
  readonly base?: Duration;
  /** For each step of a ring that crosses nodes, in place of the protocol's. */
  readonly hop: Duration;
  readonly ring?: EfficiencyTable;
  readonly allToAll?: EfficiencyTable;
}

/** Constants of the collectives of one system. */
export interface CollectiveCosts {
  readonly ring: readonly Protocol[];
  readonly allToAll: readonly Protocol[];
  readonly switchReduction?: SwitchReduction;
  readonly network?: NetworkCosts;
}

/** The entry of `table` for `size` bytes on `nodes` nodes; 1 without a table, the nearest entry outside of it. */
export function efficiency(table: EfficiencyTable | undefined, nodes: number, size: number): number {
  if (table === undefined || table.rows.length === 0) return 1;
  const at = (row: { readonly values: readonly number[] }) => interpolate(table.sizes, row.values, size);
  return interpolate(
    table.rows.map((row) => row.nodes),
    table.rows.map(at),
    nodes,
  );
}

function interpolate(xs: readonly number[], ys: readonly number[], x: number): number {
  let above = 0;
  while (above < xs.length && xs[above]! < x) above++;
  if (above === 0) return ys[0]!;
  if (above === xs.length) return ys[above - 1]!;
  const low = xs[above - 1]!;
  const share = Math.log2(x / low) / Math.log2(xs[above]! / low);
  return ys[above - 1]! + share * (ys[above]! - ys[above - 1]!);
}
