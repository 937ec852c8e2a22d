import type { WaitCause } from '../../kernel/index.ts';
import { type CriticalPath, criticalPath } from './critical-path.ts';
import type { TraceTable } from './trace-table.ts';

/** What tasks waited for, over the whole trace; of tasks that have children only these tell. Times are ticks. */
export interface Blocking {
  readonly cause: WaitCause;
  readonly what: string;
  /** Sum over all tasks. */
  readonly waited: number;
  /** Waits longer than nothing. */
  readonly waits: number;
  /** Most that waited at once, and how many did on average over the makespan. */
  readonly mostWaiting: number;
  readonly meanWaiting: number;
  /** Time of the critical path that is a wait for it, or the work of whoever held it. */
  readonly critical: number;
}

/** Resources and other things by the time that tasks waited for them, longest first. */
export function topBlocking(table: TraceTable, path: CriticalPath = criticalPath(table)): Blocking[] {
  const { makespan, waits } = table;
  const sums = waits.map(() => ({ waited: 0, count: 0, times: [] as number[], critical: 0 }));
  const hasChildren = new Uint8Array(table.tasks);
  for (const above of table.parent) if (above >= 0) hasChildren[above] = 1;
  for (let task = 0; task < table.tasks; task++) {
    if (hasChildren[task] === 1) continue;
    table.stretches(task, (from, until, wait) => {
      if (wait < 0) return;
      const sum = sums[wait]!;
      sum.waited += until - from;
      sum.count++;
      sum.times.push(from, -until);
    });
  }
  for (const { from, until, wait } of path.pieces) if (wait >= 0) sums[wait]!.critical += until - from;
  return waits
    .map(({ cause, what }, i) => {
      const { waited, count, times, critical } = sums[i]!;
      const mean = makespan > 0 ? waited / makespan : 0;
      return { cause, what, waited, waits: count, mostWaiting: deepest(times), meanWaiting: mean, critical };
    })
    .filter((row) => row.waits > 0)
    .sort((a, b) => b.waited - a.waited || (a.what < b.what ? -1 : 1));
}

/** Most intervals open at once; begins are positive, ends negative, and an end comes before a begin of its instant. */
function deepest(times: number[]): number {
  times.sort((a, b) => Math.abs(a) - Math.abs(b) || (isEnd(a) ? 0 : 1) - (isEnd(b) ? 0 : 1));
  let open = 0;
  let most = 0;
  for (const time of times) {
    open += isEnd(time) ? -1 : 1;
    if (open > most) most = open;
  }
  return most;
}

function isEnd(time: number): boolean {
  return time < 0;
}
