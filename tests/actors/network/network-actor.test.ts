import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { gpuCluster } from '../../../actors/network/gpu-cluster.ts';
import { linkChart } from '../../../actors/network/link-chart.ts';
import {
  type NetworkMessage,
  type NetworkReply,
  type NetworkState,
  network,
  networkUse,
} from '../../../actors/network/network-actor.ts';
import { star } from '../../../actors/network/small-topologies.ts';
import type { Topology } from '../../../actors/network/topology.ts';
import { fromMachine } from '../../../engine/charts/index.ts';
import { type ActorRef, defineActor } from '../../../engine/kernel/actor.ts';
import { bytes, bytesPerSecond } from '../../../engine/kernel/quantities.ts';
import { Simulation, type SimulationOptions } from '../../../engine/kernel/simulation.ts';
import { type Duration, ms, ns, ps, us } from '../../../engine/kernel/time.ts';
import { collectTrace, type LinkTraffic, linkTraffic, windowTable } from '../../../engine/trace/index.ts';

const test = suite('network actor');
const runs = { seed: 20261123, numRuns: 200 };

interface Heard {
  readonly reply: NetworkReply;
  readonly at: number;
}

const listener = defineActor<undefined, Heard[], NetworkReply>({
  kind: 'listener',
  init: () => [],
  on: {
    transferDone: (state, reply, ctx) => void state.push({ reply, at: ctx.now }),
    transferFailed: (state, reply, ctx) => void state.push({ reply, at: ctx.now }),
  },
});

function world(topology: Topology, options: SimulationOptions = {}) {
  const sim = new Simulation(options);
  const net = sim.spawn('net', network, { topology, resolution: options.resolution ?? 'ps' });
  const ear = sim.spawn('ear', listener, undefined);
  return {
    sim,
    net,
    ear,
    heard: () => sim.stateOf(ear) as Heard[],
    state: () => sim.stateOf(net) as NetworkState,
    transfer(
      at: Duration,
      from: number,
      to: number,
      size: number,
      tag: number,
      extra: Partial<Extract<NetworkMessage, { type: 'transfer' }>> = {},
    ) {
      sim.schedule(at, net, { type: 'transfer', from, to, bytes: bytes(size), tag, replyTo: ear, ...extra });
    },
  };
}

const pair = star({ hosts: 2, port: { bandwidth: bytesPerSecond(25e9), latency: us(2) } });
const eight = gpuCluster({
  nodes: 4,
  gpusPerNode: 2,
  nvlink: { bandwidth: bytesPerSecond(300e9), latency: ns(700) },
  nic: { bandwidth: bytesPerSecond(25e9), latency: us(3) },
  fabric: { nodesPerLeaf: 2, oversubscription: 2, latency: us(1) },
});

test('a transfer alone takes latency plus size over bandwidth, to the tick', () => {
  const w = world(pair);
  w.transfer(us(1), 0, 1, 1e6, 7);
  w.transfer(ms(1), 1, 0, 0, 8, { latency: us(5) });
  w.sim.run();
  assert.equal(w.heard(), [
    { reply: { type: 'transferDone', tag: 7, bytes: 1e6, started: us(1), task: 1 }, at: us(1) + us(2) + us(40) },
    { reply: { type: 'transferDone', tag: 8, bytes: 0, started: ms(1), task: 2 }, at: ms(1) + us(7) },
  ] as never);
});

test('other resolutions give the same times in their ticks; a wrong one is refused', () => {
  const w = world(pair, { resolution: 'ns' });
  w.transfer(us(1), 0, 1, 1e6, 7);
  w.sim.run();
  assert.is(w.heard()[0]?.at, 43_000);
  const sim = new Simulation({ resolution: 'ns' });
  const net = sim.spawn('net', network, { topology: pair });
  sim.schedule(us(1), net, { type: 'transfer', from: 0, to: 1, bytes: bytes(1), tag: 0 });
  assert.throws(
    () => sim.run(),
    (error: Error) => error.message.includes('the simulation does not'),
  );
});

test('one solve for everything that happens at one instant', () => {
  const hosts = 10;
  const w = world(star({ hosts, port: { bandwidth: bytesPerSecond(1e9) } }));
  for (let i = 0; i < hosts; i++)
    for (let j = 0; j < hosts; j++) if (i !== j) w.transfer(us(1), i, j, 1e6, i * hosts + j);
  w.sim.run();
  assert.is(w.heard().length, hosts * (hosts - 1));
  assert.is(new Set(w.heard().map(({ at }) => at)).size, 1, 'equal flows end together');
  assert.is(w.state().net.solves.all, 1);
});

