import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { degreesOf, type Graph, graphOf, plantedGraph, tilesOf } from '../../../actors/index.ts';
import { createRandomSource } from '../../../engine/index.ts';
import { datasets, syntheticShape } from '../../../scenarios/hgcn/datasets.ts';
import { defaultParams, type HgcnParams, runOne } from '../../../scenarios/hgcn/index.ts';
import { reordered, rowNonzeros, sourceOf } from '../../../scenarios/hgcn/inputs.ts';
import { rebalancedRounds } from '../../../scenarios/hgcn/rebalance.ts';
import { denseKernel, sparseKernel } from '../../../scenarios/hgcn/tile-work.ts';
import { aggregationBytes } from '../../../scenarios/hgcn/traffic.ts';

const test = suite('hgcn programs');
const settings = { seed: 20261123, numRuns: 100 };
const folder = mkdtempSync(join(tmpdir(), 'hgcn-'));
test.after(() => rmSync(folder, { recursive: true }));

function onFile(name: string, lines: readonly string[], set: Partial<HgcnParams>): ReturnType<typeof runOne> {
  const graphFile = join(folder, name);
  writeFileSync(graphFile, lines.join('\n'));
  return runOne({ ...defaultParams, dataset: 'file', graphFile, ...set }, 1);
}

const linesOf = ({ nodes, offsets, neighbours }: Graph, name: (node: number) => number): string[] => {
  const lines: string[] = [];
  for (let node = 0; node < nodes; node++)
    for (let at = offsets[node]!; at < offsets[node + 1]!; at++)
      if (neighbours[at]! > node) lines.push(`${name(node) + 1} ${name(neighbours[at]!) + 1}`);
  return [`%%MatrixMarket matrix coordinate pattern symmetric`, `${nodes} ${nodes} ${lines.length}`, ...lines];
};

const planted = (nodes: number, edges: number, seed = 1): Graph =>
  plantedGraph({ nodes, edges, ...syntheticShape(nodes, edges) }, createRandomSource({ seed }).stream('t', 'g')).graph;

test('other names of the nodes change no baseline, but for the rows that share an element', () => {
  const graph = planted(600, 2400);
  const plain = linesOf(graph, (node) => node);
  const moved = linesOf(graph, (node) => (node * 7 + 3) % 600);
  for (const accelerator of ['i-gcn', 'boostgcn'] as const) {
    const set = { accelerator, pruneSource: accelerator === 'i-gcn' ? 'published' : 'auto' } as const;
    assert.is(onFile('a.mtx', plain, set).outcome.seconds, onFile('b.mtx', moved, set).outcome.seconds);
  }
  const work = (lines: readonly string[], name: string): unknown => {
    const { macs, macsIssued } = onFile(name, lines, { accelerator: 'awb-gcn' }).metrics;
    return [macs, macsIssued];
  };
  assert.equal(work(plain, 'a.mtx'), work(moved, 'b.mtx'));
});

test('more edges between the same nodes are never faster on a baseline', () => {
  const graph = planted(500, 1500);
  const lines = linesOf(graph, (node) => node);
  const more = [...lines];
  const have = new Set(lines.slice(2));
  for (let node = 1; node < 400; node++) if (!have.has(`${node} ${node + 100}`)) more.push(`${node} ${node + 100}`);
  more[1] = `500 500 ${more.length - 2}`;
  const sets: readonly Partial<HgcnParams>[] = [
    { accelerator: 'i-gcn', pruneSource: 'published' },
    { accelerator: 'boostgcn' },
    { accelerator: 'awb-gcn', rebalance: 'none' },
  ];
  for (const set of sets)
    assert.ok(onFile('d.mtx', more, set).outcome.seconds >= onFile('c.mtx', lines, set).outcome.seconds);
});

test('a ring is in balance, and nothing changes it', () => {
  const nodes = 8192;
  const lines = Array.from({ length: nodes }, (_, node) => `${node},${(node + 1) % nodes}`);
  const ring = { accelerator: 'awb-gcn', hidden: 8, featureLength: 20, featureDensity: 1, hiddenDensity: 1 } as const;
  const runs = (['none', 'smoothing', 'full'] as const).map((rebalance) =>
    onFile('ring.csv', lines, { ...ring, rebalance }),
  );
  for (const { metrics, outcome } of runs) {
    assert.is(metrics.imbalance, 1);
    assert.is(outcome.seconds, runs[0]?.outcome.seconds);
  }
});

test('rebalancing keeps the work, and never raises the largest load', () => {
  const rows = fc.array(fc.nat(200), { minLength: 1, maxLength: 600 });
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 12 }), (counts, elements, rounds) => {
      const [none, smoothing, full] = (['none', 'smoothing', 'full'] as const).map((mode) =>
        rebalancedRounds(Int32Array.from(counts), rounds, elements, mode),
      );
      for (let round = 0; round < rounds; round++) {
        assert.ok(smoothing!.largest[round]! <= none!.largest[round]! * (1 + 1e-12));
        assert.ok(full!.largest[round]! <= smoothing!.largest[round]! * (1 + 1e-12));
        if (round > 0) assert.ok(full!.largest[round]! <= full!.largest[round - 1]! * (1 + 1e-12));
        assert.ok(full!.largest[round]! >= (full!.total / elements) * (1 - 1e-12));
      }
    }),
    settings,
  );
});

