import {
  bottlenecks,
  breakdown,
  counterUse,
  criticalPath,
  exposedCommunication,
  linkTraffic,
  rowUse,
  stragglers,
  type TraceTable,
  topBlocking,
  windowTable,
} from '../../engine/index.ts';
import type { ChainedWait, Table, TaskFacts, TaskStretch } from '../protocol/index.ts';
import type { AnalysisAnswer, Question } from './analysis-link.ts';
import type { FullTable } from './analysis-table.ts';
import { liveErrors } from './errors.ts';
import { type Fields, groupFields, parseQuery } from './query-language.ts';
import { durationBucket, tableOf } from './result-tables.ts';

/** Fields of what can be asked for; durations are compared in picoseconds and shown in ticks. */
export const querySources: Readonly<Record<'tasks' | 'waits' | 'counters', Fields>> = {
  tasks: {
    task: 'number',
    kind: 'text',
    name: 'text',
    actor: 'text',
    lane: 'text',
    start: 'time',
    end: 'time',
    duration: 'time',
    work: 'time',
    wait: 'time',
    cause: 'text',
  },
  waits: { task: 'number', cause: 'text', what: 'text', actor: 'text', start: 'time', end: 'time', duration: 'time' },
  counters: { actor: 'text', name: 'text', unit: 'text', values: 'number', last: 'number', max: 'number' },
};

type Row = Record<string, string | number>;
type Cells = ReadonlyArray<ReadonlyArray<string | number | boolean | null>>;

/** Answers a question about a whole trace. Throws LIVE_REQUEST, LIVE_CONDITION. */
export function answerQuestion(
  full: FullTable,
  question: Exclude<Question, { kind: 'export' | 'compare' | 'load' }>,
): AnalysisAnswer {
  switch (question.kind) {
    case 'detail':
      return { kind: 'value', value: detailOf(full, question.task) };
    case 'query':
      return runQuery(full, question.text, question.maxRows);
    case 'analyze': {
      const table = analyse(full, question);
      const { maxRows } = question;
      return {
        kind: 'table',
        table: { columns: table.columns, rows: table.rows.slice(0, maxRows) },
        truncated: table.rows.length > maxRows,
      };
    }
    default:
      return question satisfies never;
  }
}

/** One task: what it is, its stretches, what led to its waits, its arrows. */
function detailOf({ table, indexOf, numbers, notes, flows }: FullTable, task: number): TaskFacts {
  const index = indexOf.get(task);
  if (index === undefined)
    throw liveErrors.create('LIVE_REQUEST', {
      problem: `task ${task} has not ended, or there is none of that number`,
      hint: 'Ask again when it has ended.',
    });
  const numberOf = (at: number): number => (at < 0 ? 0 : (numbers[at] ?? 0));
  const { kind, name } = table.labels[table.label[index]!]!;
  const { path, lane } = table.rows[table.row[index]!]!;
  const stretches: TaskStretch[] = [];
  table.stretches(index, (from, until, wait, by) => {
    const { cause, what } = wait < 0 ? { cause: null, what: '' } : table.waits[wait]!;
    stretches.push({ from, until, cause, what, by: numberOf(by) });
  });
  return {
    task,
    kind,
    name,
    actor: path,
    lane,
    start: table.start[index]!,
    end: table.end[index]!,
    parent: numberOf(table.parent[index]!),
    notes: notes.get(task) ?? {},
    stretches,
    chain: chainOf(table, index).map((link) => ({ ...link, task: numberOf(link.task), by: numberOf(link.by) })),
    flows: flows.get(task) ?? [],
  };
}

/** From the longest wait of a task to whoever ended it, whose longest wait before that, and so on. */
function chainOf(table: TraceTable, first: number): ChainedWait[] {
  const chain: ChainedWait[] = [];
  let task = first;
  let before = Number.POSITIVE_INFINITY;
  for (let steps = 0; task >= 0 && steps < 100; steps++) {
    let longest: ChainedWait | undefined;
    table.stretches(task, (from, until, wait, by) => {
      if (wait < 0 || from >= before) return;
      if (longest !== undefined && until - from <= longest.until - longest.from) return;
      const { cause, what } = table.waits[wait]!;
      longest = { task, cause, what, from, until, by, actor: table.pathOf(task), name: table.nameOf(task) };
    });
    if (longest === undefined) break;
    chain.push(longest);
    before = longest.until;
    task = longest.by;
  }
  return chain;
}

