import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type CollectiveDone,
  type CollectiveMessage,
  type CollectiveSpec,
  collectives,
} from '../../../actors/network/collective-actor.ts';
import { algorithmTime, type CollectiveOp } from '../../../actors/network/collective-algorithms.ts';
import { clusterCollective } from '../../../actors/network/collective-cost.ts';
import { CollectiveGroup } from '../../../actors/network/collective-group.ts';
import { type PlanOptions, planCollective } from '../../../actors/network/collective-plan.ts';
import { collectiveCosts } from '../../../actors/network/collective-presets.ts';
import type { CollectiveCosts } from '../../../actors/network/collective-protocols.ts';
import { gpuCluster } from '../../../actors/network/gpu-cluster.ts';
import { type NetworkState, network, networkUse } from '../../../actors/network/network-actor.ts';
import type { Topology } from '../../../actors/network/topology.ts';
import { type Fabric, loadFabric, loadNodeCollectives } from '../../../actors/presets/collectives/load.ts';
import { type ActorRef, defineActor } from '../../../engine/kernel/actor.ts';
import { type Bytes, bytes, bytesPerSecond, MiB } from '../../../engine/kernel/quantities.ts';
import { Simulation } from '../../../engine/kernel/simulation.ts';
import { type Duration, NO_TIME, us } from '../../../engine/kernel/time.ts';

const test = suite('collectives');
const runs = { seed: 20261123, numRuns: 120 };

const plain: CollectiveCosts = {
  ring: [{ name: 'Simple', base: us(10), hop: us(1), bandwidth: bytesPerSecond(200e9) }],
  allToAll: [{ name: 'Simple', base: us(10), hop: NO_TIME, bandwidth: bytesPerSecond(200e9) }],
  network: { base: us(5), hop: us(4) },
};

function cluster(nodes: number, gpusPerNode: number, leaf?: number): Topology {
  return gpuCluster({
    nodes,
    gpusPerNode,
    nvlink: { bandwidth: bytesPerSecond(300e9) },
    nic: { bandwidth: bytesPerSecond(25e9) },
    ...(leaf === undefined ? {} : { fabric: { nodesPerLeaf: leaf, oversubscription: 2 } }),
  });
}

const listener = defineActor<undefined, Array<{ tag: number; at: number; started: number }>, CollectiveDone>({
  kind: 'listener',
  init: () => [],
  on: { collectiveDone: (state, { tag, started }, ctx) => void state.push({ tag, at: ctx.now, started }) },
});

function world(topology: Topology, ...groups: Array<Partial<CollectiveSpec>>) {
  const sim = new Simulation();
  const net = sim.spawn('net', network, { topology });
  const ear = sim.spawn('ear', listener, undefined);
  const all = Array.from({ length: topology.endpoints }, (_, rank) => rank);
  const services = groups.map((group, i) =>
    sim.spawn(`group${i}`, collectives, { network: net, topology, members: all, costs: plain, ...group }),
  );
  return {
    sim,
    net,
    services,
    ear,
    heard: () => sim.stateOf(ear) as Array<{ tag: number; at: number; started: number }>,
    use: () => networkUse(sim.stateOf(net) as NetworkState, sim.now),
    all(service: ActorRef<CollectiveMessage>, op: CollectiveOp, size: Bytes, tag: number, at: Duration = NO_TIME) {
      sim.schedule(at, service, { type: 'joinAll', op, bytes: size, tag, replyTo: ear });
    },
  };
}

function timeOf(topology: Topology, op: CollectiveOp, size: Bytes, spec: Partial<CollectiveSpec> = {}): number {
  const w = world(topology, spec);
  w.all(w.services[0]!, op, size, 0);
  w.sim.run();
  return w.heard()[0]!.at;
}

const ops = ['all-to-all', 'all-gather', 'reduce-scatter', 'all-reduce'] as const;
const anyOp = fc.constantFrom(...ops);
const anySize = fc.integer({ min: 1, max: 2 ** 30 }).map(bytes);
const anyCluster = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 6 }), fc.constantFrom(undefined, 1, 2))
  .map(([nodes, gpus, leaf]) => cluster(nodes, gpus, leaf));

function near(actual: number, expected: number, ticks: number, what = ''): void {
  assert.ok(Math.abs(actual - expected) <= ticks, `${what} ${actual} against ${expected}`);
}

