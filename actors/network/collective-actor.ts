import { type ActorRef, type Behavior, type Context, defineActor } from '../../engine/kernel/actor.ts';
import { type Bytes, type BytesPerSecond, bytes, bytesPerSecond } from '../../engine/kernel/quantities.ts';
import type { Duration, Time } from '../../engine/kernel/time.ts';
import { noTask, type TaskRef } from '../../engine/kernel/trace.ts';
import type { CollectiveOp } from './collective-algorithms.ts';
import { CollectiveGroup } from './collective-group.ts';
import { type CollectivePlan, type PlanOptions, planCollective } from './collective-plan.ts';
import type { CollectiveCosts } from './collective-protocols.ts';
import { networkErrors } from './errors.ts';
import type { FlowRequest, NetworkMessage, NetworkReply } from './network-actor.ts';
import type { Topology } from './topology.ts';

/** The end of a collective, as the members that gave a `replyTo` hear it. `started`: when the last member had arrived. */
export interface CollectiveDone {
  readonly type: 'collectiveDone';
  readonly op: CollectiveOp;
  readonly tag: number;
  readonly started: Time;
  /** The collective in the trace. */
  readonly task?: TaskRef;
}

export type CollectiveMessage =
  /** Rank `member` has arrived at its next collective, which must be the same for all members. */
  | {
      readonly type: 'join';
      readonly member: number;
      readonly op: CollectiveOp;
      /** The whole buffer of a rank. */
      readonly bytes: Bytes;
      readonly tag: number;
      readonly replyTo?: ActorRef<CollectiveDone>;
      /** What joins, in the trace. */
      readonly task?: TaskRef;
    }
  /** All members arrive now; one reply. For groups whose members are simulated as one. */
  | {
      readonly type: 'joinAll';
      readonly op: CollectiveOp;
      readonly bytes: Bytes;
      readonly tag: number;
      readonly replyTo?: ActorRef<CollectiveDone>;
      readonly task?: TaskRef;
    }
  /** Internal: the latency of the collective in progress has passed. */
  | { readonly type: 'begin' }
  | NetworkReply;

export interface CollectiveSpec extends PlanOptions {
  readonly network: ActorRef<NetworkMessage>;
  readonly topology: Topology;
  /** Endpoints in order of rank. */
  readonly members: readonly number[];
  readonly costs: CollectiveCosts;
  /**
   * `links` (default): the flows of a pattern move in lockstep, one flow for all links that carry equally many of them: O(members) work and
   * O(1) events. `pairs`: a flow for every pair of members.
   */
  readonly detail?: 'links' | 'pairs';
}

interface Call {
  readonly op: CollectiveOp;
  readonly bytes: Bytes;
  arrived: number;
  started: Time;
  readonly task: TaskRef;
  /** The task of the last to arrive. */
  last: TaskRef;
  readonly replies: Array<{ readonly to: ActorRef<CollectiveDone>; readonly tag: number }>;
}

export interface CollectiveState {
  readonly spec: CollectiveSpec;
  readonly group: CollectiveGroup;
  readonly plans: Map<string, CollectivePlan>;
  /** Requests to the network of a stage of a plan, for each of its parts. */
  readonly requests: WeakMap<CollectivePlan, ReadonlyArray<readonly FlowRequest[]>>;
  /** Calls not done, the oldest first; `done` counts those before it. */
  readonly calls: Call[];
  done: number;
  /** Collectives that each rank has arrived at. */
  readonly arrivals: number[];
  /** The call in progress: its plan, and the parts that each stage has finished and begun. */
  plan: CollectivePlan | undefined;
  finished: number[];
  begun: number[];
}

type Ctx = Context<CollectiveMessage>;

/**
 * The collectives of one group. A call starts when all members have arrived and the call before is done; its flows then share the network
 * with everything else.
 */
export const collectives: Behavior<CollectiveSpec, CollectiveState, CollectiveMessage> = defineActor<
  CollectiveSpec,
  CollectiveState,
  CollectiveMessage
>({
  kind: 'collectives',
  init: (spec) => ({
    spec,
    group: new CollectiveGroup(spec.topology, spec.members),
    plans: new Map(),
    requests: new WeakMap(),
    calls: [],
    done: 0,
    arrivals: spec.members.map(() => 0),
    plan: undefined,
    finished: [],
    begun: [],
  }),
  on: {
    join(state, message, ctx) {
      const { member, op, bytes: size, tag, replyTo, task = noTask } = message;
      const number = state.arrivals[member];
      if (number === undefined)
        throw networkErrors.create('NET_BAD_GROUP', {
          problem: `there is no member ${member}, the last is ${state.group.size - 1}`,
        });
      state.arrivals[member] = number + 1;
      const call = callOf(state, number - state.done, member, op, size, ctx);
      call.arrived++;
      arrive(call, task, ctx);
      if (replyTo !== undefined) call.replies.push({ to: replyTo, tag });
      proceed(state, ctx);
    },
    joinAll(state, message, ctx) {
      const { op, bytes: size, tag, replyTo, task = noTask } = message;
      const number = state.arrivals[0]!;
      const uneven = state.arrivals.findIndex((arrived) => arrived !== number);
      const call = callOf(state, number - state.done, Math.max(uneven, 0), op, size, ctx);
      if (uneven !== -1 || call.arrived > 0)
        throw networkErrors.create('NET_BAD_GROUP', { problem: `joinAll while member ${uneven} has arrived alone` });
      state.arrivals.fill(number + 1);
      call.arrived = state.group.size;
      arrive(call, task, ctx);
      if (replyTo !== undefined) call.replies.push({ to: replyTo, tag });
      proceed(state, ctx);
    },
    begin(state, _message, ctx) {
      const call = state.calls[0];
      if (call !== undefined && ctx.trace.isRecording)
        ctx.trace.wait(call.task, 'link', ctx.trace.pathOf(state.spec.network));
      advance(state, ctx, noTask);
    },
    transferDone(state, message, ctx) {
      state.finished[message.tag]!++;
      advance(state, ctx, message.task ?? noTask);
    },
    transferFailed() {},
  },
  // The group and the requests follow from the spec and the plans.
  save: ({ group: _, requests: __, ...state }) => state,
  load(data) {
    const state = data as Omit<CollectiveState, 'group' | 'requests'>;
    const { topology, members, detail = 'links' } = state.spec;
    const requests = new WeakMap<CollectivePlan, ReadonlyArray<readonly FlowRequest[]>>();
    for (const plan of state.plans.values()) requests.set(plan, requestsOf(plan, detail));
    return { ...state, group: new CollectiveGroup(topology, members), requests };
  },
});

