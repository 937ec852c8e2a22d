import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { gpuCluster } from '../../../actors/network/gpu-cluster.ts';
import { pcieBox, star, torus } from '../../../actors/network/small-topologies.ts';
import type { Topology } from '../../../actors/network/topology.ts';
import { bytesPerSecond } from '../../../engine/kernel/quantities.ts';
import { us } from '../../../engine/kernel/time.ts';

const test = suite('topologies');
const runs = { seed: 20261123, numRuns: 200 };
const port = (gb: number) => ({ bandwidth: bytesPerSecond(gb * 1e9), latency: us(1) });
const names = (topology: Topology, from: number, to: number) =>
  topology.route(from, to).map((index) => topology.links[index]!.name);

test('gpu cluster: ranks are placed node by node and links are named by place', () => {
  const dgx = gpuCluster({ nodes: 2, gpusPerNode: 8, nvlink: port(300), nic: port(25) });
  assert.equal(names(dgx, 1, 3), ['node0/gpu1/nvlink/up', 'node0/gpu3/nvlink/down']);
  assert.equal(names(dgx, 1, 9), ['node0/nic1/up', 'node1/nic1/down']);
  assert.equal(names(dgx, 9, 9), ['node1/gpu1/loopback']);
  assert.is(dgx.nameOf(9), 'node1/gpu1');
});

test('gpu cluster: fewer NICs are shared, more are bundled', () => {
  const few = gpuCluster({ nodes: 2, gpusPerNode: 8, nvlink: port(300), nic: port(12.5), nicsPerNode: 4 });
  assert.equal(names(few, 2, 15), ['node0/nic1/up', 'node1/nic3/down']);
  assert.equal(names(few, 3, 14), ['node0/nic1/up', 'node1/nic3/down']);
  const many = gpuCluster({ nodes: 2, gpusPerNode: 2, nvlink: port(300), nic: port(10), nicsPerNode: 8 });
  const [out] = many.route(1, 2);
  assert.is(many.links[out!]?.capacity, 40e9);
});

test('gpu cluster: oversubscription and rails', () => {
  const fat = gpuCluster({
    nodes: 4,
    gpusPerNode: 2,
    nvlink: port(300),
    nic: port(25),
    fabric: { nodesPerLeaf: 2, oversubscription: 4 },
  });
  assert.equal(names(fat, 0, 2), ['node0/nic0/up', 'node1/nic0/down']);
  assert.equal(names(fat, 0, 7), ['node0/nic0/up', 'leaf0/up', 'leaf1/down', 'node3/nic1/down']);
  assert.is(fat.links.find(({ name }) => name === 'leaf0/up')?.capacity, 25e9);
  const rail = gpuCluster({
    nodes: 4,
    gpusPerNode: 2,
    nvlink: port(300),
    nic: port(25),
    fabric: { nodesPerLeaf: 4, wiring: 'rail' },
  });
  assert.equal(names(rail, 0, 6), ['node0/nic0/up', 'node3/nic0/down']);
  assert.equal(names(rail, 0, 7), ['node0/nic0/up', 'leaf0/up', 'leaf1/down', 'node3/nic1/down']);
  assert.is(rail.links.find(({ name }) => name === 'leaf1/up')?.capacity, 100e9);
});

test('pcie box: traffic between switches passes the host', () => {
  const box = pcieBox({ gpus: 4, slot: port(32), gpusPerSwitch: 2, uplink: port(16) });
  assert.equal(names(box, 0, 1), ['gpu0/pcie/up', 'gpu1/pcie/down']);
  assert.equal(names(box, 0, 3), ['gpu0/pcie/up', 'switch0/up', 'switch1/down', 'gpu3/pcie/down']);
});

test('torus: routes are shortest, dimension by dimension', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }),
      fc.nat(),
      fc.nat(),
      (shape, a, b) => {
        const grid = torus({ shape, link: port(50) });
        const from = a % grid.endpoints;
        const to = b % grid.endpoints;
        const route = names(grid, from, to);
        if (from === to) {
          assert.equal(route, [`node${from}/loopback`]);
          return;
        }
        let at = from;
        let hops = 0;
        let stride = 1;
        shape.forEach((size) => {
          const distance = Math.abs((Math.floor(from / stride) % size) - (Math.floor(to / stride) % size));
          hops += Math.min(distance, size - distance);
          stride *= size;
        });
        assert.is(route.length, hops);
        for (const name of route) {
          const [, node, d, way] = /^node(\d+)\/dim(\d+)\/(plus|minus)$/.exec(name)!;
          assert.is(Number(node), at, 'each link starts where the last one ended');
          const step = shape.slice(0, Number(d)).reduce((product, size) => product * size, 1);
          const size = shape[Number(d)]!;
          const place = Math.floor(at / step) % size;
          at += (((place + (way === 'plus' ? 1 : size - 1)) % size) - place) * step;
        }
        assert.is(at, to);
      },
    ),
    runs,
  );
});

test('every topology: routes cross distinct links and names are unique', () => {
  const all = [
    star({ hosts: 5, port: port(10) }),
    pcieBox({ gpus: 6, slot: port(32), gpusPerSwitch: 4 }),
    torus({ shape: [3, 4], link: port(50) }),
    gpuCluster({
      nodes: 5,
      gpusPerNode: 4,
      nvlink: port(450),
      nic: port(50),
      fabric: { nodesPerLeaf: 2, wiring: 'rail' },
    }),
  ];
  for (const topology of all) {
    assert.is(new Set(topology.links.map(({ name }) => name)).size, topology.links.length);
    for (let i = 0; i < topology.endpoints; i++)
      for (let j = 0; j < topology.endpoints; j++) {
        const route = topology.route(i, j);
        assert.ok(route.length > 0 && new Set(route).size === route.length);
        assert.ok(route.every((index) => topology.links[index] !== undefined));
      }
  }
});

test('bad specifications are refused with the reason', () => {
  const refuses = (word: string, build: () => unknown) =>
    assert.throws(build, (error: Error) => 'code' in error && error.message.includes(word));
  refuses('need a nic', () => gpuCluster({ nodes: 2, gpusPerNode: 8, nvlink: port(1) }));
  refuses('nodes', () => gpuCluster({ nodes: 0, gpusPerNode: 8, nvlink: port(1) }));
  refuses('divide', () => gpuCluster({ nodes: 2, gpusPerNode: 8, nicsPerNode: 3, nvlink: port(1), nic: port(1) }));
  refuses('oversubscription', () =>
    gpuCluster({
      nodes: 2,
      gpusPerNode: 8,
      nvlink: port(1),
      nic: port(1),
      fabric: { nodesPerLeaf: 1, oversubscription: 0.5 },
    }),
  );
  refuses('shape', () => torus({ shape: [], link: port(1) }));
  refuses('hosts', () => star({ hosts: 1.5, port: port(1) }));
  refuses('no endpoint 5', () => star({ hosts: 5, port: port(1) }).route(0, 5));
});

test.run();
