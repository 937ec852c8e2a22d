import { type CounterTrack, TraceTable } from './trace-table.ts';

/** A part of a trace as a trace of its own. */
export interface TableWindow {
  /** Its times count from the beginning of the window. */
  readonly table: TraceTable;
  /** Of each task, which one of the whole trace it is a part of. */
  readonly tasks: readonly number[];
}

/**
 * What a trace says about [from, to) in ticks, `to` at most its makespan: tasks that touch it, cut to it, with the stretches in it, and
 * counters with the value that they had at its beginning. Who a task waited for or belongs to is -1 when that lies outside.
 */
export function windowTable(whole: TraceTable, from: number, to: number): TableWindow {
  const table = new TraceTable(whole.picosecondsPerTick);
  table.rows.push(...whole.rows);
  table.labels.push(...whole.labels);
  table.waits.push(...whole.waits);
  const tasks: number[] = [];
  const placeOf = new Int32Array(whole.tasks).fill(-1);
  for (let i = 0; i < whole.tasks; i++)
    if (whole.start[i]! < to && (whole.end[i]! > from || whole.start[i]! >= from)) placeOf[i] = tasks.push(i) - 1;
  const inside = (at: number): number => Math.min(Math.max(at, from), to) - from;
  const placed = (task: number): number => (task < 0 ? -1 : placeOf[task]!);
  for (const task of tasks) {
    table.start.push(inside(whole.start[task]!));
    table.end.push(inside(whole.end[task]!));
    table.row.push(whole.row[task]!);
    table.label.push(whole.label[task]!);
    table.parent.push(placed(whole.parent[task]!));
    table.firstStretch.push(table.until.length);
    whole.stretches(task, (begin, until, wait, by) => {
      if (until <= from || begin >= to) return;
      table.until.push(inside(until));
      table.wait.push(wait);
      table.by.push(placed(by));
    });
    table.stretchCount.push(table.until.length - table.firstStretch.at(-1)!);
  }
  for (const counter of whole.counters) table.counters.push(windowCounter(counter, from, to));
  table.makespan = Math.max(0, Math.min(to, whole.makespan) - from);
  return { table, tasks };
}

function windowCounter({ path, name, unit, times, values }: CounterTrack, from: number, to: number): CounterTrack {
  const inside: CounterTrack = { path, name, unit, times: [], values: [] };
  for (let i = 0; i < times.length && times[i]! < to; i++) {
    if (times[i]! <= from) {
      inside.times[0] = 0;
      inside.values[0] = values[i]!;
    } else {
      inside.times.push(times[i]! - from);
      inside.values.push(values[i]!);
    }
  }
  return inside;
}
