import type { ActorRef, Context, Message } from '../../engine/kernel/actor.ts';
import { defineActor } from '../../engine/kernel/actor.ts';
import type { EventHandle } from '../../engine/kernel/event-queue.ts';
import { type Duration, NO_TIME, picosecondsPerTick, type Resolution, type Time } from '../../engine/kernel/time.ts';
import { noTask, type TaskRef } from '../../engine/kernel/trace.ts';
import { gpuErrors } from './gpu-errors.ts';

/** Sent to whoever performs an operation for a GPU, such as a collective service; to be answered by `callEnded`. */
export interface CallMessage extends Message {
  readonly type: 'call';
  readonly from: ActorRef<GpuMessage>;
  /** The operation that waits for the answer. */
  readonly op: number;
  /** What is asked for, agreed between the two. */
  readonly request: number;
  /** The operation in the trace. */
  readonly task?: TaskRef;
}

/** What an operation does when its turn has come. */
export type OpWork =
  /** Runs for a known time. */
  | { readonly kind: 'kernel'; readonly duration: Duration }
  /** Is performed by another actor; ends when that says so. */
  | { readonly kind: 'call'; readonly to: ActorRef<CallMessage>; readonly request: number }
  /** Takes no time and sends a message. */
  | { readonly kind: 'post'; readonly to: ActorRef<never>; readonly message: Message }
  /** Ends `duration` after operation `since` started, at once when that is past: the pace of the host that issues the work. */
  | { readonly kind: 'floor'; readonly since: number; readonly duration: Duration };

/** Tells who issued an operation that it has left the queue of its stream. */
export interface OpStarted extends Message {
  readonly type: 'opStarted';
  readonly stream: number;
}

/** One operation in the order of a stream. Operations that are `timed` can be named by a later `floor`. */
export interface StreamOp {
  /** Rising numbers, unique on this GPU, from 0 without gaps. */
  readonly id: number;
  /** Index into the streams of the GPU. */
  readonly stream: number;
  /** What time spent on it is called. */
  readonly label: string;
  /** Earlier operations, on any stream, that must have ended. */
  readonly after: readonly number[];
  readonly work: OpWork;
  readonly timed?: boolean;
  /** What it is part of in the trace. */
  readonly parent?: TaskRef;
  /** Hears when it starts: a host that keeps count of the launches in a stream's queue. */
  readonly launcher?: ActorRef<OpStarted>;
}

export type GpuMessage =
  | { readonly type: 'submit'; readonly ops: readonly StreamOp[] }
  | { readonly type: 'kernelEnded'; readonly stream: number }
  /** From the performer of a call: all partners have arrived, the work itself begins now. Optional; the time before is then a wait for partners. */
  | { readonly type: 'callBegan'; readonly op: number; readonly by?: TaskRef }
  | { readonly type: 'callEnded'; readonly op: number }
  /** From a host: it has more to issue, or has none left. Streams without work then wait for the host. */
  | { readonly type: 'feeding'; readonly on: boolean }
  /** Kernels run `factor` times as fast from now on, those that run as well: a straggler, a power cap. Throws GPU_SPEED. */
  | { readonly type: 'setSpeed'; readonly factor: number }
  /** Drops every operation that has not started; what runs ends as usual. */
  | { readonly type: 'halt' };

/** One stretch of a stream's time: work, or a wait with the label of what it waited for. */
export interface Span {
  readonly stream: number;
  readonly label: string;
  readonly busy: boolean;
  readonly start: Time;
  readonly end: Time;
}

export interface GpuSpecification {
  /** Names of the streams; the first is the compute stream. */
  readonly streams: readonly string[];
  /** Keeps every span; otherwise only sums are kept. Default false. */
  readonly record?: boolean;
}

