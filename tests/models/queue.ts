import {
  type ActorRef,
  acquire,
  BatchMeans,
  type Context,
  defineActor,
  delay,
  fork,
  phases,
  process,
  release,
  resource,
  Simulation,
  type Steps,
  type Time,
  type TimeDistribution,
} from '../../engine/index.ts';

/** A station with `servers` servers and one queue; the first `warmUp` customers are left out. */
export interface QueueSpec {
  readonly seed: number;
  readonly servers: number;
  readonly gap: TimeDistribution;
  readonly service: TimeDistribution;
  readonly customers: number;
  readonly warmUp: number;
}

/** Times in the system, in ticks, and a sum over all customers that two styles must share to the last tick. */
export interface QueueResult {
  readonly times: BatchMeans;
  readonly sum: number;
  readonly utilisation: number;
}

class Times {
  readonly batches = new BatchMeans();
  sum = 0;
  #seen = 0;
  readonly #warmUp: number;

  constructor(warmUp: number) {
    this.#warmUp = warmUp;
  }

  add(time: number): void {
    this.sum += time;
    if (++this.#seen > this.#warmUp) this.batches.add(time);
  }
}

export function queueOfProcesses(spec: QueueSpec): QueueResult {
  const sim = new Simulation({ seed: spec.seed });
  const desk = resource(sim, { name: 'desk', capacity: spec.servers });
  const gaps = sim.random('gaps');
  const services = sim.random('services');
  const times = new Times(spec.warmUp);

  function* customer(): Steps {
    const arrived = sim.now;
    const hold = yield* acquire(desk);
    yield* delay(spec.service.sample(services));
    release(hold);
    times.add(sim.now - arrived);
  }

  const source = process(function* () {
    for (let i = 0; i < spec.customers; i++) {
      yield* delay(spec.gap.sample(gaps), phases.arrival);
      yield* fork(customer());
    }
  });

  sim.spawn('source', source, undefined);
  sim.run();
  return { times: times.batches, sum: times.sum, utilisation: desk.statistics().utilisation };
}

type Customer = { readonly type: 'customer'; readonly arrived: Time };
type Station = Customer | { readonly type: 'done'; readonly arrived: Time };

export function queueOfActors(spec: QueueSpec): QueueResult {
  const sim = new Simulation({ seed: spec.seed });
  const services = sim.random('services');
  const gaps = sim.random('gaps');
  const times = new Times(spec.warmUp);

  const desk = defineActor<
    undefined,
    { busy: number; area: number; since: Time; queue: Time[]; head: number },
    Station
  >({
    kind: 'desk',
    init: () => ({ busy: 0, area: 0, since: 0 as Time, queue: [], head: 0 }),
    on: {
      customer(state, { arrived }, ctx) {
        if (state.busy === spec.servers) state.queue.push(arrived);
        else {
          state.area += state.busy * (ctx.now - state.since);
          state.since = ctx.now;
          state.busy++;
          begin(arrived, ctx);
        }
      },
      done(state, { arrived }, ctx) {
        times.add(ctx.now - arrived);
        const next = state.queue[state.head];
        if (next !== undefined) {
          state.head++;
          begin(next, ctx);
          return;
        }
        state.area += state.busy * (ctx.now - state.since);
        state.since = ctx.now;
        state.busy--;
      },
    },
  });
  const begin = (arrived: Time, ctx: Context<Station>) => {
    ctx.schedule(spec.service.sample(services), ctx.self, { type: 'done', arrived }, phases.release);
  };

  type Tick = { readonly type: 'tick' };
  const source = defineActor<ActorRef<Customer>, { left: number; readonly to: ActorRef<Customer> }, Tick>({
    kind: 'source',
    init: (to, ctx) => {
      ctx.schedule(spec.gap.sample(gaps), ctx.self, { type: 'tick' }, phases.arrival);
      return { left: spec.customers, to };
    },
    on: {
      tick(state, tick, ctx) {
        ctx.send(state.to, { type: 'customer', arrived: ctx.now });
        if (--state.left > 0) ctx.schedule(spec.gap.sample(gaps), ctx.self, tick, phases.arrival);
      },
    },
  });

  const station = sim.spawn('desk', desk, undefined);
  sim.spawn('source', source, station);
  sim.run();
  const { area } = sim.stateOf(station) as { area: number };
  return { times: times.batches, sum: times.sum, utilisation: area / (spec.servers * sim.now) };
}
