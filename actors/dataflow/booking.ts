import type { ActorRef } from '../../engine/kernel/actor.ts';
import type { Bytes } from '../../engine/kernel/quantities.ts';
import type { Duration } from '../../engine/kernel/time.ts';
import type { DeviceMemoryMessage } from '../memory/device-memory.ts';
import type { Operation } from './operation.ts';
import { partOf } from './slicing.ts';

/** Where outputs are held: whole ones, and slices on chip. */
export interface Spaces {
  readonly capacity?: ActorRef<DeviceMemoryMessage>;
  readonly scratch?: ActorRef<DeviceMemoryMessage>;
}

/** Who reads the output of an operation, and how much of it was given back. */
export interface Holding {
  readonly readers: number[];
  /** Slices given back by the scratch space. */
  released: number;
}

type Send = (to: ActorRef<DeviceMemoryMessage>, message: DeviceMemoryMessage) => void;

/** What each operation of a program holds. */
export function holdingsOf(program: readonly Operation[]): readonly Holding[] {
  const holdings = program.map((): Holding => ({ readers: [], released: 0 }));
  program.forEach(({ after }, op) => {
    for (const before of new Set(after)) holdings[before]!.readers.push(op);
  });
  return holdings;
}

/** A slice starts: the whole output is held from the first slice on, a slice on chip from its own start. */
export function holdSlice(spaces: Spaces, operation: Operation, slice: number, send: Send): void {
  const { output = 0 as Bytes, scratch = 0, label: tag, slices = 1 } = operation;
  if (slice === 0 && output > 0 && spaces.capacity !== undefined)
    send(spaces.capacity, { type: 'allocate', tag, bytes: output });
  if (scratch > 0 && spaces.scratch !== undefined)
    send(spaces.scratch, {
      type: 'allocate',
      tag,
      bytes: partOf(scratch as number as Duration, slice, slices) as number as Bytes,
    });
}

/** A reader of `op` has ended slices: gives back what every reader is through with. `doneOf` is the share of its slices a reader has ended. */
export function releaseRead(
  spaces: Spaces,
  operation: Operation,
  holding: Holding,
  doneOf: (reader: number) => number,
  send: Send,
): void {
  const { output = 0 as Bytes, scratch = 0, label: tag, slices = 1 } = operation;
  const least = holding.readers.reduce((share, reader) => Math.min(share, doneOf(reader)), 1);
  const through = Math.floor(least * slices + 1e-9);
  if (through === holding.released) return;
  let freed = 0;
  for (; holding.released < through; holding.released++)
    freed += partOf(scratch as number as Duration, holding.released, slices);
  if (freed > 0 && spaces.scratch !== undefined) send(spaces.scratch, { type: 'free', tag, bytes: freed as Bytes });
  if (through === slices && output > 0 && spaces.capacity !== undefined)
    send(spaces.capacity, { type: 'free', tag, bytes: output });
}