/** A stream: what waits, what runs, and its time by label. Work and waits tile the time since the start. */
export interface StreamState {
  readonly name: string;
  queue: StreamOp[];
  head: number;
  running: StreamOp | undefined;
  /** The running call still waits for its partners. */
  assembling: boolean;
  label: string;
  /** The trace's task of the operation at the head, if it runs or waits. */
  task: TaskRef;
  /** Pending end of the running kernel. */
  timer: EventHandle | undefined;
  endsAt: Duration;
  mark: Time;
  readonly busy: Record<string, Duration>;
  readonly waits: Record<string, Duration>;
}

/** The time of one stream by label; together it is the time since the GPU was made. */
export type StreamTimes = Pick<StreamState, 'name' | 'busy' | 'waits'>;

export interface GpuState {
  readonly streams: StreamState[];
  /** Every operation below it has ended. */
  watermark: number;
  readonly ended: Set<number>;
  readonly starts: Map<number, Time>;
  /** Stream of every operation that has not ended. */
  readonly placed: Map<number, number>;
  readonly spans: Span[] | undefined;
  speed: number;
  /** A host has more to issue. */
  feeding: boolean;
}

/** Label of a wait for the host, which has not issued the next operation yet. */
export const hostLabel = 'host';
/** Label of a wait for nothing: no operation is queued. */
export const idleLabel = 'idle';
/** Label of the wait of a call for partners that have not arrived. */
export const partnersLabel = 'partners';

/**
 * A GPU with any number of streams. Each stream runs its operations in order; streams run side by side and are ordered only by
 * `after`. A stream that cannot run is charged to what it waits for: the running operation at the end of its chain of dependencies.
 */
export const gpu = defineActor<GpuSpecification, GpuState, GpuMessage>({
  kind: 'gpu',
  init: (spec, ctx) => ({
    streams: spec.streams.map((name) => ({
      name,
      queue: [],
      head: 0,
      running: undefined,
      assembling: false,
      label: idleLabel,
      task: noTask,
      timer: undefined,
      endsAt: NO_TIME,
      mark: ctx.now,
      busy: {},
      waits: {},
    })),
    watermark: 0,
    ended: new Set(),
    starts: new Map(),
    placed: new Map(),
    spans: spec.record === true ? [] : undefined,
    speed: 1,
    feeding: false,
  }),
  on: {
    submit(state, { ops }, ctx) {
      for (const op of ops) {
        const stream = state.streams[op.stream];
        if (stream === undefined)
          throw gpuErrors.create('GPU_STREAM', { stream: op.stream, count: state.streams.length });
        stream.queue.push(op);
        state.placed.set(op.id, op.stream);
      }
      advance(state, ctx, noTask);
    },
    kernelEnded(state, { stream }, ctx) {
      advance(state, ctx, finish(state, stream, ctx));
    },
    callBegan(state, { op, by = noTask }, ctx) {
      const stream = state.streams[streamOf(state, op)] as StreamState;
      settleAll(state, ctx);
      stream.assembling = false;
      if (stream.task !== noTask) ctx.trace.work(stream.task, by);
      relabel(state, ctx, noTask);
    },
    callEnded(state, { op }, ctx) {
      advance(state, ctx, finish(state, streamOf(state, op), ctx));
    },
    feeding(state, { on }, ctx) {
      settleAll(state, ctx);
      state.feeding = on;
      relabel(state, ctx, noTask);
    },
    setSpeed(state, { factor }, ctx) {
      if (!(factor > 0 && factor < Number.POSITIVE_INFINITY)) throw gpuErrors.create('GPU_SPEED', { factor });
      ctx.trace.counter('speed', factor);
      for (const stream of state.streams) {
        if (stream.timer === undefined || stream.running?.work.kind !== 'kernel') continue;
        const rest = scaled((stream.endsAt - ctx.since(START)) as Duration, state.speed / factor);
        stream.endsAt = (ctx.since(START) + rest) as Duration;
        stream.timer = ctx.reschedule(stream.timer, rest);
      }
      state.speed = factor;
    },
    halt(state, _message, ctx) {
      settleAll(state, ctx);
      for (const stream of state.streams) {
        for (let i = stream.head; i < stream.queue.length; i++) state.placed.delete(stream.queue[i]?.id ?? -1);
        stream.queue.length = 0;
        stream.head = 0;
        // A call whose partners halt as well never ends.
        if (stream.running === undefined || stream.assembling) endTask(stream, ctx);
      }
      relabel(state, ctx, noTask);
    },
  },
});

