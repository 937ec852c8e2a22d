import {
  type ActorRef,
  acquire,
  BatchMeans,
  type Context,
  type Duration,
  defineActor,
  delay,
  fork,
  phases,
  process,
  type RandomStream,
  release,
  resource,
  Simulation,
  type Steps,
  type Time,
  timed,
} from '../../engine/index.ts';

export interface Node {
  readonly service: Duration;
  /** Probabilities of going on to each node; what is left leaves. */
  readonly routes: readonly number[];
}

export interface JacksonSpec {
  readonly seed: number;
  readonly gap: Duration;
  readonly nodes: readonly Node[];
  readonly customers: number;
  readonly warmUp: number;
}

function nextNode(routes: readonly number[], stream: RandomStream): number {
  let left = stream.uniform();
  for (const [node, probability] of routes.entries()) {
    left -= probability;
    if (left < 0) return node;
  }
  return -1;
}

export interface JacksonResult {
  readonly times: BatchMeans;
  readonly sum: number;
}

export function jacksonOfProcesses(spec: JacksonSpec): JacksonResult {
  const sim = new Simulation({ seed: spec.seed });
  const times = new BatchMeans();
  let seen = 0;
  let sum = 0;
  const gaps = sim.random('gaps');
  const nodes = spec.nodes.map((node, i) => ({
    ...node,
    law: timed.exponential(node.service),
    station: resource(sim, { name: `node${i}` }),
    services: sim.random(`services${i}`),
    choices: sim.random(`choices${i}`),
  }));

  function* customer(): Steps {
    const arrived = sim.now;
    for (let at = 0; at >= 0; ) {
      const node = nodes[at] as (typeof nodes)[number];
      const hold = yield* acquire(node.station);
      yield* delay(node.law.sample(node.services));
      release(hold);
      at = nextNode(node.routes, node.choices);
    }
    sum += sim.now - arrived;
    if (++seen > spec.warmUp) times.add(sim.now - arrived);
  }

  const source = process(function* () {
    const law = timed.exponential(spec.gap);
    for (let i = 0; i < spec.customers; i++) {
      yield* delay(law.sample(gaps), phases.arrival);
      yield* fork(customer());
    }
  });

  sim.spawn('source', source, undefined);
  sim.run();
  return { times, sum };
}

type Visit = { readonly type: 'visit'; readonly arrived: Time };
type StationMessage = Visit | { readonly type: 'done'; readonly arrived: Time };

export function jacksonOfActors(spec: JacksonSpec): JacksonResult {
  const sim = new Simulation({ seed: spec.seed });
  const times = new BatchMeans();
  let seen = 0;
  let sum = 0;
  const gaps = sim.random('gaps');
  const nodes = spec.nodes.map((node, i) => ({
    ...node,
    law: timed.exponential(node.service),
    services: sim.random(`services${i}`),
    choices: sim.random(`choices${i}`),
  }));
  const stations: Array<ActorRef<StationMessage>> = [];
  const begin = (at: number, arrived: Time, ctx: Context<StationMessage>) => {
    const { law, services } = nodes[at] as (typeof nodes)[number];
    ctx.schedule(law.sample(services), ctx.self, { type: 'done', arrived }, phases.release);
  };
  const station = defineActor<
    { readonly node: number },
    { readonly node: number; readonly queue: Time[] },
    StationMessage
  >({
    kind: 'station',
    init: ({ node }) => ({ node, queue: [] }),
    on: {
      visit({ node, queue }, { arrived }, ctx) {
        if (queue.push(arrived) === 1) begin(node, arrived, ctx);
      },
      done({ node, queue }, { arrived }, ctx) {
        queue.shift();
        const waiting = queue[0];
        if (waiting !== undefined) begin(node, waiting, ctx);
        const { routes, choices } = nodes[node] as (typeof nodes)[number];
        const next = nextNode(routes, choices);
        if (next >= 0) ctx.send(stations[next] as ActorRef<Visit>, { type: 'visit', arrived });
        else {
          sum += ctx.now - arrived;
          if (++seen > spec.warmUp) times.add(ctx.now - arrived);
        }
      },
    },
  });
  for (const node of spec.nodes.keys()) stations.push(sim.spawn(`node${node}`, station, { node }));

  type Tick = { readonly type: 'tick' };
  const gap = timed.exponential(spec.gap);
  const source = defineActor<undefined, { left: number }, Tick>({
    kind: 'source',
    init: (_, ctx) => {
      ctx.schedule(gap.sample(gaps), ctx.self, { type: 'tick' }, phases.arrival);
      return { left: spec.customers };
    },
    on: {
      tick(state, tick, ctx) {
        ctx.send(stations[0] as ActorRef<Visit>, { type: 'visit', arrived: ctx.now });
        if (--state.left > 0) ctx.schedule(gap.sample(gaps), ctx.self, tick, phases.arrival);
      },
    },
  });
  sim.spawn('source', source, undefined);
  sim.run();
  return { times, sum };
}
