import { type Cell, type TableName, type TableWriter, traceTables } from './tables.ts';

/**
 * Writes the tables of a trace as CSV (RFC 4180, lines end in a line feed): the header with the first row of a table, then a line for each
 * row as it comes. `write` appends to the file of a table.
 */
export class CsvWriter implements TableWriter {
  readonly #write: (table: TableName, text: string) => void;
  readonly #started = new Set<TableName>();

  constructor(write: (table: TableName, text: string) => void) {
    this.#write = write;
  }

  row(table: TableName, cells: readonly Cell[]): void {
    const line = `${cells.map(field).join(',')}\n`;
    if (this.#started.has(table)) this.#write(table, line);
    else {
      this.#started.add(table);
      this.#write(table, `${traceTables[table].map((column) => column.name).join(',')}\n${line}`);
    }
  }

  finish(): void {}
}

function field(cell: Cell): string {
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : '';
  if (cell === undefined) return '';
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
