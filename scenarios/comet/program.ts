import type { StreamOp } from '../../actors/compute/index.ts';
import type { DeviceMemoryMessage } from '../../actors/memory/index.ts';
import { type ActorRef, bytes, type Message, seconds } from '../../engine/index.ts';
import type { ComputeTimes } from './compute-time.ts';
import { type Codec, segmentLength, stagesCodes, type TensorBytes } from './memory.ts';
import type { TensorEvent, TensorRef } from './tensor-chart.ts';

/** Streams of the device. */
export const streamNames = ['compute', 'copy'] as const;

/** Phases of an iteration, in order. */
export type Phase = 'forward' | 'loss' | 'backward' | 'update' | 'idle';
export type PhaseMessage = Message & { readonly type: 'phase'; readonly phase: Phase };

/** Tags of device memory. */
export type MemoryTag = 'state' | 'raw' | 'stored' | 'kept' | 'working';

/** Seconds that keeping and bringing back one tensor takes, on the compute stream or on the link. */
export interface StoreTimes {
  readonly store: number;
  readonly restore: number;
}

export interface ProgramInput {
  readonly codec: Codec;
  readonly overlap: boolean;
  readonly tensors: readonly TensorBytes[];
  readonly times: ComputeTimes;
  readonly stores: readonly StoreTimes[];
}

/** Actors that the program posts to. */
export interface ProgramActors {
  readonly memory: ActorRef<DeviceMemoryMessage>;
  readonly trainer: ActorRef<PhaseMessage>;
  readonly tensors: readonly TensorRef[];
}

/** The operations of one iteration, in the order in which a framework would issue them. */
export function programOf(input: ProgramInput, actors: ProgramActors): readonly StreamOp[] {
  const program = new Program(actors);
  forwardPass(program, input);
  lossAndTurn(program, input);
  backwardPass(program, input);
  program.phase('update');
  program.kernel('update', input.times.update);
  program.phase('idle');
  return program.ops;
}

class Program {
  readonly ops: StreamOp[] = [];
  readonly #actors: ProgramActors;
  /** Ends of copies by tensor. */
  readonly offloads: number[] = [];
  readonly prefetches: number[] = [];

  constructor(actors: ProgramActors) {
    this.#actors = actors;
  }

  kernel(label: string, duration: number, after: readonly number[] = [], stream = 0): number {
    return this.#push(label, after, stream, { kind: 'kernel', duration: seconds(duration) });
  }

  phase(phase: Phase): number {
    const message: PhaseMessage = { type: 'phase', phase };
    return this.#push('phase', [], 0, { kind: 'post', to: this.#actors.trainer as ActorRef<never>, message });
  }

  tensor(index: number, event: TensorEvent, stream = 0, after: readonly number[] = []): number {
    const message = { type: 'tensor', event };
    return this.#push('tensor', after, stream, {
      kind: 'post',
      to: this.#actors.tensors[index] as ActorRef<never>,
      message,
    });
  }

  allocate(tag: MemoryTag, size: number, after: readonly number[] = []): void {
    this.#memory('allocate', tag, size, after, 0);
  }

  free(tag: MemoryTag, size: number, after: readonly number[] = [], stream = 0): void {
    this.#memory('free', tag, size, after, stream);
  }

  #memory(type: 'allocate' | 'free', tag: MemoryTag, size: number, after: readonly number[], stream: number): void {
    if (size === 0 && after.length === 0) return;
    const message: DeviceMemoryMessage = { type, tag, bytes: bytes(Math.ceil(size)) };
    this.#push('memory', after, stream, { kind: 'post', to: this.#actors.memory as ActorRef<never>, message });
  }

  #push(label: string, after: readonly number[], stream: number, work: StreamOp['work']): number {
    const id = this.ops.length;
    this.ops.push({ id, stream, label, after, work });
    return id;
  }
}

const isCopied = (codec: Codec): boolean => codec === 'migrate' || codec === 'jpeg-act';

function forwardPass(program: Program, { codec, overlap, tensors, times, stores }: ProgramInput): void {
  program.phase('forward');
  tensors.forEach(({ raw, out, kept, held }, l) => {
    if (isCopied(codec) && l >= 2)
      program.free('raw', (tensors[l - 2] as TensorBytes).raw, [program.offloads[l - 2] as number]);
    program.allocate('raw', raw);
    program.allocate('working', out);
    program.tensor(l, 'produced');
    const forward = program.kernel('forward', times.forward[l] as number);
    const { store } = stores[l] as StoreTimes;
    if (isCopied(codec)) {
      program.tensor(l, 'offload', 1, [forward]);
      const copied = program.kernel('offload', store, [], 1);
      program.offloads[l] = program.tensor(l, 'done', 1);
      if (!overlap) program.kernel('wait', 0, [copied]);
    } else if (codec === 'none' || (codec === 'recompute' && held > 0)) {
      program.free('raw', raw);
      program.allocate('stored', held);
      program.tensor(l, 'keep');
    } else if (codec === 'recompute') {
      program.free('raw', raw);
      program.tensor(l, 'drop');
    } else {
      const staging = stagesCodes(codec) ? raw / 2 : 0;
      program.allocate('working', staging);
      program.allocate('stored', held);
      program.tensor(l, 'compress');
      program.kernel('compress', store);
      program.tensor(l, 'done');
      program.free('working', staging);
      program.free('raw', raw);
    }
    program.free('working', out);
    program.allocate('kept', kept);
  });
}

