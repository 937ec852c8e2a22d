import { type ActorRef, type Behavior, type Context, defineActor, type Message } from '../../engine/kernel/actor.ts';
import type { EventHandle } from '../../engine/kernel/event-queue.ts';
import { type Duration, NO_TIME, ps, seconds, type Time } from '../../engine/kernel/time.ts';
import { checkCount, storageErrors } from './errors.ts';

/** Bytes per second that all active clients get together: one number, or points (clients, rate), linear in between and constant outside. */
export type AggregateRate = number | readonly (readonly [clients: number, rate: number])[];

/** Storage known by what it delivers: a latency for each request, what one client can get, what all active clients get. */
export interface ThroughputSpec {
  readonly clients: number;
  /** From a request to its first byte. */
  readonly latency: Duration;
  /** Bytes per second of one client. Default: no limit. */
  readonly client?: number;
  /** Default: no limit. */
  readonly aggregate?: AggregateRate;
  /** Requests of one fetch under way at once; their latencies pass side by side, their bytes come one after the other. Default 1. */
  readonly depth?: number;
  /** Picoseconds of a tick of the simulation. Default 1. */
  readonly tick?: number;
  /** Simulates each request even where clients cannot get in each other's way. Default false. */
  readonly eachRequest?: boolean;
}

/** The end of a fetch, as its client hears it. */
export interface Fetched extends Message {
  readonly type: 'fetched';
  readonly tag: number;
}

export type ThroughputMessage =
  /** A client asks for `bytes` in `requests` requests of equal size; it has one fetch at a time. */
  | {
      readonly type: 'fetch';
      readonly client: number;
      readonly requests: number;
      readonly bytes: number;
      readonly tag: number;
      readonly replyTo: ActorRef<Fetched>;
    }
  /** Other properties from now on; what is under way goes on at the new rates. */
  | { readonly type: 'change'; readonly to: Partial<Omit<ThroughputSpec, 'clients' | 'tick'>> }
  /** Internal: the latency of one request of a client has passed. */
  | { readonly type: 'arrived'; readonly client: number }
  /** Internal: the transfer that ends first ends. */
  | { readonly type: 'transferred' };

interface Fetch {
  readonly tag: number;
  readonly replyTo: ActorRef<Fetched>;
  readonly size: number;
  /** Requests not sent, arrived and waiting for the link, not finished. */
  unsent: number;
  waiting: number;
  left: number;
}

export interface ThroughputState {
  spec: ThroughputSpec;
  isUncontended: boolean;
  readonly fetches: (Fetch | undefined)[];
  /** Clients that receive, as a heap by the service at which their transfer ends; service is what each active client received so far. */
  readonly active: number[];
  readonly ends: Float64Array;
  service: number;
  since: Time;
  timer: EventHandle | undefined;
  /** Requests and bytes delivered. */
  requests: number;
  bytes: number;
}

type Ctx = Context<ThroughputMessage>;

/** Rate of all of `active` clients together. */
export function aggregateRate(rate: AggregateRate, active: number): number {
  if (typeof rate === 'number') return rate;
  let before = rate[0] as readonly [number, number];
  if (active <= before[0]) return before[1];
  for (const point of rate) {
    if (active <= point[0]) {
      const share = (active - before[0]) / (point[0] - before[0]);
      return point[0] === before[0] ? point[1] : before[1] + share * (point[1] - before[1]);
    }
    before = point;
  }
  return before[1];
}

/** Rate of each of `active` clients: min(client, aggregate / active). */
export function clientRate(
  { client, aggregate }: Pick<ThroughputSpec, 'client' | 'aggregate'>,
  active: number,
): number {
  const shared = aggregate === undefined ? Number.POSITIVE_INFINITY : aggregateRate(aggregate, active) / active;
  return Math.min(client ?? Number.POSITIVE_INFINITY, shared);
}

/** Seconds that a client alone needs for `requests` of `bytes` in total: depth 1 gives requests x latency + bytes / rate. */
export function fetchSeconds(requests: number, bytes: number, latency: number, rate: number, depth = 1): number {
  const transfer = bytes / requests / rate;
  if ((depth - 1) * transfer >= latency && depth > 1) return latency + requests * transfer;
  const round = Math.floor((requests - 1) / depth);
  return (round + 1) * (latency + transfer) + ((requests - 1) % depth) * transfer;
}

/** Storage that serves each active client at min(client, aggregate / active), solved anew whenever a transfer starts or ends. Throws STORAGE_SPEC, STORAGE_READ. */
export const throughputStorage: Behavior<ThroughputSpec, ThroughputState, ThroughputMessage> = defineActor<
  ThroughputSpec,
  ThroughputState,
  ThroughputMessage
