import { type ActorRef, defineActor, type Message } from '../../engine/kernel/actor.ts';
import type { Bytes } from '../../engine/kernel/quantities.ts';
import type { Time } from '../../engine/kernel/time.ts';
import { memoryErrors } from './errors.ts';

/** Told to the owner of an allocation that did not fit. */
export interface AllocationFailed extends Message {
  readonly type: 'allocationFailed';
  readonly tag: string;
  readonly bytes: Bytes;
}

export type DeviceMemoryMessage =
  | {
      readonly type: 'allocate';
      readonly tag: string;
      readonly bytes: Bytes;
      /** Hears of a failure; without it a failure is only recorded. */
      readonly owner?: ActorRef<AllocationFailed>;
    }
  | { readonly type: 'free'; readonly tag: string; readonly bytes: Bytes };

export interface DeviceMemorySpec {
  /** Bytes that may be in use at once. */
  readonly limit: Bytes;
  /** Keeps every change; default false keeps sums and the peak only. */
  readonly record?: boolean;
}

/** One change of the memory in use. */
export interface MemoryChange {
  readonly at: Time;
  readonly tag: string;
  /** Positive for an allocation, negative for a free. */
  readonly bytes: number;
}

/** The allocation that crossed the limit. */
export interface OutOfMemory {
  readonly at: Time;
  readonly tag: string;
  readonly bytes: Bytes;
  /** What would have been in use with it. */
  readonly wanted: Bytes;
  /** The tag with the largest share of that. */
  readonly largest: string;
}

export interface DeviceMemoryState {
  readonly limit: Bytes;
  used: Bytes;
  peak: Bytes;
  allocated: Bytes;
  freed: Bytes;
  readonly live: Record<string, Bytes>;
  /** Bytes by tag when the peak was reached. */
  atPeak: Readonly<Record<string, Bytes>>;
  failure: OutOfMemory | undefined;
  readonly changes: MemoryChange[] | undefined;
}

/**
 * The memory of one device: allocations under tags, their sum, its peak and the first allocation that crossed the limit. A failed
 * allocation is not booked. Throws MEMORY_FREE when more is freed under a tag than is held, MEMORY_SIZE for a bad size.
 */
export const deviceMemory = defineActor<DeviceMemorySpec, DeviceMemoryState, DeviceMemoryMessage>({
  kind: 'device-memory',
  init: ({ limit, record }) => ({
    limit,
    used: 0 as Bytes,
    peak: 0 as Bytes,
    allocated: 0 as Bytes,
    freed: 0 as Bytes,
    live: {},
    atPeak: {},
    failure: undefined,
    changes: record === true ? [] : undefined,
  }),
  on: {
    allocate(state, { tag, bytes, owner }, ctx) {
      requireSize(tag, bytes);
      const wanted = (state.used + bytes) as Bytes;
      if (wanted > state.limit) {
        const live = { ...state.live, [tag]: ((state.live[tag] ?? 0) + bytes) as Bytes };
        ctx.trace.instant('out of memory');
        state.failure ??= { at: ctx.now, tag, bytes, wanted, largest: largestTag(live) };
        if (owner !== undefined) ctx.send(owner, { type: 'allocationFailed', tag, bytes });
        return;
      }
      state.live[tag] = ((state.live[tag] ?? 0) + bytes) as Bytes;
      state.used = wanted;
      ctx.trace.counter('in use', wanted, 'B');
      state.allocated = (state.allocated + bytes) as Bytes;
      if (wanted > state.peak) {
        state.peak = wanted;
        state.atPeak = { ...state.live };
      }
      state.changes?.push({ at: ctx.now, tag, bytes });
    },
    free(state, { tag, bytes }, ctx) {
      requireSize(tag, bytes);
      const held = state.live[tag] ?? 0;
      if (bytes > held) throw memoryErrors.create('MEMORY_FREE', { tag, bytes, held });
      state.live[tag] = (held - bytes) as Bytes;
      state.used = (state.used - bytes) as Bytes;
      ctx.trace.counter('in use', state.used, 'B');
      state.freed = (state.freed + bytes) as Bytes;
      state.changes?.push({ at: ctx.now, tag, bytes: -bytes });
    },
  },
});

/** The tag with the most bytes; the first by name among equals. */
export function largestTag(live: Readonly<Record<string, number>>): string {
  const tags = Object.keys(live).sort();
  return tags.reduce((best, tag) => ((live[tag] ?? 0) > (live[best] ?? 0) ? tag : best), tags[0] ?? '');
}

function requireSize(tag: string, bytes: number): void {
  if (!(Number.isSafeInteger(bytes) && bytes >= 0)) throw memoryErrors.create('MEMORY_SIZE', { tag, bytes });
}