test('on one node each takes base, steps and bytes over bandwidth', () => {
  const node = cluster(1, 8);
  const size = MiB(64);
  const wire = (size * 7) / 8 / 200e9;
  near(timeOf(node, 'all-gather', size), 17e6 + wire * 1e12, 2);
  near(timeOf(node, 'reduce-scatter', size), 17e6 + wire * 1e12, 2);
  near(timeOf(node, 'all-reduce', size), 24e6 + 2 * wire * 1e12, 2);
  near(timeOf(node, 'all-to-all', size), 10e6 + wire * 1e12, 2);
});

test('the fastest protocol is taken, with ramp, pair factor and cost per peer', () => {
  const costs: CollectiveCosts = {
    ring: [
      { name: 'LL', base: us(2), hop: us(1), bandwidth: bytesPerSecond(10e9) },
      { name: 'Simple', base: us(20), hop: us(1), bandwidth: bytesPerSecond(200e9), ramp: us(9), pair: 0.5 },
    ],
    allToAll: [
      { name: 'peers', base: us(1), hop: us(0.5), bandwidth: bytesPerSecond(4e9), per: 'peer' },
      { name: 'port', base: us(12), hop: NO_TIME, bandwidth: bytesPerSecond(200e9) },
    ],
  };
  const group = (n: number) =>
    new CollectiveGroup(
      cluster(1, 8),
      Array.from({ length: n }, (_, rank) => rank),
    );
  const plan = (n: number, op: CollectiveOp, size: number) => planCollective(group(n), costs, op, bytes(size));
  assert.is(plan(8, 'all-gather', 1000).protocol, 'LL');
  assert.is(plan(8, 'all-gather', 1e8).protocol, 'Simple');
  near(plan(8, 'all-gather', 8e6).idle, 20e6 + 7e6 + 9e6 * Math.sqrt(7) + 7e6 / 0.2, 2);
  near(plan(2, 'all-gather', 2e9).idle, 20e6 + 1e6 + 9e6 * Math.sqrt(1000) + 1e9 / 0.1, 2);
  near(plan(8, 'all-to-all', 8e3).idle, 1e6 + 3.5e6 + 1e3 / 0.004, 2);
  near(plan(8, 'all-to-all', 8e8).idle, 12e6 + 7e8 / 0.2, 2);
  near(timeOf(cluster(1, 8), 'all-to-all', bytes(8e3), { costs }), 1e6 + 3.5e6 + 1e3 / 0.004, 2);
});

test('reduction in the switch wins from the number of ranks at which its port bytes do', () => {
  const costs: CollectiveCosts = {
    ...plain,
    ring: [{ name: 'Simple', base: us(10), hop: NO_TIME, bandwidth: bytesPerSecond(280e9) }],
    switchReduction: { latency: us(10), bandwidth: bytesPerSecond(230e9), from: 2 },
  };
  const protocol = (n: number, op: CollectiveOp = 'all-reduce') =>
    planCollective(new CollectiveGroup(cluster(1, 8), [...Array(n).keys()]), costs, op, MiB(512)).protocol;
  // (1 + 1/n) / 230 against 2 (n-1)/n / 280
  assert.equal(
    [2, 3, 4, 5, 6, 8].map((n) => protocol(n)),
    ['Simple', 'Simple', 'Simple', 'switch', 'switch', 'switch'],
  );
  assert.is(protocol(8, 'all-gather'), 'Simple');
  near(timeOf(cluster(1, 8), 'all-reduce', MiB(512), { costs }), 10e6 + ((9 / 8) * 2 ** 29) / 0.23, 2);
});

test('across nodes the ring leaves a node through all its NICs', () => {
  const size = MiB(256);
  // 2 nodes of 4: 7 steps, 1 of them outside; 7/8 of the bytes, a quarter of them through each NIC
  near(timeOf(cluster(2, 4), 'all-gather', size), 15e6 + 6e6 + 4e6 + ((7 / 8) * size) / 4 / 0.025, 3);
});

test('efficiency: a NIC is used to its share', () => {
  const share = (size: number, nodes: number) => (size === MiB(4) && nodes === 2 ? 0.4 : 1);
  const costs = {
    ...plain,
    allToAllEfficiency: share,
    ringEfficiency: (size: number, nodes: number) => share(size, nodes) / 2,
  };
  near(timeOf(cluster(2, 1), 'all-to-all', MiB(4), { costs }), 15e6 + MiB(2) / (0.025 * 0.4), 3);
  near(timeOf(cluster(2, 1), 'all-gather', MiB(4), { costs }), 15e6 + 4e6 + MiB(2) / (0.025 * 0.2), 3);
});

