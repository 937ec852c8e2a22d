import type { Graph } from './graph.ts';

/** The tiles of an adjacency matrix with self loops that hold any nonzero, row panel by row panel. */
export interface Tiles {
  /** Edge of a tile. */
  readonly edge: number;
  /** Tiles along one side of the matrix. */
  readonly side: number;
  /** Row panel, column panel and nonzeros of each tile. */
  readonly row: Int32Array;
  readonly column: Int32Array;
  readonly nonzeros: Int32Array;
}

/** Cuts the adjacency matrix, with self loops, into square tiles; those at the border may be cut off. */
export function tilesOf({ nodes, offsets, neighbours }: Graph, edge: number): Tiles {
  const side = Math.ceil(nodes / edge);
  const counts = new Int32Array(side);
  const touched = new Int32Array(side);
  const row: number[] = [];
  const column: number[] = [];
  const nonzeros: number[] = [];
  for (let panel = 0; panel < side; panel++) {
    let found = 0;
    const add = (target: number): void => {
      const tile = Math.floor(target / edge);
      if (counts[tile]!++ === 0) touched[found++] = tile;
    };
    for (let node = panel * edge; node < Math.min(nodes, (panel + 1) * edge); node++) {
      add(node);
      for (let at = offsets[node]!; at < offsets[node + 1]!; at++) add(neighbours[at]!);
    }
    for (const tile of touched.subarray(0, found).sort()) {
      row.push(panel);
      column.push(tile);
      nonzeros.push(counts[tile]!);
      counts[tile] = 0;
    }
  }
  return {
    edge,
    side,
    row: Int32Array.from(row),
    column: Int32Array.from(column),
    nonzeros: Int32Array.from(nonzeros),
  };
}

/** How dense a tile is: 0 scattered, 1 loose, 2 tight. */
export type TileClass = 0 | 1 | 2;

export interface TileThresholds {
  /** Share of a whole tile's entries from which it is loose, and tight; tight at least loose. */
  readonly loose: number;
  readonly tight: number;
}

/** The class of a tile with `nonzeros` of `edge` x `edge` entries. */
export function tileClass(nonzeros: number, edge: number, { loose, tight }: TileThresholds): TileClass {
  const density = nonzeros / (edge * edge);
  return density >= tight ? 2 : density >= loose ? 1 : 0;
}
