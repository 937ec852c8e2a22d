import { type ActorRef, type Behavior, type Context, defineActor } from '../../engine/kernel/actor.ts';
import type { EventHandle } from '../../engine/kernel/event-queue.ts';
import { isFreed } from '../../engine/kernel/freed.ts';
import { phases } from '../../engine/kernel/phase.ts';
import { type Bytes, type BytesPerSecond, bytesPerSecond } from '../../engine/kernel/quantities.ts';
import { type Duration, picosecondsPerTick, type Resolution, type Time } from '../../engine/kernel/time.ts';
import type { TaskRef } from '../../engine/kernel/trace.ts';
import { AloneTime } from './alone-time.ts';
import { networkErrors } from './errors.ts';
import { type FlowId, FlowNetwork, type LinkId, type RouteId } from './flow-network.ts';
import type { LinkShareChanged } from './link-chart.ts';
import { LinkCounters } from './link-counters.ts';
import type { Topology } from './topology.ts';

/** What a flow does when a link of its route has no capacity: wait until it has some again (default), or fail. */
export type WhenDown = 'wait' | 'fail';

/** The end of a transfer or batch, as its sender hears it. Times are in ticks. */
export type NetworkReply =
  | {
      readonly type: 'transferDone';
      readonly tag: number;
      readonly bytes: Bytes;
      readonly started: Time;
      /** The transfer in the trace. */
      readonly task?: TaskRef;
    }
  | {
      readonly type: 'transferFailed';
      readonly tag: number;
      readonly link: string;
      readonly started: Time;
      readonly task?: TaskRef;
    };

/** Bytes from one endpoint to another, or over links (indices of the topology) that are all used at once, in lockstep and without latency. */
export type FlowRequest = {
  readonly bytes: Bytes;
  /** Share relative to other flows; default 1. */
  readonly weight?: number;
  /** Rate it never exceeds; default none. */
  readonly cap?: BytesPerSecond;
} & ({ readonly from: number; readonly to: number } | { readonly links: readonly number[] });

export type NetworkMessage =
  | {
      readonly type: 'transfer';
      readonly from: number;
      readonly to: number;
      readonly bytes: Bytes;
      readonly tag: number;
      readonly replyTo?: ActorRef<NetworkReply>;
      readonly weight?: number;
      readonly cap?: BytesPerSecond;
      /** On top of the latency of the route. */
      readonly latency?: Duration;
      readonly whenDown?: WhenDown;
      /** What it is part of in the trace. */
      readonly parent?: TaskRef;
    }
  /** Several flows at once; the reply comes when the last of them is done, or the first has failed. */
  | {
      readonly type: 'batch';
      readonly flows: readonly FlowRequest[];
      readonly tag: number;
      readonly replyTo?: ActorRef<NetworkReply>;
      readonly whenDown?: WhenDown;
      readonly parent?: TaskRef;
    }
  /** Changes the capacity of a link from now on: 0 takes it down. */
  | { readonly type: 'setCapacity'; readonly link: string; readonly capacity: BytesPerSecond }
  /** From a link's chart (`linkChart`), which knows the link by its place in the topology: the share of its capacity that is there. */
  | LinkShareChanged
  /** Internal: solves all changes of one instant. */
  | { readonly type: 'settle' }
  /** Internal: a flow is done or starts to share. */
  | { readonly type: 'wake' };

export interface NetworkSpec {
  readonly topology: Topology;
  /** That of the simulation; default 1 ps. */
  readonly resolution?: Resolution;
}

/** Capacity of a link in a run that asks what if it were free. */
const FREE = bytesPerSecond(1e21);

interface Request {
  readonly tag: number;
  readonly replyTo: ActorRef<NetworkReply> | undefined;
  readonly started: Time;
  readonly whenDown: WhenDown;
  readonly flows: FlowId[];
  readonly task: TaskRef;
  /** What it would need with the network to itself; kept while somebody records. */
  readonly alone: AloneTime | undefined;
  /** Where a transfer goes; -1 for a batch. */
  readonly to: number;
  bytes: number;
  left: number;
}

