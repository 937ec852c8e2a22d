import {
  type ActorRef,
  type Context,
  type Duration,
  defineActor,
  delay,
  get,
  process,
  put,
  Simulation,
  store,
  type TimeDistribution,
} from '../../engine/index.ts';

export interface BeltSpec {
  readonly seed: number;
  readonly replication: number;
  /** Places between the two. */
  readonly room: number;
  readonly produce: TimeDistribution;
  readonly consume: TimeDistribution;
  readonly until: Duration;
}

/** Items consumed, with the producer blocked while the belt is full. */
export function beltOfProcesses(spec: BeltSpec): number {
  const sim = new Simulation({ seed: spec.seed, replication: spec.replication });
  const belt = store<number>(sim, { name: 'belt', capacity: spec.room });
  const [making, using] = [sim.random('produce'), sim.random('consume')];
  let consumed = 0;

  const producer = process(function* () {
    for (let item = 0; ; item++) {
      yield* delay(spec.produce.sample(making));
      yield* put(belt, item);
    }
  });
  const consumer = process(function* () {
    for (;;) {
      yield* get(belt);
      yield* delay(spec.consume.sample(using));
      consumed++;
    }
  });

  sim.spawn('producer', producer, undefined);
  sim.spawn('consumer', consumer, undefined);
  sim.run({ until: spec.until });
  return consumed;
}

type ToConsumer = { readonly type: 'item' } | { readonly type: 'done' };
type ToProducer = { readonly type: 'made' } | { readonly type: 'room' };

/** The same by messages: the producer counts the free places, the consumer tells when one is free again. */
export function beltOfActors(spec: BeltSpec): number {
  const sim = new Simulation({ seed: spec.seed, replication: spec.replication });
  const [making, using] = [sim.random('produce'), sim.random('consume')];
  let producer: ActorRef<ToProducer>;

  const consuming = defineActor<undefined, { items: number; isBusy: boolean; consumed: number }, ToConsumer>({
    kind: 'consumer',
    init: () => ({ items: 0, isBusy: false, consumed: 0 }),
    on: {
      item(state, _, ctx) {
        state.items++;
        if (state.isBusy) return;
        state.isBusy = true;
        next(state, ctx);
      },
      done(state, _, ctx) {
        state.consumed++;
        state.isBusy = state.items > 0;
        if (state.isBusy) next(state, ctx);
      },
    },
  });
  const next = (state: { items: number }, ctx: Context<ToConsumer>) => {
    state.items--;
    ctx.send(producer, { type: 'room' });
    ctx.schedule(spec.consume.sample(using), ctx.self, { type: 'done' });
  };
  const consumer = sim.spawn('consumer', consuming, undefined);

  const producing = defineActor<undefined, { room: number; isBlocked: boolean }, ToProducer>({
    kind: 'producer',
    init: (_, ctx) => {
      ctx.schedule(spec.produce.sample(making), ctx.self, { type: 'made' });
      return { room: spec.room, isBlocked: false };
    },
    on: {
      made(state, made, ctx) {
        if (state.room === 0) {
          state.isBlocked = true;
          return;
        }
        state.room--;
        ctx.send(consumer, { type: 'item' });
        ctx.schedule(spec.produce.sample(making), ctx.self, made);
      },
      room(state, _, ctx) {
        state.room++;
        if (!state.isBlocked) return;
        state.isBlocked = false;
        state.room--;
        ctx.send(consumer, { type: 'item' });
        ctx.schedule(spec.produce.sample(making), ctx.self, { type: 'made' });
      },
    },
  });
  producer = sim.spawn('producer', producing, undefined);
  sim.run({ until: spec.until });
  return (sim.stateOf(consumer) as { consumed: number }).consumed;
}
