import type { MessagePort } from 'node:worker_threads';
import type { TraceFileOptions } from './file-target.ts';

/** What the thread that writes a trace gets: memory shared with the simulation, and the way names come and the report goes. */
export interface ThreadRing {
  readonly options: TraceFileOptions;
  /** `control` below. */
  readonly control: Int32Array;
  /** Words in each slot, as far as it is filled; 0 for a slot that is free. */
  readonly lengths: Int32Array;
  /** The slot of each chunk not yet written, at its number modulo `slots`. */
  readonly order: Int32Array;
  readonly words: Uint32Array;
  readonly slots: number;
  readonly port: MessagePort;
}

/** Fields of the shared control block; chunks are counted from the start, modulo 2^32. */
export const control = { produced: 0, consumed: 1, closing: 2, done: 3, fields: 4 } as const;
