import { type CriticalPath, criticalPath } from './critical-path.ts';
import type { TraceTable } from './trace-table.ts';

/** One line of the answer to "what made it take this long": a kind of work, or of waiting, on the critical path. */
export interface Bottleneck {
  /** `work`, a wait cause, or `nothing` where no task is known to have led on. */
  readonly doing: string;
  /** Kind and name of the work, or what was waited for. */
  readonly what: string;
  /** Actor with most of it, and how many there are. */
  readonly path: string;
  readonly actors: number;
  /** Ticks of the critical path, and their share of it. */
  readonly ticks: number;
  readonly share: number;
}

/** The critical path summed by what is done on it, most first: the shares add up to 1. */
export function bottlenecks(table: TraceTable, path: CriticalPath = criticalPath(table)): Bottleneck[] {
  const sums = new Map<string, { doing: string; what: string; ticks: number; actors: Map<string, number> }>();
  for (const { from, until, task, wait } of path.pieces) {
    const doing = task < 0 ? 'nothing' : wait < 0 ? 'work' : table.waits[wait]!.cause;
    const what = task < 0 ? '' : wait < 0 ? table.nameOf(task) : table.waits[wait]!.what;
    const key = `${doing}\0${what}`;
    let sum = sums.get(key);
    if (sum === undefined) {
      sum = { doing, what, ticks: 0, actors: new Map() };
      sums.set(key, sum);
    }
    sum.ticks += until - from;
    const actor = task < 0 ? '' : table.pathOf(task);
    sum.actors.set(actor, (sum.actors.get(actor) ?? 0) + until - from);
  }
  return [...sums.values()]
    .map(({ doing, what, ticks, actors }) => {
      const [top] = [...actors].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
      const share = path.length > 0 ? ticks / path.length : 0;
      return { doing, what, path: top?.[0] ?? '', actors: actors.size, ticks, share };
    })
    .sort((a, b) => b.ticks - a.ticks || (a.what < b.what ? -1 : 1));
}
