import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { componentsOf, type Graph, graphOf, plantedGraph, relabelled } from '../../../actors/index.ts';
import { createRandomSource } from '../../../engine/index.ts';
import { syntheticShape } from '../../../scenarios/hgcn/datasets.ts';
import { defaultParams } from '../../../scenarios/hgcn/index.ts';
import { sourceOf } from '../../../scenarios/hgcn/inputs.ts';
import { denseTile, mergeParts, partitionedProduct, sparseTile } from '../../../scenarios/hgcn/numerics/partitioned.ts';
import {
  addProduct,
  type Csr,
  denseProduct,
  doubles,
  largestEigenvalue,
  largestError,
  normalisedAdjacency,
  singles,
  toDense,
} from '../../../scenarios/hgcn/numerics/sparse.ts';
import { randomFeatures, randomWeights, verify } from '../../../scenarios/hgcn/numerics/verify.ts';

const test = suite('hgcn numerics');
const stream = (name: string, seed = 1) => createRandomSource({ seed }).stream('numerics', name);
const thresholds = { loose: 0.05, tight: 0.1 };
const generated = (dataset: 'cora' | 'citeseer' | 'pubmed'): Graph =>
  sourceOf({ ...defaultParams, dataset }, 1).graph();
const planted = (nodes: number, edges: number, seed: number): Graph =>
  plantedGraph({ nodes, edges, ...syntheticShape(nodes, edges) }, stream('graph', seed)).graph;

test('the sum of the three partial products equals the dense reference on random graphs', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 150 }),
      fc.nat(10),
      fc.constantFrom(8, 16, 32),
      fc.integer({ min: 1, max: 20 }),
      fc.nat(1e6),
      (nodes, mean, tile, width, seed) => {
        const graph = planted(nodes, Math.min(nodes * mean, (nodes * (nodes - 1)) / 2), seed);
        const adjacency = normalisedAdjacency(graph);
        const operand = randomWeights(nodes, width, stream('operand', seed));
        const found = mergeParts(partitionedProduct(adjacency, operand, tile, thresholds));
        const error = largestError(found, denseProduct(toDense(adjacency), operand));
        assert.ok(error < 1e-5, `${error}`);
      },
    ),
    { seed: 20261123, numRuns: 100 },
  );
});

test('a whole inference by parts equals the plain one, on generated Cora and twenty random graphs', () => {
  const cora = { features: 1433, hidden: 16, classes: 7, featureDensity: 0.0127, tile: 32, ...thresholds };
  const { maxRelError } = verify(generated('cora'), cora, 1);
  assert.ok(maxRelError < 1e-4 && maxRelError > 0, `${maxRelError}`);
  for (let seed = 1; seed <= 20; seed++) {
    const graph = planted(100 * seed, 400 * seed, seed);
    const error = verify(graph, { ...cora, features: 64, featureDensity: 0.2, tile: 16 }, seed).maxRelError;
    assert.ok(error < 1e-4, `${error}`);
  }
});

test('a part left out is seen', () => {
  const adjacency = normalisedAdjacency(planted(300, 1500, 3));
  const operand = randomWeights(300, 8, stream('operand'));
  const [scattered, loose, tight] = partitionedProduct(adjacency, operand, 16, thresholds);
  const expected = addProduct(doubles(300, 8), adjacency, operand);
  assert.ok(largestError(mergeParts([scattered, loose, tight]), expected) < 1e-5);
  for (const rest of [
    [loose, tight],
    [scattered, tight],
    [scattered, loose],
  ])
    assert.ok(largestError(mergeParts(rest), expected) > 1e-3);
});

test('dense and sparse kernels give the same tile product', () => {
  const random = stream('tiles');
  for (let tile = 0; tile < 1000; tile++) {
    const density = 0.01 + 0.99 * random.uniform();
    const column: number[] = [];
    const offsets = new Int32Array(33);
    for (let row = 0; row < 32; row++) {
      for (let c = 0; c < 32; c++) if (random.uniform() < density) column.push(c);
      offsets[row + 1] = column.length;
    }
    const values = Float64Array.from(column, () => Math.fround(random.uniform() - 0.5));
    const matrix: Csr = { rows: 32, columns: 32, offsets, column: Int32Array.from(column), values };
    const rows = Int32Array.from(column, (_, at) => offsets.findIndex((end) => end > at) - 1);
    const entries = column.map((_, at) => at);
    const operand = randomWeights(32, 4, random);
    const [one, two] = [singles(32, 4), singles(32, 4)];
    sparseTile(one, entries, matrix, rows, operand);
    denseTile(two, entries, matrix, rows, operand, 32);
    assert.ok(largestError(one, two) < 1e-5);
  }
});

test('update first equals aggregation first', () => {
  const adjacency = normalisedAdjacency(generated('citeseer'));
  const x = randomFeatures(3327, 300, 0.0085, 1);
  const w = randomWeights(300, 16, stream('weights'));
  const update = addProduct(singles(3327, 16), adjacency, addProduct(singles(3327, 16), x, w));
  const aggregated = addProduct(singles(3327, 300), adjacency, toDense(x));
  assert.ok(largestError(update, denseProduct(aggregated, w)) < 1e-4);
});

test('the largest eigenvalue of the normalised adjacency matrix is 1', () => {
  const graph = generated('pubmed');
  const { of } = componentsOf(graph);
  const sizes = new Map<number, number>();
  for (const component of of) sizes.set(component, (sizes.get(component) ?? 0) + 1);
  const [largest] = [...sizes].sort((a, b) => b[1] - a[1])[0] as [number, number];
  const kept = [...of.keys()].filter((node) => of[node] === largest);
  const name = new Map(kept.map((node, i) => [node, i]));
  const [from, to]: [number[], number[]] = [[], []];
  for (const node of kept)
    for (let at = graph.offsets[node]!; at < graph.offsets[node + 1]!; at++) {
      from.push(name.get(node) as number);
      to.push(name.get(graph.neighbours[at]!) as number);
    }
  const found = largestEigenvalue(normalisedAdjacency(graphOf(kept.length, from, to)), 50);
  assert.ok(Math.abs(found - 1) < 1e-3, `${found}`);
});

test('the result does not depend on the names of the nodes', () => {
  const graph = planted(500, 2500, 7);
  const order = Int32Array.from({ length: 500 }, (_, i) => (i * 7 + 5) % 500);
  const [plain, moved] = [normalisedAdjacency(graph), normalisedAdjacency(relabelled(graph, order))];
  const operand = randomWeights(500, 6, stream('operand'));
  const permuted = doubles(500, 6);
  for (let i = 0; i < 500; i++) permuted.data.set(operand.data.subarray(6 * order[i]!, 6 * order[i]! + 6), 6 * i);
  const found = mergeParts(partitionedProduct(moved, permuted, 32, thresholds));
  const back = singles(500, 6);
  for (let i = 0; i < 500; i++) back.data.set(found.data.subarray(6 * i, 6 * i + 6), 6 * order[i]!);
  assert.ok(largestError(back, addProduct(doubles(500, 6), plain, operand)) < 1e-5);
});

test.run();
