import type { Moment, Waypoint } from './past-link.ts';
import type { RunPosition } from './run-link.ts';

const most = 2048;

/** Where a run was when it told so, in order: the longer it lasts, the farther apart. */
export class Waypoints {
  #list: Waypoint[] = [];
  #every = 1;
  #skipped = 0;

  add({ sim, events, now, trail }: RunPosition): void {
    const last = this.#list.at(-1);
    if (sim === 0 || events === 0 || (last?.sim === sim && last.event === events)) return;
    if (++this.#skipped < this.#every && last?.sim === sim) return;
    this.#skipped = 0;
    this.#list.push({ sim, event: events, now, trail });
    if (this.#list.length < most) return;
    this.#list = this.#list.filter((_, i) => i % 2 === 0);
    this.#every *= 2;
  }

  /** The last one of which it is sure that it is not after the moment. */
  before(moment: Moment): Waypoint | undefined {
    return this.#list.findLast(
      ({ sim, event, now }) => sim === moment.sim && ('event' in moment ? event <= moment.event : now <= moment.tick),
    );
  }

  clear(): void {
    this.#list = [];
    this.#every = 1;
    this.#skipped = 0;
  }
}
