import { FlowNetwork, type LinkId, type RouteId } from '../../actors/network/flow-network.ts';
import { type ActorRef, type Context, defineActor, type Message } from '../../engine/kernel/actor.ts';
import type { EventHandle } from '../../engine/kernel/event-queue.ts';
import { bytes, bytesPerSecond } from '../../engine/kernel/quantities.ts';
import { type Duration, picosecondsPerTick, type Resolution } from '../../engine/kernel/time.ts';

/** One flow of a transfer: links by number, bytes, weight in sharing, highest rate, latency paid first. */
export interface FlowRequest {
  readonly links: readonly number[];
  readonly bytes: number;
  readonly weight: number;
  readonly cap: number;
  readonly latency: Duration;
}

export interface TransferDone extends Message {
  readonly type: 'transferDone';
  readonly token: number;
}

export type FabricMessage =
  | {
      readonly type: 'transfer';
      readonly flows: readonly FlowRequest[];
      readonly to: ActorRef<TransferDone>;
      readonly token: number;
    }
  | { readonly type: 'due' };

export interface FabricSpec {
  /** Resolution of the simulation, so that flows end on whole ticks. */
  readonly resolution: Resolution;
  readonly links: readonly { readonly name: string; readonly capacity: number }[];
}

export interface FabricState {
  readonly perTick: number;
  readonly network: FlowNetwork;
  readonly links: readonly LinkId[];
  readonly routes: Map<string, RouteId>;
  readonly owners: Map<number, { left: number; readonly to: ActorRef<TransferDone>; readonly token: number }>;
  timer: EventHandle | undefined;
  timerAt: number;
}

/** The links of a machine as an actor: starts the flows of a transfer together and answers when the last has ended. */
export const fabric = defineActor<FabricSpec, FabricState, FabricMessage>({
  kind: 'fabric',
  init: (spec) => {
    const perTick = picosecondsPerTick[spec.resolution];
    const network = new FlowNetwork({ ticksPerSecond: 1e12 / perTick, wholeTicks: true });
    return {
      perTick,
      network,
      links: spec.links.map(({ name, capacity }) => network.addLink({ name, capacity: bytesPerSecond(capacity) })),
      routes: new Map(),
      owners: new Map(),
      timer: undefined,
      timerAt: Number.POSITIVE_INFINITY,
    };
  },
  on: {
    transfer(state, { flows, to, token }, ctx) {
      const { network } = state;
      progress(state, ctx);
      const owner = { left: flows.length, to, token };
      for (const flow of flows) {
        const id = network.addFlow(
          routeOf(state, flow.links),
          bytes(flow.bytes),
          flow.weight,
          flow.cap,
          Math.round(flow.latency / state.perTick),
        );
        state.owners.set(id, owner);
      }
      if (flows.length === 0) ctx.send(to, { type: 'transferDone', token });
      arm(state, ctx);
    },
    due(state, _message, ctx) {
      state.timer = undefined;
      state.timerAt = Number.POSITIVE_INFINITY;
      progress(state, ctx);
      arm(state, ctx);
    },
  },
});

function progress(state: FabricState, ctx: Context<FabricMessage>): void {
  state.network.advance(ctx.now, (flow) => {
    const owner = state.owners.get(flow) as { left: number; to: ActorRef<TransferDone>; token: number };
    state.owners.delete(flow);
    if (--owner.left === 0) ctx.send(owner.to, { type: 'transferDone', token: owner.token });
  });
}

function arm(state: FabricState, ctx: Context<FabricMessage>): void {
  const next = state.network.next();
  if (next === state.timerAt) return;
  if (state.timer !== undefined) ctx.cancel(state.timer);
  state.timer = undefined;
  state.timerAt = next;
  if (next < Number.POSITIVE_INFINITY) {
    state.timer = ctx.schedule(((next - ctx.now) * state.perTick) as Duration, ctx.self, { type: 'due' });
  }
}

function routeOf(state: FabricState, links: readonly number[]): RouteId {
  const key = links.join(',');
  let route = state.routes.get(key);
  if (route === undefined) {
    route = state.network.addRoute(links.map((link) => state.links[link] as LinkId));
    state.routes.set(key, route);
  }
  return route;
}
