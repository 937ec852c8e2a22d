import { closeSync, openSync, renameSync, writeSync } from 'node:fs';
import { ByteWriter, type ColumnSource, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import { formatValue, type ParamValue } from '../kit/field.ts';
import type { MetricValue } from '../kit/scenario.ts';
import { formatAxis } from './axis.ts';
import type { Row } from './rows.ts';
import type { Study } from './study.ts';

/** Takes rows one by one and has a whole file after `finish`; a file that exists is replaced only then. */
export interface ResultWriter {
  readonly row: (row: Row) => void;
  readonly finish: () => void;
}

type Cell = number | string | boolean | undefined;

interface Column {
  readonly name: string;
  readonly type: 'number' | 'text';
  readonly cell: (row: Row) => Cell;
}

/** Columns of the results: axes, what became of the setting, every metric, and its interval where runs are random. */
function columnsOf(study: Study): readonly Column[] {
  const random = study.replicating.most > 1;
  const axes = study.axes.map((axis, a): Column => {
    const { field } = axis;
    const asText = field.kind !== 'number' || field.dimension === 'duration';
    return {
      name: field.name,
      type: asText ? 'text' : 'number',
      cell: (row) => {
        const value = row.setting.values[a] as ParamValue;
        return asText ? formatValue(field, value) : value;
      },
    };
  });
  const metrics = Object.keys(study.scenario.metrics).flatMap((name): Column[] => [
    { name, type: 'number', cell: (row) => row.metrics[name] },
    ...(random
      ? [
          { name: `${name}.low`, type: 'number' as const, cell: (row: Row) => row.intervals[name]?.[0] },
          { name: `${name}.high`, type: 'number' as const, cell: (row: Row) => row.intervals[name]?.[1] },
        ]
      : []),
  ]);
  return [
    ...axes,
    { name: 'status', type: 'text', cell: (row) => row.status },
    { name: 'reason', type: 'text', cell: (row) => row.reason },
    { name: 'replications', type: 'number', cell: (row) => row.replications },
    ...metrics,
    { name: 'fingerprint', type: 'text', cell: (row) => row.fingerprint },
  ];
}

/** Writes rows as CSV with a head line; numbers in base units, booleans as true and false. */
export function csvWriter(study: Study, file: string): ResultWriter {
  const columns = columnsOf(study);
  const out = wholeFile(file);
  out.write(`${columns.map((column) => quote(column.name)).join(',')}\n`);
  return {
    row: (row) => out.write(`${columns.map((column) => quote(text(column.cell(row)))).join(',')}\n`),
    finish: out.finish,
  };
}

/** Writes the study and one object a setting, one on a line. */
export function jsonWriter(study: Study, file: string): ResultWriter {
  const out = wholeFile(file);
  const { scenario, spec } = study;
  const columns = columnsOf(study).slice(0, study.axes.length);
  const axes = Object.fromEntries(study.axes.map((axis) => [axis.field.name, formatAxis(axis)]));
  const head = { scenario: scenario.id, study: study.key, seed: study.base.reserved.seed, axes, where: spec.where };
  out.write(`${JSON.stringify(head).slice(0, -1)},\n"settings":[`);
  let first = true;
  return {
    row(row) {
      const { status, reason, replications, metrics, intervals, fingerprint, events } = row;
      const values = Object.fromEntries(columns.map((column) => [column.name, column.cell(row)]));
      const rest = status === 'done' ? { replications, metrics, intervals, fingerprint, events } : { reason };
      out.write(`${first ? '' : ','}\n${JSON.stringify({ values, status, ...rest })}`);
      first = false;
    },
    finish() {
      out.write('\n]}\n');
      out.finish();
    },
  };
}

const rowGroup = 10_000;

/** Writes the columns of the CSV as Parquet: DOUBLE or UTF-8; a metric that is no number in some run is UTF-8. */
export function parquetWriter(study: Study, file: string, textual: ReadonlySet<string>): ResultWriter {
  const columns = columnsOf(study);
  const out = wholeFile(file);
  const bytes = new ByteWriter();
  const send = (): void => {
    out.write(new Uint8Array(bytes.buffer, 0, bytes.index).slice());
    bytes.index = 0;
  };
  let cells: Cell[][] = columns.map(() => []);
  const sources = (): ColumnSource[] =>
    columns.map(({ name, type }, c): ColumnSource => {
      const data = cells[c] as Cell[];
      if (type === 'text' || textual.has(name))
        return {
          name,
          type: 'STRING',
          nullable: true,
          data: data.map((cell) => (cell === undefined ? null : text(cell))),
        };
      return {
        name,
        type: 'DOUBLE',
        nullable: true,
        data: data.map((cell) => (cell === undefined ? null : Number(cell))),
      };
    });
  const writer = Object.assign(bytes, { flush: send, finish: send });
  const parquet = new ParquetWriter({
    writer,
    schema: schemaFromColumnData({ columnData: sources() }),
    createdBy: 'escapement',
  });
  const flush = (): void => {
    const rows = cells[0]?.length ?? 0;
    if (rows > 0) parquet.write({ columnData: sources(), rowGroupSize: rows });
    cells = columns.map(() => []);
  };
  return {
    row(row) {
      for (const [c, column] of columns.entries()) (cells[c] as Cell[]).push(column.cell(row));
      if ((cells[0] as Cell[]).length === rowGroup) flush();
    },
    finish() {
      flush();
      parquet.finish();
      out.finish();
    },
  };
}

/** Metrics that are texts in some row: they get a column of texts. */
export class TextualMetrics {
  readonly names = new Set<string>();

  see(row: Row): void {
    for (const [name, value] of Object.entries(row.metrics))
      if (typeof (value as MetricValue) === 'string') this.names.add(name);
  }
}

function text(cell: Cell): string {
  return cell === undefined ? '' : String(cell);
}

function quote(field: string): string {
  return /[",\n\r]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

function wholeFile(file: string): { write(data: string | Uint8Array): void; finish(): void } {
  const part = `${file}.part`;
  const fd = openSync(part, 'w');
  let waiting: string[] = [];
  let size = 0;
  const put = (bytes: Uint8Array): void => {
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done);
  };
  const flush = (): void => {
    if (size > 0) put(Buffer.from(waiting.join('')));
    waiting = [];
    size = 0;
  };
  return {
    write(data) {
      if (typeof data === 'string') {
        waiting.push(data);
        size += data.length;
        if (size > 1 << 18) flush();
        return;
      }
      flush();
      put(data);
    },
    finish() {
      flush();
      closeSync(fd);
      renameSync(part, file);
    },
  };
}
