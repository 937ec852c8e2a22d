import { type ActorRef, type Context, defineActor } from '../../engine/kernel/actor.ts';
import type { Duration, Time } from '../../engine/kernel/time.ts';
import { noTask, type TaskRef } from '../../engine/kernel/trace.ts';
import type { CallMessage, GpuMessage } from '../compute/index.ts';
import type { FlowRequest, NetworkMessage, NetworkReply } from '../network/index.ts';

/** One collective: what is paid before bytes move, and the flows. */
export interface CollectivePlan {
  /** In the trace; default `collective`. */
  readonly name?: string;
  readonly latency: Duration;
  readonly flows: readonly FlowRequest[];
}

export interface CollectiveServiceSpec {
  readonly network: ActorRef<NetworkMessage>;
  /** Ranks that take part. */
  readonly members: number;
  /** By request number. */
  readonly plans: readonly CollectivePlan[];
}

export type CollectiveServiceMessage = CallMessage | NetworkReply | { readonly type: 'start'; readonly turn: number };

interface Party {
  readonly request: number;
  readonly calls: { readonly from: ActorRef<GpuMessage>; readonly op: number; readonly at: Time }[];
  readonly task: TaskRef;
}

export interface CollectiveServiceState {
  readonly spec: CollectiveServiceSpec;
  /** How often each caller has called: the n-th calls of all members meet, as on a communicator. */
  readonly counts: Map<number, number>;
  readonly parties: Map<number, Party>;
  /** Completed collectives by request number. */
  readonly completed: number[];
}

/**
 * Collective operations of one group: the n-th call of every member meets; when the last has arrived the flows start, and when the last
 * flow ends all members go on. A member that arrived early is told when the work began, so that its wait for partners is named.
 */
export const collectiveService = defineActor<CollectiveServiceSpec, CollectiveServiceState, CollectiveServiceMessage>({
  kind: 'collective-service',
  init: (spec) => ({ spec, counts: new Map(), parties: new Map(), completed: spec.plans.map(() => 0) }),
  on: {
    call(state, { from, op, request, task = noTask }, ctx) {
      const turn = state.counts.get(from) ?? 0;
      state.counts.set(from, turn + 1);
      let party = state.parties.get(turn);
      if (party === undefined) {
        party = { request, calls: [], task: ctx.trace.begin('collective', state.spec.plans[request]?.name) };
        ctx.trace.wait(party.task, 'barrier', 'partners');
        state.parties.set(turn, party);
      }
      party.calls.push({ from, op, at: ctx.now });
      ctx.trace.flow(task, party.task, 'call');
      if (party.calls.length === state.spec.members) begin(state, turn, party, ctx, task);
    },
    start(state, { turn }, ctx) {
      const { flows } = planOf(state, turn);
      const { task } = state.parties.get(turn) as Party;
      ctx.trace.wait(task, 'link', ctx.trace.isRecording ? ctx.trace.pathOf(state.spec.network) : '');
      ctx.send(state.spec.network, { type: 'batch', flows, tag: turn, replyTo: ctx.self, parent: task });
    },
    transferDone(state, { tag, task = noTask }, ctx) {
      const party = state.parties.get(tag) as Party;
      ctx.trace.work(party.task, task);
      ctx.trace.end(party.task);
      state.parties.delete(tag);
      state.completed[party.request] = (state.completed[party.request] as number) + 1;
      for (const { from, op } of party.calls) ctx.send(from, { type: 'callEnded', op });
    },
    transferFailed() {},
  },
});

function planOf(state: CollectiveServiceState, turn: number): CollectivePlan {
  return state.spec.plans[(state.parties.get(turn) as Party).request] as CollectivePlan;
}

function begin(
  state: CollectiveServiceState,
  turn: number,
  party: Party,
  ctx: Context<CollectiveServiceMessage>,
  last: TaskRef,
): void {
  ctx.trace.work(party.task, last);
  for (const { from, op } of party.calls) ctx.send(from, { type: 'callBegan', op, by: last });
  ctx.schedule(planOf(state, turn).latency, ctx.self, { type: 'start', turn });
}
