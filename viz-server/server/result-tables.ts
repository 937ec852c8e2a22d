import type { Table } from '../protocol/index.ts';

type Cells = ReadonlyArray<ReadonlyArray<string | number | boolean | null>>;

/** A table with `name:unit` for each column. */
export function tableOf(columns: string, rows: Cells): Table {
  return {
    columns: columns.split(' ').map((column) => {
      const [name = '', unit = ''] = column.split(':');
      return { name, unit };
    }),
    rows: rows.map((row) => [...row]),
  };
}

/** The least duration of its bucket: a power of two, 0 for what is shorter than 1. */
export function durationBucket(duration: number): number {
  return duration < 1 ? 0 : 2 ** Math.floor(Math.log2(duration));
}
