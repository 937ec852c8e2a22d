import { kernelValues as most } from './kernel.ts';
import { chunkSides, type FieldShape, type PredictorDims } from './options.ts';

/** Columns into which a field of one row is folded: a multiple of every chunk. */
const fold = 4096;

/** A box of whole chunks: nothing in it is predicted from outside. */
export interface FieldPart {
  /** Index of its first value in the field. */
  readonly at: number;
  readonly planes: number;
  readonly rows: number;
  readonly columns: number;
  /** Values of the field between a value and the one below or behind it. */
  readonly rowStep: number;
  readonly planeStep: number;
  /** Sides of a chunk: columns, rows, planes. */
  readonly side: number;
  readonly band: number;
  readonly deep: number;
}

/** Values that lie one after another in the field. */
export interface FieldRun {
  readonly from: number;
  readonly length: number;
}

/** Cuts a field into parts that hold every value once. */
export function* partsOf(shape: FieldShape, dims: PredictorDims): Generator<FieldPart> {
  const { planes, height, width } = shape;
  const side = chunkSides[dims]!;
  if (dims < 2 || planes * height === 1) {
    const flat = { planes: 1, rowStep: fold, planeStep: 0, side, band: 1, deep: 1 };
    const count = planes * height * width;
    for (let at = 0; at < count; at += most) {
      const left = Math.min(most, count - at);
      const rows = Math.floor(left / fold);
      const rest = left % fold;
      if (rows > 0) yield { ...flat, at, rows, columns: fold };
      if (rest > 0) yield { ...flat, at: at + rows * fold, rows: 1, columns: rest };
    }
    return;
  }
  const deep = dims === 3 ? side : 1;
  const area = height * width;
  const columns = Math.min(width, most / deep / side);
  const rows = Math.min(height, multiple(most / deep / columns, side));
  const isWhole = rows === height && columns === width;
  const together = isWhole ? multiple(most / area, deep) : deep;
  for (let plane = 0; plane < planes; plane += together)
    for (let row = 0; row < height; row += rows)
      for (let column = 0; column < width; column += columns)
        yield {
          at: plane * area + row * width + column,
          planes: Math.min(together, planes - plane),
          rows: Math.min(rows, height - row),
          columns: Math.min(columns, width - column),
          rowStep: width,
          planeStep: area,
          side,
          band: side,
          deep,
        };
}

/** The largest multiple of `unit` up to `limit`, or `unit` itself. */
function multiple(limit: number, unit: number): number {
  return Math.max(unit, Math.floor(limit / unit) * unit);
}

/** The runs of a part in order of memory, as few as possible. */
export function* runsOf({ at, planes, rows, columns, rowStep, planeStep }: FieldPart): Generator<FieldRun> {
  const isDense = columns === rowStep || rows === 1;
  const isSolid = isDense && (planes === 1 || rows * columns === planeStep);
  if (isSolid) yield { from: at, length: planes * rows * columns };
  else
    for (let plane = 0; plane < planes; plane++) {
      const from = at + plane * planeStep;
      if (isDense) yield { from, length: rows * columns };
      else for (let row = 0; row < rows; row++) yield { from: from + row * rowStep, length: columns };
    }
}