test('on an idle network every collective takes the time of its plan, in both details', () => {
  fc.assert(
    fc.property(
      anyCluster,
      anyOp,
      anySize,
      fc.constantFrom<PlanOptions>(
        {},
        { algorithm: 'ring' },
        { algorithm: 'hierarchical' },
        { algorithm: 'hierarchical', chunks: 4 },
      ),
      (topology, op, size, how) => {
        const group = new CollectiveGroup(topology, [...Array(topology.endpoints).keys()]);
        const plan = planCollective(group, plain, op, size, how);
        const ticks = 2 + 3 * plan.chunks * plan.stages.length;
        near(timeOf(topology, op, size, how), plan.idle, ticks, 'links');
        if (topology.endpoints <= 12)
          near(timeOf(topology, op, size, { ...how, detail: 'pairs' }), plan.idle, ticks, 'pairs');
      },
    ),
    runs,
  );
});

test('chunks of a hierarchical collective are pipelined: sum of the stages of one chunk plus the longest for each other', () => {
  const size = MiB(256);
  const inside = (chunks: number) => ((size * 3) / 4 / chunks / 200e9) * 1e12;
  const outside = (chunks: number) => ((2 * (size / 4)) / 2 / chunks / 25e9) * 1e12;
  for (const chunks of [1, 2, 8]) {
    const got = timeOf(cluster(2, 4), 'all-reduce', size, { algorithm: 'hierarchical', chunks });
    const latency = 15e6 + 6e6 + 2 * 4e6;
    const i = inside(chunks);
    const o = outside(chunks);
    near(got, latency + 2 * i + o + (chunks - 1) * Math.max(i, o), 6 * chunks);
  }
});

test('no collective beats the bandwidth of its ports', () => {
  fc.assert(
    fc.property(anyCluster, anyOp, anySize, (topology, op, size) => {
      const w = world(topology, {
        costs: {
          ...plain,
          ring: [{ ...plain.ring[0]!, bandwidth: bytesPerSecond(1e12) }],
          allToAll: [{ ...plain.allToAll[0]!, bandwidth: bytesPerSecond(1e12) }],
        },
      });
      w.all(w.services[0]!, op, size, 0);
      w.sim.run();
      const seconds = w.heard()[0]!.at / 1e12;
      w.use().links.forEach(({ bytes: sent }, l) => {
        assert.ok(seconds >= (sent / topology.links[l]!.capacity) * (1 - 1e-9));
      });
    }),
    runs,
  );
});

test('conservation: an all-to-all of n ranks moves (n-1)/n of each buffer, (n-g)/(n-1) of that between nodes', () => {
  fc.assert(
    fc.property(anyCluster, anySize, fc.constantFrom('links' as const, 'pairs' as const), (topology, size, detail) => {
      const w = world(topology, { detail });
      w.all(w.services[0]!, 'all-to-all', size, 0);
      w.sim.run();
      const n = topology.endpoints;
      const g = topology.links.filter(({ name }) => /^node0.*nvlink.up/.test(name)).length;
      const use = w.use();
      const sum = (pattern: RegExp) =>
        use.links.reduce((total, { name, bytes: sent }) => total + (pattern.test(name) ? sent : 0), 0);
      const expect = (actual: number, expected: number) =>
        assert.ok(Math.abs(actual - expected) <= 1e-9 * (expected + 1));
      expect(sum(/nvlink.up/), size * (g - 1));
      expect(sum(/nvlink.down/), size * (g - 1));
      expect(sum(/nic.*up/), size * (n - g));
      expect(sum(/nic.*down/), size * (n - g));
    }),
    runs,
  );
});

test('a ring moves the bytes of its formula, whatever the placement', () => {
  fc.assert(
    fc.property(
      anyCluster,
      fc.constantFrom('all-gather' as const, 'reduce-scatter' as const, 'all-reduce' as const),
      anySize,
      (topology, op, size) => {
        const w = world(topology, {});
        w.all(w.services[0]!, op, size, 0);
        w.sim.run();
        const n = topology.endpoints;
        const sent = w
          .use()
          .links.reduce((total, { name, bytes: b }) => total + (/(nvlink|nic.*)\/up/.test(name) ? b : 0), 0);
        const expected = size * (n - 1) * (op === 'all-reduce' ? 2 : 1);
        assert.ok(Math.abs(sent - expected) <= 1e-9 * expected, `${sent} against ${expected}`);
      },
    ),
    runs,
  );
});

