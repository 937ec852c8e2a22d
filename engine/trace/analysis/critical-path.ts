import type { TraceTable } from './trace-table.ts';

/** One piece of the critical path: `task` worked, waited for something nobody is known to have given, or nobody did anything. */
export interface PathPiece {
  readonly from: number;
  readonly until: number;
  /** Index of the task; -1 where no task is known to have led on. */
  readonly task: number;
  /** Index of the wait; -1 for work, and where there is no task. */
  readonly wait: number;
}

/** The critical path: pieces that tile the time from 0 to the makespan, so that its length equals it. */
export interface CriticalPath {
  readonly pieces: readonly PathPiece[];
  readonly length: number;
}

/**
 * Walks back from the task that ends last. Work is on the path, the work of a child instead of its parent's; a wait leads to the task that
 * ended it, and is on the path itself where that is not known; before its beginning a task leads to what ended on its row at that instant,
 * else to its parent, else to what ended last.
 */
export function criticalPath(table: TraceTable): CriticalPath {
  const { start, end, parent, makespan } = table;
  const pieces: PathPiece[] = [];
  const children = byEndIn(table, parent);
  const onRow = byEndIn(table, table.row);
  const byEnd = Array.from(start.keys()).sort((a, b) => end[a]! - end[b]! || a - b);
  const charge = (from: number, until: number, task: number, wait: number): void => {
    if (until > from) pieces.push({ from, until, task, wait });
  };
  let at = makespan;
  let task = lastBefore(table, byEnd, at, -1);
  let seen = new Set<number>();
  const moveTo = (time: number): void => {
    if (time < at) seen = new Set();
    at = time;
  };
  while (at > 0) {
    if (task < 0) {
      charge(0, at, -1, -1);
      break;
    }
    if (end[task]! < at) {
      charge(end[task]!, at, -1, -1);
      moveTo(end[task]!);
      continue;
    }
    if (at <= start[task]!) {
      const before = endedAt(table, onRow.get(table.row[task]!), at, seen);
      const above = parent[task]!;
      if (before >= 0) task = before;
      else if (above >= 0 && start[above]! < at && !seen.has(above)) {
        seen.add(above);
        task = above;
      } else task = lastBefore(table, byEnd, at, table.row[task]!);
      continue;
    }
    seen.add(task);
    const { from, wait, by } = stretchAt(table, task, at);
    if (wait >= 0 && by >= 0 && start[by]! < at && !seen.has(by)) {
      task = by;
      continue;
    }
    const inside = lastChild(table, children.get(task), from, at, seen);
    if (inside >= 0) {
      charge(end[inside]!, at, task, wait);
      moveTo(end[inside]!);
      task = inside;
    } else {
      charge(from, at, task, wait);
      moveTo(from);
    }
  }
  pieces.reverse();
  return { pieces, length: pieces.reduce((sum, { from, until }) => sum + until - from, 0) };
}

/** Tasks by what `groups` says of them, 0 or more, in order of their ends. */
function byEndIn(table: TraceTable, groups: readonly number[]): Map<number, number[]> {
  const found = new Map<number, number[]>();
  groups.forEach((group, task) => {
    if (group < 0) return;
    const list = found.get(group);
    if (list === undefined) found.set(group, [task]);
    else list.push(task);
  });
  for (const list of found.values()) list.sort((a, b) => table.end[a]! - table.end[b]! || a - b);
  return found;
}

/** The task of a row that ended exactly at `at` and had a length; -1 when there is none. */
function endedAt(
  table: TraceTable,
  list: readonly number[] | undefined,
  at: number,
  seen: ReadonlySet<number>,
): number {
  const task = lastChild(table, list, at - 1, at, seen);
  return task >= 0 && table.end[task] === at ? task : -1;
}

/** The task that ends last, not after `at`: on `row` where several end then, else one without a parent, else the last begun. */
function lastBefore({ end, start, row, parent }: TraceTable, byEnd: readonly number[], at: number, on: number): number {
  let low = 0;
  let high = byEnd.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (end[byEnd[middle]!]! <= at) low = middle + 1;
    else high = middle;
  }
  let best = -1;
  const rank = (task: number): number => (row[task] === on ? 2 : 0) + (parent[task]! < 0 ? 1 : 0);
  const last = low > 0 ? end[byEnd[low - 1]!]! : 0;
  for (let i = low - 1; i >= 0 && end[byEnd[i]!] === last; i--) {
    const task = byEnd[i]!;
    // A task without length leads nowhere.
    if (start[task] === end[task]) continue;
    if (best < 0 || rank(task) > rank(best)) best = task;
  }
  if (best >= 0 || low === 0) return best;
  let i = low - 1;
  while (i >= 0 && start[byEnd[i]!] === end[byEnd[i]!]) i--;
  return i < 0 ? -1 : byEnd[i]!;
}

/** The stretch of a task that ends at `at` or goes on through it. */
function stretchAt(table: TraceTable, task: number, at: number): { from: number; wait: number; by: number } {
  const first = table.firstStretch[task]!;
  let low = first;
  let high = first + table.stretchCount[task]! - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (table.until[middle]! >= at) high = middle;
    else low = middle + 1;
  }
  const from = low === first ? table.start[task]! : table.until[low - 1]!;
  // Who ends the stretch matters only at its end.
  return { from, wait: table.wait[low] ?? -1, by: table.until[low] === at ? table.by[low]! : -1 };
}

/** The child that ends last in (from, at]; -1 when there is none. */
function lastChild(
  table: TraceTable,
  list: readonly number[] | undefined,
  from: number,
  at: number,
  seen: ReadonlySet<number>,
): number {
  if (list === undefined) return -1;
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (table.end[list[middle]!]! <= at) low = middle + 1;
    else high = middle;
  }
  for (let i = low - 1; i >= 0; i--) {
    const child = list[i]!;
    if (table.end[child]! <= from) return -1;
    if (!seen.has(child) && table.start[child]! < table.end[child]!) return child;
  }
  return -1;
}
