import type { WaitCause } from '../../engine/index.ts';
import { identityOf, type LoggedTask, type TaskNotes } from '../../engine/snapshots/index.ts';
import type { TraceTable } from '../../engine/trace/index.ts';

/** The tasks of a recorded trace as `compareTasks` takes them. */
export interface TableNotes extends TaskNotes {
  /** Index of each task in the table, by its identity. */
  readonly indexOf: ReadonlyMap<string, number>;
}

/** Notes of a table: alike tasks of an actor are counted by their beginning, then their end, so that a file says the same as the run. */
export function notesOfTable(table: TraceTable): TableNotes {
  const order = Array.from({ length: table.tasks }, (_, i) => i).sort(
    (a, b) => table.start[a]! - table.start[b]! || table.end[a]! - table.end[b]! || a - b,
  );
  const alike = new Map<string, number>();
  const tasks = new Map<string, LoggedTask>();
  const indexOf = new Map<string, number>();
  for (const i of order) {
    const { kind, name } = table.labels[table.label[i]!]!;
    const identity = identityOf(alike, table.pathOf(i), kind, name);
    const waits = new Map<WaitCause, number>();
    table.stretches(i, (from, until, wait) => {
      if (wait < 0) return;
      const { cause } = table.waits[wait]!;
      waits.set(cause, (waits.get(cause) ?? 0) + until - from);
    });
    tasks.set(identity, { identity, start: table.start[i]!, end: table.end[i]!, waits });
    indexOf.set(identity, i);
  }
  return { tasks, indexOf, picosecondsPerTick: table.picosecondsPerTick };
}
