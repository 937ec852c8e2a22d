import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseTable, type Table } from './csv.ts';
import { validationErrors } from './errors.ts';

const shipped = new Map<string, Table>();

/** A table that ships with the package, by file name; parsed once. Throws TABLE_UNREADABLE. */
export function shippedTable(file: string): Table {
  const known = shipped.get(file);
  if (known !== undefined) return known;
  const table = readTable(fileURLToPath(new URL(`./tables/${file}`, import.meta.url)), file);
  shipped.set(file, table);
  return table;
}

/** Reads a table from disk; `name` stands for it in errors and results. Throws TABLE_UNREADABLE, TABLE_CSV, TABLE_EMPTY. */
export function readTable(path: string, name: string = path): Table {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw validationErrors.create('TABLE_UNREADABLE', { file: name, cause: (cause as Error).message }, {}, cause);
  }
  return parseTable(text, name);
}