export interface NetworkState {
  readonly topology: Topology;
  readonly tick: number;
  readonly resolution: Resolution;
  readonly net: FlowNetwork;
  readonly links: readonly LinkId[];
  readonly byName: ReadonlyMap<string, number>;
  readonly routes: Map<number, RouteId>;
  readonly lockstep: WeakMap<readonly number[], RouteId>;
  readonly requests: Map<FlowId, Request>;
  readonly down: Set<number>;
  readonly counters: LinkCounters;
  /** Transfers under way to each endpoint, and the most there were at once; messages of collectives, which are paced, not counted. */
  readonly incoming: Int32Array;
  readonly mostIncoming: Int32Array;
  wake: EventHandle | undefined;
  settling: boolean;
}

type Ctx = Context<NetworkMessage>;

/**
 * The network of a simulation: transfers become flows that share links by max-min fairness. Everything that starts, ends or changes at one
 * instant is solved once, in its last phase; a run without changes costs no event.
 */
export const network: Behavior<NetworkSpec, NetworkState, NetworkMessage> = defineActor<
  NetworkSpec,
  NetworkState,
  NetworkMessage
>({
  kind: 'network',
  init(spec) {
    const resolution = spec.resolution ?? 'ps';
    const tick = picosecondsPerTick[resolution];
    const net = new FlowNetwork({ ticksPerSecond: 1e12 / tick, wholeTicks: true });
    const links = spec.topology.links.map(({ name, capacity, kind, latency }) =>
      net.addLink({ name, capacity: isFreed(name) ? FREE : capacity, kind, latency: Math.ceil(latency / tick) }),
    );
    return {
      topology: spec.topology,
      tick,
      resolution,
      net,
      links,
      byName: new Map(spec.topology.links.map(({ name }, index) => [name, index])),
      routes: new Map(),
      lockstep: new WeakMap(),
      requests: new Map(),
      down: new Set(spec.topology.links.flatMap(({ capacity }, index) => (capacity === 0 ? [index] : []))),
      counters: new LinkCounters(net),
      incoming: new Int32Array(spec.topology.endpoints),
      mostIncoming: new Int32Array(spec.topology.endpoints),
      wake: undefined,
      settling: false,
    };
  },
  on: {
    transfer(state, message, ctx) {
      const request = open(state, message, ctx);
      const { weight, cap, bytes } = message;
      const latency = message.latency === undefined ? 0 : Math.ceil(message.latency / state.tick);
      start(state, request, routeBetween(state, message.from, message.to), bytes, weight, cap, latency);
      if (request.alone !== undefined) state.counters.watch(request.alone.links);
      refuseDown(state, request, ctx);
    },
    batch(state, message, ctx) {
      const request = open(state, message, ctx);
      for (const flow of message.flows) {
        const route = 'links' in flow ? routeOver(state, flow.links) : routeBetween(state, flow.from, flow.to);
        start(state, request, route, flow.bytes, flow.weight, flow.cap, 0);
      }
      if (request.alone !== undefined) state.counters.watch(request.alone.links);
      if (request.left === 0) reply(state, request, ctx);
      else refuseDown(state, request, ctx);
    },
    setCapacity(state, message, ctx) {
      catchUp(state, ctx);
      const index = state.byName.get(message.link);
      if (index === undefined)
        throw networkErrors.create('NET_UNKNOWN_LINK_NAME', {
          name: message.link,
          example: state.topology.links[0]?.name,
        });
      changeCapacity(state, index, message.capacity, ctx);
    },
    linkShare(state, { link, share }, ctx) {
      catchUp(state, ctx);
      const declared = state.topology.links[link];
      if (declared === undefined)
        throw networkErrors.create('NET_UNKNOWN_LINK_NAME', {
          name: `number ${link}`,
          example: state.topology.links[0]?.name,
        });
      changeCapacity(state, link, bytesPerSecond(share * declared.capacity), ctx);
    },
    settle(state, _message, ctx) {
      state.settling = false;
      const next = state.net.next();
      if (ctx.trace.isRecording) state.counters.tell(ctx.trace);
      if (state.wake !== undefined) ctx.cancel(state.wake);
      state.wake = undefined;
      if (next < Number.POSITIVE_INFINITY)
        state.wake = ctx.schedule(
          ((next - ctx.now) * state.tick) as Duration,
          ctx.self,
          { type: 'wake' },
          phases.release,
        );
      const stuck = next === Number.POSITIVE_INFINITY && state.net.liveFlows > 0;
      ctx.waitsFor(
        stuck ? `link ${[...state.down].map((index) => state.topology.links[index]?.name).join(', ')}` : undefined,
      );
    },
    wake(state, _message, ctx) {
      state.wake = undefined;
      catchUp(state, ctx);
    },
  },
  // Routes over links are found again: the network knows them by their links.
  save: ({ lockstep: _, ...state }) => state,
  load: (data) => ({ ...(data as Omit<NetworkState, 'lockstep'>), lockstep: new WeakMap() }),
});