function analyse(full: FullTable, question: Extract<Question, { kind: 'analyze' }>): Table {
  const { from = 0, to = full.table.makespan } = question;
  const isPart = from > 0 || to < full.table.makespan;
  const { table, tasks } = isPart ? windowTable(full.table, from, to) : { table: full.table, tasks: undefined };
  const numberOf = (task: number): number => full.numbers[tasks === undefined ? task : tasks[task]!] ?? 0;
  switch (question.what) {
    case 'bottlenecks':
      return tableOf(
        'doing what actor actors:count ticks:tick share',
        bottlenecks(table).map((row) => [row.doing, row.what, row.path, row.actors, row.ticks, row.share]),
      );
    case 'blocking':
      return tableOf(
        'cause what waited:tick waits:count mostWaiting:count meanWaiting critical:tick',
        topBlocking(table).map((row) => [
          row.cause,
          row.what,
          row.waited,
          row.waits,
          row.mostWaiting,
          row.meanWaiting,
          row.critical,
        ]),
      );
    case 'criticalPath':
      return tableOf(
        'from:tick until:tick task actor name cause what',
        criticalPath(table).pieces.map(({ from: begin, until, task, wait }) => {
          const { cause = null, what = '' } = wait < 0 ? {} : table.waits[wait]!;
          const [number, actor, name] =
            task < 0 ? [0, '', 'nothing'] : [numberOf(task), table.pathOf(task), table.nameOf(task)];
          return [from + begin, from + until, number, actor, name, cause, what];
        }),
      );
    case 'utilisation':
      return tableOf(
        'actor lane tasks:count worked waited idle',
        objectsOf(rowUse(table), 'path lane tasks worked waited idle'),
      );
    case 'counters':
      return tableOf(
        'actor name unit mean most last utilisation',
        objectsOf(counterUse(table), 'path name unit mean most last utilisation'),
      );
    case 'breakdown':
      return tableOf(
        'actor lane compute:tick communication:tick memory:tick other:tick wait:tick idle:tick',
        breakdown(table).map((row) => [
          row.path,
          row.lane,
          row.compute,
          row.communication,
          row.memory,
          row.other,
          Object.values(row.waits).reduce((sum, ticks) => sum + ticks, 0),
          row.idle,
        ]),
      );
    case 'exposed':
      return tableOf(
        'actor compute:tick communication:tick exposed:tick',
        objectsOf(exposedCommunication(table), 'path compute communication exposed'),
      );
    case 'stragglers':
      return tableOf(
        'actor last:count caused:tick waited:tick',
        objectsOf(stragglers(table), 'path last caused waited'),
      );
    case 'links':
      return tableOf(
        'network link share bytes:B mean:B/s most:B/s capacity:B/s',
        objectsOf(linkTraffic(table), 'path link share bytes mean most capacity'),
      );
    case 'histogram':
      return histogram(table, question.taskKind);
    default:
      return question.what satisfies never;
  }
}

