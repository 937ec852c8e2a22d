import { gemm } from '../../actors/compute/index.ts';
import { type NetworkReply, network, star } from '../../actors/network/index.ts';
import { loadGpu } from '../../actors/presets/index.ts';
import {
  arrive,
  type Bytes,
  barrier,
  bytes,
  bytesPerSecond,
  container,
  type Duration,
  delay,
  draw,
  fill,
  get,
  process,
  put,
  receive,
  store,
  timeToSeconds,
} from '../../engine/index.ts';
import { defineScenario, param } from '../kit/index.ts';

type Options = { readonly rank: number };

/**
 * Data-parallel training in which three things contend: samples and gradients share each host's card, all hosts share the storage's card,
 * and prefetched batches share the device memory with activations.
 */
export const scenario = defineScenario({
  id: 'contended-training',
  title: 'Training whose loader, network and memory contend',
  paper: { title: 'none', reference: 'none' },
  params: {
    ranks: param.integer({ min: 2, max: 256, default: 8, describe: 'hosts with one GPU each' }),
    steps: param.integer({ min: 1, max: 10000, default: 50, describe: 'training steps' }),
    batch: param.bytes({ min: '1MB', default: '500MB', describe: 'bytes of one batch of a rank' }),
    gradients: param.bytes({ min: '1MB', default: '1GB', describe: 'bytes of gradients, exchanged each step' }),
    activations: param.bytes({ min: 0, default: '30GB', describe: 'memory of activations during a step' }),
    memory: param.bytes({ min: '1GB', default: '32GB', describe: 'memory of a GPU beside the weights' }),
    prefetch: param.integer({ min: 1, max: 64, default: 4, describe: 'batches a loader reads ahead' }),
    card: param.bandwidth({ above: 0, default: '12.5GB/s', describe: "rate of a host's card, each direction" }),
    storage: param.bandwidth({ above: 0, default: '25GB/s', describe: 'rate of the storage' }),
    width: param.integer({ min: 128, max: 65536, default: 8192, describe: 'width of the layers' }),
    layers: param.integer({ min: 1, max: 1000, default: 24, describe: 'layers, three products each in a step' }),
  },
  metrics: {
    stepSeconds: { unit: 's', describe: 'mean time of a step' },
    computeShare: { unit: '', describe: 'share of the time that the GPUs compute' },
    dataSeconds: { unit: 's', describe: 'mean wait of a step for data' },
    memorySeconds: { unit: 's', describe: 'mean wait of a loader for memory, for each batch' },
    exchangeSeconds: { unit: 's', describe: 'mean time of a step for gradients' },
  },
  presets: { quick: { describe: 'ten steps', set: { steps: 10 } } },
  refine: ({ batch, activations, memory }) =>
    batch + activations > memory
      ? [{ parameter: 'activations', constraint: 'a batch and the activations must fit', use: [memory - batch] }]
      : [],
  build(sim, params) {
    const { ranks, steps, prefetch } = params;
    const hosts = ranks + Math.ceil(params.storage / params.card);
    const topology = star({ hosts, port: { bandwidth: bytesPerSecond(params.card) } });
    const net = sim.spawn('network', network, { topology });
    const together = barrier(sim, { name: 'step', parties: ranks });
    const tokens = 4096;
    const product = gemm(loadGpu('a100-80gb'), { m: tokens, n: params.width, k: params.width });
    const compute = (3 * params.layers * product) as Duration;
    const sum = { data: 0, memory: 0, exchange: 0, compute: 0 };

    for (let rank = 0; rank < ranks; rank++) {
      const ready = store<Bytes>(sim, { name: `rank${rank}/batches` });
      const slots = container(sim, { name: `rank${rank}/slots`, capacity: prefetch, level: prefetch });
      const room = params.memory - params.activations;
      const memory = container(sim, { name: `rank${rank}/memory`, capacity: room, level: room });
      const batch = bytes(params.batch);

      const loader = process<Options, NetworkReply>(function* (ctx) {
        for (let step = 0; step < steps; step++) {
          yield* draw(slots, 1);
          const asked = sim.elapsed;
          yield* draw(memory, batch);
          sum.memory += sim.elapsed - asked;
          const from = ranks + ((rank + step) % (hosts - ranks));
          ctx.send(net, { type: 'transfer', from, to: rank, bytes: batch, tag: step, replyTo: ctx.self });
          yield* receive(ctx, 'transferDone');
          yield* put(ready, batch);
        }
      });

      const trainer = process<Options, NetworkReply>(function* (ctx) {
        const share = bytes(Math.round((2 * (ranks - 1) * params.gradients) / ranks));
        for (let step = 0; step < steps; step++) {
          let mark = sim.elapsed;
          const waited = (): number => {
            const span = sim.elapsed - mark;
            mark = sim.elapsed;
            return span;
          };
          yield* get(ready);
          yield* fill(slots, 1);
          sum.data += waited();
          yield* delay(compute);
          sum.compute += waited();
          yield* fill(memory, batch);
          const to = (rank + 1) % ranks;
          ctx.send(net, { type: 'transfer', from: rank, to, bytes: share, tag: step, replyTo: ctx.self });
          yield* receive(ctx, 'transferDone');
          yield* arrive(together);
          sum.exchange += waited();
        }
      });
      sim.spawn(`loader${rank}`, loader, { rank });
      sim.spawn(`trainer${rank}`, trainer, { rank });
    }
    return sum;
  },
  measure(sum, { ranks, steps }, sim) {
    const each = (span: number): number => timeToSeconds(span as never) / (ranks * steps);
    const elapsed = timeToSeconds(sim.now);
    return {
      stepSeconds: elapsed / steps,
      computeShare: (each(sum.compute) * steps) / elapsed,
      dataSeconds: each(sum.data),
      memorySeconds: each(sum.memory),
      exchangeSeconds: each(sum.exchange),
    };
  },
  examples: ['escapement run dist/scenarios/examples/contended-training.js --set memory=30.5GB'],
});
