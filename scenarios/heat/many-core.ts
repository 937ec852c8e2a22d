import { type ClusterCaches, reach } from '../../actors/memory/index.ts';
import {
  type ActorRef,
  type Context,
  type Duration,
  defineActor,
  noTask,
  type TaskRef,
  type WaitCause,
} from '../../engine/index.ts';
import { Interactions } from './interactions.ts';
import { NegativeSampler } from './negative-sampler.ts';
import { rowCaches } from './row-caches.ts';
import { COUNTED, layoutOf, type RowLayout, SampleProgram, STEPS, step, WRITE } from './sample-program.ts';
import { BLOCK, type HeatSetup, HISTORY_CAP } from './setup.ts';
import { type WaitTimes, wait, waitNames, waitTimesOf } from './wait-times.ts';

const WAITS = waitNames.length;
const causes: readonly WaitCause[] = waitNames.map((name) => (name === 'directory' ? 'queue' : 'data'));

/** One thread goes on with its sample. */
export interface StepMessage {
  readonly type: 'step';
  readonly thread: number;
}

/** A stretch of a thread's time, in ps; `kind` is a wait's name or `compute`. */
export interface Span {
  readonly thread: number;
  readonly start: number;
  readonly end: number;
  readonly kind: string;
}

export interface ManyCoreSpec {
  readonly setup: HeatSetup;
  /** Simulates every line even where a row would do. */
  readonly byLine?: boolean;
  /** Keeps the spans of this many samples of each thread after the warm-up. */
  readonly recordSamples?: number;
}

/** What is measured, over the measured samples. */
export interface Measured {
  samples: number;
  /** Sum of the durations of the samples of each round, ps. */
  readonly rounds: Float64Array;
  /** Waits by kind while reading, and while updating; time of computing; ps. */
  readonly reading: Float64Array;
  readonly updating: Float64Array;
  computing: number;
  /** First touches of the rows of negatives, by place. */
  readonly fetches: Float64Array;
  /** Rows fetched from another cluster, and writes that others had to be told of. */
  remoteRows: number;
  upgrades: number;
}

interface Thread {
  readonly program: SampleProgram;
  readonly sampler: NegativeSampler;
  readonly message: StepMessage;
  /** Waits of the current step that are still to come, ps. */
  readonly waits: Float64Array;
  at: number;
  compute: number;
  step: number;
  samples: number;
  next: number;
  blockEnd: number;
  started: number;
  measures: boolean;
  readonly lane: string;
  /** The sample under way. */
  task: TaskRef;
}

export interface ManyCoreState {
  readonly setup: HeatSetup;
  readonly layout: RowLayout;
  readonly caches: ClusterCaches;
  readonly unitsPerRow: number;
  readonly times: WaitTimes;
  readonly interactions: Interactions;
  readonly threads: readonly Thread[];
  readonly history: Int32Array;
  readonly socketOfCluster: readonly number[];
  /** Time at which the directory is free for each unit again, ps. */
  readonly homeFree: Float64Array;
  /** Time of computing after each step, ps. */
  readonly compute: Float64Array;
  readonly measured: Measured;
  readonly spans: Span[];
  readonly recordSamples: number;
  memoryFree: number;
  nextBlock: number;
  warm: number;
  finished: number;
  /** Samples ended. */
  ended: number;
  /** Samples ended since all threads were warm. */
  samplesSinceReset: number;
}

/**
 * The cores of a machine that train: each thread takes blocks of samples from a queue and goes through their row operations, which
 * find their rows in the caches; after each step it waits for what came from afar, then computes. The caches are one object, since
 * coherence makes them one. The run ends when every thread has its measured samples.
 */
export const manyCore = defineActor<ManyCoreSpec, ManyCoreState, StepMessage>({
  kind: 'many-core',
  init(spec, ctx) {
    const state = stateOf(spec, ctx);
    for (const thread of state.threads) {
      begin(state, thread, ctx);
      ctx.send(ctx.self as ActorRef<StepMessage>, thread.message);
    }
    return state;
  },
  on: {
    step(state, { thread: index }, ctx) {
      const thread = state.threads[index]!;
      while (!proceed(state, thread, ctx)) {
        if (thread.at === thread.program.length && !turn(state, thread, ctx)) return;
        work(state, thread, ctx.now);
      }
    },
  },
});

