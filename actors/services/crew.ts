import type { AnyRef, Context, Message, Simulation } from '../../engine/kernel/index.ts';
import { get, process, type Steps, type Store, store } from '../../engine/processes/index.ts';
import { checkCount } from './errors.ts';

export interface CrewOptions<Item> {
  readonly name: string;
  /** Members, each with one item at a time. */
  readonly size: number;
  /** What a member does with an item; members count from 0. Its delays end in the release phase when they say so. */
  readonly work: (ctx: Context<Message>, item: Item, member: number) => Steps<void>;
}

const CLOSED: unique symbol = Symbol('closed');

/** Several servers and one queue, first come first served: items wait as plain data, so a million of them cost no processes. */
export class Crew<Item> {
  readonly name: string;
  readonly size: number;
  readonly members: readonly AnyRef[];
  readonly #inbox: Store<Item | typeof CLOSED>;

  /** @internal */
  constructor(sim: Simulation, options: CrewOptions<Item>) {
    const { name, size, work } = options;
    checkCount(name, 'size', size);
    this.name = name;
    this.size = size;
    const inbox: Store<Item | typeof CLOSED> = store(sim, { name });
    this.#inbox = inbox;
    const behavior = process(
      function* (ctx: Context<Message>, member: number) {
        for (;;) {
          const item = yield* get(inbox);
          if (item === CLOSED) return;
          yield* work(ctx, item, member);
        }
      },
      { kind: 'crew-member' },
    );
    this.members = Array.from({ length: size }, (_, i) => sim.spawn(`${name}${i}`, behavior, i) as unknown as AnyRef);
  }

  /** Items that wait for a member. */
  get waiting(): number {
    return this.#inbox.size;
  }

  /** Hands an item over: to an idle member, the one idle longest first, or to the end of the queue. */
  offer(item: Item): void {
    this.#inbox.offer(item);
  }

  /** Lets every member go home once the queue is empty. */
  close(): void {
    for (let i = 0; i < this.size; i++) this.#inbox.offer(CLOSED);
  }
}

/** Makes a crew of processes, one actor a member. Throws SERVICE_SPEC. */
export function crew<Item>(sim: Simulation, options: CrewOptions<Item>): Crew<Item> {
  return new Crew(sim, options);
}