/** Busy time and waits of each stream up to `now`, by label: what is still open is booked into copies. */
export function timesAt(state: GpuState, now: Time, resolution: Resolution = 'ps'): readonly StreamTimes[] {
  return state.streams.map((stream) => {
    const copy = { ...stream, busy: { ...stream.busy }, waits: { ...stream.waits } };
    if (now > stream.mark) charge(copy, ((now - stream.mark) * picosecondsPerTick[resolution]) as Duration);
    return { name: stream.name, busy: copy.busy, waits: copy.waits };
  });
}

function streamOf(state: GpuState, op: number): number {
  const stream = state.placed.get(op);
  if (stream === undefined || state.streams[stream]?.running?.id !== op)
    throw gpuErrors.create('GPU_NOT_RUNNING', { op });
  return stream;
}

function charge(stream: StreamState, span: Duration): void {
  const account = stream.running !== undefined && !stream.assembling ? stream.busy : stream.waits;
  account[stream.label] = ((account[stream.label] ?? 0) + span) as Duration;
}

/** Ends the current stretch of every stream at now. */
function settleAll(state: GpuState, ctx: Context<GpuMessage>): void {
  const { streams, spans } = state;
  for (let i = 0; i < streams.length; i++) {
    const stream = streams[i] as StreamState;
    if (stream.mark === ctx.now) continue;
    charge(stream, ctx.since(stream.mark));
    if (spans !== undefined) {
      const busy = stream.running !== undefined && !stream.assembling;
      spans.push({ stream: i, label: stream.label, busy, start: stream.mark, end: ctx.now });
    }
    stream.mark = ctx.now;
  }
}

/** Names what each stream is doing or waiting for from now on. */
function relabel(state: GpuState, ctx: Context<GpuMessage>, by: TaskRef): void {
  for (const stream of state.streams) {
    const { running } = stream;
    if (running !== undefined) stream.label = stream.assembling ? partnersLabel : running.label;
    else {
      const next = stream.queue[stream.head];
      const label = next === undefined ? (state.feeding ? hostLabel : idleLabel) : blocker(state, next);
      if (next !== undefined && (stream.task === noTask || stream.label !== label)) {
        if (stream.task === noTask) beginTask(stream, next, ctx);
        ctx.trace.wait(stream.task, 'dependency', label, by);
      }
      stream.label = label;
    }
  }
}

const START = 0 as Time;

const taskKinds = { kernel: 'kernel', call: 'collective', floor: 'host', post: 'post' } as const;

function beginTask(stream: StreamState, { label, work, parent }: StreamOp, ctx: Context<GpuMessage>): void {
  stream.task = ctx.trace.begin(taskKinds[work.kind], label, parent, stream.name);
}

function endTask(stream: StreamState, ctx: Context<GpuMessage>): TaskRef {
  const { task } = stream;
  if (task !== noTask) ctx.trace.end(task);
  stream.task = noTask;
  return task;
}

/** What holds `op` back: follows unmet dependencies, and what stands before them in their streams, to an operation that runs. */
function blocker(state: GpuState, op: StreamOp): string {
  let waiting = op;
  for (;;) {
    const unmet = waiting.after.find((id) => !hasEnded(state, id));
    const index = unmet === undefined ? undefined : state.placed.get(unmet);
    const stream = index === undefined ? undefined : state.streams[index];
    if (stream === undefined) return idleLabel;
    if (stream.running !== undefined) return stream.assembling ? partnersLabel : stream.running.label;
    waiting = stream.queue[stream.head] as StreamOp;
  }
}

function hasEnded(state: GpuState, id: number): boolean {
  return id < state.watermark || state.ended.has(id);
}

function isReady(state: GpuState, op: StreamOp): boolean {
  const { after } = op;
  for (let i = 0; i < after.length; i++) if (!hasEnded(state, after[i] as number)) return false;
  return true;
}

