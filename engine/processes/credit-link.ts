import { type ActorRef, type Behavior, type Duration, defineActor, phases, type Simulation } from '../kernel/index.ts';
import { acquire, type Hold } from './acquire.ts';
import { Container, draw } from './container.ts';
import { delay } from './delay.ts';
import { Resource } from './resource.ts';
import { get, Store } from './store.ts';
import type { Steps } from './wait.ts';

export interface CreditLinkOptions<T> {
  readonly name: string;
  /** Items that may be on the way or unread at once. */
  readonly credits: number;
  /** Time an item, or a credit on its way back, takes from end to end. */
  readonly latency: Duration;
  /** Time the sending end is busy with one item. Default: none. */
  readonly serialization?: (item: T) => Duration;
}

type Arrival<T> = { readonly type: 'item'; readonly item: T } | { readonly type: 'credit' };

/** A link with flow control: who sends takes a credit, which comes back, a latency later, when the item is read. Items arrive in order. */
export class CreditLink<T> {
  readonly name: string;
  readonly latency: Duration;
  /** Credits left to the sending end. */
  readonly credits: Container;
  /** Items that have arrived and wait to be read. */
  readonly inbox: Store<T>;
  /** @internal */
  readonly wire: Resource;
  /** @internal */
  readonly serialization: ((item: T) => Duration) | undefined;
  readonly #sim: Simulation;
  readonly #far: ActorRef<Arrival<T>>;

  /** @internal */
  constructor(sim: Simulation, options: CreditLinkOptions<T>) {
    const { name, credits, latency, serialization } = options;
    this.name = name;
    this.latency = latency;
    this.serialization = serialization;
    this.credits = new Container(sim, {
      name: `credits of ${name}`,
      capacity: credits,
      level: credits,
      waitCause: 'capacity',
    });
    this.inbox = new Store<T>(sim, { name });
    this.wire = new Resource(sim, { name: `wire of ${name}`, waitCause: 'link' });
    this.#sim = sim;
    const behavior: Behavior<undefined, undefined, Arrival<T>> = defineActor({
      kind: 'credit-link',
      init: () => undefined,
      on: {
        item: (_, { item }) => void this.inbox.offer(item),
        credit: () => void this.credits.offer(1),
      },
    });
    this.#far = sim.spawn(name, behavior, undefined);
  }

  /** @internal */
  depart(arrival: Arrival<T>): void {
    this.#sim.schedule(this.latency, this.#far, arrival, phases.release);
  }
}

/** Makes a link, an actor of that name in `sim`. Throws SIM_DUPLICATE_NAME, PROC_BAD_CAPACITY. */
export function creditLink<T>(sim: Simulation, options: CreditLinkOptions<T>): CreditLink<T> {
  return new CreditLink(sim, options);
}

/** Sends `item`, waiting for a credit and for the wire; goes on when the item is on its way. Interrupted before, it sends nothing. */
export function* transmit<T>(over: CreditLink<T>, item: T): Steps {
  yield* draw(over.credits, 1);
  let isSent = false;
  try {
    if (over.serialization !== undefined) {
      const wire: Hold = yield* acquire(over.wire);
      try {
        yield* delay(over.serialization(item));
      } finally {
        wire.release();
      }
    }
    over.depart({ type: 'item', item });
    isSent = true;
  } finally {
    if (!isSent) over.credits.offer(1);
  }
}

/** Reads the next item, waiting for one, and sends its credit back. */
export function* accept<T>(from: CreditLink<T>): Steps<T> {
  const item: T = yield* get(from.inbox);
  from.depart({ type: 'credit' });
  return item;
}
