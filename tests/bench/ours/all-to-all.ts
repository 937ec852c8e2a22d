import { type NetworkReply, network } from '../../../actors/network/network-actor.ts';
import { star } from '../../../actors/network/small-topologies.ts';
import { bytes, bytesPerSecond, defineActor, Simulation } from '../../../engine/index.ts';
import { transferSizes } from '../random.ts';
import type { Program } from '../workloads.ts';
import { elapsedOf, type Timed } from './timed.ts';

interface State {
  ended: number;
  /** Sum of the ends in whole microseconds. */
  sum: number;
}

const receiver = defineActor<undefined, State, NetworkReply>({
  kind: 'receiver',
  init: () => ({ ended: 0, sum: 0 }),
  on: {
    transferDone(state, _message, ctx) {
      state.ended++;
      state.sum += Math.round(ctx.now / 1e6);
    },
    transferFailed() {},
  },
});

/** Every host sends another size to every other host over a port of 1 GB/s: a message for each transfer and each end. */
export function allToAll({ hosts }: Extract<Program, { kind: 'all-to-all' }>): Timed {
  const sim = new Simulation();
  const topology = star({ hosts, port: { bandwidth: bytesPerSecond(1e9) } });
  const net = sim.spawn('net', network, { topology });
  const replyTo = sim.spawn('receiver', receiver, undefined);
  const sizes = transferSizes(hosts);
  for (let from = 0, tag = 0; from < hosts; from++)
    for (let to = 0; to < hosts; to++)
      if (from !== to) {
        sim.send(net, { type: 'transfer', from, to, bytes: bytes(sizes[tag]!), tag, replyTo });
        tag++;
      }
  const elapsed = elapsedOf(() => sim.run());
  const { ended, sum } = sim.stateOf(replyTo) as State;
  return { count: ended, checksum: sum, ...elapsed };
}
