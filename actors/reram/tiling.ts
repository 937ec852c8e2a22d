import type { ColumnOf } from './cell-faults.ts';
import { checkWhole, reramErrors } from './errors.ts';

/** A layer as a matrix that is read once for each window: R inputs, C outputs. */
export interface LayerShape {
  readonly inputs: number;
  readonly outputs: number;
  readonly windows: number;
}

/** The used part of one physical array. */
export interface Tile {
  readonly firstRow: number;
  readonly rows: number;
  /** First physical column in the layer, counted over its `outputs * cellsPerWeight` columns. */
  readonly firstColumn: number;
  readonly columns: number;
}

/** A layer on arrays of fixed size; a weight's cells are neighbours in one row of one array. */
export interface Tiling {
  readonly shape: LayerShape;
  readonly cellsPerWeight: number;
  readonly rowBlocks: number;
  readonly columnBlocks: number;
  readonly tiles: readonly Tile[];
  /** Cells that hold weights, without the unused rest of the arrays. */
  readonly cells: number;
}

/** Splits a layer: ceil(R / rows) x ceil(C m / columns) arrays. Throws RERAM_SPEC when a weight would straddle two arrays. */
export function tile(shape: LayerShape, cellsPerWeight: number, rows: number, columns: number): Tiling {
  checkWhole('inputs of a layer', shape.inputs, 1);
  checkWhole('outputs of a layer', shape.outputs, 1);
  checkWhole('windows of a layer', shape.windows, 1);
  checkWhole('rows of an array', rows, 1);
  checkWhole('columns of an array', columns, 1);
  if (columns % cellsPerWeight !== 0)
    throw reramErrors.create('RERAM_SPEC', {
      what: 'columns of an array',
      value: columns,
      expected: `a multiple of the ${cellsPerWeight} cells of a weight`,
    });
  const width = shape.outputs * cellsPerWeight;
  const tiles: Tile[] = [];
  for (let firstRow = 0; firstRow < shape.inputs; firstRow += rows)
    for (let firstColumn = 0; firstColumn < width; firstColumn += columns)
      tiles.push({
        firstRow,
        rows: Math.min(rows, shape.inputs - firstRow),
        firstColumn,
        columns: Math.min(columns, width - firstColumn),
      });
  return {
    shape,
    cellsPerWeight,
    rowBlocks: Math.ceil(shape.inputs / rows),
    columnBlocks: Math.ceil(width / columns),
    tiles,
    cells: shape.inputs * width,
  };
}

/** Array columns of a layer whose cells are numbered row by row, for faults that take whole columns. */
export function columnsOf({ shape, cellsPerWeight, rowBlocks }: Tiling, rows: number): ColumnOf {
  const width = shape.outputs * cellsPerWeight;
  return {
    columns: rowBlocks * width,
    columnOf(cell) {
      const row = Math.floor(cell / width);
      return Math.floor(row / rows) * width + (cell - row * width);
    },
  };
}
