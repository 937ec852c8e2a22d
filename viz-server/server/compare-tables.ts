import {
  bottlenecks,
  compareTasks,
  type TaskComparison,
  type TaskDifference,
  type TraceTable,
} from '../../engine/index.ts';
import type { ComparisonKind, ComparisonValueOf, Table, TaskCounts } from '../protocol/index.ts';
import type { AnalysisAnswer } from './analysis-link.ts';
import type { FullTable } from './analysis-table.ts';
import { durationBucket, tableOf } from './result-tables.ts';
import { notesOfTable, type TableNotes } from './table-notes.ts';

/** What of two runs is asked for that their traces tell. */
export interface TraceComparison {
  readonly what: Exclude<ComparisonKind, 'metrics' | 'divergence'>;
  /** Length of a tick of the answer, in ps. */
  readonly tickPs: number;
  /** Whether the runs have ended: a task that one lacks may come as long as it has not. */
  readonly beforeIsOver: boolean;
  readonly afterIsOver: boolean;
  readonly taskKind: string | undefined;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly columns: number | undefined;
  readonly maxRows: number;
}

const mostTracks = 40;
const mostKinds = 200;
const defaultColumns = 100;

const notes = new WeakMap<FullTable, TableNotes>();
const compared = new WeakMap<FullTable, WeakMap<FullTable, TaskComparison>>();

/** Compares two recorded traces; everything is 0 and nothing differs when both are the same. */
export function compareTables(before: FullTable, after: FullTable, asked: TraceComparison): AnalysisAnswer {
  switch (asked.what) {
    case 'times':
      return cut(timesTable(before.table, after.table, asked.tickPs), asked.maxRows);
    case 'path':
      return cut(pathTable(before.table, after.table, asked.tickPs), asked.maxRows);
    case 'histogram':
      return histograms(before.table, after.table, asked);
    case 'tasks':
      return tasks(before, after, asked);
    case 'tracks':
      return tracks(before, after, asked);
    default:
      return asked.what satisfies never;
  }
}

function cut(table: Table, maxRows: number, value?: unknown): AnalysisAnswer {
  return {
    kind: 'table',
    table: { columns: table.columns, rows: table.rows.slice(0, maxRows) },
    truncated: table.rows.length > maxRows,
    ...(value === undefined ? {} : { value }),
  };
}

/** Adds what both say under one name. */
class Pairs {
  readonly #rows = new Map<string, { readonly cells: readonly string[]; before: number; after: number }>();

  add(side: 'before' | 'after', cells: readonly string[], value: number): void {
    const key = JSON.stringify(cells);
    let row = this.#rows.get(key);
    if (row === undefined) {
      row = { cells, before: 0, after: 0 };
      this.#rows.set(key, row);
    }
    row[side] += value;
  }

