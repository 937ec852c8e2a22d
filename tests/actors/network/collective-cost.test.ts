import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  algorithmTime,
  busFactor,
  type CollectiveOp,
  chunkPipeline,
} from '../../../actors/network/collective-algorithms.ts';
import {
  allToAllBusBound,
  clusterCollective,
  explainClusterCollective,
  explainNodeCollective,
  nodeCollective,
} from '../../../actors/network/collective-cost.ts';
import { networkEfficiency } from '../../../actors/network/network-efficiency.ts';
import { loadFabric, loadGpu, loadNodeCollectives, switchedGpuIds } from '../../../actors/presets/index.ts';
import { NO_TIME, seconds, toSeconds, us } from '../../../engine/index.ts';

const test = suite('collective cost');
const runs = { seed: 20261123, numRuns: 300 };
const op = fc.constantFrom<CollectiveOp>(
  'all-reduce',
  'all-gather',
  'reduce-scatter',
  'all-to-all',
  'broadcast',
  'reduce',
);
const ranks = fc.integer({ min: 2, max: 8 });
const bytes = fc.oneof(fc.integer({ min: 0, max: 2 ** 20 }), fc.integer({ min: 0, max: 2 ** 34 }));
const hasCode = (code: string) => (error: Error) => 'code' in error && error.code === code;

test('collectives never beat the bandwidth lower bound', () => {
  fc.assert(
    fc.property(fc.constantFrom(...switchedGpuIds), op, ranks, bytes, (id, kind, n, size) => {
      const link = loadGpu(id).nvlink;
      const { duration, protocol } = explainNodeCollective(loadNodeCollectives(id), {
        op: kind,
        ranks: n,
        bytes: size,
      });
      const least = protocol === 'switch' ? size : busFactor(kind, n) * size;
      assert.ok(toSeconds(duration) >= least / link);
    }),
    runs,
  );
});

test('time never decreases in bytes', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...switchedGpuIds),
      op,
      ranks,
      bytes,
      fc.integer({ min: 1, max: 2 ** 24 }),
      (id, kind, n, size, more) => {
        const node = loadNodeCollectives(id);
        const time = (b: number) => nodeCollective(node, { op: kind, ranks: n, bytes: b });
        assert.ok(time(size + more) >= time(size));
      },
    ),
    runs,
  );
});

test('reduction in the switch wins only for large messages from five ranks up', () => {
  const node = loadNodeCollectives('h100-80gb');
  const protocol = (n: number, size: number) =>
    explainNodeCollective(node, { op: 'all-reduce', ranks: n, bytes: size }).protocol;
  assert.is(protocol(8, 2 ** 30), 'switch');
  assert.is(protocol(5, 2 ** 33), 'switch');
  assert.is(protocol(4, 2 ** 33), 'simple');
  assert.is(protocol(8, 512), 'll');
  assert.is(explainNodeCollective(node, { op: 'all-gather', ranks: 8, bytes: 2 ** 30 }).protocol, 'simple');
});

test('one rank takes no time', () => {
  assert.is(nodeCollective(loadNodeCollectives('a100-80gb'), { op: 'all-reduce', ranks: 1, bytes: 1e9 }), NO_TIME);
  assert.is(algorithmTime('ring-all-reduce', { ranks: 1, bytes: 1e9, latency: us(1), rate: 1e9 }), NO_TIME);
});

test('a cluster of one node is the node; more nodes never help a large all-reduce', () => {
  const node = loadNodeCollectives('a100-80gb');
  const fabric = loadFabric('infiniband-hdr');
  const time = (nodes: number, size: number) =>
    clusterCollective({ node, fabric, gpusPerNode: 8, nodes }, 'all-reduce', size);
  assert.is(time(1, 1e8), nodeCollective(node, { op: 'all-reduce', ranks: 8, bytes: 1e8 }));
  for (const nodes of [2, 4, 8]) assert.ok(time(nodes, 1e9) > time(1, 1e9));
});

