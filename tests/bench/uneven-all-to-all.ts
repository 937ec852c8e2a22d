import { FlowNetwork } from '../../actors/network/flow-network.ts';
import { type NetworkReply, network } from '../../actors/network/network-actor.ts';
import { star } from '../../actors/network/small-topologies.ts';
import { defineActor } from '../../engine/kernel/actor.ts';
import { bytes, bytesPerSecond } from '../../engine/kernel/quantities.ts';
import { Simulation } from '../../engine/kernel/simulation.ts';

/** Bandwidth of every up and down link. */
const PORT = bytesPerSecond(1e9);

/** Sizes from 1 to 11 MB, one for each ordered pair of different hosts. */
export function unevenSizes(hosts: number): Float64Array {
  let state = 12345;
  return Float64Array.from({ length: hosts * (hosts - 1) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 1e6 + (state % 10_000_000);
  });
}

/** Calls `visit` with every ordered pair of different hosts, in the order of the sizes. */
function eachPair(hosts: number, visit: (from: number, to: number, pair: number) => void): void {
  let pair = 0;
  for (let from = 0; from < hosts; from++) for (let to = 0; to < hosts; to++) if (from !== to) visit(from, to, pair++);
}

/** Completion times in seconds by the flow network alone. */
export function runFlows(hosts: number, sizes: Float64Array): Float64Array {
  const net = new FlowNetwork();
  const up = Array.from({ length: hosts }, (_, h) => net.addLink({ name: `host${h}/up`, capacity: PORT }));
  const down = Array.from({ length: hosts }, (_, h) => net.addLink({ name: `host${h}/down`, capacity: PORT }));
  const ends = new Float64Array(sizes.length);
  eachPair(hosts, (from, to, pair) => {
    net.addFlow(net.addRoute([up[from]!, down[to]!]), bytes(sizes[pair]!));
  });
  // Handles of a fresh network count the flows in order of arrival.
  net.advance(Number.POSITIVE_INFINITY, (flow, time) => {
    ends[flow] = time;
  });
  return ends;
}

const sink = defineActor<{ readonly flows: number }, Float64Array, NetworkReply>({
  kind: 'sink',
  init: ({ flows }) => new Float64Array(flows),
  on: {
    transferDone(ends, { tag }, ctx) {
      ends[tag] = ctx.now / 1e12;
    },
    transferFailed() {},
  },
});

/** Completion times in seconds by the whole engine: a message for each transfer and each end. */
export function runEngine(hosts: number, sizes: Float64Array): Float64Array {
  const sim = new Simulation();
  const topology = star({ hosts, port: { bandwidth: PORT } });
  const net = sim.spawn('net', network, { topology });
  const replyTo = sim.spawn('sink', sink, { flows: sizes.length });
  eachPair(hosts, (from, to, tag) => {
    sim.send(net, { type: 'transfer', from, to, bytes: bytes(sizes[tag]!), tag, replyTo });
  });
  sim.run();
  return sim.stateOf(replyTo) as Float64Array;
}
