import { type ActorRef, type Behavior, type Context, defineActor } from '../../../engine/kernel/actor.ts';
import { ps, type Time } from '../../../engine/kernel/time.ts';
import { noTask, type TaskRef } from '../../../engine/kernel/trace.ts';
import type { Fetched, ThroughputMessage } from '../throughput-storage.ts';
import type { LoadPlan } from './load-plan.ts';
import type { StepBarrierMessage, StepOpened } from './step-barrier.ts';

export interface LoadingRankSpec {
  readonly plan: LoadPlan;
  readonly rank: number;
  /** Storage, as its client `rank`; the link to other ranks of the node, as its client `peerClient`. */
  readonly storage: ActorRef<ThroughputMessage>;
  readonly peers: ActorRef<ThroughputMessage>;
  readonly peerClient: number;
  readonly barrier: ActorRef<StepBarrierMessage>;
  readonly sampleBytes: number;
  readonly requestsPerSample: number;
  /** Picoseconds of copying a sample out of the buffer, and of training on one. */
  readonly hit: number;
  readonly compute: number;
  /** Steps that may be loaded ahead of the one that is trained on; 0 = load, then train. */
  readonly prefetch: number;
}

export type LoadingRankMessage =
  | { readonly type: 'begin' }
  | Fetched
  /** Internal: the hits of the step are copied; the step is trained on. */
  | { readonly type: 'copied' }
  | { readonly type: 'trained' }
  | StepOpened;

/** Where the time of a rank goes, in ticks: `read`, `peer`, `copy` of its loader; `data`, `compute`, `barrier` of its trainer tile the run. */
export interface LoadingTimes {
  read: number;
  peer: number;
  copy: number;
  data: number;
  compute: number;
  barrier: number;
}

export interface LoadingRankState {
  readonly spec: LoadingRankSpec;
  readonly times: LoadingTimes;
  /** Steps loaded and trained on. */
  loaded: number;
  trained: number;
  isLoading: boolean;
  isTraining: boolean;
  loadBegan: Time;
  stageBegan: Time;
  trainerSince: Time;
  /** The load and the step under way. */
  load: TaskRef;
  step: TaskRef;
  /** Loading times of steps loaded and not yet trained on, oldest first. */
  readonly loadTimes: number[];
}

type Ctx = Context<LoadingRankMessage>;

const READ = 0;
const PEER = 1;

/** A rank of a training: its loader works through the plan, at most `prefetch` steps ahead; its trainer takes the loaded steps in order and waits at the barrier. */
export const loadingRank: Behavior<LoadingRankSpec, LoadingRankState, LoadingRankMessage> = defineActor<
  LoadingRankSpec,
  LoadingRankState,
  LoadingRankMessage
>({
  kind: 'loading-rank',
  init: (spec) => ({
    spec,
    times: { read: 0, peer: 0, copy: 0, data: 0, compute: 0, barrier: 0 },
    loaded: 0,
    trained: 0,
    isLoading: false,
    isTraining: false,
    loadBegan: 0 as Time,
    stageBegan: 0 as Time,
    trainerSince: 0 as Time,
    load: noTask,
    step: noTask,
    loadTimes: [],
  }),
  on: {
    begin(state, _, ctx) {
      awaitStep(state, ctx);
      load(state, ctx);
    },
    fetched(state, { tag }, ctx) {
      if (tag === READ) {
        state.times.read += ctx.now - state.stageBegan;
        fetchPeers(state, ctx);
        return;
      }
      state.times.peer += ctx.now - state.stageBegan;
      copyHits(state, ctx);
    },
    copied(state, _, ctx) {
      state.times.copy += ctx.now - state.stageBegan;
      finishLoading(state, ctx);
    },
    trained(state, _, ctx) {
      state.times.compute += ctx.now - state.trainerSince;
      state.trainerSince = ctx.now;
      const loading = state.loadTimes.shift() as number;
      ctx.trace.wait(state.step, 'barrier', 'other ranks');
      ctx.send(state.spec.barrier, { type: 'arrive', loading, rank: ctx.self, step: state.step });
    },
    opened(state, _, ctx) {
      state.times.barrier += ctx.now - state.trainerSince;
      state.trainerSince = ctx.now;
      ctx.trace.end(state.step);
      state.trained++;
      state.isTraining = false;
      awaitStep(state, ctx);
      train(state, ctx);
      load(state, ctx);
    },
  },
});

/** Cell of the plan of the step that is being loaded. */
function cellOf({ spec, loaded }: LoadingRankState): number {
  return loaded * spec.plan.ranks + spec.rank;
}

function stepsIn(plan: LoadPlan): number {
  return plan.firstStep[plan.epochs] as number;
}

/** Begins the next step, if there is one: its data are not there yet. */
function awaitStep(state: LoadingRankState, ctx: Ctx): void {
  if (state.trained === stepsIn(state.spec.plan)) return;
  state.step = ctx.trace.begin('step', '', noTask, 'trainer');
  ctx.trace.wait(state.step, 'data', 'loader');
}

function load(state: LoadingRankState, ctx: Ctx): void {
  const { spec } = state;
  if (state.isLoading || state.loaded === stepsIn(spec.plan) || state.loaded > state.trained + spec.prefetch) return;
  state.isLoading = true;
  state.loadBegan = ctx.now;
  state.stageBegan = ctx.now;
  state.load = ctx.trace.begin('load', '', noTask, 'loader');
  const cell = cellOf(state);
  const records = spec.plan.records[cell]!;
  if (records === 0) {
    fetchPeers(state, ctx);
    return;
  }
  const requests = spec.plan.requests[cell]! * spec.requestsPerSample;
  const wanted = { client: spec.rank, requests, bytes: records * spec.sampleBytes };
  ctx.trace.wait(state.load, 'link', 'storage');
  ctx.send(spec.storage, { type: 'fetch', ...wanted, tag: READ, replyTo: ctx.self });
}

function fetchPeers(state: LoadingRankState, ctx: Ctx): void {
  const { spec } = state;
  state.stageBegan = ctx.now;
  const samples = spec.plan.peers[cellOf(state)]!;
  if (samples === 0) {
    copyHits(state, ctx);
    return;
  }
  const wanted = { client: spec.peerClient, requests: samples, bytes: samples * spec.sampleBytes };
  ctx.trace.wait(state.load, 'link', 'other ranks');
  ctx.send(spec.peers, { type: 'fetch', ...wanted, tag: PEER, replyTo: ctx.self });
}

function copyHits(state: LoadingRankState, ctx: Ctx): void {
  state.stageBegan = ctx.now;
  ctx.trace.work(state.load);
  const time = state.spec.plan.hits[cellOf(state)]! * state.spec.hit;
  if (time > 0) ctx.schedule(ps(time), ctx.self, { type: 'copied' });
  else finishLoading(state, ctx);
}

function finishLoading(state: LoadingRankState, ctx: Ctx): void {
  state.loadTimes.push(ctx.now - state.loadBegan);
  ctx.trace.end(state.load);
  state.isLoading = false;
  state.loaded++;
  train(state, ctx);
  load(state, ctx);
}

function train(state: LoadingRankState, ctx: Ctx): void {
  if (state.isTraining || state.trained === state.loaded) return;
  const { spec } = state;
  state.isTraining = true;
  state.times.data += ctx.now - state.trainerSince;
  state.trainerSince = ctx.now;
  ctx.trace.work(state.step, state.load);
  const samples = spec.plan.processed[state.trained * spec.plan.ranks + spec.rank]!;
  ctx.schedule(ps(samples * spec.compute), ctx.self, { type: 'trained' });
}