function stateOf({ setup, byLine = false, recordSamples = 0 }: ManyCoreSpec, ctx: Context<StepMessage>): ManyCoreState {
  const layout = layoutOf(setup);
  const { caches, unitsPerRow } = rowCaches(setup, layout, byLine);
  return {
    setup,
    layout,
    caches,
    unitsPerRow,
    times: waitTimesOf(setup),
    interactions: new Interactions(setup, ctx.random('lengths'), ctx.random('items')),
    threads: Array.from({ length: setup.threads }, (_, thread) => ({
      program: new SampleProgram(setup, layout, thread),
      sampler: new NegativeSampler(setup, ctx.random(`negatives ${thread}`)),
      message: { type: 'step', thread },
      waits: new Float64Array(WAITS),
      at: 0,
      compute: 0,
      step: 0,
      samples: 0,
      next: 0,
      blockEnd: 0,
      started: 0,
      measures: false,
      lane: `core ${thread}`,
      task: noTask,
    })),
    history: new Int32Array(HISTORY_CAP),
    socketOfCluster: Array.from(
      { length: caches.clusters },
      (_, cluster) => setup.socketOf[setup.clusterOf.indexOf(cluster)] ?? 0,
    ),
    homeFree: new Float64Array(layout.private * unitsPerRow),
    compute: computeOf(setup),
    measured: {
      samples: 0,
      rounds: new Float64Array(setup.sampleRounds),
      reading: new Float64Array(WAITS),
      updating: new Float64Array(WAITS),
      computing: 0,
      fetches: new Float64Array(caches.places.length),
      remoteRows: 0,
      upgrades: 0,
    },
    spans: [],
    recordSamples,
    memoryFree: 0,
    nextBlock: 0,
    warm: 0,
    finished: 0,
    ended: 0,
    samplesSinceReset: 0,
  };
}

/** Computing after each step, ps: half of a row's time on the way forward, half on the way back. */
function computeOf({ machine, dim, reuse }: HeatSetup): Float64Array {
  const { row, aggregation } = machine.costs;
  const half = (row * dim) / 128 / 2;
  const aggregate = (aggregation * (dim / 128) ** 2) / 2;
  const again = reuse ? 0 : (3 * 2 * dim) / (machine.dotFlops * machine.clock);
  const seconds = new Float64Array(STEPS);
  seconds[step.begin] = 2 * half;
  seconds[step.forward] = half;
  seconds[step.backward] = half + again;
  seconds[step.end] = 2 * half;
  seconds[step.history] = aggregate;
  seconds[step.gradient] = aggregate;
  return seconds.map((time) => Math.round(time * 1e12));
}

/** Ends a sample and begins the next; false when all threads have what they need. */
function turn(state: ManyCoreState, thread: Thread, ctx: Context<StepMessage>): boolean {
  const { now } = ctx;
  ctx.trace.end(thread.task);
  const { warmupRounds, sampleRounds, threads } = state.setup;
  const round = thread.samples - warmupRounds;
  if (round >= 0 && round < sampleRounds) {
    state.measured.rounds[round] = state.measured.rounds[round]! + now - thread.started;
    state.measured.samples++;
    if (round === sampleRounds - 1) state.finished++;
  }
  state.ended++;
  if (state.warm === threads) state.samplesSinceReset++;
  thread.samples++;
  if (thread.samples === warmupRounds && ++state.warm === threads) state.caches.resetCounts();
  if (state.finished === threads) return false;
  begin(state, thread, ctx);
  return true;
}

function begin(state: ManyCoreState, thread: Thread, ctx: Context<StepMessage>): void {
  const { interactions, setup } = state;
  if (thread.next === thread.blockEnd) {
    thread.next = BLOCK * state.nextBlock++;
    thread.blockEnd = thread.next + BLOCK;
  }
  const sample = thread.next++;
  let count = 0;
  if (setup.aggregates) {
    const [first, end] = interactions.historyOf(sample);
    count = Math.min(HISTORY_CAP, end - first);
    for (let i = 0; i < count; i++) state.history[i] = interactions.itemAt(first + i);
  }
  const user = interactions.userOf(sample);
  const positive = interactions.itemOf(sample);
  thread.program.write(user, positive, thread.sampler.next(), state.history, count, thread.samples);
  thread.at = 0;
  thread.started = ctx.now;
  thread.task = ctx.trace.begin('sample', '', noTask, thread.lane);
  const round = thread.samples - setup.warmupRounds;
  thread.measures = round >= 0 && round < setup.sampleRounds;
}

