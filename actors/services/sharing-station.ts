import {
  type ActorRef,
  type Behavior,
  type Context,
  type Duration,
  defineActor,
  type EventHandle,
  isFreed,
  type Message,
  phases,
  type TaskRef,
  type Time,
} from '../../engine/kernel/index.ts';
import { PairingHeaps } from '../network/pairing-heap.ts';
import { checkCount } from './errors.ts';

/** A job is done. */
export interface Shared extends Message {
  readonly type: 'shared';
  readonly tag: number;
  readonly task: TaskRef;
}

export type SharingMessage =
  | {
      readonly type: 'share';
      readonly tag: number;
      /** Time it would take alone. */
      readonly work: Duration;
      readonly replyTo: ActorRef<Shared>;
      readonly parent?: TaskRef;
    }
  /** Internal: the job with least work left is done. */
  | { readonly type: 'finish' };

export interface SharingSpec {
  /** Jobs that can run at full speed together; n more slow all down to servers / n. */
  readonly servers: number;
}

interface Job {
  readonly tag: number;
  readonly work: Duration;
  readonly start: Time;
  readonly task: TaskRef;
  readonly replyTo: ActorRef<Shared>;
}

export interface SharingState {
  readonly spec: SharingSpec;
  /** Work that each job present since the last idle moment has had, in picoseconds. */
  served: number;
  last: Time;
  timer: EventHandle | undefined;
  readonly jobs: Array<Job | undefined>;
  readonly free: number[];
  readonly heaps: PairingHeaps;
  root: number;
  present: number;
  mostPresent: number;
  /** Time servers were busy, summed over servers, in picoseconds. */
  busy: number;
}

/** Processor sharing: all jobs run at once, each at min(1, servers / jobs) of full speed. Throws SERVICE_SPEC. */
export const sharingStation: Behavior<SharingSpec, SharingState, SharingMessage> = defineActor<
  SharingSpec,
  SharingState,
  SharingMessage
>({
  kind: 'sharing-station',
  init(given, ctx) {
    checkCount(ctx.path, 'number of servers', given.servers);
    const spec = isFreed(ctx.path) ? { servers: Number.POSITIVE_INFINITY } : given;
    return {
      spec,
      served: 0,
      last: ctx.now,
      timer: undefined,
      jobs: [],
      free: [],
      heaps: new PairingHeaps(),
      root: -1,
      present: 0,
      mostPresent: 0,
      busy: 0,
    };
  },
  on: {
    share(state, { tag, work, replyTo, parent }, ctx) {
      advance(state, ctx);
      const slot = state.free.pop() ?? state.jobs.length;
      state.jobs[slot] = { tag, work, start: ctx.now, task: ctx.trace.begin('service', '', parent), replyTo };
      state.heaps.reserve(slot + 1);
      state.root = state.heaps.push(state.root, slot, state.served + work);
      state.present++;
      state.mostPresent = Math.max(state.mostPresent, state.present);
      ctx.trace.counter('present', state.present, 'jobs');
      plan(state, ctx);
    },
    finish(state, _message, ctx) {
      state.timer = undefined;
      advance(state, ctx);
      // Timers are rounded to whole ticks: what is within one is done.
      const tick = ctx.since((ctx.now - 1) as Time);
      while (state.root >= 0 && (state.heaps.key[state.root] as number) <= state.served + tick) {
        const slot = state.root;
        const job = state.jobs[slot] as Job;
        state.root = state.heaps.pop(slot);
        state.jobs[slot] = undefined;
        state.free.push(slot);
        state.present--;
        finished(job, tick, ctx);
      }
      if (state.present === 0) state.served = 0;
      ctx.trace.counter('present', state.present, 'jobs');
      plan(state, ctx);
    },
  },
});

/** The wait for the others first, then full speed: under sharing a job never stands still, so the order is a convention. */
function finished(job: Job, tick: Duration, ctx: Context<SharingMessage>): void {
  const { task, start, work, tag, replyTo } = job;
  if (ctx.trace.isRecording) {
    const wait = Math.max(start, ctx.now - Math.round(work / tick)) as Time;
    ctx.trace.stretches(task, start, [{ until: wait, cause: 'queue', what: ctx.path }, { until: ctx.now }]);
  }
  ctx.trace.end(task);
  ctx.send(replyTo, { type: 'shared', tag, task });
}

function advance(state: SharingState, ctx: Context<SharingMessage>): void {
  const span = ctx.since(state.last);
  state.last = ctx.now;
  if (state.present === 0) return;
  const active = Math.min(state.spec.servers, state.present);
  state.busy += span * active;
  state.served += (span * active) / state.present;
}

function plan(state: SharingState, ctx: Context<SharingMessage>): void {
  if (state.timer !== undefined) ctx.cancel(state.timer);
  state.timer = undefined;
  if (state.root < 0) return;
  const left = Math.max(0, (state.heaps.key[state.root] as number) - state.served);
  const slowdown = Math.max(1, state.present / state.spec.servers);
  const delay = Math.round(left * slowdown) as Duration;
  state.timer = ctx.schedule(delay, ctx.self, { type: 'finish' }, phases.release);
}
