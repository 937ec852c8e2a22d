import {
  type ActorHold,
  acquire,
  type Duration,
  defineActor,
  delay,
  type EventHandle,
  fork,
  phases,
  process,
  request,
  resource,
  Simulation,
  type Steps,
  type TimeDistribution,
} from '../../engine/index.ts';

export interface BankSpec {
  readonly seed: number;
  readonly replication: number;
  readonly customers: number;
  readonly counters: number;
  readonly gap: TimeDistribution;
  readonly service: TimeDistribution;
  readonly patience: TimeDistribution;
}

export interface BankResult {
  readonly served: number;
  readonly reneged: number;
  /** One line a customer, as SimPy's bank prints them: when, who, what after which wait. */
  readonly log: readonly string[];
}

/** SimPy's bank: customers leave when they are not served in time. */
export function bankOfProcesses(spec: BankSpec): BankResult {
  const sim = new Simulation({ seed: spec.seed, replication: spec.replication });
  const counter = resource(sim, { name: 'counter', capacity: spec.counters });
  const [gaps, services, patiences] = [sim.random('gaps'), sim.random('services'), sim.random('patiences')];
  const log: string[] = [];
  let served = 0;

  function* customer(name: number, patience: Duration): Steps {
    const arrived = sim.now;
    const hold = yield* acquire(counter, { patience });
    const wait = sim.now - arrived;
    if (hold === 'reneged') {
      log.push(`${sim.now} ${name} reneged after ${wait}`);
      return;
    }
    log.push(`${sim.now} ${name} waited ${wait}`);
    yield* delay(spec.service.sample(services));
    hold.release();
    served++;
  }

  const source = process(function* () {
    for (let name = 0; name < spec.customers; name++) {
      yield* delay(spec.gap.sample(gaps), phases.arrival);
      yield* fork(customer(name, spec.patience.sample(patiences)));
    }
  });

  sim.spawn('source', source, undefined);
  sim.run();
  return { served, reneged: counter.statistics().reneged, log };
}

type CustomerMessage = { readonly type: 'granted' } | { readonly type: 'impatient' } | { readonly type: 'done' };

interface CustomerState {
  readonly arrived: number;
  readonly hold: ActorHold;
  readonly timer: EventHandle;
}

/** The same with an actor for each customer, on the same resource. */
export function bankOfActors(spec: BankSpec): BankResult {
  const sim = new Simulation({ seed: spec.seed, replication: spec.replication });
  const counter = resource(sim, { name: 'counter', capacity: spec.counters });
  const [gaps, services, patiences] = [sim.random('gaps'), sim.random('services'), sim.random('patiences')];
  const log: string[] = [];
  let served = 0;

  const customer = defineActor<
    { readonly patience: Duration; readonly name: number },
    CustomerState & { readonly name: number },
    CustomerMessage
  >({
    kind: 'customer',
    init: ({ patience, name }, ctx) => ({
      name,
      arrived: ctx.now,
      hold: request(ctx, counter, { granted: { type: 'granted' } }),
      timer: ctx.schedule(patience, ctx.self, { type: 'impatient' }),
    }),
    on: {
      granted({ name, arrived, timer }, _, ctx) {
        ctx.cancel(timer);
        log.push(`${ctx.now} ${name} waited ${ctx.now - arrived}`);
        ctx.schedule(spec.service.sample(services), ctx.self, { type: 'done' }, phases.release);
      },
      impatient({ name, arrived, hold }, _, ctx) {
        hold.withdraw();
        log.push(`${ctx.now} ${name} reneged after ${ctx.now - arrived}`);
        ctx.stop();
      },
      done({ hold }, _, ctx) {
        hold.release();
        served++;
        ctx.stop();
      },
    },
  });

  type Tick = { readonly type: 'tick' };
  const source = defineActor<undefined, { next: number }, Tick>({
    kind: 'source',
    init: (_, ctx) => {
      ctx.schedule(spec.gap.sample(gaps), ctx.self, { type: 'tick' }, phases.arrival);
      return { next: 0 };
    },
    on: {
      tick(state, tick, ctx) {
        ctx.spawn('customer#', customer, {
          name: state.next++,
          patience: spec.patience.sample(patiences),
        });
        if (state.next < spec.customers) ctx.schedule(spec.gap.sample(gaps), ctx.self, tick, phases.arrival);
      },
    },
  });

  sim.spawn('source', source, undefined);
  sim.run();
  return { served, reneged: counter.statistics().reneged, log };
}
