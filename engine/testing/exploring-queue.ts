import { type EventHandle, EventQueue, type Message, type Phase, type QueueImage } from '../kernel/index.ts';

/** A pending event where orders are explored. */
export interface PendingEvent {
  /** Number in order of scheduling: the same in two runs that have made the same choices so far. */
  readonly id: number;
  readonly time: number;
  readonly phase: Phase;
  /** Index of the actor that scheduled it, 0 for set-up. */
  readonly source: number;
  readonly target: number;
  readonly tag: number;
  readonly payload: Message;
}

/** How a run deviates from the order it would have. */
export interface Deviation {
  /** Which of the events of equal time and phase runs next: the first of each sender to each receiver, in scheduling order, one or more. Undefined ends the run. */
  readonly choose: (ready: readonly PendingEvent[]) => PendingEvent | undefined;
  /** The time at which an event scheduled for `time`, later than `now`, happens; an integer above `now`. */
  readonly delay?: (time: number, now: number) => number;
}

const SLOT_SPAN = 2 ** 26;

/**
 * A pending-event set that lets ties be decided from outside: among events of equal time and phase, those of one sender to one receiver
 * stay in order (guarantee 3 of the kernel), all others may run in any. For exploration, not for speed.
 */
export class ExploringQueue extends EventQueue<Message> {
  readonly #deviation: Deviation;
  readonly #current: () => number;
  readonly #byTime = new Map<number, PendingEvent[]>();
  readonly #times: number[] = [];
  readonly #pending = new Map<number, PendingEvent>();
  #ids = 0;
  #tag = 0;
  #phase: Phase = 3;

  /** `current` tells the index of the actor whose handler runs. */
  constructor(deviation: Deviation, current: () => number) {
    super(1);
    this.#deviation = deviation;
    this.#current = current;
  }

  override get tag(): number {
    return this.#tag;
  }

  override get phase(): Phase {
    return this.#phase;
  }

  override get size(): number {
    return this.#pending.size;
  }

  override scheduleNoted(phase: Phase, target: number, tag: number, payload: Message): number {
    return this.#add(this.noted[0] as number, phase, this.#current(), target, tag, payload);
  }

  #add(wanted: number, phase: Phase, source: number, target: number, tag: number, payload: Message): number {
    const { now } = this;
    const time = wanted > now ? (this.#deviation.delay?.(wanted, now) ?? wanted) : wanted;
    const id = ++this.#ids;
    const event = { id, time, phase, source, target, tag, payload };
    this.#pending.set(id, event);
    const list = this.#byTime.get(time);
    if (list !== undefined) list.push(event);
    else {
      this.#byTime.set(time, [event]);
      let at = this.#times.length;
      while (at > 0 && (this.#times[at - 1] as number) < time) at--;
      this.#times.splice(at, 0, time);
    }
    return id;
  }

  // Ids are never reused, so that a handle needs no generation; above the range of slots that the kernel keeps tables by.
  override handleOf(slot: number): EventHandle {
    return (SLOT_SPAN + slot) as EventHandle;
  }

  override isPending(handle: EventHandle): boolean {
    return this.#pending.has(handle - SLOT_SPAN);
  }

  override cancel(handle: EventHandle): boolean {
    const event = this.#pending.get(handle - SLOT_SPAN);
    if (event !== undefined) this.#remove(event);
    return event !== undefined;
  }

  override reschedule(handle: EventHandle, time: number): number {
    const event = this.#pending.get(handle - SLOT_SPAN);
    if (event === undefined) return 0;
    this.#remove(event);
    return this.#add(time, event.phase, this.#current(), event.target, event.tag, event.payload);
  }

  override peekTime(): number {
    return this.#times.at(-1) ?? Number.POSITIVE_INFINITY;
  }

  override take(limit: number): boolean {
    const time = this.peekTime();
    if (time >= limit) {
      if (limit !== Number.POSITIVE_INFINITY) this.now = limit;
      return false;
    }
    if (time === Number.POSITIVE_INFINITY) return false;
    const ready = firstOfEachChannel(this.#byTime.get(time) as readonly PendingEvent[]);
    const event = this.#deviation.choose(ready);
    if (event === undefined) return false;
    this.#remove(event);
    this.now = time;
    this.target = event.target;
    this.payload = event.payload;
    this.slot = event.id;
    this.#tag = event.tag;
    this.#phase = event.phase;
    return true;
  }

  override forEach(
    visit: (time: number, phase: Phase, target: number, tag: number, payload: Message, slot: number) => void,
  ): void {
    for (const { time, phase, target, tag, payload, id } of this.#pending.values())
      visit(time, phase, target, tag, payload, id);
  }

  override save(): QueueImage<Message> {
    const events = [...this.#pending.values()].sort((a, b) => a.time - b.time || a.phase - b.phase || a.id - b.id);
    return {
      now: this.now,
      slots: events.map(({ id }) => id),
      times: events.map(({ time }) => time),
      targets: events.map(({ target }) => target),
      bits: events.map(({ tag, phase }) => (tag << 4) | phase),
      payloads: events.map(({ payload }) => payload),
      generations: [],
      free: [],
    };
  }

  #remove(event: PendingEvent): void {
    this.#pending.delete(event.id);
    const list = this.#byTime.get(event.time) as PendingEvent[];
    list.splice(list.indexOf(event), 1);
    if (list.length > 0) return;
    this.#byTime.delete(event.time);
    this.#times.splice(this.#times.lastIndexOf(event.time), 1);
  }
}

/** Of the events of one time: those of the first phase that nothing of the same sender to the same receiver precedes. */
function firstOfEachChannel(events: readonly PendingEvent[]): readonly PendingEvent[] {
  let phase = 7;
  for (const event of events) if (event.phase < phase) phase = event.phase;
  const seen = new Set<number>();
  const ready: PendingEvent[] = [];
  for (const event of events) {
    if (event.phase !== phase) continue;
    const channel = event.source * SLOT_SPAN + event.target;
    if (seen.has(channel)) continue;
    seen.add(channel);
    ready.push(event);
  }
  return ready;
}
