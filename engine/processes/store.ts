import type { Simulation, WaitCause } from '../kernel/index.ts';
import { processErrors } from './errors.ts';
import { placeOf } from './place.ts';
import { sharedByProcesses } from './shared-by-processes.ts';
import { DECIDED, IDLE, WAITING, Wait } from './wait.ts';
import { type Queued, WaitList } from './wait-list.ts';

export interface StoreOptions<T> {
  readonly name: string;
  /** Items there is room for. Default: no bound. */
  readonly capacity?: number;
  /** Negative when `a` is to leave before `b`; equals leave in the order in which they came. Default: all are equal. */
  readonly order?: (a: T, b: T) => number;
}

/**
 * Items that wait for takers, and takers that wait for items. With `order` it is a priority store, with a filter given to `get` a
 * filter store. Takers are served first come first served, each with the first item it accepts.
 */
export class Store<T> {
  readonly name: string;
  readonly capacity: number;
  readonly sim: Simulation;
  readonly #order: ((a: T, b: T) => number) | undefined;
  #items: T[] = [];
  #head = 0;
  readonly #takers = new WaitList<Get<T>>();
  readonly #givers = new WaitList<Put<T>>();
  #picky = 0;

  constructor(sim: Simulation, options: StoreOptions<T>) {
    this.sim = sim;
    this.name = options.name;
    this.capacity = options.capacity ?? Number.POSITIVE_INFINITY;
    this.#order = options.order;
    if (!(this.capacity >= 1))
      throw processErrors.create('PROC_BAD_CAPACITY', { name: this.name, value: this.capacity }, placeOf(sim));
    sharedByProcesses(sim, 'store', this.name);
  }

  /** Items in store. */
  get size(): number {
    return this.#items.length - this.#head;
  }

  /** The items in the order in which they would leave. */
  items(): readonly T[] {
    return this.#items.slice(this.#head);
  }

  /** Takers that wait. */
  get takersWaiting(): number {
    return this.#takers.length;
  }

  /** Givers that wait for room. */
  get giversWaiting(): number {
    return this.#givers.length;
  }

  /** Puts an item in at once, from any code; false when there is no room. */
  offer(item: T): boolean {
    const taker = this.#takerOf(item);
    if (taker !== undefined) {
      this.#removeTaker(taker);
      taker.receive(item);
      return true;
    }
    if (this.size >= this.capacity) return false;
    this.#add(item);
    return true;
  }

  /** Takes the first item that `filter` accepts at once, from any code; undefined when there is none. */
  poll(filter?: (item: T) => boolean): T | undefined {
    const at = this.#find(filter);
    if (at < 0) return undefined;
    const item = this.#takeAt(at);
    this.#admitGivers();
    return item;
  }

  beginGet(get: Get<T>): boolean {
    const at = this.#find(get.filter);
    if (at >= 0) {
      get.item = this.#takeAt(at);
      this.#admitGivers();
      return true;
    }
    this.#takers.add(get, false);
    if (get.filter !== undefined) this.#picky++;
    return false;
  }

