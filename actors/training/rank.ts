import { type ActorRef, type Context, defineActor, type Message } from '../../engine/kernel/actor.ts';
import { type Bytes, bytes } from '../../engine/kernel/quantities.ts';
import type { Time } from '../../engine/kernel/time.ts';
import { noTask, type TaskRef, type Trace } from '../../engine/kernel/trace.ts';
import type { CallMessage, GpuMessage, OpWork, StreamOp } from '../compute/index.ts';
import type { AllocationFailed, DeviceMemoryMessage } from '../memory/index.ts';
import type { Chunk, ChunkOp, Permanent, Program } from './chunk.ts';

/** Asks the arithmetic of a rank to act; `act` is agreed between the program and the worker. */
export interface ActMessage extends Message {
  readonly type: 'act';
  readonly act: unknown;
}

/** Where a rank's collective of one name is performed: the service of its group and the request there. */
export interface CollectivePort {
  readonly service: ActorRef<CallMessage>;
  readonly request: number;
}

export interface RankSpec {
  readonly program: Program;
  readonly gpu: ActorRef<GpuMessage>;
  readonly memory: ActorRef<DeviceMemoryMessage>;
  /** Names of the streams of the GPU, in its order. */
  readonly streams: readonly string[];
  readonly ports: ReadonlyMap<string, CollectivePort>;
  /** Does the arithmetic of programs that have acts. */
  readonly worker?: ActorRef<never>;
  /** Allocated before the first chunk and never freed. */
  readonly permanent: readonly Permanent[];
}

export type RankMessage = { readonly type: 'begin' } | { readonly type: 'chunkDone' } | AllocationFailed;

export interface RankState {
  readonly spec: RankSpec;
  /** Chunks handed to the GPU, and chunks it has finished. */
  issued: number;
  finished: number;
  nextId: number;
  /** Numbers of the named operations of the last two chunks. */
  names: readonly [ReadonlyMap<string, number>, ReadonlyMap<string, number>];
  outOfMemory: boolean;
  finishedAt: Time;
  /** When all but the last chunk had ended. */
  updateAt: Time;
  /** The whole program in the trace. */
  task: TaskRef;
  /** Chunks in the trace that have not ended, the oldest first. */
  readonly chunks: TaskRef[];
}

const none: ReadonlyMap<string, number> = new Map();

/** The host process of one rank: hands its GPU chunk after chunk of the program, two ahead, and stops when an allocation fails. */
export const rank = defineActor<RankSpec, RankState, RankMessage>({
  kind: 'rank',
  init: (spec, ctx) => ({
    spec,
    issued: 0,
    finished: 0,
    nextId: 0,
    names: [none, none],
    outOfMemory: false,
    finishedAt: ctx.now,
    updateAt: ctx.now,
    task: noTask,
    chunks: [],
  }),
  on: {
    begin(state, _message, ctx) {
      const { memory, permanent } = state.spec;
      state.task = ctx.trace.begin('program');
      ctx.trace.wait(state.task, 'dependency', 'chunks');
      for (const { tag, bytes: size } of permanent)
        ctx.send(memory, { type: 'allocate', tag, bytes: bytes(size) as Bytes, owner: ctx.self });
      issue(state, ctx);
      issue(state, ctx);
    },
    chunkDone(state, _message, ctx) {
      state.finished++;
      state.updateAt = state.finishedAt;
      state.finishedAt = ctx.now;
      const chunk = state.chunks.shift();
      if (chunk !== undefined) ctx.trace.end(chunk);
      issue(state, ctx);
      if (isComplete(state)) endTasks(state, ctx.trace, chunk);
    },
    allocationFailed(state, _message, ctx) {
      state.outOfMemory = true;
      ctx.trace.instant('out of memory', state.task);
      ctx.send(state.spec.gpu, { type: 'halt' });
    },
  },
});

/** Whether the rank has run its whole program. */
export function isComplete(state: RankState): boolean {
  return state.finished === state.spec.program.length;
}

/** Ends the tasks of a rank that is complete, or will never be. */
export function endTasks(state: RankState, trace: Trace, by?: TaskRef): void {
  for (const chunk of state.chunks.splice(0)) trace.end(chunk);
  if (state.task === noTask) return;
  trace.work(state.task, by);
  trace.end(state.task);
  state.task = noTask;
}

function issue(state: RankState, ctx: Context<RankMessage>): void {
  const { program, gpu } = state.spec;
  if (state.outOfMemory || state.issued >= program.length) return;
  const chunk = program.at(state.issued++) as Chunk;
  const parent = ctx.trace.begin('chunk', ctx.trace.isRecording ? `chunk ${state.issued - 1}` : '', state.task);
  ctx.trace.wait(parent, 'dependency', 'operations');
  state.chunks.push(parent);
  const names = new Map<string, number>();
  for (const { name } of chunk) names.set(name, state.nextId++);
  const ops = chunk.map((op) => streamOp(state, op, names, ctx, parent));
  state.names = [names, state.names[0]];
  ctx.send(gpu, { type: 'submit', ops });
}

function streamOp(
  state: RankState,
  op: Chunk[number],
  names: ReadonlyMap<string, number>,
  ctx: Context<RankMessage>,
  parent: TaskRef,
): StreamOp {
  const after: number[] = [];
  for (const name of op.after) {
    const id = find(state, name, names);
    if (id !== undefined) after.push(id);
  }
  return {
    id: names.get(op.name) as number,
    stream: state.spec.streams.indexOf(op.stream),
    label: op.label,
    after,
    work: workOf(state, op.work, names, ctx),
    parent,
    ...(op.timed === true ? { timed: true } : {}),
  };
}

function find(state: RankState, name: string, names: ReadonlyMap<string, number>): number | undefined {
  if (name.startsWith('<<')) return state.names[1].get(name.slice(2));
  if (name.startsWith('<')) return state.names[0].get(name.slice(1));
  return names.get(name);
}

function workOf(
  state: RankState,
  work: ChunkOp['work'],
  names: ReadonlyMap<string, number>,
  ctx: Context<RankMessage>,
): OpWork {
  switch (work.kind) {
    case 'kernel':
      return work;
    case 'collective': {
      const port = state.spec.ports.get(work.collective) as CollectivePort;
      return { kind: 'call', to: port.service, request: port.request };
    }
    case 'floor':
      return { kind: 'floor', since: names.get(work.since) as number, duration: work.duration };
    case 'allocate':
      return post(state.spec.memory, { type: 'allocate', tag: work.tag, bytes: bytes(work.bytes), owner: ctx.self });
    case 'free':
      return post(state.spec.memory, { type: 'free', tag: work.tag, bytes: bytes(work.bytes) });
    case 'act':
      return { kind: 'post', to: state.spec.worker as ActorRef<never>, message: actMessage(work.act) };
    case 'done':
      return post(ctx.self, { type: 'chunkDone' });
    default:
      return work satisfies never;
  }
}

function actMessage(act: unknown): ActMessage {
  return { type: 'act', act };
}

function post<M extends Message>(to: ActorRef<M>, message: M): OpWork {
  return { kind: 'post', to: to as unknown as ActorRef<never>, message };
}