test('one solve also for what other actors send in answer at the same instant', () => {
  const w = world(pair);
  const relay = w.sim.spawn(
    'relay',
    defineActor<{ readonly net: ActorRef<NetworkMessage> }, ActorRef<NetworkMessage>, { type: 'go' }>({
      kind: 'relay',
      init: ({ net }) => net,
      on: {
        go: (net, _message, ctx) =>
          void ctx.send(net, { type: 'transfer', from: 0, to: 1, bytes: bytes(1e6), tag: 2, latency: us(0) }),
      },
    }),
    { net: w.net },
  );
  w.transfer(us(1), 0, 1, 1e6, 1);
  w.sim.schedule(us(1), relay, { type: 'go' });
  w.sim.run();
  assert.is(
    w.sim.events,
    2 + 1 + 1 + 2 * 2 + 1 + 0,
    'transfers, relay, settle, join and end with a settle each, reply',
  );
  assert.is(w.state().net.solves.all, 1);
});

test('completions of one instant are told in order of arrival, and may start transfers at that instant', () => {
  const w = world(pair);
  for (let i = 0; i < 5; i++) w.transfer(us(1), 0, 1, 1e6, i);
  w.sim.run();
  assert.equal(
    w.heard().map(({ reply }) => reply.tag),
    [0, 1, 2, 3, 4],
  );
  const chain = defineActor<
    { net: ActorRef<NetworkMessage> },
    { net: ActorRef<NetworkMessage>; ends: number[] },
    NetworkReply
  >({
    kind: 'chain',
    init: ({ net }) => ({ net, ends: [] }),
    on: {
      transferDone(state, reply, ctx) {
        state.ends.push(ctx.now);
        if (reply.tag > 0)
          ctx.send(state.net, {
            type: 'transfer',
            from: 0,
            to: 0,
            bytes: bytes(0),
            tag: reply.tag - 1,
            replyTo: ctx.self,
          });
      },
      transferFailed() {},
    },
  });
  const links = w.sim.spawn('chain', chain, { net: w.net });
  w.sim.schedule(us(3), w.net, { type: 'transfer', from: 0, to: 0, bytes: bytes(0), tag: 3, replyTo: links });
  w.sim.run();
  const ends = (w.sim.stateOf(links) as { ends: number[] }).ends;
  assert.is(ends.length, 4);
  assert.is(new Set(ends).size, 1);
});

test('a link may change capacity at any instant', () => {
  const w = world(pair);
  w.transfer(us(0), 0, 1, 1e6, 1);
  w.sim.schedule(us(22), w.net, { type: 'setCapacity', link: 'host0/up', capacity: bytesPerSecond(5e9) });
  w.sim.run();
  assert.is(w.heard()[0]?.at, us(2 + 20 + 100));
});

test('a flow on a downed link waits with cause link', () => {
  const w = world(pair);
  w.transfer(us(0), 0, 1, 1e6, 1);
  w.sim.schedule(us(22), w.net, { type: 'setCapacity', link: 'host1/down', capacity: bytesPerSecond(0) });
  w.sim.schedule(us(50), w.net, { type: 'setCapacity', link: 'host1/down', capacity: bytesPerSecond(25e9) });
  w.sim.run();
  assert.is(w.heard()[0]?.at, us(42 + 28));
  w.transfer(us(0), 0, 1, 1e6, 2);
  w.sim.schedule(us(22), w.net, { type: 'setCapacity', link: 'host1/down', capacity: bytesPerSecond(0) });
  assert.throws(
    () => w.sim.run(),
    (error: Error) => 'code' in error && error.code === 'SIM_DEADLOCK' && error.message.includes('host1/down'),
  );
});