  beginPut(put: Put<T>): boolean {
    if (this.#givers.length === 0 && this.offer(put.item)) return true;
    this.#givers.add(put, false);
    return false;
  }

  leaveTakers(get: Get<T>): void {
    this.#removeTaker(get);
  }

  leaveGivers(put: Put<T>): void {
    this.#givers.remove(put);
    this.#admitGivers();
  }

  /** An item whose taker never saw it comes back to the front. */
  bringBack(item: T): void {
    const taker = this.#takerOf(item);
    if (taker !== undefined) {
      this.#removeTaker(taker);
      taker.receive(item);
      return;
    }
    if (this.#order !== undefined) this.#add(item);
    else if (this.#head > 0) this.#items[--this.#head] = item;
    else this.#items.unshift(item);
  }

  #removeTaker(get: Get<T>): void {
    this.#takers.remove(get);
    if (get.filter !== undefined) this.#picky--;
  }

  #takerOf(item: T): Get<T> | undefined {
    if (this.#picky === 0) return this.#takers.first;
    for (const taker of this.#takers) if (taker.filter === undefined || taker.filter(item)) return taker;
    return undefined;
  }

  #admitGivers(): void {
    for (;;) {
      const giver = this.#givers.first;
      if (giver === undefined || this.size >= this.capacity) return;
      this.#givers.remove(giver);
      this.offer(giver.item);
      giver.decide(false);
    }
  }

  #find(filter: ((item: T) => boolean) | undefined): number {
    const items = this.#items;
    if (filter === undefined) return this.#head < items.length ? this.#head : -1;
    for (let i = this.#head; i < items.length; i++) if (filter(items[i] as T)) return i;
    return -1;
  }

  #takeAt(at: number): T {
    const items = this.#items;
    const item = items[at] as T;
    if (at !== this.#head) {
      items.splice(at, 1);
      return item;
    }
    items[this.#head++] = undefined as T;
    if (this.#head === items.length) {
      items.length = 0;
      this.#head = 0;
    } else if (this.#head > 64 && this.#head * 2 > items.length) {
      this.#items = items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  #add(item: T): void {
    const items = this.#items;
    const order = this.#order;
    if (order === undefined) {
      items.push(item);
      return;
    }
    let low = this.#head;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (order(items[middle] as T, item) <= 0) low = middle + 1;
      else high = middle;
    }
    items.splice(low, 0, item);
  }
}

/** See `get`. */
export class Get<T> extends Wait<T> implements Queued<Get<T>> {
  declare readonly store: Store<T>;
  declare readonly filter: ((item: T) => boolean) | undefined;
  declare readonly priority: number;
  declare item: T | undefined;
  declare before: Get<T> | undefined;
  declare after: Get<T> | undefined;

  constructor(store: Store<T>, filter: ((item: T) => boolean) | undefined) {
    super();
    this.store = store;
    this.filter = filter;
    this.priority = 0;
    this.item = undefined;
    this.before = undefined;
    this.after = undefined;
  }

  begin(): boolean {
    const isThere = this.store.beginGet(this);
    this.stage = isThere ? DECIDED : WAITING;
    return isThere;
  }

  receive(item: T): void {
    this.item = item;
    this.decide(false);
  }

  abandon(): void {
    if (this.stage === WAITING) this.store.leaveTakers(this);
    else this.store.bringBack(this.take());
  }

  override get traceCause(): WaitCause {
    return 'message';
  }

  override get traceWhat(): string {
    return this.store.name;
  }

  take(): T {
    this.stage = IDLE;
    const item = this.item as T;
    this.item = undefined;
    return item;
  }
}

/** See `put`. */
export class Put<T> extends Wait<void> implements Queued<Put<T>> {
  declare readonly store: Store<T>;
  declare readonly item: T;
  declare readonly priority: number;
  declare before: Put<T> | undefined;
  declare after: Put<T> | undefined;

  constructor(store: Store<T>, item: T) {
    super();
    this.store = store;
    this.item = item;
    this.priority = 0;
    this.before = undefined;
    this.after = undefined;
  }

  begin(): boolean {
    const isIn = this.store.beginPut(this);
    this.stage = isIn ? DECIDED : WAITING;
    return isIn;
  }

  abandon(): void {
    if (this.stage === WAITING) this.store.leaveGivers(this);
  }

  override get traceCause(): WaitCause {
    return 'capacity';
  }

  override get traceWhat(): string {
    return this.store.name;
  }

  take(): void {
    this.stage = IDLE;
  }

  override get cause(): string {
    return `room in '${this.store.name}'`;
  }
}

/** Makes a store of `sim`. Throws PROC_BAD_CAPACITY for a capacity below 1. */
export function store<T>(sim: Simulation, options: StoreOptions<T>): Store<T> {
  return new Store(sim, options);
}

/** Puts `item` in, waiting for room; in by then, an interrupt does not take it out again. */
export function put<T>(into: Store<T>, item: T): Put<T> {
  return new Put(into, item);
}

/** Takes the first item, or the first that `filter` accepts. Waiting for an item for ever is no deadlock: consumers do. */
export function get<T>(from: Store<T>, filter?: (item: T) => boolean): Get<T> {
  return new Get(from, filter);
}