function callOf(state: CollectiveState, index: number, member: number, op: CollectiveOp, size: Bytes, ctx: Ctx): Call {
  const known = state.calls[index];
  if (known !== undefined) {
    if (known.op !== op || known.bytes !== size)
      throw networkErrors.create('NET_MISMATCH', {
        member,
        got: `${op} of ${size} B`,
        expected: `${known.op} of ${known.bytes} B`,
      });
    return known;
  }
  const task = ctx.trace.begin('collective', op);
  ctx.trace.wait(task, 'barrier', 'members');
  const call: Call = { op, bytes: size, arrived: 0, started: ctx.now, task, last: noTask, replies: [] };
  state.calls.push(call);
  return call;
}

function arrive(call: Call, task: TaskRef, ctx: Ctx): void {
  call.last = task;
  if (task !== noTask) ctx.trace.flow(task, call.task, 'join');
}

/** Starts the oldest call when nothing is in progress and all its members are there. */
function proceed(state: CollectiveState, ctx: Ctx): void {
  if (state.plan !== undefined) {
    const next = state.calls.find(({ arrived }, index) => index > 0 && arrived === state.group.size);
    if (next !== undefined) ctx.trace.wait(next.task, 'queue', 'the collective before', next.last);
    return;
  }
  const call = state.calls[0];
  if (call === undefined || call.arrived < state.group.size) {
    ctx.waitsFor(call && `members ${missing(state)} of ${call.op}`);
    return;
  }
  ctx.waitsFor(undefined);
  call.started = ctx.now;
  ctx.trace.work(call.task, call.last);
  const { spec, group } = state;
  const key = `${call.op} ${call.bytes}`;
  let plan = state.plans.get(key);
  if (plan === undefined) {
    plan = planCollective(group, spec.costs, call.op, call.bytes, spec);
    state.plans.set(key, plan);
    state.requests.set(plan, requestsOf(plan, spec.detail ?? 'links'));
  }
  state.plan = plan;
  state.finished = plan.stages.map(() => 0);
  state.begun = plan.stages.map(() => 0);
  // Flows over links move in lockstep and know no route; those between members pay the latency of theirs.
  const wait = spec.detail === 'pairs' ? plan.delay : plan.delay + plan.latency;
  ctx.schedule(wait as Duration, ctx.self, { type: 'begin' });
}

/** Begins every part that may begin: its stage is idle, and the stage before has finished it. */
function advance(state: CollectiveState, ctx: Ctx, by: TaskRef): void {
  const { plan, finished, begun } = state;
  if (plan === undefined) return;
  const last = plan.stages.length - 1;
  if (last < 0 || finished[last] === plan.chunks) {
    finish(state, ctx, by);
    return;
  }
  const requests = state.requests.get(plan)!;
  for (let stage = 0; stage <= last; stage++) {
    const ready = stage === 0 ? plan.chunks : finished[stage - 1]!;
    if (begun[stage] === finished[stage] && begun[stage]! < ready) {
      begun[stage]!++;
      const parent = state.calls[0]?.task ?? noTask;
      ctx.send(state.spec.network, { type: 'batch', flows: requests[stage]!, tag: stage, replyTo: ctx.self, parent });
    }
  }
}

function finish(state: CollectiveState, ctx: Ctx, by: TaskRef): void {
  const call = state.calls.shift()!;
  const { task } = call;
  ctx.trace.work(task, by);
  ctx.trace.end(task);
  state.done++;
  state.plan = undefined;
  for (const { to, tag } of call.replies)
    ctx.send(to, { type: 'collectiveDone', op: call.op, tag, started: call.started, task });
  proceed(state, ctx);
}

function missing(state: CollectiveState): string {
  const names: string[] = [];
  state.arrivals.forEach((arrived, member) => {
    if (arrived <= state.done) names.push(String(member));
  });
  return names.length > 8 ? `${names.slice(0, 8).join(', ')} and ${names.length - 8} more` : names.join(', ');
}

function requestsOf(plan: CollectivePlan, detail: 'links' | 'pairs'): ReadonlyArray<readonly FlowRequest[]> {
  return plan.stages.map((stage) =>
    stage.flatMap(({ pattern, bytes: size, cap }): FlowRequest[] =>
      detail === 'pairs'
        ? pattern.pairs.map(([from, to]) => ({ from, to, bytes: size, cap }))
        : pattern.loads.map(({ links, flows }) => ({
            links,
            bytes: bytes(size * flows),
            weight: flows,
            cap: times(cap, flows),
          })),
    ),
  );
}

function times(cap: BytesPerSecond, flows: number): BytesPerSecond {
  return bytesPerSecond(cap * flows);
}
