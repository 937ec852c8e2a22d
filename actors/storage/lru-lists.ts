import { saveClass } from '../../engine/kernel/saved-class.ts';
import { checkCount } from './errors.ts';

/** How keys are kept: one list in order of use, or two, so that what was used once cannot drive out what was used twice. */
export type Lists = 'one' | 'two';

const NONE = -1;
const INACTIVE = 0;
const ACTIVE = 1;

/**
 * Keys in order of use, at most `capacity` of them. With two lists a key enters the inactive one, its second use moves it to the active
 * one, and the active list may hold half of the room before its oldest keys step back; the oldest inactive key makes room. Throws STORAGE_SPEC.
 */
export class LruLists {
  readonly capacity: number;
  readonly #two: boolean;
  #slots = new Map<number, number>();
  readonly #keys: Float64Array;
  readonly #older: Int32Array;
  readonly #newer: Int32Array;
  readonly #list: Uint8Array;
  /** Slots given back by `remove`. */
  #free: number[] = [];
  /** Newest and oldest slot of each list. */
  #newest = [NONE, NONE];
  #oldest = [NONE, NONE];
  #sizes = [0, 0];

  constructor(capacity: number, lists: Lists = 'one') {
    checkCount('capacity', capacity);
    this.capacity = capacity;
    this.#two = lists === 'two';
    this.#keys = new Float64Array(capacity);
    this.#older = new Int32Array(capacity);
    this.#newer = new Int32Array(capacity);
    this.#list = new Uint8Array(capacity);
  }

  static {
    saveClass(
      LruLists,
      'storage.LruLists',
      (lists) => lists.state(),
      (data) => new LruLists(data.capacity, data.lists).#restore(data),
      (lists, data) => void lists.#restore(data),
    );
  }

  /** @internal */
  state() {
    return {
      capacity: this.capacity,
      lists: (this.#two ? 'two' : 'one') as Lists,
      slots: this.#slots,
      arrays: [this.#keys, this.#older, this.#newer, this.#list] as const,
      free: this.#free,
      newest: this.#newest,
      oldest: this.#oldest,
      sizes: this.#sizes,
    };
  }

  #restore({ slots, arrays, free, newest, oldest, sizes }: ReturnType<LruLists['state']>): this {
    this.#slots = slots;
    this.#keys.set(arrays[0]);
    this.#older.set(arrays[1]);
    this.#newer.set(arrays[2]);
    this.#list.set(arrays[3]);
    this.#free = free;
    this.#newest = newest;
    this.#oldest = oldest;
    this.#sizes = sizes;
    return this;
  }

  /** Keys held. */
  get size(): number {
    return this.#slots.size;
  }

  has(key: number): boolean {
    return this.#slots.has(key);
  }

  /** Uses a key if it is held; whether it was. */
  use(key: number): boolean {
    const slot = this.#slots.get(key);
    if (slot === undefined) return false;
    this.#unlink(slot);
    this.#link(slot, this.#two ? ACTIVE : INACTIVE);
    if (this.#two && (this.#sizes[ACTIVE] as number) > this.capacity / 2) {
      const back = this.#oldest[ACTIVE] as number;
      this.#unlink(back);
      this.#link(back, INACTIVE);
    }
    return true;
  }

  /** Brings in a key that is not held, dropping the oldest when full; a held one is used instead. The key that was dropped, if any. */
  add(key: number): number | undefined {
    if (this.use(key)) return undefined;
    let slot = this.#slots.size;
    let dropped: number | undefined;
    if (slot === this.capacity) {
      slot = this.#oldest[this.#oldest[INACTIVE] === NONE ? ACTIVE : INACTIVE] as number;
      dropped = this.#keys[slot] as number;
      this.#slots.delete(dropped);
      this.#unlink(slot);
    } else if (this.#free.length > 0) slot = this.#free.pop() as number;
    this.#keys[slot] = key;
    this.#slots.set(key, slot);
    this.#link(slot, INACTIVE);
    return dropped;
  }

  /** Gives up a key; whether it was held. */
  remove(key: number): boolean {
    const slot = this.#slots.get(key);
    if (slot === undefined) return false;
    this.#unlink(slot);
    this.#slots.delete(key);
    this.#free.push(slot);
    return true;
  }

  #link(slot: number, list: number): void {
    const newest = this.#newest[list] as number;
    this.#list[slot] = list;
    this.#older[slot] = newest;
    this.#newer[slot] = NONE;
    if (newest === NONE) this.#oldest[list] = slot;
    else this.#newer[newest] = slot;
    this.#newest[list] = slot;
    this.#sizes[list] = (this.#sizes[list] as number) + 1;
  }

  #unlink(slot: number): void {
    const list = this.#list[slot] as number;
    const older = this.#older[slot] as number;
    const newer = this.#newer[slot] as number;
    if (older === NONE) this.#oldest[list] = newer;
    else this.#newer[older] = newer;
    if (newer === NONE) this.#newest[list] = older;
    else this.#older[newer] = older;
    this.#sizes[list] = (this.#sizes[list] as number) - 1;
  }
}