test('constants of the presets: simulated alone, a collective takes the time of the closed form', () => {
  const nic = (fabric: Fabric) => ({ bandwidth: bytesPerSecond(fabric.nic) });
  fc.assert(
    fc.property(
      fc.constantFrom('a100-80gb' as const, 'h100-80gb' as const),
      fc.constantFrom('efa-4x100' as const, 'infiniband-hdr' as const, 'infiniband-ndr' as const),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 8 }),
      anyOp,
      fc.double({ min: 9, max: 30, noNaN: true }).map((log) => bytes(Math.round(2 ** log))),
      (gpu, fabricId, nodes, gpusPerNode, op, size) => {
        const node = loadNodeCollectives(gpu);
        const fabric = loadFabric(fabricId);
        const topology = gpuCluster({
          nodes,
          gpusPerNode,
          nvlink: { bandwidth: bytesPerSecond(600e9) },
          nic: nic(fabric),
        });
        const simulated = timeOf(topology, op, size, { costs: collectiveCosts(node, fabric) });
        const closed = clusterCollective({ node, fabric, gpusPerNode, nodes }, op, size);
        near(simulated, closed, Math.max(1000, 1e-6 * closed), `${gpu} ${nodes} x ${gpusPerNode} ${op} ${size} B`);
      },
    ),
    runs,
  );
});

test('broadcast and reduce pass the whole buffer from rank to rank', () => {
  near(timeOf(cluster(1, 8), 'broadcast', MiB(64)), 17e6 + MiB(64) / 0.2, 2);
  near(timeOf(cluster(2, 2), 'reduce', MiB(64)), 15e6 + 2e6 + 4e6 + MiB(64) / 0.025, 2);
});

test('a collective starts when its last member arrives, and all members hear its end', () => {
  const w = world(cluster(1, 4), {});
  [3, 0, 2, 1].forEach((member, i) => {
    w.sim.schedule(us(10 * i), w.services[0]!, {
      type: 'join',
      member,
      op: 'all-gather',
      bytes: MiB(1),
      tag: member,
      replyTo: w.ear,
    });
  });
  w.sim.run();
  const end = us(30) + 13e6 + Math.ceil(((MiB(1) * 3) / 4 / 200e9) * 1e12);
  assert.equal(
    w.heard(),
    [3, 0, 2, 1].map((tag) => ({ tag, at: end, started: us(30) })),
  );
});

test('collectives of one group run one after the other, in the order of the calls', () => {
  const w = world(cluster(1, 4), {});
  const join = (member: number, op: CollectiveOp, tag: number) =>
    w.sim.send(w.services[0]!, { type: 'join', member, op, bytes: MiB(1), tag, replyTo: w.ear });
  for (let member = 0; member < 4; member++) {
    join(member, 'all-gather', 1);
    join(member, 'all-to-all', 2);
  }
  w.sim.run();
  const times = w.heard();
  assert.equal(
    times.map(({ tag }) => tag),
    [1, 1, 1, 1, 2, 2, 2, 2],
  );
  assert.is(times[4]?.started, times[0]?.at);
});

test('members that call different collectives are told apart by name', () => {
  const w = world(cluster(1, 2), {});
  w.sim.send(w.services[0]!, { type: 'join', member: 0, op: 'all-gather', bytes: MiB(1), tag: 0 });
  w.sim.send(w.services[0]!, { type: 'join', member: 1, op: 'all-reduce', bytes: MiB(1), tag: 0 });
  assert.throws(
    () => w.sim.run(),
    (error: Error) => error.message.includes('member 1 calls all-reduce') && error.message.includes('all-gather of'),
  );
});

test('a collective whose members do not all come is reported as a deadlock that names them', () => {
  const w = world(cluster(1, 4), {});
  for (const member of [0, 2])
    w.sim.send(w.services[0]!, { type: 'join', member, op: 'all-gather', bytes: MiB(1), tag: 0 });
  assert.throws(
    () => w.sim.run(),
    (error: Error) =>
      'code' in error && error.code === 'SIM_DEADLOCK' && error.message.includes('members 1, 3 of all-gather'),
  );
});

test('two groups on the same NICs share them', () => {
  const topology = cluster(2, 2);
  const free = { ...plain, network: { hop: NO_TIME } };
  const w = world(
    topology,
    { members: [0, 2], costs: free },
    { members: [0, 2], costs: free },
    { members: [1, 3], costs: free },
  );
  w.services.forEach((service, i) => {
    w.all(service, 'all-to-all', MiB(100), i);
  });
  w.sim.run();
  const alone = (MiB(50) / 25e9) * 1e12;
  const [third, ...others] = w.heard().sort((a, b) => a.at - b.at);
  assert.is(third?.tag, 2);
  near(third!.at, 10e6 + alone, 2);
  for (const { at } of others) near(at, 10e6 + 2 * alone, 2);
});

