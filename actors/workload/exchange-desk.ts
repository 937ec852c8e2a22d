import { type ActorRef, type Behavior, type Context, defineActor } from '../../engine/kernel/actor.ts';
import type { Bytes } from '../../engine/kernel/quantities.ts';
import type { Duration } from '../../engine/kernel/time.ts';
import { noTask, type TaskRef } from '../../engine/kernel/trace.ts';
import type { CallMessage, GpuMessage } from '../compute/index.ts';
import type {
  CollectiveDone,
  CollectiveMessage,
  CollectiveOp,
  NetworkMessage,
  NetworkReply,
} from '../network/index.ts';

/** What parties that have met do: a collective of their group, a message over the network, or a known time. */
export type Exchange =
  | {
      readonly kind: 'collective';
      readonly group: ActorRef<CollectiveMessage>;
      readonly op: CollectiveOp;
      readonly bytes: Bytes;
    }
  | { readonly kind: 'message'; readonly from: number; readonly to: number; readonly bytes: Bytes }
  | { readonly kind: 'time'; readonly duration: Duration };

export interface ExchangeDeskSpec {
  readonly network: ActorRef<NetworkMessage>;
  /** By request number: the exchange, and how many calls make it begin. */
  readonly exchanges: ReadonlyArray<{ readonly exchange: Exchange; readonly parties: number }>;
}

export type ExchangeDeskMessage =
  | CallMessage
  | CollectiveDone
  | NetworkReply
  | { readonly type: 'timeOver'; readonly request: number };

export interface ExchangeDeskState {
  readonly spec: ExchangeDeskSpec;
  /** Calls that have arrived, by request; removed when the exchange is done. */
  readonly calls: Map<number, { readonly from: ActorRef<GpuMessage>; readonly op: number }[]>;
}

type Ctx = Context<ExchangeDeskMessage>;

/**
 * Where the ranks of a replayed workload meet: each exchange begins when its last party has called, is performed by the network or by the
 * collectives of its group, and ends for all at once.
 */
export const exchangeDesk: Behavior<ExchangeDeskSpec, ExchangeDeskState, ExchangeDeskMessage> = defineActor<
  ExchangeDeskSpec,
  ExchangeDeskState,
  ExchangeDeskMessage
>({
  kind: 'exchange-desk',
  init: (spec) => ({ spec, calls: new Map() }),
  on: {
    call(state, { from, op, request, task = noTask }, ctx) {
      let calls = state.calls.get(request);
      if (calls === undefined) {
        calls = [];
        state.calls.set(request, calls);
      }
      calls.push({ from, op });
      const { exchange, parties } = state.spec.exchanges[request]!;
      if (calls.length < parties) return;
      for (const call of calls) ctx.send(call.from, { type: 'callBegan', op: call.op, by: task });
      begin(state, exchange, request, task, ctx);
    },
    collectiveDone(state, { tag }, ctx) {
      finish(state, tag, ctx);
    },
    transferDone(state, { tag }, ctx) {
      finish(state, tag, ctx);
    },
    transferFailed() {},
    timeOver(state, { request }, ctx) {
      finish(state, request, ctx);
    },
  },
});

/** `task`: the call that arrived last, in the trace. */
function begin(state: ExchangeDeskState, exchange: Exchange, request: number, task: TaskRef, ctx: Ctx): void {
  switch (exchange.kind) {
    case 'collective': {
      const { group, op, bytes } = exchange;
      ctx.send(group, { type: 'joinAll', op, bytes, tag: request, replyTo: ctx.self, task });
      return;
    }
    case 'message': {
      const { from, to, bytes } = exchange;
      ctx.send(state.spec.network, { type: 'transfer', from, to, bytes, tag: request, replyTo: ctx.self });
      return;
    }
    case 'time':
      ctx.schedule(exchange.duration, ctx.self, { type: 'timeOver', request });
      return;
    default:
      exchange satisfies never;
  }
}

function finish(state: ExchangeDeskState, request: number, ctx: Ctx): void {
  const calls = state.calls.get(request) ?? [];
  state.calls.delete(request);
  for (const { from, op } of calls) ctx.send(from, { type: 'callEnded', op });
}