/** Durations of one kind of task, or of all, in buckets of powers of two. */
function histogram(table: TraceTable, kind: string | undefined): Table {
  const counts = new Map<number, number>();
  for (let i = 0; i < table.tasks; i++) {
    if (kind !== undefined && table.labels[table.label[i]!]!.kind !== kind) continue;
    const duration = table.end[i]! - table.start[i]!;
    const bucket = durationBucket(duration);
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  const rows = [...counts].sort((a, b) => a[0] - b[0]).map(([from, count]) => [from, from === 0 ? 1 : 2 * from, count]);
  return tableOf('from:tick to:tick tasks:count', rows);
}

function runQuery(full: FullTable, text: string, maxRows: number): AnalysisAnswer {
  const query = parseQuery(text, querySources);
  const source = query.source as keyof typeof querySources;
  const perTick = full.table.picosecondsPerTick;
  const all = source === 'tasks' ? tasksOf(full) : source === 'waits' ? waitsOf(full) : countersOf(full);
  let rows: Row[] = [];
  let fields: Fields = querySources[source];
  const groups = new Map<string | number, { count: number; total: number; max: number; wait: number }>();
  for (const row of all) {
    if (query.condition !== undefined && !query.condition(row)) continue;
    if (query.groupBy === undefined) {
      rows.push(row);
      // Enough to sort by anything, not enough to fill the memory.
      if (rows.length > 1_000_000) break;
      continue;
    }
    const key = row[query.groupBy] as string | number;
    const group = groups.get(key) ?? { count: 0, total: 0, max: 0, wait: 0 };
    if (group.count === 0) groups.set(key, group);
    const duration = Number(row.duration ?? 0);
    group.count++;
    group.total += duration;
    group.max = Math.max(group.max, duration);
    group.wait += Number(row.wait ?? 0);
  }
  if (query.groupBy !== undefined) {
    fields = { [query.groupBy]: fields[query.groupBy] as Fields[string], ...groupFields };
    const name = query.groupBy;
    rows = [...groups].map(([key, { count, total, max, wait }]) => ({
      [name]: key,
      count,
      total,
      mean: total / count,
      max,
      wait,
    }));
  }
  const by = query.orderBy;
  if (by !== undefined) {
    const sign = query.descending ? -1 : 1;
    rows.sort((a, b) => (a[by]! < b[by]! ? -sign : a[by]! > b[by]! ? sign : 0));
  }
  const wanted = Math.min(query.limit ?? maxRows, maxRows);
  const shown = rows.slice(0, wanted);
  const names = Object.keys(fields);
  const table: Table = {
    columns: names.map((name) => ({ name, unit: fields[name] === 'time' ? 'tick' : '' })),
    rows: shown.map((row) =>
      names.map((name) => (fields[name] === 'time' ? Number(row[name]) / perTick : (row[name] ?? null))),
    ),
  };
  return { kind: 'table', table, truncated: rows.length > wanted };
}

function* tasksOf({ table, numbers }: FullTable): Generator<Row> {
  const ps = table.picosecondsPerTick;
  for (let i = 0; i < table.tasks; i++) {
    const { kind, name } = table.labels[table.label[i]!]!;
    const { path, lane } = table.rows[table.row[i]!]!;
    let wait = 0;
    let longest = 0;
    let cause = '';
    table.stretches(i, (from, until, what) => {
      if (what < 0) return;
      wait += until - from;
      if (until - from <= longest) return;
      longest = until - from;
      cause = table.waits[what]!.cause;
    });
    const [start, end] = [table.start[i]! * ps, table.end[i]! * ps];
    yield {
      task: numbers[i] ?? 0,
      kind,
      name: name === '' ? kind : name,
      actor: path,
      lane,
      start,
      end,
      duration: end - start,
      work: end - start - wait * ps,
      wait: wait * ps,
      cause,
    };
  }
}

function* waitsOf({ table, numbers }: FullTable): Generator<Row> {
  const ps = table.picosecondsPerTick;
  for (let i = 0; i < table.tasks; i++) {
    const found: Row[] = [];
    table.stretches(i, (from, until, wait) => {
      if (wait < 0) return;
      const { cause, what } = table.waits[wait]!;
      const [start, end] = [from * ps, until * ps];
      found.push({ task: numbers[i] ?? 0, cause, what, actor: table.pathOf(i), start, end, duration: end - start });
    });
    yield* found;
  }
}

function* countersOf({ table }: FullTable): Generator<Row> {
  for (const { path, name, unit, values } of table.counters)
    yield {
      actor: path,
      name,
      unit,
      values: values.length,
      last: values.at(-1) ?? 0,
      max: values.reduce((max, value) => Math.max(max, value), 0),
    };
}

function objectsOf(rows: readonly object[], names: string): Cells {
  return rows.map((row) =>
    names.split(' ').map((name) => ((row as Record<string, unknown>)[name] ?? null) as string | number | null),
  );
}
