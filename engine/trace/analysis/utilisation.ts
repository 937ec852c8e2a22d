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

/** What went over a link, from the rate that its network counted. */
export interface LinkTraffic {
  /** Path of the network. */
  readonly path: string;
  readonly link: string;
  readonly bytes: number;
  /** Mean of what it could carry, in bytes per second. */
  readonly capacity: number;
  /** Rates in bytes per second. */
  readonly mean: number;
  readonly most: number;
  /** Mean rate over capacity. */
  readonly share: number;
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
  const capacities = capacitiesOf(table);
  return table.counters.map((counter) => {
    const mean = meanOf(counter, table.makespan);
    const room = capacityOf(counter, capacities, table.makespan);
    return {
      path: counter.path,
      name: counter.name,
      unit: counter.unit,
      mean,
      most: mostOf(counter),
      last: counter.values.at(-1) ?? 0,
      utilisation: room > 0 ? mean / room : undefined,
    };
  });
}

/** What each link that carried something carried, and how much of its capacity that is; most used first. Of a part: `windowTable`. */
export function linkTraffic(table: TraceTable): LinkTraffic[] {
  const capacities = capacitiesOf(table);
  const seconds = (table.makespan * table.picosecondsPerTick) / 1e12;
  const links: LinkTraffic[] = [];
  for (const counter of table.counters) {
    if (counter.unit !== rateUnit || !counter.name.endsWith(useSuffix)) continue;
    const capacity = capacityOf(counter, capacities, table.makespan);
    const mean = meanOf(counter, table.makespan);
    links.push({
      path: counter.path,
      link: stem(counter, useSuffix),
      bytes: mean * seconds,
      capacity,
      mean,
      most: mostOf(counter),
      share: capacity > 0 ? mean / capacity : 0,
    });
  }
  return links.sort((a, b) => b.share - a.share || b.bytes - a.bytes || (a.link < b.link ? -1 : 1));
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
const rateUnit = 'B/s';

function stem({ name }: CounterTrack, suffix: string): string {
  return name.slice(0, name.length - suffix.length);
}

function capacitiesOf(table: TraceTable): ReadonlyMap<string, CounterTrack> {
  const capacities = new Map<string, CounterTrack>();
  for (const counter of table.counters)
    if (counter.name.endsWith(capacitySuffix))
      capacities.set(`${counter.path}\0${stem(counter, capacitySuffix)}`, counter);
  return capacities;
}

/** Mean capacity of what a counter says is in use; 0 when it is no such counter. */
function capacityOf(counter: CounterTrack, capacities: ReadonlyMap<string, CounterTrack>, until: number): number {
  if (!counter.name.endsWith(useSuffix)) return 0;
  const capacity = capacities.get(`${counter.path}\0${stem(counter, useSuffix)}`);
  return capacity === undefined ? 0 : meanOf(capacity, until, capacity.values[0]);
}

function mostOf({ values }: CounterTrack): number {
  return values.reduce((a, b) => Math.max(a, b), 0);
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