test('an all-reduce across nodes never beats the network cards or the links', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 64 }), fc.constantFrom(1, 2, 4, 8), bytes, (nodes, gpusPerNode, size) => {
      const fabric = loadFabric('infiniband-hdr');
      const cluster = { node: loadNodeCollectives('a100-80gb'), fabric, gpusPerNode, nodes };
      const { duration, terms } = explainClusterCollective(cluster, 'all-reduce', size);
      assert.ok(toSeconds(duration) >= (2 * (nodes - 1) * size) / (nodes * gpusPerNode * fabric.nic));
      assert.ok(toSeconds(duration) >= (2 * (gpusPerNode - 1) * size) / gpusPerNode / 300e9);
      assert.ok(Math.abs(duration - terms.latency - terms.transfer - terms.ramp) <= 3);
    }),
    runs,
  );
});

test('an all-to-all across nodes never beats the network cards', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 64 }), fc.constantFrom(1, 2, 4, 8), bytes, (nodes, gpusPerNode, size) => {
      const fabric = loadFabric('infiniband-hdr');
      const cluster = { node: loadNodeCollectives('a100-80gb'), fabric, gpusPerNode, nodes };
      assert.ok(toSeconds(clusterCollective(cluster, 'all-to-all', size)) >= ((nodes - 1) * size) / nodes / fabric.nic);
    }),
    runs,
  );
});

test('network efficiency passes through its measured points and stays between them', () => {
  assert.is(networkEfficiency('ring', 16 * 2 ** 20, 2), 0.32);
  assert.is(networkEfficiency('ring', 2 ** 40, 64), 0.95);
  assert.is(networkEfficiency('all-to-all', 2 ** 30, 8), 0.92);
  assert.is(networkEfficiency('all-to-all', 1, 2), 0.52);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 40 }), fc.integer({ min: 2, max: 512 }), (size, nodes) => {
      const share = networkEfficiency('ring', size, nodes);
      assert.ok(share >= 0.05 && share <= 0.95);
      assert.ok(networkEfficiency('ring', size * 2, nodes) >= share);
    }),
    runs,
  );
});

test('textbook algorithms have their textbook cost', () => {
  const work = { ranks: 8, bytes: 8e9, latency: us(10), rate: 1e9 };
  assert.is(algorithmTime('ring-all-reduce', work), seconds(14 * 10e-6 + 14));
  assert.is(algorithmTime('ring-all-gather', work), seconds(7 * 10e-6 + 7));
  assert.is(algorithmTime('halving-doubling-all-reduce', work), seconds(6 * 10e-6 + 14));
  assert.is(algorithmTime('direct-all-to-all', work), seconds(10e-6 + 7));
  assert.is(algorithmTime('switch-all-reduce', work), seconds(10e-6 + 9));
  assert.is(algorithmTime('ring-broadcast', { ...work, chunk: 1e9 }), seconds(7 * 10e-6 + 6 + 8));
  assert.is(algorithmTime('tree-all-reduce', { ...work, chunk: 1e9 }), seconds(6 * 10e-6 + 2 * (8 + 3)));
  assert.is(chunkPipeline([us(1), us(3), us(2)], 4), us(6 + 9));
  assert.ok(Math.abs(allToAllBusBound(25e9, 8, 2) - (25e9 * 15) / 8) < 1);
});

test('COLLECTIVE_RANKS and COLLECTIVE_BYTES: bad sizes are refused', () => {
  const node = loadNodeCollectives('a100-80gb');
  assert.throws(() => nodeCollective(node, { op: 'all-reduce', ranks: 0, bytes: 1 }), hasCode('COLLECTIVE_RANKS'));
  assert.throws(() => nodeCollective(node, { op: 'all-reduce', ranks: 2, bytes: -1 }), hasCode('COLLECTIVE_BYTES'));
  assert.throws(
    () => algorithmTime('halving-doubling-all-reduce', { ranks: 6, bytes: 1, latency: us(1), rate: 1 }),
    hasCode('COLLECTIVE_RANKS'),
  );
  assert.throws(() => allToAllBusBound(1, 8, 1), hasCode('COLLECTIVE_RANKS'));
});

test.run();