>({
  kind: 'throughput-storage',
  init(spec) {
    return {
      spec: checked(spec),
      isUncontended: isUncontended(spec),
      fetches: [],
      active: [],
      ends: new Float64Array(spec.clients),
      service: 0,
      since: 0 as Time,
      timer: undefined,
      requests: 0,
      bytes: 0,
    };
  },
  on: {
    fetch(state, { client, requests, bytes, tag, replyTo }, ctx) {
      checkFetch(state, client, requests, bytes);
      state.requests += requests;
      state.bytes += bytes;
      const { latency, depth = 1 } = state.spec;
      if (state.isUncontended) {
        const time = fetchSeconds(requests, bytes, latency / 1e12, clientRate(state.spec, 1), depth);
        ctx.schedule(seconds(time), replyTo, { type: 'fetched', tag });
        return;
      }
      const fetch = { tag, replyTo, size: bytes / requests, unsent: requests, waiting: 0, left: requests };
      state.fetches[client] = fetch;
      for (let i = 0; i < depth && fetch.unsent > 0; i++) ask(state, client, fetch, ctx);
    },
    change(state, { to }, ctx) {
      serve(state, ctx);
      state.spec = checked({ ...state.spec, ...to });
      state.isUncontended = isUncontended(state.spec) && state.fetches.every((fetch) => fetch === undefined);
      arm(state, ctx);
    },
    arrived(state, { client }, ctx) {
      arrive(state, client, state.fetches[client] as Fetch, ctx);
    },
    transferred(state, _, ctx) {
      state.timer = undefined;
      const first = state.ends[state.active[0] as number] as number;
      state.service = first;
      state.since = ctx.now;
      while (state.active.length > 0 && (state.ends[state.active[0] as number] as number) <= first) {
        const client = pop(state);
        const fetch = state.fetches[client] as Fetch;
        fetch.left--;
        if (fetch.left === 0) {
          state.fetches[client] = undefined;
          ctx.send(fetch.replyTo, { type: 'fetched', tag: fetch.tag });
          continue;
        }
        if (fetch.unsent > 0) ask(state, client, fetch, ctx);
        if (fetch.waiting > 0 && !isActive(state, client)) {
          fetch.waiting--;
          push(state, client, state.service + fetch.size);
        }
      }
      if (state.active.length === 0) state.service = 0;
      arm(state, ctx);
    },
  },
});

function checkFetch(state: ThroughputState, client: number, requests: number, bytes: number): void {
  const refuse = (what: string, value: number, expected: string): never => {
    throw storageErrors.create('STORAGE_READ', { what, value, expected });
  };
  if (!(Number.isSafeInteger(client) && client >= 0 && client < state.spec.clients))
    refuse('client', client, `below ${state.spec.clients}`);
  if (state.fetches[client] !== undefined) refuse('client', client, 'idle: it has one fetch at a time');
  if (!(Number.isSafeInteger(requests) && requests >= 1)) refuse('number of requests', requests, 'at least 1');
  if (!(bytes > 0 && bytes < Number.POSITIVE_INFINITY)) refuse('size', bytes, 'more than 0 bytes');
}

function checked(spec: ThroughputSpec): ThroughputSpec {
  checkCount('clients', spec.clients);
  checkCount('depth', spec.depth ?? 1);
  for (let n = 1; n <= spec.clients; n++)
    if (!(clientRate(spec, n) > 0))
      throw storageErrors.create('STORAGE_SPEC', { what: 'rate', value: clientRate(spec, n), expected: 'above 0' });
  return spec;
}

function isUncontended(spec: ThroughputSpec): boolean {
  return spec.eachRequest !== true && !contends(spec);
}

/** Whether some number of active clients gets less than one alone. */
function contends(spec: ThroughputSpec): boolean {
  const alone = clientRate(spec, 1);
  for (let n = 2; n <= spec.clients; n++) if (clientRate(spec, n) < alone) return true;
  return false;
}

function ask(state: ThroughputState, client: number, fetch: Fetch, ctx: Ctx): void {
  fetch.unsent--;
  if (state.spec.latency > NO_TIME) ctx.schedule(state.spec.latency, ctx.self, { type: 'arrived', client });
  else arrive(state, client, fetch, ctx);
}

function arrive(state: ThroughputState, client: number, fetch: Fetch, ctx: Ctx): void {
  if (isActive(state, client)) {
    fetch.waiting++;
    return;
  }
  serve(state, ctx);
  push(state, client, state.service + fetch.size);
  arm(state, ctx);
}

/** Brings the service that each active client received up to now. */
function serve(state: ThroughputState, ctx: Ctx): void {
  const { active, spec } = state;
  const elapsed = ((ctx.now - state.since) * (spec.tick ?? 1)) / 1e12;
  if (active.length > 0 && elapsed > 0) {
    const most = state.ends[active[0] as number] as number;
    state.service = Math.min(most, state.service + elapsed * clientRate(spec, active.length));
  }
  state.since = ctx.now;
}

/** Sets the timer to the transfer that ends first. */
function arm(state: ThroughputState, ctx: Ctx): void {
  if (state.timer !== undefined) ctx.cancel(state.timer);
  state.timer = undefined;
  if (state.active.length === 0) return;
  const rest = (state.ends[state.active[0] as number] as number) - state.service;
  const delay = ps(Math.max(0, (rest / clientRate(state.spec, state.active.length)) * 1e12));
  state.timer = ctx.schedule(delay, ctx.self, { type: 'transferred' });
}

/** Whether a client is receiving: its transfer ends at a service above 0 while it is in the heap. */
function isActive(state: ThroughputState, client: number): boolean {
  return (state.ends[client] as number) > 0;
}

function push(state: ThroughputState, client: number, end: number): void {
  const { active, ends } = state;
  ends[client] = end;
  let place = active.length;
  active.push(client);
  while (place > 0) {
    const parent = (place - 1) >> 1;
    if (!isBefore(ends, client, active[parent] as number)) break;
    active[place] = active[parent] as number;
    place = parent;
  }
  active[place] = client;
}

function pop(state: ThroughputState): number {
  const { active, ends } = state;
  const first = active[0] as number;
  ends[first] = 0;
  const last = active.pop() as number;
  if (active.length === 0) return first;
  let place = 0;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= active.length) break;
    if (child + 1 < active.length && isBefore(ends, active[child + 1] as number, active[child] as number)) child++;
    if (!isBefore(ends, active[child] as number, last)) break;
    active[place] = active[child] as number;
    place = child;
  }
  active[place] = last;
  return first;
}

function isBefore(ends: Float64Array, a: number, b: number): boolean {
  return (ends[a] as number) < (ends[b] as number) || (ends[a] === ends[b] && a < b);
}