/** Moves the flows to the present instant and asks for one solve at its end. */
function catchUp(state: NetworkState, ctx: Ctx): void {
  if (!state.settling) {
    state.settling = true;
    ctx.schedule(0 as Duration, ctx.self, { type: 'settle' }, phases.arrival);
    if (ctx.since(0 as Time) !== ctx.now * state.tick)
      throw networkErrors.create('NET_RESOLUTION', { mine: state.resolution });
  } else if (state.net.now === ctx.now) return;
  state.net.advance(ctx.now, (flow) => {
    const request = state.requests.get(flow)!;
    state.requests.delete(flow);
    if (--request.left === 0) reply(state, request, ctx);
  });
}

function open(
  state: NetworkState,
  message: Extract<NetworkMessage, { type: 'transfer' | 'batch' }>,
  ctx: Ctx,
): Request {
  catchUp(state, ctx);
  const to = message.type === 'transfer' && message.from !== message.to ? message.to : -1;
  if (to >= 0) {
    const now = (state.incoming[to] ?? 0) + 1;
    state.incoming[to] = now;
    if (now > (state.mostIncoming[to] ?? 0)) state.mostIncoming[to] = now;
  }
  return {
    to,
    tag: message.tag,
    replyTo: message.replyTo,
    started: ctx.now,
    whenDown: message.whenDown ?? 'wait',
    flows: [],
    task: ctx.trace.begin(message.type, nameOf(state, message, ctx), message.parent),
    alone: ctx.trace.isRecording ? new AloneTime(state.net) : undefined,
    bytes: 0,
    left: 0,
  };
}

function start(
  state: NetworkState,
  request: Request,
  route: RouteId,
  bytes: Bytes,
  weight: number | undefined,
  cap: BytesPerSecond | undefined,
  latency: number,
): void {
  const flow = state.net.addFlow(route, bytes, weight, cap, latency);
  request.alone?.add(route, bytes, cap, latency);
  state.requests.set(flow, request);
  if (request.whenDown === 'fail') request.flows.push(flow);
  request.bytes += bytes;
  request.left++;
}

function reply(state: NetworkState, request: Request, ctx: Ctx): void {
  const { replyTo, tag, started, task, alone, to } = request;
  if (to >= 0) state.incoming[to]!--;
  if (alone !== undefined) {
    const ticks = Math.min(ctx.now - started, alone.ticks(1e12 / state.tick));
    const wait = (ctx.now - ticks) as Time;
    if (wait > started)
      ctx.trace.stretches(task, started, [{ until: wait, cause: 'link', what: alone.busiest() }, { until: ctx.now }]);
    ctx.trace.annotate(task, 'bytes', request.bytes);
    state.counters.release(alone.links);
  }
  ctx.trace.end(task);
  if (replyTo !== undefined)
    ctx.send(replyTo, { type: 'transferDone', tag, bytes: request.bytes as Bytes, started, task });
}

function nameOf(
  state: NetworkState,
  message: Extract<NetworkMessage, { type: 'transfer' | 'batch' }>,
  ctx: Ctx,
): string {
  if (!ctx.trace.isRecording) return '';
  if (message.type === 'batch') return `${message.flows.length} flows`;
  const { topology } = state;
  return `${topology.nameOf(message.from)} to ${topology.nameOf(message.to)}`;
}

