import { CsvError, type Info, parse } from 'csv-parse/sync';
import { validationErrors } from './errors.ts';

/** One row of a table, its cells read on demand: a bad cell is refused with file, line and column. */
export interface TableRow {
  /** Line of the file on which the row ends, counted from 1. */
  readonly line: number;
  /** Whether the table has the column. */
  has(column: string): boolean;
  /** A text that is not empty. Throws TABLE_CELL. */
  text(column: string): string;
  /** A finite number. Throws TABLE_CELL. */
  number(column: string): number;
  /** A number above zero. Throws TABLE_CELL. */
  positive(column: string): number;
  /** A whole number of at least 1. Throws TABLE_CELL. */
  count(column: string): number;
}

/** A parsed table. */
export interface Table {
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

/** Parses a CSV text with a header line; `file` names it in errors. Throws TABLE_CSV, TABLE_EMPTY. */
export function parseTable(text: string, file: string): Table {
  let records: Array<{ record: string[]; info: Info }>;
  try {
    // The parser counts a mixed \r\n as two lines.
    const lines = text.replace(/\r\n?/g, '\n');
    records = parse(lines, { info: true, bom: true, skip_empty_lines: true, trim: true }) as unknown as typeof records;
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw validationErrors.create('TABLE_CSV', { file, ...placeOf(cause), cause: cause.message }, {}, cause);
  }
  const [header, ...body] = records;
  if (header === undefined || body.length === 0) throw validationErrors.create('TABLE_EMPTY', { file });
  const columns = header.record;
  const place = new Map(columns.map((name, i) => [name, i]));
  return { file, columns, rows: body.map(({ record, info }) => row(file, info.lines, record, place)) };
}

/** Where the parser stopped: the line, and the field counted from 1. */
function placeOf(error: CsvError): { readonly line: unknown; readonly column: unknown } {
  const line = 'lines' in error ? error.lines : '?';
  if (!('column' in error && typeof error.column === 'number')) return { line, column: '?' };
  return { line, column: error.code === 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH' ? error.column : error.column + 1 };
}

function row(file: string, line: number, record: readonly string[], place: ReadonlyMap<string, number>): TableRow {
  const text = (column: string): string => record[place.get(column) ?? -1] ?? '';
  const numeric = (column: string, expected: string, fits: (value: number) => boolean): number => {
    const cell = text(column);
    const value = cell === '' ? Number.NaN : Number(cell);
    if (!(Number.isFinite(value) && fits(value)))
      throw validationErrors.create('TABLE_CELL', { file, line, column, expected, value: cell });
    return value;
  };
  return {
    line,
    has: (column) => place.has(column),
    text(column) {
      const cell = text(column);
      if (cell === '')
        throw validationErrors.create('TABLE_CELL', { file, line, column, expected: 'a text', value: '' });
      return cell;
    },
    number: (column) => numeric(column, 'a number', () => true),
    positive: (column) => numeric(column, 'a number above 0', (value) => value > 0),
    count: (column) =>
      numeric(column, 'a whole number of at least 1', (value) => Number.isSafeInteger(value) && value >= 1),
  };
}
