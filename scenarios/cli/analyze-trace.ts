import {
  type Blocking,
  type Bottleneck,
  type Breakdown,
  bottlenecks,
  breakdown,
  type CounterUse,
  counterUse,
  criticalPath,
  type Exposed,
  exposedCommunication,
  formatTime,
  SimError,
  type Straggler,
  stragglers,
  type Time,
  type TraceTable,
  topBlocking,
} from '../../engine/index.ts';
import { readTraceFile } from '../../engine/trace/node/index.ts';
import { kitErrors, quoted } from '../kit/errors.ts';
import { formatMetric } from '../kit/format-metric.ts';
import { reasonOf } from '../kit/system-error.ts';
import type { Io } from './io.ts';
import { type Column, textTable } from './table.ts';

/** What `analyze --json` prints; times in picoseconds. */
interface Analysis {
  readonly makespan: number;
  readonly tasks: number;
  readonly cut: number;
  readonly criticalPath: { readonly length: number; readonly pieces: number };
  readonly bottlenecks: readonly Bottleneck[];
  readonly blocking: readonly Blocking[];
  readonly breakdown: readonly Breakdown[];
  readonly exposed: readonly Exposed[];
  readonly stragglers: readonly Straggler[];
  readonly counters: readonly CounterUse[];
}

/** Analyses the trace in `file` and prints it. Throws USAGE for what cannot be read. */
export function analyzeTrace(file: string, options: { readonly rows?: string; readonly json?: boolean }, io: Io): void {
  const rows = Number(options.rows ?? 10);
  if (!(Number.isInteger(rows) && rows > 0))
    throw kitErrors.create('USAGE', {
      problem: `--rows ${quoted(options.rows ?? '')} is no count`,
      hint: 'Write --rows 20.',
    });
  const { table, leftover } = read(file);
  if (table.tasks === 0)
    throw kitErrors.create('USAGE', {
      problem: `${quoted(file, 200)} has no task in it`,
      hint: 'Record one: escapement run <scenario> --trace run.pftrace.',
    });
  const path = criticalPath(table);
  const analysis: Analysis = {
    makespan: table.makespan,
    tasks: table.tasks,
    cut: table.cut,
    criticalPath: { length: path.length, pieces: path.pieces.length },
    bottlenecks: bottlenecks(table, path),
    blocking: topBlocking(table, path),
    breakdown: breakdown(table),
    exposed: exposedCommunication(table),
    stragglers: stragglers(table),
    counters: counterUse(table),
  };
  if (leftover > 0)
    io.err(`${io.color.yellow('warning:')} the file ends inside a packet: its last ${leftover} bytes are left out\n`);
  if (options.json) io.out(`${JSON.stringify(analysis, null, 2)}\n`);
  else print(analysis, rows, io);
}

function read(file: string): { readonly table: TraceTable; readonly leftover: number } {
  try {
    const { table, summary } = readTraceFile(file);
    return { table, leftover: summary.leftover };
  } catch (error) {
    const problem = error instanceof SimError ? error.message.replace(/[.]$/, '') : reasonOf(error);
    throw kitErrors.create(
      'USAGE',
      {
        problem: `cannot read ${quoted(file, 200)}: ${quoted(problem, 300)}`,
        hint: 'Give a .pftrace file; escapement run <scenario> --trace run.pftrace makes one.',
      },
      {},
      error,
    );
  }
}

function print(analysis: Analysis, most: number, io: Io): void {
  const { makespan, tasks, cut } = analysis;
  const time = (ticks: number): string => formatTime(Math.round(ticks) as Time, 'ps');
  const share = (ticks: number): string => percent(makespan > 0 ? ticks / makespan : 0);
  const right = { align: 'right' as const };
  const section = <Row>(
    title: string,
    columns: readonly Column[],
    all: readonly Row[],
    cells: (row: Row) => string[],
  ): void => {
    if (all.length === 0) return;
    const more = all.length > most ? ` (the first ${most} of ${all.length})` : '';
    io.out(`\n${io.color.bold(title)}${more}\n\n`);
    io.out(textTable(columns, all.slice(0, most).map(cells), io.width));
  };
  const open = cut > 0 ? `, ${cut} of them cut off by the end of the recording` : '';
  io.out(`${tasks} tasks${open}, ${time(makespan)} of virtual time\n`);
  section(
    'Critical path: what made it take this long',
    [
      { head: 'doing' },
      { head: 'what', wrap: true },
      { head: 'mostly', wrap: true },
      { head: 'actors', ...right },
      { head: 'time', ...right },
      { head: 'share', ...right },
    ],
    analysis.bottlenecks,
    (row) => [row.doing, row.what, row.path, String(row.actors), time(row.ticks), percent(row.share)],
  );
  section(
    'Waited for most',
    [
      { head: 'cause' },
      { head: 'what', wrap: true },
      { head: 'waited', ...right },
      { head: 'waits', ...right },
      { head: 'at once', ...right },
      { head: 'on average', ...right },
      { head: 'on the path', ...right },
    ],
    analysis.blocking,
    (row) => [
      row.cause,
      row.what,
      time(row.waited),
      String(row.waits),
      String(row.mostWaiting),
      row.meanWaiting.toPrecision(3),
      share(row.critical),
    ],
  );
  section(
    'Where the time of each row went',
    [
      { head: 'row', wrap: true },
      { head: 'compute', ...right },
      { head: 'comm.', ...right },
      { head: 'memory', ...right },
      { head: 'other', ...right },
      { head: 'idle', ...right },
      { head: 'waits', wrap: true },
    ],
    [...analysis.breakdown].sort((a, b) => busy(b) - busy(a)),
    (row) => [
      `${row.path === '' ? 'simulation' : row.path}${row.lane === '' ? '' : `: ${row.lane}`}`,
      share(row.compute),
      share(row.communication),
      share(row.memory),
      share(row.other),
      share(row.idle),
      Object.entries(row.waits)
        .sort((a, b) => b[1] - a[1])
        .map(([cause, ticks]) => `${cause} ${share(ticks)}`)
        .join(', '),
    ],
  );
  section(
    'Communication that no computing covers',
    [
      { head: 'actor', wrap: true },
      { head: 'compute', ...right },
      { head: 'communication', ...right },
      { head: 'exposed', ...right },
    ],
    analysis.exposed.filter(({ compute, communication }) => compute > 0 && communication > 0),
    (row) => [row.path, share(row.compute), share(row.communication), share(row.exposed)],
  );
  section(
    'Who came last at barriers',
    [
      { head: 'actor', wrap: true },
      { head: 'last', ...right },
      { head: 'others waited', ...right },
      { head: 'waited itself', ...right },
    ],
    analysis.stragglers.filter(({ caused }) => caused > 0),
    (row) => [row.path, String(row.last), time(row.caused), time(row.waited)],
  );
  section(
    'Counters over time',
    [
      { head: 'counter', wrap: true },
      { head: 'mean', ...right },
      { head: 'most', ...right },
      { head: 'utilisation', ...right },
    ],
    [...analysis.counters].sort((a, b) => (b.utilisation ?? -1) - (a.utilisation ?? -1)),
    (row) => [
      row.path === '' ? row.name : `${row.path} ${row.name}`,
      formatMetric(row.mean, row.unit),
      formatMetric(row.most, row.unit),
      row.utilisation === undefined ? '' : percent(row.utilisation),
    ],
  );
}

function busy({ compute, communication, memory, other }: Breakdown): number {
  return compute + communication + memory + other;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
