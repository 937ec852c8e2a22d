import { ByteWriter, type ColumnSource, ParquetWriter as LibraryWriter, schemaFromColumnData } from 'hyparquet-writer';
import { type Cell, type TableColumn, type TableName, type TableWriter, traceTables } from './tables.ts';

const rowGroup = 50_000;

interface OpenTable {
  readonly columns: readonly TableColumn[];
  readonly file: LibraryWriter;
  cells: Cell[][];
}

/**
 * Writes the tables of a trace as Parquet, whole numbers as INT64, others as DOUBLE, texts as UTF-8, compressed with Snappy. `write`
 * appends to the file of a table, 50,000 rows at a time; a file is complete only after `finish`.
 */
export class ParquetWriter implements TableWriter {
  readonly #write: (table: TableName, bytes: Uint8Array) => void;
  readonly #tables = new Map<TableName, OpenTable>();

  constructor(write: (table: TableName, bytes: Uint8Array) => void) {
    this.#write = write;
  }

  row(table: TableName, cells: readonly Cell[]): void {
    const open = this.#tables.get(table) ?? this.#open(table);
    for (const [c, column] of open.cells.entries()) column.push(cells[c]);
    if ((open.cells[0] as Cell[]).length >= rowGroup) flush(open);
  }

  finish(): void {
    for (const open of this.#tables.values()) {
      flush(open);
      open.file.finish();
    }
  }

  #open(table: TableName): OpenTable {
    const columns: readonly TableColumn[] = traceTables[table];
    const cells = columns.map((): Cell[] => []);
    const out = new ByteWriter();
    const send = (): void => {
      this.#write(table, new Uint8Array(out.buffer, 0, out.index).slice());
      out.index = 0;
    };
    const writer = Object.assign(out, { flush: send, finish: send });
    const schema = schemaFromColumnData({ columnData: sources(columns, cells) });
    const open = { columns, cells, file: new LibraryWriter({ writer, schema, createdBy: 'escapement' }) };
    this.#tables.set(table, open);
    return open;
  }
}

function flush(open: OpenTable): void {
  const rows = open.cells[0]?.length ?? 0;
  if (rows === 0) return;
  open.file.write({ columnData: sources(open.columns, open.cells), rowGroupSize: rows });
  open.cells = open.columns.map(() => []);
}

function sources(columns: readonly TableColumn[], cells: readonly Cell[][]): ColumnSource[] {
  return columns.map(({ name, type }, c) => {
    const data = cells[c] as Cell[];
    if (type === 'text') return { name, type: 'STRING', nullable: false, data: data.map((cell) => cell ?? '') };
    if (type === 'integer')
      return { name, type: 'INT64', nullable: false, data: data.map((cell) => BigInt(Math.round(Number(cell ?? 0)))) };
    const finite = (cell: Cell): number | null => (typeof cell === 'number' && Number.isFinite(cell) ? cell : null);
    return { name, type: 'DOUBLE', nullable: true, data: data.map(finite) };
  });
}