test('a transfer that may not wait fails when its link goes down or is down', () => {
  const w = world(pair);
  w.transfer(us(0), 0, 1, 1e6, 1, { whenDown: 'fail' });
  w.transfer(us(0), 1, 0, 1e6, 2, { whenDown: 'fail' });
  w.sim.schedule(us(22), w.net, { type: 'setCapacity', link: 'host1/down', capacity: bytesPerSecond(0) });
  w.transfer(us(30), 0, 1, 1e6, 3, { whenDown: 'fail' });
  w.sim.run();
  assert.equal(
    w.heard().map(({ reply, at }) => [reply.type, reply.tag, at]),
    [
      ['transferFailed', 1, us(22)],
      ['transferFailed', 3, us(30)],
      ['transferDone', 2, us(42)],
    ],
  );
  const carried = networkUse(w.state(), w.sim.now).links[0]?.bytes ?? 0;
  assert.ok(Math.abs(carried - 0.5e6) < 1e-6, `${carried} B before the failure`);
});

const transfers = fc.array(
  fc.record({
    at: fc.constantFrom(0, 0, 1, 5, 40).map(us),
    from: fc.nat({ max: 7 }),
    to: fc.nat({ max: 7 }),
    size: fc.nat({ max: 3_000_000 }),
  }),
  { minLength: 1, maxLength: 25 },
);

test('bytes are conserved on every link and category', () => {
  fc.assert(
    fc.property(transfers, (list) => {
      const w = world(eight);
      list.forEach(({ at, from, to, size }, tag) => {
        w.transfer(at, from, to, size, tag);
      });
      w.sim.run();
      assert.is(w.heard().length, list.length);
      const use = networkUse(w.state(), w.sim.now);
      const expected = eight.links.map(() => 0);
      for (const { from, to, size } of list) for (const l of eight.route(from, to)) expected[l]! += size;
      use.links.forEach(({ name, bytes: got, busy, utilisation }, l) => {
        assert.is(got, expected[l], name);
        assert.ok(utilisation <= 1 + 1e-12 && utilisation >= 0, `${name} is used ${utilisation}`);
        assert.ok(busy <= w.sim.elapsed);
      });
      const sent = (category: string) =>
        eight.links.reduce((sum, link, l) => sum + (link.category === category ? expected[l]! : 0), 0);
      for (const category of ['nvlink', 'nic', 'loopback', 'fabric'])
        assert.is(use.bytesByCategory[category], sent(category), category);
    }),
    runs,
  );
});

test('order independence: messages of one instant may be sent in any order', () => {
  fc.assert(
    fc.property(transfers, (list) => {
      const ends = (order: readonly number[]) => {
        const w = world(eight);
        for (const tag of order) {
          const { at, from, to, size } = list[tag]!;
          w.transfer(at, from, to, size, tag);
        }
        w.sim.run();
        return w
          .heard()
          .map(({ reply, at }) => [reply.tag, at])
          .sort((a, b) => a[0]! - b[0]!);
      };
      const tags = list.map((_, tag) => tag);
      assert.equal(ends([...tags].reverse()), ends(tags));
    }),
    runs,
  );
});

test('same program, same fingerprint', () => {
  const print = () => {
    const w = world(eight);
    for (let i = 0; i < 30; i++) w.transfer(ps(i % 3), i % 8, (i * 5 + 1) % 8, 1000 * i, i);
    w.sim.run();
    return w.sim.fingerprint();
  };
  assert.is(print(), print());
});

test('misuse of the network is refused with the name of what is wrong', () => {
  const refuses = (message: NetworkMessage, ...words: string[]) => {
    const w = world(pair);
    w.sim.send(w.net, message);
    assert.throws(
      () => w.sim.run(),
      (error: Error) => words.every((word) => error.message.includes(word)),
    );
  };
  refuses({ type: 'transfer', from: 0, to: 2, bytes: bytes(1), tag: 0 }, 'no endpoint 2');
  refuses({ type: 'transfer', from: 0, to: 1, bytes: bytes(-1), tag: 0 }, 'size of a flow');
  refuses({ type: 'setCapacity', link: 'host9/up', capacity: bytesPerSecond(1) }, 'host9/up', 'host0/up');
  refuses({ type: 'batch', flows: [{ links: [0, 99], bytes: bytes(1) }], tag: 0 }, 'no link 99');
});

