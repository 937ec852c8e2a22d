import type { RandomStream } from '../../../engine/kernel/random.ts';
import { loaderErrors } from './errors.ts';

/** Stands for no further use; greater than any index into a trace. */
export const NEVER = 0x7fffffff;

/** Which samples a training reads, epoch after epoch, in order. No sample occurs twice in an epoch. */
export interface AccessTrace {
  /** Samples of the data set; their ids are 0 to samples - 1. */
  readonly samples: number;
  readonly epochs: number;
  /** All accesses, epoch after epoch. */
  readonly accesses: Int32Array;
  /** Index of the first access of each epoch, and the length of the trace as last entry. */
  readonly starts: Float64Array;
}

/** A trace of the given orders, one for each epoch. Throws LOADER_TRACE for ids out of range and samples that occur twice in an epoch. */
export function accessTrace(samples: number, orders: readonly ArrayLike<number>[]): AccessTrace {
  if (!(Number.isSafeInteger(samples) && samples >= 1 && samples < NEVER)) refuse('samples', samples, 'at least 1');
  const length = orders.reduce((sum, order) => sum + order.length, 0);
  if (length >= NEVER) refuse('length', length, `less than ${NEVER}`);
  const accesses = new Int32Array(length);
  const starts = new Float64Array(orders.length + 1);
  const seenIn = new Int32Array(samples).fill(-1);
  let at = 0;
  orders.forEach((order, epoch) => {
    starts[epoch] = at;
    for (let i = 0; i < order.length; i++) {
      const id = order[i] as number;
      if (!(Number.isInteger(id) && id >= 0 && id < samples)) refuse('a sample', id, `from 0 to ${samples - 1}`);
      if (seenIn[id] === epoch) refuse(`epoch ${epoch}`, `with sample ${id} twice`, 'without repetition');
      seenIn[id] = epoch;
      accesses[at++] = id;
    }
  });
  starts[orders.length] = at;
  return { samples, epochs: orders.length, accesses, starts };
}

function refuse(what: string, value: number | string, expected: string): never {
  throw loaderErrors.create('LOADER_TRACE', { what, value, expected });
}

/** Every sample once in each epoch, in fresh uniform orders. Throws LOADER_TRACE. */
export function uniformTrace(stream: RandomStream, samples: number, epochs: number): AccessTrace {
  if (!(samples * epochs < NEVER)) refuse('length', samples * epochs, `less than ${NEVER}`);
  const accesses = new Int32Array(samples * epochs);
  const starts = Float64Array.from({ length: epochs + 1 }, (_, epoch) => epoch * samples);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = accesses.subarray(epoch * samples, (epoch + 1) * samples);
    for (let i = 0; i < samples; i++) {
      const j = Math.floor(stream.uniform() * (i + 1));
      order[i] = order[j] as number;
      order[j] = i;
    }
  }
  return { samples, epochs, accesses, starts };
}

/** The order of one epoch: a view into the trace. */
export function epochOrder(trace: AccessTrace, epoch: number): Int32Array {
  return trace.accesses.subarray(trace.starts[epoch] as number, trace.starts[epoch + 1] as number);
}

/** The same epochs, run in the order `path`: epoch i of the result is epoch path[i]. Throws LOADER_TRACE unless `path` is a permutation. */
export function reorderedTrace(trace: AccessTrace, path: readonly number[]): AccessTrace {
  if (path.length !== trace.epochs || new Set(path).size !== path.length)
    refuse('a path', `[${path}]`, `a permutation of ${trace.epochs} epochs`);
  const accesses = new Int32Array(trace.accesses.length);
  const starts = new Float64Array(path.length + 1);
  path.forEach((epoch, i) => {
    if (!(Number.isInteger(epoch) && epoch >= 0 && epoch < trace.epochs)) refuse('an epoch', epoch, 'one of the trace');
    const order = epochOrder(trace, epoch);
    const start = starts[i] as number;
    accesses.set(order, start);
    starts[i + 1] = start + order.length;
  });
  return { samples: trace.samples, epochs: trace.epochs, accesses, starts };
}

/** For each access the index of the next one of the same sample, or NEVER. */
export function nextUses({ samples, accesses }: AccessTrace): Int32Array {
  const next = new Int32Array(accesses.length);
  const soonest = new Int32Array(samples).fill(NEVER);
  for (let i = accesses.length - 1; i >= 0; i--) {
    const sample = accesses[i]!;
    next[i] = soonest[sample]!;
    soonest[sample] = i;
  }
  return next;
}
