import { ClusterCaches } from '../../actors/memory/index.ts';
import type { RowLayout } from './sample-program.ts';
import type { CacheSize, HeatSetup } from './setup.ts';

/** The caches of a run, and how many of their units make a row. */
export interface RowCaches {
  readonly caches: ClusterCaches;
  /** 1 when a unit is a whole row, else the lines of a row. */
  readonly unitsPerRow: number;
  readonly unitBytes: number;
}

type Shape = Pick<HeatSetup, 'machine' | 'linesPerRow' | 'clusterOf' | 'rowBytes'>;

/** Sets of a cache for units of some lines. */
const setsOf = ({ bytes, ways }: CacheSize, line: number, lines: number): number => bytes / (ways * line * lines);

/**
 * Whether every cache has as many sets as a multiple of the lines of a row. Then line k of all rows falls into sets of its own, for
 * each k, and since rows are always used whole, what happens to line 0 happens to every line: a row can be simulated as one unit
 * of a cache with as many times fewer sets, exactly.
 */
export function isRowwise({ machine, linesPerRow }: Pick<HeatSetup, 'machine' | 'linesPerRow'>): boolean {
  return [...machine.levels, machine.cluster].every((cache) => setsOf(cache, machine.line, linesPerRow) % 1 === 0);
}

/** Units that the tables of a run take, and bytes of the directory for them. */
export function directoryNeeds(setup: Shape, rows: number): { readonly units: number; readonly bytes: number } {
  const units = rows * (isRowwise(setup) ? 1 : setup.linesPerRow);
  const clusters = Math.max(...setup.clusterOf) + 1;
  return { units, bytes: ClusterCaches.directoryBytes(setup.clusterOf.length, clusters, units) + 8 * units };
}

/** Empty caches for the rows of a layout; `byLine` simulates every line even where a row would do. */
export function rowCaches(setup: Shape, layout: Pick<RowLayout, 'rows'>, byLine = false): RowCaches {
  const { machine, linesPerRow, clusterOf, rowBytes } = setup;
  const lines = isRowwise(setup) && !byLine ? linesPerRow : 1;
  const level = (cache: CacheSize) => ({ sets: setsOf(cache, machine.line, lines), ways: cache.ways });
  const unitsPerRow = linesPerRow / lines;
  return {
    caches: new ClusterCaches({
      clusterOf,
      levels: machine.levels.map(level),
      cluster: level(machine.cluster),
      lines: layout.rows * unitsPerRow,
    }),
    unitsPerRow,
    unitBytes: rowBytes / unitsPerRow,
  };
}
