import { LruLists } from '../lru-lists.ts';
import { NEVER } from './access-trace.ts';
import { FarthestFirst } from './farthest-first.ts';

/** What a buffer drops when it is full: nothing is kept, least recently used, first in, the newcomer, whatever is used farthest in the future. */
export type Eviction = 'none' | 'lru' | 'fifo' | 'pin' | 'belady';

/** Nothing was dropped. */
export const KEPT = -1;

/** Samples that one rank keeps in memory. `next` is the index of the sample's next use; only clairvoyant buffers look at it. */
export interface SampleBuffer {
  readonly capacity: number;
  readonly size: number;
  has(sample: number): boolean;
  /** Notes a use of a held sample. */
  use(sample: number, next: number): void;
  /** Offers a sample that is not held. The sample that has no place now: another one, the newcomer itself, or KEPT. */
  admit(sample: number, next: number): number;
  /** Gives a sample up; whether it was held. */
  remove(sample: number): boolean;
}

/** A buffer for `capacity` samples; with 0 it holds nothing. */
export function sampleBuffer(eviction: Eviction, capacity: number): SampleBuffer {
  if (capacity === 0 || eviction === 'none') return nothing;
  switch (eviction) {
    case 'lru':
      return inOrderOfUse(capacity, true);
    case 'fifo':
      return inOrderOfUse(capacity, false);
    case 'pin':
      return new Clairvoyant(capacity, false);
    case 'belady':
      return new Clairvoyant(capacity, true);
  }
}

const nothing: SampleBuffer = {
  capacity: 0,
  size: 0,
  has: () => false,
  use: () => undefined,
  admit: (sample) => sample,
  remove: () => false,
};

function inOrderOfUse(capacity: number, renews: boolean): SampleBuffer {
  const keys = new LruLists(capacity);
  return {
    capacity,
    get size() {
      return keys.size;
    },
    has: (sample) => keys.has(sample),
    use: (sample) => {
      if (renews) keys.use(sample);
    },
    admit: (sample) => keys.add(sample) ?? KEPT,
    remove: (sample) => keys.remove(sample),
  };
}

/** Keeps what is used soonest (Belady's rule, with bypass), or for ever what came first. */
class Clairvoyant implements SampleBuffer {
  readonly #held: FarthestFirst;
  readonly #looksAhead: boolean;

  constructor(capacity: number, looksAhead: boolean) {
    this.#held = new FarthestFirst(capacity);
    this.#looksAhead = looksAhead;
  }

  get capacity(): number {
    return this.#held.capacity;
  }

  get size(): number {
    return this.#held.size;
  }

  has(sample: number): boolean {
    return this.#held.has(sample);
  }

  use(sample: number, next: number): void {
    if (this.#looksAhead) this.#held.update(sample, next);
  }

  admit(sample: number, next: number): number {
    const held = this.#held;
    if (held.size < held.capacity) {
      held.add(sample, this.#looksAhead ? next : NEVER);
      return KEPT;
    }
    if (!this.#looksAhead || next >= held.farthest) return sample;
    return held.replaceFarthest(sample, next);
  }

  remove(sample: number): boolean {
    return this.#held.remove(sample);
  }
}
