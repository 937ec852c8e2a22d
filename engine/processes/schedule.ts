import {
  type AnyRef,
  type Context,
  type Duration,
  type Message,
  phases,
  type RandomStream,
  type Simulation,
} from '../kernel/index.ts';
import { acquire } from './acquire.ts';
import { process } from './behavior.ts';
import { delay } from './delay.ts';
import { processErrors } from './errors.ts';
import type { Resource } from './resource.ts';

export interface CapacitySchedule {
  /** Capacities from these times on, counted from the start of the schedule, in order of time. */
  readonly entries: ReadonlyArray<{ readonly at: Duration; readonly capacity: number }>;
  /** Starts over after this long. Default: never. */
  readonly period?: Duration;
  /** Whether holders lose their units when the capacity falls. Default false: they finish. */
  readonly evict?: boolean;
}

/** What spawns actors: a simulation, or the context of an actor. */
export type Parent = Simulation | Context<Message>;

/** Changes the capacity of `resource` at given times, in the capacity phase: shifts, planned maintenance. Throws PROC_BAD_SCHEDULE. */
export function capacitySchedule(parent: Parent, name: string, resource: Resource, schedule: CapacitySchedule): AnyRef {
  const { entries, period, evict = false } = schedule;
  let last = 0;
  for (const { at } of entries) {
    if (!(at >= last && (period === undefined || at < period)))
      throw processErrors.create('PROC_BAD_SCHEDULE', { name: resource.name, value: at });
    last = at;
  }
  const behavior = process(
    function* () {
      for (;;) {
        let now = 0;
        for (const { at, capacity } of entries) {
          yield* delay((at - now) as Duration, phases.capacity);
          now = at;
          resource.setCapacity(capacity, { evict });
        }
        if (period === undefined || entries.length === 0) return;
        yield* delay((period - now) as Duration, phases.capacity);
      }
    },
    { kind: 'capacity-schedule' },
  );
  return parent.spawn(name, behavior, undefined) as unknown as AnyRef;
}

/** A law of durations, such as those of `engine/random`. */
export interface SpanLaw {
  sample(stream: RandomStream): Duration;
}

export interface Breakdowns {
  /** From the start, or a repair, to the next failure. */
  readonly timeToFail: SpanLaw;
  /** From a failure to the end of its repair. */
  readonly timeToRepair: SpanLaw;
  /** Units that fail together. Default: all. */
  readonly units?: number;
  /** Whether holders lose their units at once (default), or finish first. */
  readonly evict?: boolean;
  /** Who repairs: acquired for the time of each repair, at priority 0. Default: nobody is needed. */
  readonly repairedBy?: Resource;
}

/** Makes `resource` fail and be repaired, drawing from the streams `fail` and `repair` of its actor. Goes on until that actor is stopped. */
export function breakdowns(parent: Parent, name: string, resource: Resource, options: Breakdowns): AnyRef {
  const { timeToFail, timeToRepair, evict = true, repairedBy } = options;
  const units = options.units ?? resource.capacity;
  const behavior = process(
    function* (ctx) {
      const fail = ctx.random('fail');
      const repair = ctx.random('repair');
      for (;;) {
        yield* delay(timeToFail.sample(fail), phases.capacity);
        const lost = Math.min(units, resource.capacity);
        resource.setCapacity(resource.capacity - lost, { evict });
        const repairer = repairedBy === undefined ? undefined : yield* acquire(repairedBy);
        yield* delay(timeToRepair.sample(repair), phases.capacity);
        repairer?.release();
        resource.setCapacity(resource.capacity + lost);
      }
    },
    { kind: 'breakdowns' },
  );
  return parent.spawn(name, behavior, undefined) as unknown as AnyRef;
}
