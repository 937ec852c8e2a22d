import { reach } from '../../actors/memory/index.ts';
import type { HeatSetup, RowCost } from './setup.ts';

/** What a thread waits for, in the order in which the waits of one step are served. */
export const waitNames = ['cluster cache', 'peer core', 'remote cluster', 'memory', 'directory'] as const;
export const wait = { cluster: 0, peer: 1, remote: 2, memory: 3, directory: 4 } as const;

/** Picoseconds of a fetch from each place of the caches, and of telling others about a write. */
export interface WaitTimes {
  /** By place. */
  readonly fetch: Float64Array;
  /** By reach of the write. */
  readonly upgrade: Float64Array;
  /** Kind of wait of each place, -1 for private levels. */
  readonly kind: Int32Array;
  readonly home: number;
  /** Memory's time for a row; the way to it from another socket. */
  readonly transfer: number;
  readonly crossing: number;
}

const picoseconds = (seconds: number): number => Math.round(seconds * 1e12);

/** t = latency + (lines - 1) gap of each source; private levels are part of the time of computing. */
export function waitTimesOf({
  machine,
  linesPerRow,
  rowBytes,
}: Pick<HeatSetup, 'machine' | 'linesPerRow' | 'rowBytes'>): WaitTimes {
  const { costs, levels } = machine;
  const row = ({ latency, gap }: RowCost): number => picoseconds(latency + (linesPerRow - 1) * gap);
  const own = levels.map(() => 0);
  const upgrade = new Float64Array(3);
  upgrade[reach.cluster] = row(costs.peer);
  upgrade[reach.beyond] = row(costs.remote);
  return {
    fetch: Float64Array.from([...own, row(costs.cluster), row(costs.peer), row(costs.remote), row(costs.dram)]),
    upgrade,
    kind: Int32Array.from([...own.map(() => -1), wait.cluster, wait.peer, wait.remote, wait.memory]),
    home: picoseconds(costs.home),
    transfer: picoseconds(rowBytes / machine.dramRate),
    crossing: picoseconds(machine.socketCrossing),
  };
}