test('against other traffic that is even, lockstep takes the share of its flows', () => {
  const topology = cluster(2, 2);
  const end = (detail: 'links' | 'pairs') => {
    const w = world(topology, { detail, costs: { ...plain, network: { hop: NO_TIME } } });
    // Each NIC carries two flows of the all-to-all and one of these.
    for (const [from, to] of [
      [0, 2],
      [2, 0],
      [1, 3],
      [3, 1],
    ] as const)
      w.sim.send(w.net, { type: 'transfer', from, to, bytes: MiB(500), tag: 0 });
    w.all(w.services[0]!, 'all-to-all', MiB(100), 0);
    w.sim.run();
    return w.heard()[0]!.at;
  };
  near(end('links'), 10e6 + (MiB(50) / 25e9) * 1.5e12, 3);
  near(end('pairs'), end('links'), 3);
});

test('256 ranks: a collective costs the same few events as one of 8', () => {
  const events = (nodes: number) => {
    const w = world(cluster(nodes, 8), {});
    for (let i = 0; i < 10; i++) w.all(w.services[0]!, ops[i % 4]!, MiB(64), i);
    w.sim.run();
    assert.is(w.heard().length, 10);
    return w.sim.events;
  };
  assert.is(events(32), events(2));
  assert.ok(events(32) <= 10 * 9, `${events(32)} events for ten collectives`);
});

test('bad groups are refused with the reason', () => {
  const refuses = (word: string, members: number[]) =>
    assert.throws(
      () => new CollectiveGroup(cluster(1, 4), members),
      (error: Error) => error.message.includes(word),
    );
  refuses('no members', []);
  refuses('twice', [0, 1, 0]);
  const w = world(cluster(1, 4), {});
  w.sim.send(w.services[0]!, { type: 'join', member: 4, op: 'all-gather', bytes: MiB(1), tag: 0 });
  assert.throws(
    () => w.sim.run(),
    (error: Error) => error.message.includes('there is no member 4'),
  );
});

test('halving-doubling and double trees take their textbook times on an idle network', () => {
  const n = 8;
  const costs: CollectiveCosts = {
    ...plain,
    ring: [{ name: 'Simple', base: NO_TIME, hop: us(1), bandwidth: bytesPerSecond(200e9) }],
    piece: MiB(1),
  };
  const work = { ranks: n, bytes: MiB(64), latency: us(1), rate: 200e9 };
  const near = (algorithm: 'halving-doubling' | 'tree', expected: number) => {
    const got = timeOf(cluster(1, n), 'all-reduce', MiB(64), { costs, algorithm });
    assert.ok(Math.abs(got / expected - 1) < 1e-6, `${algorithm}: ${got} instead of ${expected}`);
  };
  near('halving-doubling', algorithmTime('halving-doubling-all-reduce', work));
  near('tree', algorithmTime('tree-all-reduce', { ...work, chunk: MiB(1) }));
});

test('halving-doubling sends what a ring sends, and gathers in as many steps as it scatters', () => {
  fc.assert(
    fc.property(fc.constantFrom(2, 4, 8), fc.constantFrom(1, 2, 4), anySize, (gpus, nodes, size) => {
      fc.pre(gpus * nodes > 1);
      const carried = (algorithm: 'halving-doubling' | 'ring') => {
        const w = world(cluster(nodes, gpus), { algorithm });
        w.all(w.services[0]!, 'all-reduce', size, 0);
        w.sim.run();
        const { bytesByCategory } = w.use();
        return Object.values(bytesByCategory).reduce((sum, each) => sum + each, 0);
      };
      if (nodes === 1) assert.ok(Math.abs(carried('halving-doubling') / carried('ring') - 1) < 1e-9);
      const time = (op: CollectiveOp) => timeOf(cluster(nodes, gpus), op, size, { algorithm: 'halving-doubling' });
      assert.ok(Math.abs(time('all-gather') - time('reduce-scatter')) <= 1);
    }),
    runs,
  );
});

test('in two trees every rank sends at most four halves, and all but two ranks send as much as they get', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 65 }), (n) => {
      const { pairs } = new CollectiveGroup(
        cluster(1, n),
        Array.from({ length: n }, (_, rank) => rank),
      ).trees;
      assert.is(pairs.length, 4 * (n - 1));
      const out = new Array<number>(n).fill(0);
      for (const [from] of pairs) out[from]!++;
      assert.ok(Math.max(...out) <= 4, `${out}`);
      assert.ok(Math.min(...out) >= 2, `${out}`);
    }),
    runs,
  );
});

test('halving-doubling refuses a number of ranks that is no power of two', () => {
  assert.throws(
    () => timeOf(cluster(1, 6), 'all-reduce', MiB(1), { algorithm: 'halving-doubling' }),
    /COLLECTIVE_RANKS|power|ranks/,
  );
});

test.run();
