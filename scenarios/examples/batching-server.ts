import { gemm } from '../../actors/compute/index.ts';
import { loadGpu } from '../../actors/presets/index.ts';
import {
  type Context,
  type Duration,
  defineActor,
  type EventHandle,
  noTask,
  QuantileSketch,
  type TaskRef,
  type Time,
  timed,
  timeToSeconds,
} from '../../engine/index.ts';
import { defineScenario, param } from '../kit/index.ts';

interface Spec {
  readonly largest: number;
  readonly patience: Duration;
  readonly gap: Duration;
  readonly requests: number;
  readonly times: readonly Duration[];
}

interface State {
  readonly spec: Spec;
  readonly queue: Time[];
  readonly latencies: QuantileSketch;
  batch: Time[];
  timer: EventHandle | undefined;
  task: TaskRef;
  isBusy: boolean;
  arrived: number;
  batches: number;
}

type Event = { readonly type: 'request' } | { readonly type: 'late' } | { readonly type: 'done' };

const server = defineActor<Spec, State, Event>({
  kind: 'batching-server',
  init(spec, ctx) {
    ctx.schedule(timed.exponential(spec.gap).sample(ctx.random('gap')), ctx.self, { type: 'request' });
    const latencies = new QuantileSketch({ relativeError: 0.001 });
    return {
      spec,
      queue: [],
      latencies,
      batch: [],
      timer: undefined,
      task: noTask,
      isBusy: false,
      arrived: 0,
      batches: 0,
    };
  },
  on: {
    request(state, message, ctx) {
      const { spec, queue } = state;
      queue.push(ctx.now);
      if (++state.arrived < spec.requests)
        ctx.schedule(timed.exponential(spec.gap).sample(ctx.random('gap')), ctx.self, message);
      if (queue.length === 1) state.timer = ctx.schedule(spec.patience, ctx.self, { type: 'late' });
      if (queue.length >= spec.largest) begin(state, ctx);
    },
    late(state, _message, ctx) {
      state.timer = undefined;
      begin(state, ctx);
    },
    done(state, _message, ctx) {
      state.isBusy = false;
      ctx.trace.end(state.task);
      for (const arrived of state.batch) state.latencies.add(timeToSeconds((ctx.now - arrived) as Time));
      if (state.queue.length >= state.spec.largest || (state.queue.length > 0 && state.timer === undefined))
        begin(state, ctx);
    },
  },
});

/** Starts the next batch: called when it is full, or its oldest request has waited long enough. */
function begin(state: State, ctx: Context<Event>): void {
  if (state.isBusy || state.queue.length === 0) return;
  if (state.timer !== undefined) ctx.cancel(state.timer);
  state.timer = undefined;
  state.batch = state.queue.splice(0, state.spec.largest);
  state.isBusy = true;
  state.batches++;
  state.task = ctx.trace.begin('batch');
  ctx.trace.annotate(state.task, 'requests', state.batch.length);
  if (state.queue.length > 0) state.timer = ctx.schedule(state.spec.patience, ctx.self, { type: 'late' });
  ctx.schedule(state.spec.times[state.batch.length] as Duration, ctx.self, { type: 'done' });
}

/** A server that waits a little for a larger batch: latency against throughput, with the times of a real GPU's matrix products. */
export const scenario = defineScenario({
  id: 'batching-server',
  title: 'A model server that batches requests',
  paper: { title: 'none', reference: 'none' },
  params: {
    gpu: param.choice(['a100-80gb', 'h100-80gb'], { default: 'a100-80gb', describe: 'the GPU' }),
    batch: param.integer({ min: 1, max: 256, default: 16, describe: 'largest batch' }),
    patience: param.duration({ min: '1us', default: '2ms', describe: 'wait of the oldest request for a larger batch' }),
    gap: param.duration({ min: '1us', default: '3ms', describe: 'mean time between requests' }),
    layers: param.integer({ min: 1, max: 1000, default: 128, describe: 'matrix products of one token' }),
    width: param.integer({ min: 128, max: 32768, default: 8192, describe: 'width of the layers' }),
    requests: param.integer({ min: 1, max: '10M', default: 50000, describe: 'requests that arrive' }),
  },
  metrics: {
    median: { unit: 's', describe: 'median latency' },
    p99: { unit: 's', describe: 'latency that 99 % stay below' },
    meanBatch: { unit: '', describe: 'requests of a batch' },
    rate: { unit: '1/s', describe: 'requests served in a second' },
  },
  presets: { quick: { describe: 'few requests', set: { requests: 3000 } } },
  build(sim, { gpu, batch, patience, gap, layers, width, requests }) {
    const device = loadGpu(gpu);
    const times = Array.from({ length: batch + 1 }, (_, m) =>
      m === 0 ? (0 as Duration) : ((layers * gemm(device, { m, n: width, k: width })) as Duration),
    );
    return sim.spawn('server', server, { largest: batch, patience, gap, requests, times });
  },
  measure(ref, { requests }, sim) {
    const { latencies, batches } = sim.stateOf(ref) as State;
    return {
      median: latencies.quantile(0.5),
      p99: latencies.quantile(0.99),
      meanBatch: requests / batches,
      rate: requests / timeToSeconds(sim.now),
    };
  },
  examples: ['escapement run dist/scenarios/examples/batching-server.js --set batch=1'],
});