/** Starts whatever can start, until nothing more can; `by` is the task whose end may have made it possible. */
function advance(state: GpuState, ctx: Context<GpuMessage>, by: TaskRef): void {
  settleAll(state, ctx);
  for (let again = true; again; ) {
    again = false;
    for (let i = 0; i < state.streams.length; i++) {
      const stream = state.streams[i] as StreamState;
      while (stream.running === undefined) {
        const op = stream.queue[stream.head];
        if (op === undefined || !isReady(state, op)) break;
        start(state, stream, i, op, ctx, by);
        again = true;
      }
    }
  }
  relabel(state, ctx, by);
}

function start(
  state: GpuState,
  stream: StreamState,
  index: number,
  op: StreamOp,
  ctx: Context<GpuMessage>,
  by: TaskRef,
): void {
  stream.head++;
  if (stream.head === stream.queue.length) {
    stream.queue.length = 0;
    stream.head = 0;
  } else if (stream.head >= 256) {
    stream.queue.splice(0, stream.head);
    stream.head = 0;
  }
  if (op.timed === true) state.starts.set(op.id, ctx.now);
  if (op.launcher !== undefined) ctx.send(op.launcher, { type: 'opStarted', stream: index });
  const { work } = op;
  switch (work.kind) {
    case 'post':
      ctx.send(work.to, work.message as never);
      endTask(stream, ctx);
      end(state, op);
      return;
    case 'kernel':
      stream.running = op;
      run(stream, op, ctx, by);
      endAfter(stream, index, state.speed === 1 ? work.duration : scaled(work.duration, 1 / state.speed), ctx);
      return;
    case 'floor': {
      const since = state.starts.get(work.since);
      if (since === undefined) throw gpuErrors.create('GPU_NOT_TIMED', { op: op.id, since: work.since });
      state.starts.delete(work.since);
      const rest = work.duration - ctx.since(since);
      if (rest <= 0) {
        endTask(stream, ctx);
        end(state, op);
        return;
      }
      stream.running = op;
      if (stream.task === noTask) beginTask(stream, op, ctx);
      ctx.trace.wait(stream.task, 'scheduler', op.label, by);
      ctx.schedule(rest as Duration, ctx.self, { type: 'kernelEnded', stream: index });
      return;
    }
    case 'call':
      stream.running = op;
      stream.assembling = true;
      if (stream.task === noTask) beginTask(stream, op, ctx);
      ctx.trace.wait(stream.task, 'barrier', partnersLabel, by);
      ctx.send(work.to, { type: 'call', from: ctx.self, op: op.id, request: work.request, task: stream.task });
      return;
    default:
      work satisfies never;
  }
}

function scaled(duration: Duration, factor: number): Duration {
  return Math.round(duration * factor) as Duration;
}

function endAfter(stream: StreamState, index: number, duration: Duration, ctx: Context<GpuMessage>): void {
  stream.endsAt = (ctx.since(START) + duration) as Duration;
  stream.timer = ctx.schedule(duration, ctx.self, { type: 'kernelEnded', stream: index });
}

/** Begins the task of a kernel, or ends its wait. */
function run(stream: StreamState, op: StreamOp, ctx: Context<GpuMessage>, by: TaskRef): void {
  if (stream.task === noTask) beginTask(stream, op, ctx);
  else ctx.trace.work(stream.task, by);
}

function finish(state: GpuState, index: number, ctx: Context<GpuMessage>): TaskRef {
  const stream = state.streams[index] as StreamState;
  settleAll(state, ctx);
  const op = stream.running as StreamOp;
  stream.running = undefined;
  stream.timer = undefined;
  stream.assembling = false;
  end(state, op);
  return endTask(stream, ctx);
}

function end(state: GpuState, op: StreamOp): void {
  state.placed.delete(op.id);
  if (op.id !== state.watermark) {
    state.ended.add(op.id);
    return;
  }
  state.watermark++;
  while (state.ended.delete(state.watermark)) state.watermark++;
}
