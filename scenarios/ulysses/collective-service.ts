import type { CallMessage, GpuMessage } from '../../actors/compute/index.ts';
import { type ActorRef, type Context, defineActor } from '../../engine/kernel/actor.ts';
import type { Time } from '../../engine/kernel/time.ts';
import type { FabricMessage, FlowRequest, TransferDone } from './fabric.ts';

/** The flows of one collective, by request number. */
export interface CollectivePlan {
  readonly flows: readonly FlowRequest[];
}

export interface CollectiveServiceSpec {
  readonly fabric: ActorRef<FabricMessage>;
  /** Ranks that take part. */
  readonly members: number;
  readonly plans: readonly CollectivePlan[];
}

export type CollectiveServiceMessage = CallMessage | TransferDone;

interface Party {
  readonly request: number;
  readonly calls: { readonly from: ActorRef<GpuMessage>; readonly op: number; readonly at: Time }[];
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
    call(state, { from, op, request }, ctx) {
      const turn = state.counts.get(from) ?? 0;
      state.counts.set(from, turn + 1);
      let party = state.parties.get(turn);
      if (party === undefined) {
        party = { request, calls: [] };
        state.parties.set(turn, party);
      }
      party.calls.push({ from, op, at: ctx.now });
      if (party.calls.length === state.spec.members) begin(state, turn, party, ctx);
    },
    transferDone(state, { token }, ctx) {
      const party = state.parties.get(token) as Party;
      state.parties.delete(token);
      state.completed[party.request] = (state.completed[party.request] as number) + 1;
      for (const { from, op } of party.calls) ctx.send(from, { type: 'callEnded', op });
    },
  },
});

function begin(
  state: CollectiveServiceState,
  turn: number,
  party: Party,
  ctx: Context<CollectiveServiceMessage>,
): void {
  for (const { from, op } of party.calls) ctx.send(from, { type: 'callBegan', op });
  const plan = state.spec.plans[party.request] as CollectivePlan;
  ctx.send(state.spec.fabric, { type: 'transfer', flows: plan.flows, to: ctx.self, token: turn });
}