test('the dense kernel is proportional to the width, and crosses the sparse one where it should', () => {
  assert.is(denseKernel(32, 32, 64).cycles, 4 * denseKernel(32, 32, 16).cycles);
  assert.is(denseKernel(32, 32, 1).cycles, 1024);
  for (const [width, density] of [
    [16, 1 / 3],
    [128, 0.8],
  ] as const) {
    const crossing = density * 1024;
    assert.ok(sparseKernel(Math.floor(crossing) - 1, width, 4).cycles < denseKernel(32, 32, width).cycles);
    assert.ok(sparseKernel(Math.ceil(crossing) + 1, width, 4).cycles > denseKernel(32, 32, width).cycles);
  }
});

test('a full tile goes to the dense kernel, and two partitions have none', () => {
  const lines = Array.from({ length: 64 }, (_, a) => Array.from({ length: a }, (_, b) => `${a},${b}`)).flat();
  const aie = (partitions: number): number => {
    const { metrics, outcome } = onFile('clique.csv', lines, {
      partitions,
      hidden: 16,
      featureLength: 8,
      featureDensity: 1,
    });
    return Number(metrics.aieBusyFraction) * outcome.seconds;
  };
  assert.ok(aie(3) < 0.6 * aie(2), `${aie(3)} ${aie(2)}`);
});

test('without the sparse kernel every tile and panel is multiplied densely', () => {
  const cora = (sparseKernel: boolean) => runOne({ ...defaultParams, sparseKernel }, 1);
  const [sparse, dense] = [cora(true), cora(false)];
  assert.is(dense.metrics.nnzShareClustered, sparse.metrics.nnzShareClustered);
  const panels = (2708 * 1433 * 2 + 2708 * 16) * 8;
  assert.ok(Number(dense.metrics.macsIssued) > panels && Number(dense.metrics.macsIssued) < 1.1 * panels);
  assert.ok(dense.outcome.seconds > 5 * sparse.outcome.seconds);
});

test('row counts sum to the expected number and stay in range', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 200 }),
      fc.double({ min: 1e-3, max: 1, noNaN: true }),
      fc.nat(1e6),
      (rows, width, density, seed) => {
        const counts = rowNonzeros(rows, width, density, seed, 'test');
        assert.is(
          counts.reduce((sum, count) => sum + count, 0),
          Math.round(rows * width * density),
        );
        assert.ok(counts.every((count) => count >= 0 && count <= width));
      },
    ),
    settings,
  );
});

test('the best slice of features is a compromise between edges and sources', () => {
  const sizes = { ...datasets.yelp };
  const bytes = aggregationBytes(sizes, 128, 4, 20.5e6);
  const with16 =
    8 * 4 * sizes.nonzeros + 4 * sizes.nodes * 128 * (1 + Math.ceil(sizes.nodes / Math.floor(10.25e6 / 64)));
  assert.ok(bytes <= with16);
  assert.is(aggregationBytes(sizes, 128, 4, 1e12), 4 * sizes.nonzeros);
});

test('an evenly random graph clusters less than a planted one of the same size', () => {
  const shape = { ...syntheticShape(2000, 8000) };
  const share = (micro: number, meso: number): number => {
    const stream = createRandomSource({ seed: 1 }).stream('t', 'er');
    const { graph } = plantedGraph({ nodes: 2000, edges: 8000, ...shape, micro, meso }, stream);
    const { nonzeros } = tilesOf(reordered({ reorder: 'community' }, graph, 1), 32);
    return nonzeros.filter((count) => count >= 0.05 * 1024).reduce((sum, count) => sum + count, 0);
  };
  assert.ok(share(0, 0) < share(0.5, 0.25));
});

test('relabelling by community never loses clustered nonzeros on the citation graphs', () => {
  for (const dataset of ['cora', 'citeseer', 'pubmed'] as const)
    for (let seed = 1; seed <= 5; seed++) {
      const share = (reorder: 'none' | 'community'): number =>
        Number(runOne({ ...defaultParams, dataset, reorder, hidden: 1 }, seed).metrics.nnzShareClustered);
      assert.ok(share('community') >= share('none') - 0.02);
    }
});

test('an empty graph has self loops only', () => {
  const { metrics } = runOne({ ...defaultParams, dataset: 'synthetic', edges: 0, nodes: 100, featureLength: 10 }, 1);
  assert.is(metrics.macs, 100 * 128 + 100 * 128 + 9600 * 8 + 100 * 8);
});

test('generated degrees are those of the data set', () => {
  for (const dataset of ['cora', 'pubmed', 'nell', 'flickr'] as const) {
    const source = sourceOf({ ...defaultParams, dataset }, 1);
    const { nodes, nonzeros, shape } = datasets[dataset];
    assert.is(source.degrees.length, nodes);
    assert.is(
      source.degrees.reduce((sum, degree) => sum + degree, 0),
      nonzeros - nodes,
    );
    assert.is(Math.max(...source.degrees), shape.knots[8]);
    assert.is(
      degreesOf(source.graph()).reduce((sum, degree) => sum + degree, 0),
      nonzeros - nodes,
    );
  }
});

test('an array of one processing element has no neighbours to balance with', () => {
  assert.equal(rebalancedRounds(Int32Array.of(3, 4), 2, 1, 'full').largest, [7, 7]);
  assert.equal(graphOf(2, [0], [1]).edges, 1);
});

test.run();
