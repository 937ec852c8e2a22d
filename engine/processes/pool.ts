import type { Simulation } from '../kernel/index.ts';
import { Acquire, type AcquireOptions } from './acquire.ts';
import { type Claim, Resource } from './resource.ts';

export interface PoolOptions<T> {
  readonly name: string;
  /** The things themselves. The first free one in this order is handed out. */
  readonly members: readonly T[];
  readonly preemptive?: boolean;
}

/** A resource whose units are told apart: rooms, devices, workers. */
export class Pool<T> {
  readonly members: readonly T[];
  /** The units as a resource: queue, capacity, statistics. */
  readonly resource: Resource;
  readonly #isOut: boolean[];

  /** @internal */
  constructor(sim: Simulation, options: PoolOptions<T>) {
    const { name, members, preemptive = false } = options;
    this.members = [...members];
    this.#isOut = members.map(() => false);
    this.resource = new Resource(sim, { name, capacity: members.length, preemptive });
  }

  /** @internal */
  takeOut(): number {
    const index = this.#isOut.indexOf(false);
    this.#isOut[index] = true;
    return index;
  }

  /** @internal */
  putBack(index: number): void {
    this.#isOut[index] = false;
  }
}

/** A member in hand. See `checkout`. */
export class Checkout<T> extends Acquire<Checkout<T>> {
  readonly #pool: Pool<T>;
  #index = -1;
  #isOut = false;

  /** @internal */
  constructor(pool: Pool<T>, options: Pick<AcquireOptions, 'priority' | 'preempt'>) {
    super(pool.resource, options);
    this.#pool = pool;
  }

  /** The member; the last one after its release. */
  get member(): T {
    return this.#pool.members[this.#index] as T;
  }

  /** @internal */
  override take(): Checkout<T> {
    super.take();
    this.#index = this.#pool.takeOut();
    this.#isOut = true;
    return this;
  }

  override release(): void {
    this.#putBack();
    super.release();
  }

  /** @internal */
  override giveBack(): void {
    this.#putBack();
    super.giveBack();
  }

  /** @internal */
  override lost(by: Claim | undefined): void {
    this.#putBack();
    super.lost(by);
  }

  #putBack(): void {
    if (this.#isOut) this.#pool.putBack(this.#index);
    this.#isOut = false;
  }
}

/** Makes a pool of `sim`. */
export function pool<T>(sim: Simulation, options: PoolOptions<T>): Pool<T> {
  return new Pool(sim, options);
}

/** Takes one member out: `const room = yield* checkout(rooms); room.member`. Give it back with `release(room)`. */
export function checkout<T>(from: Pool<T>, options: Pick<AcquireOptions, 'priority' | 'preempt'> = {}): Checkout<T> {
  return new Checkout(from, options);
}
