import type { CounterTrack, TraceTable } from './trace-table.ts';

/** A counter over the makespan, weighted with time. */
export interface CounterUse {
  readonly path: string;
  readonly name: string;
  readonly unit: string;
  readonly mean: number;
  readonly most: number;
  readonly last: number;
  /** Mean over capacity for the units in use of a resource whose capacity is known. */
  readonly utilisation: number | undefined;
}

/** A row of an actor: shares of the makespan in which its task worked, waited, and in which it had none. */
export interface RowUse {
  readonly path: string;
  readonly lane: string;
  readonly tasks: number;
  readonly worked: number;
  readonly waited: number;
  readonly idle: number;
}

/** Counters with their time-weighted means; those of resources with their utilisation. The value before the first is 0. */
export function counterUse(table: TraceTable): CounterUse[] {
  const capacities = new Map<string, CounterTrack>();
  for (const counter of table.counters)
    if (counter.name.endsWith(capacitySuffix))
      capacities.set(`${counter.path}\0${stem(counter, capacitySuffix)}`, counter);
  return table.counters.map((counter) => {
    const mean = meanOf(counter, table.makespan);
    const capacity = counter.name.endsWith(useSuffix)
      ? capacities.get(`${counter.path}\0${stem(counter, useSuffix)}`)
      : undefined;
    const room = capacity === undefined ? 0 : meanOf(capacity, table.makespan, capacity.values[0]);
    return {
      path: counter.path,
      name: counter.name,
      unit: counter.unit,
      mean,
      most: counter.values.reduce((a, b) => Math.max(a, b), 0),
      last: counter.values.at(-1) ?? 0,
      utilisation: room > 0 ? mean / room : undefined,
    };
  });
}

/** Work, waits and idle time of each row, in the order of the trace. */
export function rowUse(table: TraceTable): RowUse[] {
  const uses = table.rows.map(() => ({ tasks: 0, worked: 0, waited: 0 }));
  for (let task = 0; task < table.tasks; task++) {
    const use = uses[table.row[task]!]!;
    use.tasks++;
    table.stretches(task, (from, until, wait) => {
      if (wait < 0) use.worked += until - from;
      else use.waited += until - from;
    });
  }
  const { makespan } = table;
  return table.rows.map(({ path, lane }, i) => {
    const { tasks, worked, waited } = uses[i]!;
    const share = (ticks: number): number => (makespan > 0 ? ticks / makespan : 0);
    return {
      path,
      lane,
      tasks,
      worked: share(worked),
      waited: share(waited),
      idle: Math.max(0, 1 - share(worked) - share(waited)),
    };
  });
}

const useSuffix = ' in use';
const capacitySuffix = ' capacity';

function stem({ name }: CounterTrack, suffix: string): string {
  return name.slice(0, name.length - suffix.length);
}

function meanOf({ times, values }: CounterTrack, until: number, before = 0): number {
  if (until <= 0) return values.at(-1) ?? before;
  let area = 0;
  let value = before;
  let from = 0;
  for (let i = 0; i < times.length; i++) {
    area += value * (times[i]! - from);
    from = times[i]!;
    value = values[i]!;
  }
  return (area + value * Math.max(0, until - from)) / until;
}
