import type { TaskLabel } from '../record/trace-chunk.ts';
import type { TraceTable } from './trace-table.ts';

/** What work is: computing, moving bytes between devices, moving bytes to and from storage or memory, or something else. */
export type WorkClass = 'compute' | 'communication' | 'memory' | 'other';

/** Says what the work of a task is. */
export type Classify = (label: TaskLabel) => WorkClass;

/** The kinds of the device library; everything else is other. */
export const classifyLibrary: Classify = ({ kind }) => classes[kind] ?? 'other';

const classes: Readonly<Record<string, WorkClass>> = {
  kernel: 'compute',
  compute: 'compute',
  collective: 'communication',
  transfer: 'communication',
  batch: 'communication',
  nccl: 'communication',
  read: 'memory',
  write: 'memory',
  service: 'memory',
  copy: 'memory',
  gpu_memcpy: 'memory',
  gpu_memset: 'memory',
};

/** What one row of an actor did; the parts add up to the makespan. Times are ticks. */
export interface Breakdown {
  readonly path: string;
  readonly lane: string;
  readonly compute: number;
  readonly communication: number;
  readonly memory: number;
  readonly other: number;
  /** Waits of its tasks by cause. */
  readonly waits: Readonly<Record<string, number>>;
  /** Time without a task. */
  readonly idle: number;
}

/** The time of each row by what it was spent on. */
export function breakdown(table: TraceTable, classify: Classify = classifyLibrary): Breakdown[] {
  const classOf = table.labels.map(classify);
  const rows = table.rows.map(({ path, lane }) => ({
    path,
    lane,
    compute: 0,
    communication: 0,
    memory: 0,
    other: 0,
    waits: {} as Record<string, number>,
    idle: table.makespan,
  }));
  for (let task = 0; task < table.tasks; task++) {
    const row = rows[table.row[task]!]!;
    const work = classOf[table.label[task]!]!;
    table.stretches(task, (from, until, wait) => {
      const ticks = until - from;
      row.idle -= ticks;
      if (wait < 0) row[work] += ticks;
      else {
        const { cause } = table.waits[wait]!;
        row.waits[cause] = (row.waits[cause] ?? 0) + ticks;
      }
    });
  }
  return rows;
}

/** Communication of one actor, and the part of it during which the actor computed nothing. Times are ticks. */
export interface Exposed {
  readonly path: string;
  readonly compute: number;
  readonly communication: number;
  readonly exposed: number;
}

/** Exposed communication of every actor that computes or communicates: overlaps within an actor count once. */
export function exposedCommunication(table: TraceTable, classify: Classify = classifyLibrary): Exposed[] {
  const classOf = table.labels.map(classify);
  const actors = new Map<string, { compute: number[]; communication: number[] }>();
  for (let task = 0; task < table.tasks; task++) {
    const work = classOf[table.label[task]!]!;
    if (work !== 'compute' && work !== 'communication') continue;
    const path = table.pathOf(task);
    let actor = actors.get(path);
    if (actor === undefined) {
      actor = { compute: [], communication: [] };
      actors.set(path, actor);
    }
    const list = actor[work];
    table.stretches(task, (from, until, wait) => {
      if (wait < 0) list.push(from, until);
    });
  }
  return [...actors].map(([path, actor]) => {
    const compute = union(actor.compute);
    const communication = union(actor.communication);
    const both = union([...actor.compute, ...actor.communication]);
    return { path, compute, communication, exposed: both - compute };
  });
}

/** Length of the union of intervals given as from, until, from, until, … */
function union(ends: readonly number[]): number {
  const order = Array.from({ length: ends.length / 2 }, (_, i) => 2 * i).sort((a, b) => ends[a]! - ends[b]!);
  let length = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (const i of order) {
    const from = Math.max(ends[i]!, reached);
    if (ends[i + 1]! <= from) continue;
    length += ends[i + 1]! - from;
    reached = ends[i + 1]!;
  }
  return length;
}
