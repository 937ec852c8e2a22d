import { type ActorRef, type Behavior, type Context, defineActor } from '../../engine/kernel/actor.ts';
import { type Bytes, bytesPerSecond } from '../../engine/kernel/quantities.ts';
import { type Duration, NO_TIME, type Time } from '../../engine/kernel/time.ts';
import { noTask, type TaskRef } from '../../engine/kernel/trace.ts';
import type { NetworkMessage, NetworkReply } from '../network/network-actor.ts';

/** An engine has done what it was given; times are those of the engine, in ticks. */
export interface SliceEnded {
  readonly type: 'sliceEnded';
  /** Index of the kind and of the engine in it. */
  readonly kind: number;
  readonly engine: number;
  readonly started: Time;
  /** When setup was over. */
  readonly working: Time;
  /** Part of the time since then that it was held up by the shared memory. */
  readonly starved: Duration;
}

/** One slice, or an engine's part of it. */
export interface Execute {
  readonly type: 'execute';
  /** Of the operation. */
  readonly label: string;
  readonly name: string;
  readonly setup: Duration;
  /** Time on an idle device. */
  readonly work: Duration;
  /** Over the shared memory, evenly over `work` and no faster. */
  readonly bytes: Bytes;
  /** Share of the memory against other engines. */
  readonly weight: number;
}

export type EngineMessage =
  | Execute
  /** Internal: setup is over. */
  | { readonly type: 'setUp' }
  /** Internal: the time on an idle device is over. */
  | { readonly type: 'worked' }
  | NetworkReply;

export interface EngineSpec {
  readonly kind: number;
  readonly engine: number;
  readonly scheduler: ActorRef<SliceEnded>;
  /** The engine's own task, which lasts as long as the program. */
  readonly task: TaskRef;
  /** A network whose link 0 is the shared memory; without it every engine has a memory of its own. */
  readonly memory?: ActorRef<NetworkMessage>;
}

export interface EngineState {
  readonly spec: EngineSpec;
  phase: 'idle' | 'setup' | 'busy' | 'starved';
  slice: Execute | undefined;
  started: Time;
  working: Time;
  /** Of time and traffic, how many are not done. */
  open: number;
  doneAt: Time;
  task: TaskRef;
}

type Ctx = Context<EngineMessage>;

/** Above the demand of a slice by so much that rounding to whole ticks cannot make an undisturbed slice late. */
const ROUNDING = 1 + 1e-9;
/** One link: all traffic shares it. */
const memoryLink: readonly number[] = Object.freeze([0]);

/**
 * One engine: does one slice at a time, first its setup, then its work and its traffic side by side, and tells the scheduler. Traffic
 * never asks for more than its share of the work time, so a slice is late only when others want the memory too.
 */
export const engine: Behavior<EngineSpec, EngineState, EngineMessage> = defineActor<
  EngineSpec,
  EngineState,
  EngineMessage
>({
  kind: 'engine',
  init: (spec, ctx) => ({
    spec,
    phase: 'idle',
    slice: undefined,
    started: ctx.now,
    working: ctx.now,
    open: 0,
    doneAt: ctx.now,
    task: noTask,
  }),
  on: {
    execute(state, slice, ctx) {
      state.slice = slice;
      state.started = ctx.now;
      state.task = ctx.trace.begin(slice.label, slice.name, state.spec.task);
      if (slice.setup === NO_TIME) return begin(state, slice, ctx);
      state.phase = 'setup';
      ctx.schedule(slice.setup, ctx.self, { type: 'setUp' });
    },
    setUp(state, _message, ctx) {
      begin(state, state.slice as Execute, ctx);
    },
    worked(state, _message, ctx) {
      state.doneAt = ctx.now;
      if (state.open > 1) {
        state.phase = 'starved';
        ctx.trace.wait(state.task, 'link', 'memory');
        ctx.trace.wait(state.spec.task, 'link', 'memory');
      }
      close(state, ctx);
    },
    transferDone: (state, _message, ctx) => close(state, ctx),
    transferFailed: (state, _message, ctx) => close(state, ctx),
  },
});

function begin(state: EngineState, slice: Execute, ctx: Ctx): void {
  const { memory } = state.spec;
  state.phase = 'busy';
  state.working = ctx.now;
  state.open = 1;
  ctx.schedule(slice.work, ctx.self, { type: 'worked' });
  if (memory === undefined || slice.bytes === 0) return;
  state.open = 2;
  const { bytes, weight, work } = slice;
  const cap = work > 0 ? { cap: bytesPerSecond((bytes / work) * 1e12 * ROUNDING) } : {};
  ctx.send(memory, { type: 'batch', flows: [{ links: memoryLink, bytes, weight, ...cap }], tag: 0, replyTo: ctx.self });
}

function close(state: EngineState, ctx: Ctx): void {
  if (--state.open > 0) return;
  const { kind, engine, scheduler } = state.spec;
  const { started, working, phase, doneAt } = state;
  const starved = phase === 'starved' ? ctx.since(doneAt) : NO_TIME;
  ctx.trace.end(state.task);
  state.phase = 'idle';
  state.slice = undefined;
  ctx.send(scheduler, { type: 'sliceEnded', kind, engine, started, working, starved });
}
