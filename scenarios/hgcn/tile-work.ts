import { type Tiles, tileClass } from '../../actors/index.ts';
import type { Source } from './inputs.ts';
import type { HgcnParams } from './parameters.ts';

/** Fp32 lanes of an AI Engine. */
const lanes = 8;

/** Cycles and occupied multiply-add slots of a piece of AI Engine work. */
export interface Piece {
  readonly cycles: number;
  readonly slots: number;
}

/** Multiplies a dense block of rows x columns with `outputs` columns. */
export function denseKernel(rows: number, columns: number, outputs: number): Piece {
  const cycles = rows * columns * Math.ceil(outputs / lanes);
  return { cycles, slots: lanes * cycles };
}

/** Multiplies nonzeros one by one, `overhead` cycles each beside the lanes. */
export function sparseKernel(nonzeros: number, outputs: number, overhead: number): Piece {
  const vectors = Math.ceil(outputs / lanes);
  return { cycles: nonzeros * (vectors + overhead), slots: nonzeros * vectors * lanes };
}

/** The cheaper of two; the first when they cost the same. */
export function cheaper(one: Piece, two: Piece): Piece {
  return one.cycles <= two.cycles ? one : two;
}

/** Nonzeros of the adjacency matrix by class and the tiles of the AI Engines. */
export interface TileWork {
  /** Nonzeros that are scattered, loose and tight; of a sampled graph scaled up to the whole. */
  readonly byClass: readonly [number, number, number];
  /** Tiles that the AI Engines multiply: nonzeros, and whether the dense kernel may be used. */
  readonly nonzeros: Int32Array;
  readonly tight: Uint8Array;
  /** How many tiles of the whole graph each stands for. */
  readonly scale: number;
  readonly nonEmpty: number;
}

/** Sorts tiles into classes. With one partition on the AI Engines they take the scattered tiles too. */
export function tileWork(params: HgcnParams, tiles: Tiles, source: Source, nonzeros: number): TileWork {
  const { partitions, singleEngine, tightThreshold, looseThreshold } = params;
  const thresholds = { loose: looseThreshold, tight: tightThreshold };
  const all = partitions === 1 && singleEngine === 'aie';
  const none = partitions === 1 && singleEngine === 'pl';
  const counts = [0, 0, 0] as [number, number, number];
  const kept: number[] = [];
  const tight: number[] = [];
  for (const count of tiles.nonzeros) {
    const kind = tileClass(count, tiles.edge, thresholds);
    counts[kind] += count;
    if (none || (kind === 0 && !all)) continue;
    kept.push(count);
    tight.push(kind === 2 && partitions !== 2 ? 1 : 0);
  }
  const found = counts[0] + counts[1] + counts[2];
  const between = source.between * (nonzeros - source.degrees.length);
  const scale = source.sampled ? (nonzeros - between) / found : 1;
  return {
    byClass: [counts[0] * scale + between, counts[1] * scale, counts[2] * scale],
    nonzeros: Int32Array.from(kept),
    tight: Uint8Array.from(tight),
    scale,
    nonEmpty: Math.round(tiles.nonzeros.length * scale),
  };
}