/** Gives a link a new capacity from now on; at 0 its flows wait or fail, as they declared. */
function changeCapacity(state: NetworkState, index: number, capacity: BytesPerSecond, ctx: Ctx): void {
  state.net.setCapacity(state.links[index]!, capacity);
  if (capacity > 0) {
    state.down.delete(index);
    return;
  }
  state.down.add(index);
  for (const request of new Set(state.requests.values())) refuseDown(state, request, ctx);
}

/** Fails a request that may not wait and has a live flow on a downed link. */
function refuseDown(state: NetworkState, request: Request, ctx: Ctx): void {
  if (request.whenDown === 'wait' || state.down.size === 0) return;
  const live = request.flows.filter((flow) => state.net.has(flow));
  for (const index of [...state.down].sort((a, b) => a - b)) {
    const link = state.links[index]!;
    if (!live.some((flow) => state.net.routeOf(flow).includes(link))) continue;
    for (const flow of live) {
      state.net.removeFlow(flow);
      state.requests.delete(flow);
    }
    const { replyTo, tag, started, task, to, alone } = request;
    if (to >= 0) state.incoming[to]!--;
    if (alone !== undefined) state.counters.release(alone.links);
    ctx.trace.annotate(task, 'failed', `link ${state.net.name(link)} is down`);
    ctx.trace.end(task);
    if (replyTo !== undefined)
      ctx.send(replyTo, { type: 'transferFailed', tag, link: state.net.name(link), started, task });
    return;
  }
}

function routeBetween(state: NetworkState, from: number, to: number): RouteId {
  const pair = from * state.topology.endpoints + to;
  let route = state.routes.get(pair);
  if (route === undefined) {
    route = state.net.addRoute(state.topology.route(from, to).map((index) => state.links[index]!));
    state.routes.set(pair, route);
  }
  return route;
}

function routeOver(state: NetworkState, links: readonly number[]): RouteId {
  let route = state.lockstep.get(links);
  if (route === undefined) {
    route = state.net.addRoute(
      links.map((index) => state.links[index] ?? (index as LinkId)),
      0,
    );
    state.lockstep.set(links, route);
  }
  return route;
}

/** What went over one link. */
export interface LinkUse {
  readonly name: string;
  readonly category: string;
  /** Bytes of the flows that have ended. */
  readonly bytes: Bytes;
  /** Time with at least one flow. */
  readonly busy: Duration;
  /** Bytes over what the present capacity could have carried since the start; 0 at time zero. */
  readonly utilisation: number;
}

export interface NetworkUse {
  readonly links: readonly LinkUse[];
  /** Sum of the bytes of the links of a category, each link counted. */
  readonly bytesByCategory: Readonly<Record<string, number>>;
  /** What a flow-level model cannot say about this run: endpoints with more than 8 transfers at once, where real packets collide. */
  readonly warnings: readonly string[];
}

/** Senders to one endpoint beyond which queues in switches overflow or pause others. */
const INCAST = 8;

/** What the links have carried up to `now`, the time of the simulation. */
export function networkUse(state: NetworkState, now: Time): NetworkUse {
  const { net, tick } = state;
  const elapsed = (now * tick) / 1e12;
  const bytesByCategory: Record<string, number> = {};
  const links = state.topology.links.map(({ name, category }, index) => {
    const link = state.links[index]!;
    const carried = net.carried(link);
    const possible = net.capacity(link) * elapsed;
    bytesByCategory[category] = (bytesByCategory[category] ?? 0) + carried;
    return {
      name,
      category,
      bytes: carried,
      busy: ((net.busy(link) + (net.activeOn(link) > 0 ? now - net.now : 0)) * tick) as Duration,
      utilisation: possible > 0 ? carried / possible : 0,
    };
  });
  const crowded = [...state.mostIncoming].flatMap((most, endpoint) => (most > INCAST ? [{ most, endpoint }] : []));
  const worst = crowded.reduce((a, b) => (b.most > a.most ? b : a), { most: 0, endpoint: 0 });
  const warnings =
    crowded.length === 0
      ? []
      : [
          `incast: ${crowded.length} endpoints had more than ${INCAST} transfers arriving at once (${worst.most} at ` +
            `${state.topology.nameOf(worst.endpoint)}); packet loss and pauses are not modelled, real times are longer unless ` +
            'the transport is paced.',
        ];
  return { links, bytesByCategory, warnings };
}