/** Goes through the row operations up to the end of the step, and notes the waits and the computing that follow. */
function work(state: ManyCoreState, thread: Thread, now: number): void {
  const { times, measured } = state;
  const { ops } = thread.program;
  const core = thread.message.thread;
  const ownPlaces = times.fetch.length - 4;
  let spent = 0;
  let op = ops[thread.at++]!;
  for (; op >= 0; op = ops[thread.at++]!) {
    const row = op >> 2;
    const found = accessRow(state, core, row, (op & WRITE) !== 0);
    const place = found & 15;
    if ((op & COUNTED) !== 0 && thread.measures) measured.fetches[place] = measured.fetches[place]! + 1;
    if (found < ownPlaces) continue;
    spent += fetch(state, thread, row, found, now, spent);
  }
  const which = -1 - op;
  thread.step = which;
  thread.compute = state.compute[which]!;
}

/** Accesses every unit of a row; where its first unit was found, and the farthest that a write was heard. */
function accessRow(state: ManyCoreState, core: number, row: number, write: boolean): number {
  const { caches, unitsPerRow } = state;
  const first = row * unitsPerRow;
  const found = caches.access(core, first, write);
  let told = found >> 4;
  for (let unit = first + 1; unit < first + unitsPerRow; unit++)
    told = Math.max(told, caches.access(core, unit, write) >> 4);
  return (found & 15) | (told << 4);
}

/** Adds the waits of one row that was not just there, `spent` ps into its step; returns their sum, ps. */
function fetch(state: ManyCoreState, thread: Thread, row: number, found: number, now: number, spent: number): number {
  const place = found & 15;
  const told = found >> 4;
  const { times, measured, setup, caches, unitsPerRow, homeFree } = state;
  const { waits } = thread;
  let kind = times.kind[place]!;
  let time = times.fetch[place]!;
  if (kind < 0 && told !== reach.none) {
    time = times.upgrade[told]!;
    kind = told === reach.beyond ? wait.remote : wait.peer;
    if (thread.measures) measured.upgrades++;
  }
  if (kind < 0) return 0;
  let queued = 0;
  const unit = row * unitsPerRow;
  if (told !== reach.none && unit < homeFree.length) {
    queued = Math.max(0, homeFree[unit]! - now - spent);
    homeFree[unit] = now + spent + queued + times.home;
    waits[wait.directory] = waits[wait.directory]! + queued;
  }
  if (kind === wait.remote && place === times.fetch.length - 2) {
    if (thread.measures) measured.remoteRows++;
    if (state.socketOfCluster[caches.supplier] !== setup.socketOf[thread.message.thread]) time += times.crossing;
  }
  if (kind === wait.memory) {
    // Booked when the step begins: a booking ahead of time would hold up threads that are there before.
    const start = Math.max(now, state.memoryFree);
    time += start - now;
    state.memoryFree = start + times.transfer;
    if (setup.socketOf[thread.message.thread] !== 0) time += times.crossing;
  }
  waits[kind] = waits[kind]! + time;
  return queued + time;
}

/** Begins the next wait of the step, or its computing; false when nothing is left of it. */
function proceed(state: ManyCoreState, thread: Thread, ctx: Context<StepMessage>): boolean {
  const { waits } = thread;
  for (let kind = 0; kind < WAITS; kind++) {
    const left = waits[kind]!;
    if (left === 0) continue;
    waits[kind] = 0;
    spend(state, thread, left, kind, ctx);
    return true;
  }
  if (thread.compute === 0) return false;
  const left = thread.compute;
  thread.compute = 0;
  spend(state, thread, left, WAITS, ctx);
  return true;
}

/** Lets time pass in one wait or in computing, then goes on. */
function spend(state: ManyCoreState, thread: Thread, time: number, kind: number, ctx: Context<StepMessage>): void {
  const { measured } = state;
  if (kind === WAITS) ctx.trace.work(thread.task);
  else ctx.trace.wait(thread.task, causes[kind]!, waitNames[kind]!);
  if (thread.measures) {
    if (kind === WAITS) measured.computing += time;
    else {
      const into = thread.step < step.backward ? measured.reading : measured.updating;
      into[kind] = into[kind]! + time;
    }
    if (thread.samples - state.setup.warmupRounds < state.recordSamples)
      state.spans.push({
        thread: thread.message.thread,
        start: ctx.now,
        end: ctx.now + time,
        kind: waitNames[kind] ?? 'compute',
      });
  }
  ctx.schedule(time as Duration, ctx.self, thread.message);
}
