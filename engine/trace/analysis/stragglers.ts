import type { TraceTable } from './trace-table.ts';

/** An actor that others waited for at barriers. Times are ticks. */
export interface Straggler {
  readonly path: string;
  /** Barriers at which it was the last to come. */
  readonly last: number;
  /** Time others waited at them, summed. */
  readonly caused: number;
  /** Time it waited for others itself. */
  readonly waited: number;
}

/** Actors by the time that partners waited for them: who came last at a barrier is who ended the waits there. */
export function stragglers(table: TraceTable): Straggler[] {
  const found = new Map<string, { last: Set<string>; caused: number; waited: number }>();
  const of = (path: string): { last: Set<string>; caused: number; waited: number } => {
    let entry = found.get(path);
    if (entry === undefined) {
      entry = { last: new Set(), caused: 0, waited: 0 };
      found.set(path, entry);
    }
    return entry;
  };
  for (let task = 0; task < table.tasks; task++)
    table.stretches(task, (from, until, wait, by) => {
      if (wait < 0 || table.waits[wait]!.cause !== 'barrier') return;
      of(table.pathOf(task)).waited += until - from;
      if (by < 0) return;
      const late = of(table.pathOf(by));
      late.caused += until - from;
      late.last.add(`${by} ${until}`);
    });
  return [...found]
    .map(([path, { last, caused, waited }]) => ({ path, last: last.size, caused, waited }))
    .sort((a, b) => b.caused - a.caused || (a.path < b.path ? -1 : 1));
}
