import { type AnyRef, type Duration, hours, type Simulation } from '../../engine/kernel/index.ts';
import { capacitySchedule, type Resource, resource, type Steps, serve } from '../../engine/processes/index.ts';
import { checkCount, serviceErrors } from './errors.ts';

export interface OfficeOptions {
  readonly name: string;
  /** Desks: people who can work at once while it is open. */
  readonly desks: number;
  /** Open this long from the beginning of each working day, above 0 and at most 24 h. */
  readonly perDay: Duration;
  /** Working days at the beginning of each week. Default 5. */
  readonly days?: number;
}

const DAY = hours(24);
const WEEK = hours(168);

/** A place that is open on the first days of each week; time 0 is the opening of the first day. Work stands still while it is closed. */
export class Office {
  readonly name: string;
  readonly desks: Resource;
  readonly #sim: Simulation;
  readonly #perDay: Duration;
  readonly #days: number;
  readonly #calendar: AnyRef;

  /** @internal */
  constructor(sim: Simulation, options: OfficeOptions) {
    const { name, desks, perDay, days = 5 } = options;
    checkCount(name, 'number of desks', desks);
    checkCount(name, 'number of working days', days);
    if (!(perDay > 0 && perDay <= DAY) || days > 7)
      throw serviceErrors.create('SERVICE_SPEC', {
        name,
        what: 'opening',
        value: `${perDay / hours(1)} h on ${days} days`,
        expected: 'above 0 and at most 24 h on at most 7 days',
      });
    this.name = name;
    this.#sim = sim;
    this.#perDay = perDay;
    this.#days = days;
    this.desks = resource(sim, { name, capacity: 0, mostCapacity: desks });
    const entries: { at: Duration; capacity: number }[] = [];
    for (let day = 0; day < days; day++) {
      entries.push({ at: (day * DAY) as Duration, capacity: desks });
      const closing = (day * DAY + perDay) as Duration;
      const isOvernight = perDay === DAY && (day + 1 < days || days === 7);
      if (!isOvernight) entries.push({ at: closing, capacity: 0 });
    }
    this.#calendar = capacitySchedule(sim, `${name} calendar`, this.desks, { entries, period: WEEK, evict: true });
  }

  /** Works for `work` of opening time; `onGrant` is called whenever work begins or goes on, `onLoss` when the office closes on it. */
  *work(work: Duration, on: { readonly onGrant?: () => void; readonly onLoss?: () => void } = {}): Steps<void> {
    yield* serve(this.#sim, this.desks, work, on);
  }

  /** Opening time from 0 to `at`. */
  openUntil(at: Duration): Duration {
    const week = Math.floor(at / WEEK);
    const rest = at - week * WEEK;
    const day = Math.floor(rest / DAY);
    const inDay = day < this.#days ? Math.min(rest - day * DAY, this.#perDay) : 0;
    return ((week * this.#days + Math.min(day, this.#days)) * this.#perDay + inDay) as Duration;
  }

  /** Whether it is open at `at`; at the very instant of closing it is not. */
  isOpen(at: Duration): boolean {
    const rest = at % WEEK;
    return rest < this.#days * DAY && rest % DAY < this.#perDay;
  }

  /** Ends the calendar, so that a run without work left ends. */
  retire(): void {
    this.#sim.stop(this.#calendar);
  }
}

/** Makes an office of `sim`. Throws SERVICE_SPEC. */
export function office(sim: Simulation, options: OfficeOptions): Office {
  return new Office(sim, options);
}
