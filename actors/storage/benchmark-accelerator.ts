import { type ActorRef, type Behavior, type Context, defineActor } from '../../engine/kernel/actor.ts';
import { type Duration, ps, type Time } from '../../engine/kernel/time.ts';
import { noTask, type TaskRef } from '../../engine/kernel/trace.ts';
import { normal } from '../../engine/random/index.ts';
import type { StepBarrierMessage, StepOpened } from './loaders/step-barrier.ts';
import type { Fetched, ThroughputMessage } from './throughput-storage.ts';

export interface BenchmarkAcceleratorSpec {
  /** Batches to train on. */
  readonly steps: number;
  /** Samples of a batch; the size of each is drawn from a normal law and at least 1 % of its mean. */
  readonly batch: number;
  readonly sampleBytes: number;
  readonly sampleDeviation: number;
  /** Worker processes; each loads every readers-th batch and holds at most `prefetch` of them. */
  readonly readers: number;
  readonly prefetch: number;
  /** Storage; this accelerator's readers are its clients from `firstClient` on. */
  readonly storage: ActorRef<ThroughputMessage>;
  readonly firstClient: number;
  readonly compute: Duration;
  /** Relative deviation of the time of computing a batch. */
  readonly jitter: number;
  /** Time between two steps. */
  readonly overhead: Duration;
  readonly barrier: ActorRef<StepBarrierMessage>;
  /** Steps from one barrier to the next. */
  readonly barrierEvery: number;
}

export type BenchmarkAcceleratorMessage =
  | { readonly type: 'begin' }
  | Fetched
  /** Internal: a batch is computed; the pause after a step is over. */
  | { readonly type: 'computed' }
  | { readonly type: 'rested' }
  | StepOpened;

export interface BenchmarkAcceleratorState {
  readonly spec: BenchmarkAcceleratorSpec;
  /** Batches each reader has fetched; whether it fetches now. */
  readonly fetched: number[];
  readonly isFetching: boolean[];
  /** Batches taken and steps finished. */
  taken: number;
  done: number;
  isBusy: boolean;
  /** Ticks of computing in the steps that count, and when they began and ended: all but the first and the last. */
  computed: number;
  began: Time;
  ended: Time;
  computeBegan: Time;
  task: TaskRef;
}

type Ctx = Context<BenchmarkAcceleratorMessage>;

/** An accelerator of MLPerf Storage: workers fetch batches, it takes them in order, computes, waits for the others, rests. */
export const benchmarkAccelerator: Behavior<
  BenchmarkAcceleratorSpec,
  BenchmarkAcceleratorState,
  BenchmarkAcceleratorMessage
> = defineActor<BenchmarkAcceleratorSpec, BenchmarkAcceleratorState, BenchmarkAcceleratorMessage>({
  kind: 'benchmark-accelerator',
  init: (spec) => ({
    spec,
    fetched: Array.from({ length: spec.readers }, () => 0),
    isFetching: Array.from({ length: spec.readers }, () => false),
    taken: 0,
    done: 0,
    isBusy: false,
    computed: 0,
    began: 0 as Time,
    ended: 0 as Time,
    computeBegan: 0 as Time,
    task: noTask,
  }),
  on: {
    begin(state, _, ctx) {
      awaitBatch(state, ctx);
      for (let reader = 0; reader < state.spec.readers; reader++) fetch(state, reader, ctx);
    },
    fetched(state, { tag: reader }, ctx) {
      state.isFetching[reader] = false;
      state.fetched[reader] = (state.fetched[reader] as number) + 1;
      take(state, ctx);
      fetch(state, reader, ctx);
    },
    computed(state, _, ctx) {
      const { steps, barrier, barrierEvery, overhead } = state.spec;
      if (state.done > 0 && state.done < steps - 1) state.computed += ctx.now - state.computeBegan;
      state.done++;
      if (state.done % barrierEvery === 0 || state.done === steps) {
        ctx.trace.wait(state.task, 'barrier', 'other accelerators');
        ctx.send(barrier, { type: 'arrive', loading: 0, rank: ctx.self, step: state.task });
      } else ctx.schedule(overhead, ctx.self, { type: 'rested' });
    },
    opened(state, _, ctx) {
      ctx.trace.work(state.task);
      ctx.schedule(state.spec.overhead, ctx.self, { type: 'rested' });
    },
    rested(state, _, ctx) {
      const { steps } = state.spec;
      if (state.done === 1) state.began = ctx.now;
      if (state.done === steps - 1) state.ended = ctx.now;
      state.isBusy = false;
      ctx.trace.end(state.task);
      awaitBatch(state, ctx);
      take(state, ctx);
    },
  },
});

function awaitBatch(state: BenchmarkAcceleratorState, ctx: Ctx): void {
  if (state.done === state.spec.steps) return;
  state.task = ctx.trace.begin('step');
  ctx.trace.wait(state.task, 'data', 'readers');
}

/** Batches that a reader has to bring in all. */
function share({ steps, readers }: BenchmarkAcceleratorSpec, reader: number): number {
  return Math.ceil((steps - reader) / readers);
}

/** Batches that were taken from a reader. */
function takenFrom(state: BenchmarkAcceleratorState, reader: number): number {
  return Math.ceil((state.taken - reader) / state.spec.readers);
}

function fetch(state: BenchmarkAcceleratorState, reader: number, ctx: Ctx): void {
  const { spec } = state;
  const brought = state.fetched[reader] as number;
  if (state.isFetching[reader] === true || brought >= share(spec, reader)) return;
  if (brought - takenFrom(state, reader) >= spec.prefetch) return;
  state.isFetching[reader] = true;
  const bytes = batchBytes(spec, ctx);
  const client = spec.firstClient + reader;
  ctx.send(spec.storage, { type: 'fetch', client, requests: 1, bytes, tag: reader, replyTo: ctx.self });
}

function batchBytes({ batch, sampleBytes, sampleDeviation }: BenchmarkAcceleratorSpec, ctx: Ctx): number {
  if (sampleDeviation === 0) return batch * sampleBytes;
  const law = normal(sampleBytes, sampleDeviation);
  const stream = ctx.random('sizes');
  let bytes = 0;
  for (let i = 0; i < batch; i++) bytes += Math.max(sampleBytes / 100, law.sample(stream));
  return bytes;
}

function take(state: BenchmarkAcceleratorState, ctx: Ctx): void {
  const { spec } = state;
  const reader = state.taken % spec.readers;
  if (state.isBusy || state.taken === spec.steps || (state.fetched[reader] as number) <= takenFrom(state, reader))
    return;
  state.isBusy = true;
  state.taken++;
  state.computeBegan = ctx.now;
  ctx.trace.work(state.task);
  const factor = spec.jitter > 0 ? Math.max(0, normal(1, spec.jitter).sample(ctx.random('jitter'))) : 1;
  ctx.schedule(ps(spec.compute * factor), ctx.self, { type: 'computed' });
  fetch(state, reader, ctx);
}
