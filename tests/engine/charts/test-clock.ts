/** A clock for XState that fires timers in order of (time, setting), with the time of the timer as now; XState's own is late. */
export class TestClock {
  now = 0;
  #next = 1;
  readonly #timers = new Map<number, { readonly at: number; readonly fire: () => void }>();

  setTimeout(fire: (...args: never[]) => void, delay: number): number {
    const id = this.#next++;
    this.#timers.set(id, { at: this.now + delay, fire: fire as () => void });
    return id;
  }

  clearTimeout(id: number): void {
    this.#timers.delete(id);
  }

  /** Fires all timers due in the next `span`, its end included. */
  advance(span: number): void {
    const end = this.now + span;
    for (;;) {
      let due: number | undefined;
      for (const [id, { at }] of this.#timers)
        if (at <= end && (due === undefined || at < (this.#timers.get(due)?.at ?? 0))) due = id;
      const timer = due === undefined ? undefined : this.#timers.get(due);
      if (due === undefined || timer === undefined) break;
      this.#timers.delete(due);
      this.now = timer.at;
      timer.fire();
    }
    this.now = end;
  }
}
