import { type ActorRef, type Context, defineActor, type EventHandle, ns, phases, us } from '../engine/kernel/index.ts';
import { timed, uniformInteger } from '../engine/random/index.ts';
import { Simulation } from '../engine/simulation.ts';

/** Changes that can be planted into the reference run at its 40th job, to be found again. */
export type Planted = 'draw' | 'payload' | 'order' | 'time' | 'phase' | 'kind' | 'failure' | 'end';

export interface ReferenceOptions {
  /** Default 7. */
  readonly seed?: number;
  /** Jobs that arrive. Default 5000. */
  readonly jobs?: number;
  readonly planted?: Planted;
}

const PLANTED_AT = 40;
const gap = timed.exponential(ns(400));
const service = timed.gamma({ shape: 2.5, scale: ns(300) });
const patience = us(2);

type Job = { readonly type: 'job' | 'urgent'; readonly id: number; readonly sizes: readonly number[] };
type Server = ActorRef<ServerMessage>;
type ServerMessage = Job | { readonly type: 'done' } | { readonly type: 'late' } | { readonly type: 'ping' };
type Report = { readonly type: 'report'; readonly id: number };
type Tick = { readonly type: 'tick' };

/** Jobs arrive in the arrival phase and go to the router without delay. */
const clients = defineActor<ReferenceOptions & { readonly router: ActorRef<Job> }, { made: number }, Tick>({
  kind: 'clients',
  init(_, ctx) {
    ctx.schedule(gap.sample(ctx.random('gap')), ctx.self, { type: 'tick' }, phases.arrival);
    return { made: 0 };
  },
  on: { tick: () => undefined },
});

function clientsOf(options: ReferenceOptions, router: ActorRef<Job>) {
  const jobs = options.jobs ?? 5000;
  return defineActor<undefined, { made: number }, Tick>({
    ...clients,
    init: (_, ctx) => clients.init({ ...options, router }, ctx),
    on: {
      tick(state, _, ctx) {
        const id = ++state.made;
        const planted = id === PLANTED_AT ? options.planted : undefined;
        if (planted === 'draw') ctx.random('gap').uint32();
        if (planted === 'failure') throw new Error('planted');
        const sizes = [uniformInteger(1, 9).sample(ctx.random('size')), planted === 'payload' ? -1 : id % 3];
        const type = planted === 'kind' || id % 9 === 0 ? 'urgent' : 'job';
        ctx.schedule(ns(planted === 'time' ? 1 : 0), router, { type, id, sizes }, planted === 'phase' ? 2 : 3);
        const last = planted === 'end' ? id : jobs;
        if (id < last) ctx.schedule(gap.sample(ctx.random('gap')), ctx.self, { type: 'tick' }, phases.arrival);
      },
    },
  });
}

/** Sends each job to a server at random and now and then pings all of them, in the order of a Map. */
const routerOf = (options: ReferenceOptions, servers: ReadonlyMap<string, Server>) => {
  const list = [...servers.values()];
  const route = (_: object, job: Job, ctx: Context<Job>) => {
    ctx.send(list[uniformInteger(0, list.length - 1).sample(ctx.random('route'))] as Server, job);
    if (job.id % 8 !== 0) return;
    const order = options.planted === 'order' && job.id === PLANTED_AT ? [...list].reverse() : list;
    for (const server of order) ctx.send(server, { type: 'ping' });
  };
  return defineActor<undefined, object, Job>({ kind: 'router', init: () => ({}), on: { job: route, urgent: route } });
};

interface ServerState {
  waiting: Job[];
  current: Job | undefined;
  late: EventHandle | undefined;
}

/** Serves in turn; a service that outlasts the patience kills the server, which starts over with an empty queue. */
const server = defineActor<
  { readonly sink: ActorRef<Report> },
  ServerState & { sink: ActorRef<Report> },
  ServerMessage
>({
  kind: 'server',
  init: ({ sink }) => ({ sink, waiting: [], current: undefined, late: undefined }),
  on: {
    job: (state, job, ctx) => (state.current === undefined ? serve(state, job, ctx) : void state.waiting.push(job)),
    urgent: (state, job, ctx) =>
      state.current === undefined ? serve(state, job, ctx) : void state.waiting.unshift(job),
    ping(state, _, ctx) {
      if (state.late !== undefined) state.late = ctx.reschedule(state.late, patience);
    },
    done(state, _, ctx) {
      const job = state.current as Job;
      if (state.late !== undefined) ctx.cancel(state.late);
      const courier = ctx.spawn('courier#', courierOf(state.sink), undefined);
      ctx.schedule(ns(20 * (job.sizes[0] as number)), courier, { type: 'report', id: job.id });
      state.current = undefined;
      const next = state.waiting.shift();
      if (next !== undefined) serve(state, next, ctx);
    },
    late(state) {
      throw new Error(`job ${state.current?.id} takes too long`);
    },
  },
});

function serve(state: ServerState, job: Job, ctx: Context<ServerMessage>): void {
  state.current = job;
  state.late = ctx.schedule(patience, ctx.self, { type: 'late' });
  ctx.schedule(service.sample(ctx.random('service')), ctx.self, { type: 'done' }, phases.release);
}

/** A child that carries one report and stops. */
const courier = (sink: ActorRef<Report>) =>
  defineActor<undefined, undefined, Report>({
    kind: 'courier',
    init: () => undefined,
    on: {
      report(_, report, ctx) {
        ctx.send(sink, report);
        ctx.stop();
      },
    },
  });
const couriers = new Map<ActorRef<Report>, ReturnType<typeof courier>>();
export function courierOf(sink: ActorRef<Report>): ReturnType<typeof courier> {
  const known = couriers.get(sink) ?? courier(sink);
  couriers.set(sink, known);
  return known;
}

const sink = defineActor<undefined, { reports: number; sum: number }, Report>({
  kind: 'sink',
  init: () => ({ reports: 0, sum: 0 }),
  on: {
    report(state, { id }) {
      state.reports++;
      state.sum += id;
    },
  },
});

/** The reference model, ready to run: zero-delay sends, phases, random streams, cancelled and moved timers, children, restarts. */
export function referenceSimulation(options: ReferenceOptions = {}): Simulation {
  const sim = new Simulation({ seed: options.seed ?? 7 });
  const collector = sim.spawn('sink', sink, undefined);
  const servers = new Map<string, Server>();
  for (const name of ['north', 'east', 'south'])
    servers.set(name, sim.spawn(name, server, { sink: collector }, { onFailure: 'restart', afterStop: 'drop' }));
  const router = sim.spawn('router', routerOf(options, servers), undefined);
  sim.spawn('clients', clientsOf(options, router), undefined);
  return sim;
}

/** Runs the reference model to its end; equal wherever it runs. */
export function referenceRun(options: ReferenceOptions = {}): { fingerprint: string; events: number; reports: number } {
  const sim = referenceSimulation(options);
  const { events } = sim.run();
  const { reports, sum } = sim.stateOf(sim.actor('sink') as ActorRef<Report>) as { reports: number; sum: number };
  return { fingerprint: sim.fingerprint({ reports, sum }), events, reports };
}
