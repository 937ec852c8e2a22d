import { type ActorRef, type Context, defineActor } from '../../engine/kernel/actor.ts';
import type { Duration } from '../../engine/kernel/time.ts';
import { noTask, type TaskRef } from '../../engine/kernel/trace.ts';
import type { GpuMessage, OpStarted, StreamOp } from './gpu.ts';
import { gpuErrors } from './gpu-errors.ts';

/** One call of the host's program: `cost` on the host, then the operation is in the queue of its stream. */
export interface HostCall {
  readonly op: StreamOp;
  readonly cost: Duration;
}

export type HostMessage =
  /** Adds to the end of the program. */
  | { readonly type: 'issue'; readonly calls: readonly HostCall[]; readonly parent?: TaskRef }
  | OpStarted
  /** Internal: the call in progress has been made. */
  | { readonly type: 'issued' };

export interface HostSpecification {
  readonly gpu: ActorRef<GpuMessage>;
  /** Launches that the queue of a stream holds before the host blocks. Default 1024, as CUDA's. */
  readonly depth?: number;
}

interface Pending extends HostCall {
  readonly parent: TaskRef;
}

export interface HostState {
  readonly gpu: ActorRef<GpuMessage>;
  readonly depth: number;
  readonly calls: Pending[];
  head: number;
  /** Launches in the queue of each stream that have not started. */
  readonly queued: number[];
  /** The call in progress in the trace; it is being made or waits for room. */
  task: TaskRef;
  phase: 'idle' | 'issuing' | 'blocked';
}

/**
 * A host thread that issues work to a GPU: one call after another, each at its cost, into a bounded queue per stream. A full queue blocks
 * the host, an empty one makes the stream wait for it (`hostLabel`): whichever of the two is slower shows as the other's wait.
 */
export const host = defineActor<HostSpecification, HostState, HostMessage>({
  kind: 'host',
  init({ gpu, depth = 1024 }) {
    if (!(Number.isInteger(depth) && depth >= 1)) throw gpuErrors.create('GPU_HOST_DEPTH', { depth });
    return { gpu, depth, calls: [], head: 0, queued: [], task: noTask, phase: 'idle' };
  },
  on: {
    issue(state, { calls, parent = noTask }, ctx) {
      for (const call of calls) state.calls.push({ ...call, parent });
      if (state.phase !== 'idle' || calls.length === 0) return;
      ctx.send(state.gpu, { type: 'feeding', on: true });
      begin(state, ctx);
    },
    issued(state, _message, ctx) {
      deliver(state, ctx, noTask);
    },
    opStarted(state, { stream }, ctx) {
      state.queued[stream] = (state.queued[stream] ?? 0) - 1;
      if (state.phase === 'blocked') deliver(state, ctx, noTask);
    },
  },
});

type Ctx = Context<HostMessage>;

/** Starts the next call, or tells the GPU that there is none. */
function begin(state: HostState, ctx: Ctx): void {
  const call = state.calls[state.head];
  if (call === undefined) {
    state.phase = 'idle';
    state.calls.length = 0;
    state.head = 0;
    ctx.send(state.gpu, { type: 'feeding', on: false });
    return;
  }
  state.phase = 'issuing';
  state.task = ctx.trace.begin('call', call.op.label, call.parent);
  ctx.schedule(call.cost, ctx.self, { type: 'issued' });
}

/** Puts the finished call into its stream's queue once there is room. */
function deliver(state: HostState, ctx: Ctx, by: TaskRef): void {
  const { op } = state.calls[state.head] as Pending;
  const queued = state.queued[op.stream] ?? 0;
  if (queued >= state.depth) {
    if (state.phase !== 'blocked') ctx.trace.wait(state.task, 'capacity', 'launch queue', by);
    state.phase = 'blocked';
    return;
  }
  state.queued[op.stream] = queued + 1;
  ctx.trace.end(state.task);
  ctx.send(state.gpu, { type: 'submit', ops: [{ ...op, launcher: ctx.self as ActorRef<OpStarted> }] });
  state.head++;
  begin(state, ctx);
}