test('the chart of a link takes it down, repairs it and halves it', () => {
  const finish = (events: ReadonlyArray<readonly [Duration, 'fail' | 'degrade' | 'restore']>) => {
    const w = world(pair);
    w.transfer(us(0), 0, 1, 1e6, 1);
    const link = pair.route(0, 1)[0] as number;
    const chart = w.sim.spawn('link', fromMachine(linkChart, { delayUnit: ps(1) }), {
      link,
      owner: w.net,
      degradedShare: 0.5,
      detection: us(5),
      repair: us(15),
      errorLimit: 3,
      errorWindow: us(100),
    });
    for (const [at, type] of events) w.sim.schedule(at, chart, { type });
    w.sim.run();
    assert.is(w.heard()[0]?.reply.type, 'transferDone');
    return w.heard()[0]?.at as number;
  };
  const alone = finish([]);
  assert.is(finish([[us(12), 'fail']]), alone + us(20));
  assert.is(
    finish([
      [us(12), 'degrade'],
      [us(22), 'restore'],
    ]),
    alone + us(5),
  );
  assert.is(
    finish([
      [us(12), 'fail'],
      [us(20), 'fail'],
    ]),
    alone + us(23),
  );
});

test('more than eight transfers at once into one endpoint are warned of, by name', () => {
  const warningsOf = (senders: number) => {
    const sim = new Simulation();
    const topology = star({ hosts: 12, port: { bandwidth: bytesPerSecond(1e9) } });
    const net = sim.spawn('net', network, { topology });
    for (let round = 0; round < 2; round++)
      for (let from = 1; from <= senders; from++)
        sim.schedule(ms(100 * round), net, { type: 'transfer', from, to: 0, bytes: bytes(1e6), tag: from });
    sim.run();
    return networkUse(sim.stateOf(net) as NetworkState, sim.now).warnings;
  };
  assert.equal(warningsOf(8), []);
  assert.is(warningsOf(9).length, 1);
  assert.match(warningsOf(9)[0]!, /1 endpoints had more than 8 .* \(9 at host0\)/);
});

test('link use of a recording: what each link carried is what its flows sent, in any window', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          at: fc.integer({ min: 0, max: 1000 }),
          from: fc.nat(7),
          to: fc.nat(7),
          kB: fc.integer({ min: 1, max: 4000 }),
        }),
        { minLength: 1, maxLength: 30 },
      ),
      (transfers) => {
        const w = world(eight);
        const table = collectTrace(w.sim);
        for (const [i, { at, from, to, kB }] of transfers.entries())
          if (from !== to) w.transfer(us(at), from, to, kB * 1000, i);
        w.sim.run();
        const read = table();
        const uses = networkUse(w.state(), w.sim.now).links.filter(({ bytes: carried }) => carried > 0);
        const traffic = new Map(linkTraffic(read).map((one) => [one.link, one]));
        assert.is(traffic.size, uses.length);
        for (const { name, bytes: carried, busy } of uses) {
          const { bytes: seen, capacity, most, share } = traffic.get(name)!;
          const seconds = busy / 1e12;
          assert.ok(Math.abs(seen - carried) <= (capacity * seconds) / 128 + 1, `${name}: ${seen} of ${carried}`);
          assert.ok(most <= capacity * (1 + 1e-9) && share <= 1 + 1e-9);
        }
        const middle = Math.round(read.makespan / 2);
        const [early, late] = [0, middle].map((from) =>
          linkTraffic(windowTable(read, from, from === 0 ? middle : read.makespan).table),
        ) as [LinkTraffic[], LinkTraffic[]];
        for (const { link, bytes: whole } of traffic.values()) {
          const parts = [...early, ...late].filter((one) => one.link === link);
          assert.ok(Math.abs(parts.reduce((sum, one) => sum + one.bytes, 0) - whole) <= 1e-6 * whole + 1e-3);
        }
      },
    ),
    runs,
  );
});

test('a recording names links that are used, once with their capacity, and again when it changes', () => {
  const w = world(pair);
  const table = collectTrace(w.sim);
  w.transfer(us(0), 0, 1, 25e6, 1);
  w.sim.schedule(us(502), w.net, { type: 'setCapacity', link: 'host0/up', capacity: bytesPerSecond(12.5e9) });
  w.sim.run();
  const counters = Object.fromEntries(
    table().counters.map(({ name, times, values }) => [name, [...times].map((at, i) => [at, values[i]])]),
  );
  assert.equal(counters, {
    'host0/up capacity': [
      [0, 25e9],
      [us(502), 12.5e9],
    ],
    'host0/up in use': [
      [us(2), 25e9],
      [us(502), 12.5e9],
      [us(1502), 0],
    ],
    'host1/down capacity': [[0, 25e9]],
    'host1/down in use': [
      [us(2), 25e9],
      [us(502), 12.5e9],
      [us(1502), 0],
    ],
  });
});

test.run();