/** Fully connected layers both ways; copies end the flight of the last two tensors and fetch the last one again. */
function lossAndTurn(program: Program, { codec, tensors, times, stores }: ProgramInput): void {
  const last = tensors.length - 1;
  program.phase('loss');
  if (isCopied(codec)) {
    if (last > 0) program.free('raw', (tensors[last - 1] as TensorBytes).raw, [program.offloads[last - 1] as number]);
    program.free('raw', (tensors[last] as TensorBytes).raw, [program.offloads[last] as number], 1);
  }
  program.kernel('linear', times.linearForward);
  program.phase('backward');
  program.kernel('linear', times.linearBackward);
  if (!isCopied(codec)) return;
  program.allocate('raw', (tensors[last] as TensorBytes).raw, [program.offloads[last] as number]);
  prefetch(program, last, stores, program.ops.length - 1);
}

function prefetch(program: Program, l: number, stores: readonly StoreTimes[], after: number): void {
  program.tensor(l, 'needed', 1, [after]);
  program.prefetches[l] = program.kernel('prefetch', (stores[l] as StoreTimes).restore, [], 1);
  program.tensor(l, 'done', 1);
}

function backwardPass(program: Program, input: ProgramInput): void {
  const { codec, overlap, tensors, times, stores } = input;
  const segment = segmentLength(tensors.length);
  for (let l = tensors.length - 1; l >= 0; l--) {
    const { raw, out, kept, held, first } = tensors[l] as TensorBytes;
    if (isCopied(codec) && l > 0) {
      program.allocate('raw', (tensors[l - 1] as TensorBytes).raw);
      if (overlap) prefetch(program, l - 1, stores, program.ops.length - 1);
    }
    if (codec === 'recompute' && (l === tensors.length - 1 || l % segment === segment - 1))
      recompute(program, input, l);
    program.allocate('working', kept > 0 ? 2 * out : out);
    program.kernel('elementwise', times.elementwise[l] as number);
    if (kept > 0) {
      program.free('working', out);
      program.free('kept', kept);
    }
    const own = held === raw ? 0 : raw;
    if (codec === 'none' || held === raw) bringKept(program, input, l);
    else if (!isCopied(codec) && codec !== 'recompute') {
      program.allocate('raw', own);
      program.tensor(l, 'needed');
      program.kernel('decompress', (stores[l] as StoreTimes).restore);
      program.tensor(l, 'done');
    }
    program.allocate('working', first ? 0 : raw);
    const arrived = isCopied(codec) ? [program.prefetches[l] as number] : [];
    const ended = program.kernel('backward', times.backward[l] as number, arrived);
    program.tensor(l, 'spent');
    program.free('working', first ? out : out + raw);
    program.free('stored', held);
    if (codec === 'recompute') {
      if (l % segment === 0) for (const { raw: size } of tensors.slice(l + 1, l + segment)) program.free('raw', size);
    } else program.free('raw', own);
    if (isCopied(codec) && !overlap && l > 0) {
      prefetch(program, l - 1, stores, ended);
      program.kernel('wait', 0, [program.prefetches[l - 1] as number]);
    }
  }
}

/** A tensor that stayed raw; a codec that could not shrink it still reads it once. */
function bringKept(program: Program, { codec, stores }: ProgramInput, l: number): void {
  program.tensor(l, 'needed');
  if (codec === 'none' || codec === 'recompute') return;
  program.kernel('decompress', (stores[l] as StoreTimes).restore);
  program.tensor(l, 'done');
}

/** Redoes the forward of a segment but for its last tensor, from its checkpoint. */
function recompute(program: Program, { tensors, times }: ProgramInput, last: number): void {
  const from = last - (last % segmentLength(tensors.length));
  for (let l = from; l < last; l++) {
    program.allocate('raw', (tensors[l + 1] as TensorBytes).raw);
    program.tensor(l + 1, 'needed');
    program.kernel('recompute', times.forward[l] as number);
    program.tensor(l + 1, 'done');
  }
}