  rows(): Array<{ readonly cells: readonly string[]; readonly before: number; readonly after: number }> {
    return [...this.#rows.values()];
  }
}

function sides(before: TraceTable, after: TraceTable): ReadonlyArray<readonly ['before' | 'after', TraceTable]> {
  return [
    ['before', before],
    ['after', after],
  ];
}

/** How long it took, and what all tasks together did and waited for. */
function timesTable(before: TraceTable, after: TraceTable, tickPs: number): Table {
  const pairs = new Pairs();
  for (const [side, table] of sides(before, after)) {
    const scale = table.picosecondsPerTick / tickPs;
    pairs.add(side, ['makespan'], table.makespan * scale);
    let work = 0;
    const waits = new Map<string, number>();
    for (let i = 0; i < table.tasks; i++)
      table.stretches(i, (from, until, wait) => {
        if (wait < 0) work += until - from;
        else {
          const { cause } = table.waits[wait]!;
          waits.set(cause, (waits.get(cause) ?? 0) + until - from);
        }
      });
    pairs.add(side, ['work of all tasks'], work * scale);
    for (const [cause, ticks] of [...waits].sort((a, b) => (a[0] < b[0] ? -1 : 1)))
      pairs.add(side, [`waits for ${cause}`], ticks * scale);
  }
  return tableOf(
    'what before:tick after:tick change:tick',
    pairs.rows().map((row) => [...row.cells, row.before, row.after, row.after - row.before]),
  );
}

/** What the critical paths are made of, largest change first. */
function pathTable(before: TraceTable, after: TraceTable, tickPs: number): Table {
  const pairs = new Pairs();
  for (const [side, table] of sides(before, after))
    for (const { doing, what, ticks } of bottlenecks(table))
      pairs.add(side, [doing, what], (ticks * table.picosecondsPerTick) / tickPs);
  const rows = pairs.rows();
  rows.sort(
    (a, b) =>
      Math.abs(b.after - b.before) - Math.abs(a.after - a.before) ||
      b.before - a.before ||
      (a.cells.join() < b.cells.join() ? -1 : 1),
  );
  return tableOf(
    'doing what before:tick after:tick change:tick',
    rows.map((row) => [...row.cells, row.before, row.after, row.after - row.before]),
  );
}

/** Durations of one kind of task in both, in buckets of powers of two of the answer's tick; with the kinds there are. */
function histograms(
  before: TraceTable,
  after: TraceTable,
  { taskKind, tickPs, maxRows }: TraceComparison,
): AnalysisAnswer {
  const pairs = new Pairs();
  const kinds = new Map<string, number>();
  const buckets = new Map<number, { before: number; after: number }>();
  for (const [side, table] of sides(before, after)) {
    const scale = table.picosecondsPerTick / tickPs;
    for (let i = 0; i < table.tasks; i++) {
      const { kind } = table.labels[table.label[i]!]!;
      const name = table.nameOf(i);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      if (name !== kind) kinds.set(name, (kinds.get(name) ?? 0) + 1);
      if (taskKind !== undefined && taskKind !== kind && taskKind !== name) continue;
      const duration = (table.end[i]! - table.start[i]!) * scale;
      const bucket = durationBucket(duration);
      const counts = buckets.get(bucket) ?? { before: 0, after: 0 };
      counts[side]++;
      buckets.set(bucket, counts);
      pairs.add(side, ['all'], duration);
    }
  }
  const rows = [...buckets]
    .sort((a, b) => a[0] - b[0])
    .map(([from, counts]) => [from, from === 0 ? 1 : 2 * from, counts.before, counts.after]);
  const [total] = pairs.rows();
  const count = (side: 'before' | 'after'): number =>
    rows.reduce((sum, row) => sum + row[side === 'before' ? 2 : 3]!, 0);
  const mean = (side: 'before' | 'after'): number | null =>
    count(side) === 0 ? null : (total?.[side] ?? 0) / count(side);
  return cut(tableOf('from:tick to:tick before:count after:count', rows), maxRows, {
    kinds: [...kinds]
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .slice(0, mostKinds)
      .map(([kind]) => kind),
    mean: { before: mean('before'), after: mean('after') },
  } satisfies ComparisonValueOf<'histogram'>);
}

interface Compared {
  readonly same: number;
  readonly different: readonly TaskDifference[];
  /** Tasks that the other run may still have. */
  readonly unfinished: number;
}

function compare(before: FullTable, after: FullTable, { beforeIsOver, afterIsOver }: TraceComparison): Compared {
  const { same, different } = compareOnce(before, after);
  const known = different.filter(
    (task) => (task.before !== undefined || beforeIsOver) && (task.after !== undefined || afterIsOver),
  );
  return { same, different: known, unfinished: different.length - known.length };
}

/** Tables do not change: a trace that grows makes a new one. */
function compareOnce(before: FullTable, after: FullTable): TaskComparison {
  const others = compared.get(before) ?? new WeakMap<FullTable, TaskComparison>();
  compared.set(before, others);
  const found = others.get(after) ?? compareTasks(notesOf(before), notesOf(after));
  others.set(after, found);
  return found;
}

function notesOf(full: FullTable): TableNotes {
  let found = notes.get(full);
  if (found === undefined) {
    found = notesOfTable(full.table);
    notes.set(full, found);
  }
  return found;
}

function tasks(before: FullTable, after: FullTable, asked: TraceComparison): AnalysisAnswer {
  const { same, different, unfinished } = compare(before, after, asked);
  const ticks = (ps: number | undefined): number | null =>
    ps === undefined || Number.isNaN(ps) ? null : ps / asked.tickPs;
  const numberIn = (full: FullTable, identity: string): number => {
    const index = notesOf(full).indexOf.get(identity);
    return index === undefined ? 0 : (full.numbers[index] ?? 0);
  };
  const rows = different
    .slice(0, asked.maxRows)
    .map(({ identity, before: a, after: b, later, wait }) => [
      identity,
      ticks(a?.start),
      ticks(a?.end),
      ticks(b?.start),
      ticks(b?.end),
      ticks(later),
      wait === undefined ? null : ticks(wait.more),
      wait?.cause ?? '',
      numberIn(before, identity),
      numberIn(after, identity),
    ]);
  const table = tableOf(
    'task startBefore:tick endBefore:tick startAfter:tick endAfter:tick later:tick waitsMore:tick cause numberBefore:count numberAfter:count',
    rows,
  );
  return {
    kind: 'table',
    table,
    truncated: different.length > rows.length,
    value: { same, different: different.length, unfinished } satisfies TaskCounts,
  };
}

/** Where on the tracks tasks differ: of each track and column of time how many, and the largest shift of an end. */
function tracks(before: FullTable, after: FullTable, asked: TraceComparison): AnalysisAnswer {
  const { same, different, unfinished } = compare(before, after, asked);
  const makespan = Math.max(
    before.table.makespan * before.table.picosecondsPerTick,
    after.table.makespan * after.table.picosecondsPerTick,
  );
  const from = (asked.from ?? 0) * asked.tickPs;
  const to = Math.max(from + 1, (asked.to ?? makespan / asked.tickPs) * asked.tickPs);
  const columns = asked.columns ?? defaultColumns;
  const width = (to - from) / columns;
  interface Cell {
    tasks: number;
    later: number;
    gone: number;
    added: number;
  }
  const rows = new Map<string, { weight: number; readonly cells: Map<number, Cell> }>();
  for (const { identity, before: a, after: b, later } of different) {
    const end = (a ?? b)!.end;
    const start = (a ?? b)!.start;
    if (end < from || start >= to) continue;
    const full = a === undefined ? after : before;
    const index = notesOf(full).indexOf.get(identity)!;
    const { path, lane } = full.table.rows[full.table.row[index]!]!;
    const key = JSON.stringify([path, lane]);
    const row = rows.get(key) ?? { weight: 0, cells: new Map<number, Cell>() };
    rows.set(key, row);
    row.weight += Number.isNaN(later) ? end - start : Math.abs(later);
    const first = Math.max(0, Math.floor((start - from) / width));
    const last = Math.min(columns - 1, Math.max(first, Math.ceil((end - from) / width) - 1));
    for (let column = first; column <= last; column++) {
      const cell = row.cells.get(column) ?? { tasks: 0, later: 0, gone: 0, added: 0 };
      row.cells.set(column, cell);
      cell.tasks++;
      if (a === undefined) cell.added++;
      else if (b === undefined) cell.gone++;
      else if (Math.abs(later) > Math.abs(cell.later)) cell.later = later;
    }
  }
  const largest = [...rows].sort((a, b) => b[1].weight - a[1].weight || (a[0] < b[0] ? -1 : 1)).slice(0, mostTracks);
  const list = largest.flatMap(([key, { cells }]) => {
    const [path = '', lane = ''] = JSON.parse(key) as string[];
    return [...cells]
      .sort((a, b) => a[0] - b[0])
      .map(([column, cell]) => [
        path,
        lane,
        Math.round((from + column * width) / asked.tickPs),
        Math.round((from + (column + 1) * width) / asked.tickPs),
        cell.tasks,
        cell.later / asked.tickPs,
        cell.gone,
        cell.added,
      ]);
  });
  return cut(
    tableOf('actor lane from:tick to:tick tasks:count later:tick gone:count added:count', list),
    asked.maxRows,
    { same, different: different.length, unfinished, tracks: rows.size } satisfies ComparisonValueOf<'tracks'>,
  );
}
