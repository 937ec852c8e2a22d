import type { FieldShape, PredictorDims } from './options.ts';

/** A run of values predicted along itself from `base`: the sum of what the rows before it in the same chunk contribute. */
export type RowVisitor = (at: number, length: number, base: Int32Array, baseAt: number, chunk: number) => void;

/** Side of a chunk by number of dimensions. */
export const chunkSides: readonly number[] = [1, 32, 16, 8];

/**
 * Visits the rows of a field in order of memory. With q the grid values, the Lorenzo difference of every dimension is a difference
 * along the row of v = q - base, where base = above + behind - above behind (0 outside the chunk): derived by factoring the
 * three-dimensional predictor along its last axis. `grid` must hold the rows already visited. With 2 or 3 dimensions
 * `firstPlane` and `endPlane` choose planes.
 */
export function visitRows(
  grid: Int32Array,
  shape: FieldShape,
  dims: PredictorDims,
  visit: RowVisitor,
  firstPlane = 0,
  endPlane: number = shape.planes,
): void {
  const { height, width } = shape;
  const chunk = chunkSides[dims] as number;
  if (dims < 2) {
    // One row as long as the field would need a base as long: pieces of whole chunks share one.
    const piece = 4096;
    const zeros = new Int32Array(piece);
    for (let at = 0; at < grid.length; at += piece) visit(at, Math.min(piece, grid.length - at), zeros, 0, chunk);
    return;
  }
  const zeros = new Int32Array(width);
  const mixed = new Int32Array(width);
  const area = height * width;
  for (let plane = firstPlane; plane < endPlane; plane++) {
    const behind = dims === 3 && plane % chunk !== 0;
    for (let row = 0; row < height; row++) {
      const at = plane * area + row * width;
      const above = row % chunk !== 0;
      if (!behind) {
        if (above) visit(at, width, grid, at - width, chunk);
        else visit(at, width, zeros, 0, chunk);
        continue;
      }
      if (!above) {
        visit(at, width, grid, at - area, chunk);
        continue;
      }
      for (let i = 0; i < width; i++)
        mixed[i] = grid[at - width + i]! + grid[at - area + i]! - grid[at - area - width + i]!;
      visit(at, width, mixed, 0, chunk);
    }
  }
}
